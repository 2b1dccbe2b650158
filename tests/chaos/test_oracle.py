"""The oracle itself: a run in which all went well is green, and each broken promise is seen."""

from dataclasses import replace

import pytest

from benchmarks.chaos.oracle import Act, Facts, Intent, Letter, Row, judge
from benchmarks.chaos.world import Owed, World

LI, WANG = "li@chaos.test", "wang@chaos.test"
WORLD = World(
    owed=(Owed(1, 11, 1, LI, "2021-03-02"), Owed(2, 12, 2, WANG, "2021-03-02")),
    units={1: "P01", 2: "P02"},
    homes={LI: "P01", WANG: "P02"},
    moves={LI: "P03"},
    closes=(12,),
)


def letter(number: int, **changes) -> Letter:
    to = {1: LI, 2: WANG}[number]
    made = Letter(10.0 + number, (to,), f"<{number}>", "words", frozenset({number}), frozenset({number}))
    return replace(made, **changes)


@pytest.fixture
def facts():
    """Two people, each with one letter about the own node."""
    return Facts(
        world=WORLD,
        letters=[letter(1), letter(2)],
        intents=[Intent(10.5, "<1>", 1, 0), Intent(11.5, "<2>", 1, 0)],
        rows=[
            Row("<1>", LI, "sent", nodes=frozenset({1}), made=f"{LI} 2021-03-02"),
            Row("<2>", WANG, "sent", nodes=frozenset({2}), made=f"{WANG} 2021-03-02"),
        ],
        runs=[("reminders", "2021-03-02", "done")],
        days=("2021-03-02",),
    )


def red(facts: Facts) -> set[str]:
    return {name.split()[0] for name in judge(facts)}


def test_a_run_in_which_all_went_well_is_green(facts):
    assert judge(facts) == {}


def test_a_letter_the_server_never_got_is_lost(facts):
    del facts.letters[1]

    assert red(facts) == {"I1", "I6"}


def test_a_node_for_which_no_message_was_made_is_lost(facts):
    del facts.rows[1], facts.letters[1]

    assert red(facts) == {"I1"}


def test_what_the_server_refused_for_good_is_not_lost(facts):
    del facts.letters[1]
    facts.rows[1] = replace(facts.rows[1], state="failed")
    facts.refused.append(("gone", WANG))

    assert judge(facts) == {}


def test_what_somebody_ended_need_not_be_told(facts):
    del facts.letters[1]
    facts.rows[1] = replace(facts.rows[1], state="cancelled")
    facts.acts.append(Act("close:12", "began", 9.0))

    assert judge(facts) == {}


def test_a_text_made_after_the_end_of_its_node_is_seen(facts):
    facts.acts += [Act("close:12", "began", 1.0), Act("close:12", "done", 1.1)]

    assert red(facts) == {"I2"}


def test_a_second_copy_nobody_foretold_is_seen(facts):
    facts.letters.append(letter(1, t=20.0))
    facts.intents.append(Intent(19.0, "<1>", 2, 0))

    assert red(facts) == {"I3"}


def test_a_second_copy_that_was_foretold_is_explained(facts):
    facts.letters.append(letter(1, t=20.0))
    facts.intents.append(Intent(19.0, "<1>", 2, 1))

    assert judge(facts) == {}


def test_a_flag_that_comes_after_the_second_copy_explains_nothing(facts):
    facts.letters.append(letter(1, t=20.0))
    facts.intents += [Intent(19.0, "<1>", 2, 0), Intent(21.0, "<1>", 3, 1)]

    assert red(facts) == {"I3"}


def test_other_words_under_the_same_number_are_seen(facts):
    facts.letters.append(letter(1, t=20.0, words="others"))
    facts.intents.append(Intent(19.0, "<1>", 2, 1))

    assert red(facts) == {"I4"}


def test_a_number_of_no_message_is_seen(facts):
    facts.letters.append(letter(1, mid="<9>"))

    assert "I4" in red(facts)


def test_a_letter_about_another_unit_is_seen(facts):
    facts.letters[0] = letter(1, projects=frozenset({1, 2}))

    assert red(facts) == {"I5"}


def test_a_letter_about_the_old_unit_after_the_move_is_seen(facts):
    facts.acts += [Act(f"move:{LI}", "began", 1.0), Act(f"move:{LI}", "done", 1.1)]

    assert red(facts) == {"I5"}


def test_a_message_left_in_the_middle_is_seen(facts):
    facts.rows[1] = replace(facts.rows[1], state="sending")

    assert red(facts) == {"I6"}


def test_a_period_twice_or_never_is_seen(facts):
    facts.runs = [("reminders", "2021-03-03", "done"), ("reminders", "2021-03-03", "running")]

    assert len(judge(facts)["I7 每期一行"]) == 3


def test_an_old_fence_after_a_newer_one_is_seen(facts):
    facts.intents += [Intent(12.0, "<1>", 3, 0), Intent(13.0, "<1>", 2, 0)]

    assert red(facts) == {"I8"}


def test_two_messages_for_one_person_and_day_are_seen(facts):
    facts.rows.append(replace(facts.rows[0], mid="<3>", nodes=frozenset()))
    facts.letters.append(letter(1, mid="<3>"))

    assert red(facts) == {"R4"}


def test_a_letter_to_two_people_is_seen(facts):
    facts.letters[0] = letter(1, to=(LI, WANG))

    assert {"R15", "I5"} <= red(facts)
