"""What is new is told in full, however long the Monday list is."""

from datetime import date, timedelta

import pytest

from portal.models import OutgoingMail
from projects import reminders
from projects.models import Milestone
from projects.reminders import Told
from tests.factories import park_manager
from tests.projects.reminders.days import live, span, start

ON = date(2021, 9, 27)


def told(days, **fields):
    due = ON + timedelta(days=days)
    return Told(Milestone(pk=1000 + days, name=f"节点{days}", current_from=due, current_to=due), **fields)


@pytest.fixture
def _short_words(monkeypatch):
    monkeypatch.setattr(Told, "words", lambda self, on: self.node.name)


@pytest.mark.usefixtures("_short_words")
@pytest.mark.parametrize(("listed", "new", "shown", "left"), [(28, 2, 30, 0), (40, 2, 30, 12), (5, 40, 40, 5)])
def test_only_what_is_merely_listed_is_left_out(listed, new, shown, left):
    nodes = [told(-place, listed=True) for place in range(1, listed + 1)] + [told(place) for place in range(new)]

    lines = reminders.lines(nodes, ON)

    full, more = lines[:shown], lines[shown:]
    assert more == ([f"另有{left}个，见系统“节点计划”。"] if left else [])
    assert [line.partition("节点")[2] for line in full[-new:]] == [f"{place}。" for place in range(new)]
    assert full[0].startswith("1. 节点-") == (listed > left), "the longest late comes first"


@pytest.mark.django_db
@pytest.mark.db
def test_a_start_due_today_stands_in_a_monday_list_of_many_late_ones(set_today):
    live(set_today, ON - timedelta(days=1))
    park_manager("P01", username="p1", wants_digest=False)
    for _ in range(40):
        start(**span(2021, 3, 31))
    due = start(name="今天开工的项目", **span(2021, 9, 27))

    live(set_today, ON)

    (message,) = OutgoingMail.objects.filter(user__username="p1")
    assert due.name in message.body
    assert "另有11个，见系统“节点计划”。" in message.body
