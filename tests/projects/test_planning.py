"""年度计划: months that make the amount, a park's request for another amount, and 结转 to the next year."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal import clock
from projects import audit, changes, groups, investment, lights, planning
from projects.models import ChangeRequest, GroupEntry, MonthPlan, Project, ProjectGroup, ReportingPeriod, YearPlan
from tests.factories import ProjectFactory, leader, park_manager

pytestmark = [pytest.mark.django_db, pytest.mark.db]
EVEN = [Decimal(100)] * 12
NONE = [None] * 12


def plan(project: Project, year: int = 2021) -> YearPlan:
    return planning.of_year(project, year)


def set_plan(project: Project, by, **given) -> YearPlan:
    wanted = {
        "amount": Decimal(1200),
        "goal": "主体封顶",
        "months": EVEN,
        "reason": "分月下达",
        "read": planning.mark(plan(project)),
    }
    return planning.set_plan(project=project, year=2021, by=by, **{**wanted, **given})


def test_months_make_the_amount_and_are_kept(staff):
    project = ProjectFactory(unit="P01")

    set_plan(project, staff)

    kept = plan(project)
    assert (kept.annual_plan, kept.goal, planning.by_month(kept)) == (1200, "主体封顶", EVEN)


@pytest.mark.parametrize(
    ("months", "says"), [([Decimal(100)] * 11 + [None], "少100.00万元"), ([Decimal(101)] * 12, "多12.00万元")]
)
def test_months_that_do_not_make_the_amount_are_refused_in_words(staff, months, says):
    project = ProjectFactory(unit="P01")

    with pytest.raises(ValidationError, match=says):
        set_plan(project, staff, months=months)

    assert (plan(project).annual_plan, MonthPlan.objects.count()) == (1000, 0)


def test_a_blank_month_of_a_plan_by_months_is_nothing(staff):
    project = ProjectFactory(unit="P01")

    set_plan(project, staff, months=[None] * 6 + [Decimal(200)] * 6)

    assert planning.by_month(plan(project)) == [Decimal(0)] * 6 + [Decimal(200)] * 6


def test_the_second_of_two_people_is_told_and_nothing_is_lost(staff, lead):
    project = ProjectFactory(unit="P01")
    read = planning.mark(plan(project))
    set_plan(project, lead, reason="先改", read=read)

    with pytest.raises(ValidationError, match=f"{lead}刚修改过"):
        set_plan(project, staff, amount=Decimal(5), months=NONE, read=read)

    assert plan(project).annual_plan == 1200


def test_only_the_bureau_changes_a_plan_and_says_why(staff):
    project = ProjectFactory(unit="P01")

    for person in (park_manager("P01"), leader()):
        with pytest.raises(PermissionDenied):
            set_plan(project, person)
    with pytest.raises(ValidationError, match="写明原因"):
        set_plan(project, staff, reason=" ")


# --- 调整申请 ------------------------------------------------------------------------------------------------------


def ask(project: Project, by, value: int) -> ChangeRequest:
    return changes.ask(
        project=project, field="annual_plan", value=Decimal(value), reason="finance", said="资金未到位", by=by
    )


def test_a_park_asks_for_another_amount_and_the_bureau_agrees(staff):
    project, own = ProjectFactory(unit="P01"), park_manager("P01")
    set_plan(project, staff)
    asked = ask(project, own, 900)
    assert changes.told(asked).old == "1,200.00"

    changes.agree(request=asked, by=staff)

    kept = plan(project)
    assert (kept.annual_plan, planning.by_month(kept)) == (900, NONE)
    assert "资金未到位" in kept.history.first().history_change_reason


def test_a_request_about_an_amount_that_moved_is_not_carried_out(staff):
    project = ProjectFactory(unit="P01")
    asked = ask(project, park_manager("P01"), 900)
    planning.set_amount(project=project, year=2021, to=Decimal(800), by=staff, reason="核减")

    with pytest.raises(ValidationError, match="已被修改"):
        changes.agree(request=asked, by=staff)

    assert plan(project).annual_plan == 800


# --- 结转 ----------------------------------------------------------------------------------------------------------


def year_of_projects() -> dict[str, Project]:
    return {
        "started": ProjectFactory(name="已开工", unit="P01", year_type="new", stage="building"),
        "waiting": ProjectFactory(name="未开工", unit="P01", year_type="new", stage="preparing"),
        "finished": ProjectFactory(name="已投产", unit="P01", year_type="finishing", stage="completed"),
        "gone": ProjectFactory(name="已退出", unit="P01", hold="withdrawn", hold_reason="放弃"),
        "kept": ProjectFactory(name="储备", unit="P02", year_type="reserve", stage="reserve"),
    }


def close_december() -> None:
    moment = datetime(2022, 1, 5, tzinfo=clock.SHANGHAI)
    ReportingPeriod.objects.create(
        year=2021, first_month=12, month=12, due_at=moment, as_of="2021-12-31", opened_at=moment, closed_at=moment
    )  # fmt: skip
    assert investment.closed_month(2021) == 12


def test_what_goes_on_gets_a_plan_of_the_next_year_once(lead):
    projects = year_of_projects()
    seen = planning.carry_preview(year=2021)

    planning.carry(year=2021, by=lead)

    made = {
        p.project.name: (p.year_type, p.opening_cumulative, p.annual_plan) for p in YearPlan.objects.filter(year=2022)
    }
    assert made == {
        "已开工": ("continuing", None, None),
        "未开工": ("new", None, None),
        "储备": ("reserve", None, None),
    }
    assert (len(seen.new), seen.ended, seen.there) == (3, 2, 0)
    assert list(Project.objects.live().in_year(2022).paper_order()) == [
        projects[name] for name in ("started", "waiting", "kept")
    ]
    with pytest.raises(ValidationError, match="没有需要结转"):
        planning.carry(year=2021, by=lead)


def test_the_six_go_on_and_the_lists_of_a_year_begin_anew(lead):
    projects = year_of_projects()
    six = ProjectGroup.objects.get(slug=groups.MAJOR_PV, year=2021)
    province = ProjectGroup.objects.get(slug=groups.PROVINCE_KEY, year=2021)
    for group in (six, province):
        groups.enter(project=projects["started"], group=group, by=lead, published=True)
        groups.enter(project=projects["waiting"], group=group, by=lead)
        groups.leave(project=projects["waiting"], group=group, by=lead, reason="已调出")
    weekly = dict(ProjectGroup.objects.filter(year=2021).values_list("slug", "weekly"))
    years = ProjectGroup.objects.filter(year=2021).exclude(slug=groups.INDUSTRIAL).count()

    planning.carry(year=2021, by=lead)

    following = {one.slug: one for one in ProjectGroup.objects.filter(year=2022)}
    assert len(following) == years
    assert following[groups.PROVINCE_KEY].name == province.name.replace("2021", "2022")
    assert {slug: one.weekly for slug, one in following.items()}.items() <= weekly.items()
    assert not ProjectGroup.objects.get(slug=groups.MAJOR_PV, year=2021).weekly
    (entry,) = GroupEntry.objects.filter(group__year=2022)
    assert (entry.group, entry.project, entry.status) == (following[groups.MAJOR_PV], projects["started"], "listed")
    assert entry.amount_published == projects["started"].total_investment
    assert entry.history.get().history_user == lead
    assert list(Project.objects.live().in_group(groups.MAJOR_PV, 2022)) == [projects["started"]]
    assert groups.carry(year=2021, by=lead, reason="再来一次") == 0


def test_who_leaves_the_list_of_the_year_is_none_of_the_six_any_more(lead, as_user, set_today):
    project = year_of_projects()["started"]
    groups.enter(project=project, group=ProjectGroup.objects.get(slug=groups.MAJOR_PV, year=2021), by=lead)
    planning.carry(year=2021, by=lead)
    january = date(2022, 1, 10)
    set_today(january)

    def told():
        page = as_user(lead).get(project.get_absolute_url()).content.decode()
        return project.pk in lights.circumstances(
            january
        ).major_pv, '<span class="tag tag-blue">六大光伏</span>' in page

    before = told()
    following = ProjectGroup.objects.get(slug=groups.MAJOR_PV, year=2022)
    groups.leave(project=project, group=following, by=lead, reason="已调出")

    assert before == (True, True)
    assert told() == (False, False)


def test_openings_come_once_december_is_closed_and_overwrite_nothing(lead):
    projects = year_of_projects()
    YearPlan.objects.filter(project=projects["started"]).update(opening_cumulative=500, done=300, done_month=12)
    YearPlan.objects.filter(project=projects["waiting"]).update(done=7, done_month=12)
    planning.carry(year=2021, by=lead)
    YearPlan.objects.filter(year=2022, project=projects["waiting"]).update(opening_cumulative=1)

    close_december()
    planning.carry(year=2021, by=lead)

    openings = dict(YearPlan.objects.filter(year=2022).values_list("project__name", "opening_cumulative"))
    assert openings == {"已开工": 800, "未开工": 1, "储备": None}


def test_openings_follow_when_december_was_corrected(lead, staff):
    projects = year_of_projects()
    for name in ("started", "waiting"):
        YearPlan.objects.filter(project=projects[name]).update(opening_cumulative=500, done=300, done_month=12)
    close_december()
    planning.carry(year=2021, by=lead)
    by_hand = plan(projects["waiting"], 2022)
    by_hand.opening_cumulative = Decimal(900)
    audit.save(by_hand, by=staff, reason="按决算")

    YearPlan.objects.filter(year=2021, opening_cumulative=500).update(done=350)
    seen = planning.carry_preview(year=2021)
    planning.carry(year=2021, by=lead)

    assert [one.project for one in seen.fill] == [projects["started"]]
    assert plan(projects["started"], 2022).opening_cumulative == 850
    assert plan(projects["waiting"], 2022).opening_cumulative == 900
    with pytest.raises(ValidationError, match="没有需要结转"):
        planning.carry(year=2021, by=lead)


def test_the_lead_carries_the_others_look(staff, as_user):
    year_of_projects()

    with pytest.raises(PermissionDenied):
        planning.carry(year=2021, by=staff)

    page = as_user(staff).get("/settings/carry/?year=2021")
    assert "将新建2022年度计划<strong>3</strong>个" in page.content.decode()
    assert YearPlan.objects.filter(year=2022).count() == 0


# --- the page ------------------------------------------------------------------------------------------------------


def test_what_was_typed_stays_when_months_do_not_fit(staff, as_user):
    project = ProjectFactory(unit="P01")
    sent = {
        "annual_plan": "0.12亿",
        "goal": "封顶",
        "m1": "1000",
        "reason": "下达",
        "read": planning.mark(plan(project)),
    }

    answer = as_user(staff).post(f"/projects/{project.pk}/plan/?year=2021", sent)

    assert answer.status_code == 422
    assert "比年度计划投资少200.00万元" in answer.content.decode()
    assert 'value="0.12亿"' in answer.content.decode()


def test_the_history_tells_of_months(staff, as_user):
    project = ProjectFactory(unit="P01")
    set_plan(project, staff)

    page = as_user(staff).get(f"/projects/{project.pk}/history/").content.decode()

    assert "2021年3月计划投资" in page
    assert "分月下达" in page
