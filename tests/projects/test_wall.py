"""挂图作战: one set of figures, and a screen that goes on without a session but not without its person."""

import json
from datetime import date, timedelta

import pytest
from django.conf import settings
from django.test import Client

from portal import clock, spans
from portal.models import AuditEntry, User
from projects import editions, groups, lifecycle, stats, wall
from projects.models import Edition, EditionPaper, Project, ProjectGroup, WallPass
from tests.factories import PASSWORD, ProjectFactory, leader, park_manager

pytestmark = pytest.mark.django_db

TODAY = date(2021, 9, 27)


def screen_of(person, as_user) -> Client:
    """A browser with the pass of the person and nothing else."""
    opened = as_user(person)
    opened.post("/wall/open/")
    alone = Client()
    alone.cookies["wall"] = opened.cookies["wall"].value
    return alone


def late(**fields):
    facts = {"year_type": "new", "planned_start_from": date(2021, 3, 1), "planned_start_to": date(2021, 3, 31)}
    return ProjectFactory(unit="P01", **{**facts, **fields})


# --- slides ---------------------------------------------------------------------------------------------------------


def test_figures_are_those_of_the_register_and_pure_data(register_2021):
    made = wall.slides(TODAY, 2021)
    found = stats.figures(Project.objects.live().in_year(2021), on=TODAY, year=2021)

    whole = {one["name"]: one["value"] for one in made[0]["figures"]}
    assert (whole["项目"], whole["总投资"], whole["新开工 已/计划"]) == ("279", "1380.00", "17/90")
    assert (whole["逾期未开工"], whole["逾期未竣工"]) == ("46", "35")
    assert whole["投产 已/计划"] == f"{found['finished'].count}/{found['planned_finishing'].count}"
    assert json.loads(json.dumps(made)) == made


def test_the_slides_stand_in_the_order_of_the_meeting(register_2021):
    made = wall.slides(TODAY, 2021)

    titles = [one["title"] for one in made]
    units = ["乐山高新区", "五通桥基地", "犍为基地", "夹江基地", "沙湾基地", "峨眉基地", "其他特色园区"]
    assert titles[:9] == ["全市", *units, "六大光伏"]
    assert titles[9:] == [f"逾期清单（{number}/9）" for number in range(1, 10)]
    assert sum(len(one["rows"]) for one in made[9:]) == made[9]["count"] == 46 + 35


def test_the_late_stand_by_size_ten_on_a_slide():
    for number in range(11):
        late(name=f"逾期{number:02d}", total_investment=1000 * (number + 1))

    first, second = wall.slides(TODAY, 2021)[-2:]

    assert [row["name"] for row in first["rows"]][:2] == ["逾期10", "逾期09"]
    assert (len(first["rows"]), [row["number"] for row in second["rows"]]) == (10, [11])
    assert first["rows"][0]["words"] == "逾期未开工180天"


def test_what_is_unverified_stays_grey(lead):
    project = late(name="协鑫颗粒硅", unverified=True)
    groups.enter(project=project, group=ProjectGroup.objects.get(slug="major-pv", year=2021), by=lead)

    pv, last = wall.slides(TODAY, 2021)[-2:]

    assert [(row["words"], row["light"]) for row in pv["rows"]] == [("进展待核实", "none")]
    assert (last["title"], last["rows"]) == ("逾期清单", [])


def test_an_empty_register_is_said_in_words(as_user, staff):
    html = screen_of(staff, as_user).get("/wall/").content.decode()

    assert "没有逾期项目。" in html
    assert "名单中没有项目。" in html


# --- the pass -------------------------------------------------------------------------------------------------------


def test_the_wall_goes_on_after_the_session_and_can_do_nothing_else(as_user, staff):
    project = ProjectFactory(unit="P01")
    alone = screen_of(staff, as_user)

    assert [alone.get(page).status_code for page in ("/wall/", "/wall/slides/")] == [200, 200]
    others = ["/", "/projects/", project.get_absolute_url(), "/materials/one-page/city/"]
    assert [alone.get(page).status_code for page in others] == [302, 302, 302, 302]
    assert alone.post("/wall/open/").status_code == 302
    assert "/login/" in alone.post("/wall/open/")["Location"]


def test_the_cookie_is_for_the_wall_alone_and_its_value_is_not_kept(as_user, staff):
    client = as_user(staff)

    client.post("/wall/open/")

    cookie = client.cookies["wall"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"], cookie["max-age"]) == (
        "/wall/",
        "Strict",
        True,
        43200,
    )
    assert bool(cookie["secure"]) is settings.SECURE_COOKIES
    assert WallPass.objects.get().token_hash not in cookie.value
    assert AuditEntry.objects.get(action="wall.open").user == staff


@pytest.mark.parametrize(
    "change",
    [
        {"is_active": False},
        {"role": "park"},
        {"role": "sysadmin"},
        {"must_change_password": True},
    ],
)
def test_the_wall_ends_with_the_right_of_its_person(as_user, change):
    person = leader()
    alone = screen_of(person, as_user)
    assert alone.get("/wall/slides/").status_code == 200

    User.objects.filter(pk=person.pk).update(**change)

    assert alone.get("/wall/slides/").status_code == 403
    assert "/login/" in alone.get("/wall/")["Location"]


def test_the_wall_ends_with_a_new_password(as_user, staff):
    alone = screen_of(staff, as_user)
    staff.set_password(PASSWORD + "-2")
    staff.save()

    assert alone.get("/wall/slides/").status_code == 403


def test_the_wall_ends_after_twelve_hours(as_user, staff):
    alone = screen_of(staff, as_user)
    made = WallPass.objects.get()
    assert made.expires_at - made.begun_at == timedelta(hours=12)

    WallPass.objects.update(expires_at=made.begun_at)

    assert alone.get("/wall/slides/").status_code == 403


def test_passes_that_are_over_go_when_a_new_one_is_opened(as_user, staff):
    screen_of(staff, as_user)
    WallPass.objects.update(expires_at=clock.machine_now() - timedelta(seconds=1))

    screen_of(staff, as_user)

    assert WallPass.objects.count() == 1


def test_closing_ends_the_pass_wherever_it_was_copied_to(as_user, staff):
    alone = screen_of(staff, as_user)
    copy = Client()
    copy.cookies["wall"] = alone.cookies["wall"].value

    alone.post("/wall/close/")

    assert copy.get("/wall/slides/").status_code == 403
    assert AuditEntry.objects.filter(action="wall.close", user=staff).count() == 1


@pytest.mark.parametrize("value", ["", ".", "1.", "x.y", "1.abc", "9999999999.a", "٣.a", "1.é"])
def test_made_up_passes_open_nothing(value, staff):
    assert wall.pass_of(value.replace("1.", f"{staff.pk}.")) is None


def test_parks_get_no_wall(as_user):
    manager = park_manager("P01")

    assert as_user(manager).get("/wall/").status_code == 403
    assert as_user(manager).post("/wall/open/").status_code == 403


def test_asking_every_minute_writes_nothing_and_keeps_nobody_signed_in(as_user, staff, django_assert_num_queries):
    client = as_user(staff)
    client.post("/wall/open/")
    before = client.session.items()

    answer = client.get("/wall/slides/", headers={"X-Background": "1"})

    assert "Set-Cookie" not in str(answer.serialize_headers())
    assert client.session.items() == before
    assert answer["Cache-Control"].find("no-store") >= 0


def test_slides_ask_the_same_number_of_queries_for_one_and_three(django_assert_num_queries):
    late()
    with django_assert_num_queries(7):
        wall.slides(TODAY, 2021)
    late(), late()

    with django_assert_num_queries(7):
        wall.slides(TODAY, 2021)


# --- 定稿 -----------------------------------------------------------------------------------------------------------


def test_the_wall_shows_the_edition_until_somebody_wants_things_as_they_are(as_user, staff):
    late(name="定稿时的项目")
    edition = Edition.objects.create(year=2021, by=staff)
    EditionPaper.objects.create(edition=edition, kind="wall", scope="city", content=wall.slides(TODAY, 2021))
    late(name="后来的项目")
    alone = screen_of(staff, as_user)

    kept, live = (alone.get(f"/wall/slides/{query}").content.decode() for query in ("", "?view=live"))

    assert ("定稿时的项目" in kept, "后来的项目" in kept) == (True, False)
    assert ("定稿时的项目" in live, "后来的项目" in live) == (True, True)
    assert f'data-as-of="{wall.kept_words(edition)}"' in kept
    assert "的数据" in live


def test_what_is_frozen_in_the_evening_is_shown_next_morning(as_user, staff, register_2021):
    editions.freeze(by=staff)
    project = Project.objects.in_year(2021).not_started().filter(unit__code="P01").first()
    began = {
        "to": "building",
        "demands": False,
        "actual": spans.parse("2021-09-26"),
        "by": staff,
        "version": project.version,
    }
    lifecycle.move_stage(project=project, **began)
    alone = screen_of(staff, as_user)

    kept, live = (alone.get(f"/wall/slides/{query}").context["slides"][0] for query in ("", "?view=live"))

    started = [next(one["value"] for one in found["figures"] if "新开工" in one["name"]) for found in (kept, live)]
    assert started == ["17/90", "18/90"]
