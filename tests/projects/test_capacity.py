"""产能 and 目标: sums never take an unknown for a nought, and nobody sees more than the own projects."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from portal import spans
from portal.models import AuditEntry
from projects import capacity, groups, notes, timeline
from projects.choices import Segment
from projects.models import CapacityLine, Project, ProjectGroup, Target
from tests.factories import ProjectFactory, park_manager

pytestmark = pytest.mark.django_db

SIX = ["永祥二期", "协鑫颗粒硅", "永祥单晶拉棒切方", "京运通拉棒切方", "晶科三期切片", "协鑫切片电池片"]


@pytest.fixture
def six(lead):
    group = ProjectGroup.objects.get(slug="major-pv", year=2021)
    made = {name: ProjectFactory(name=name, unit="P01", unverified=True) for name in SIX}
    for project in made.values():
        groups.enter(project=project, group=group, by=lead)
    return made


def links(six):
    found = capacity.chain(topic="major-pv", year=2021, projects=Project.objects.all())
    return {link.segment: link for link in found.links}


def entered(project, by, segment="ingot", **facts):
    return capacity.add_line(project=project, by=by, segment=segment, **{"phase": "", **facts})


def test_public_facts_stand_in_and_say_so_and_what_is_unknown_is_counted_apart(six):
    chain = links(six)

    told = {segment: (link.designed.words, link.gap_designed, link.producing.words) for segment, link in chain.items()}
    assert told == {
        Segment.SILICON: ("已知6，另有1个项目待补", "最多还差10", "待补（2个项目）"),
        Segment.INGOT: ("39", "还差21", "待补（2个项目）"),
        Segment.WAFER: ("待补（2个项目）", "待补", "待补（2个项目）"),
        Segment.CELL: ("10", "还差10", "待补（1个项目）"),
    }
    assert [link.designed.public for link in chain.values()] == [6, 39, 0, 10]


def test_a_line_takes_the_place_of_the_public_fact_of_its_phase(six, staff):
    first = entered(six["京运通拉棒切方"], staff, phase="一期", designed=Decimal(13), producing=Decimal("4.5"))

    link = links(six)[Segment.INGOT]

    assert (link.designed.words, link.designed.public) == ("40", 27)
    assert (link.producing.words, link.gap_producing) == ("已知4.5，另有2个项目待补", "最多还差55.5")

    capacity.remove_line(line=first, version=1, by=staff, reason="不分期")
    entered(six["京运通拉棒切方"], staff, designed=Decimal(30))

    assert links(six)[Segment.INGOT].designed.public == 15  # of the whole segment: no phase is public any more


def test_a_phase_and_the_whole_are_not_counted_together(six, staff):
    first = six["京运通拉棒切方"]
    whole = entered(first, staff, segment="wafer", designed=Decimal(10))
    with pytest.raises(ValidationError, match="已有不分期的一项"):
        entered(first, staff, segment="wafer", phase="一期", designed=Decimal(4))
    entered(first, staff, segment="cell", phase="一期", designed=Decimal(4))
    with pytest.raises(ValidationError, match="已按期次填报"):
        entered(first, staff, segment="cell", designed=Decimal(10))

    capacity.change_line(line=whole, version=1, by=staff, reason="分期", phase="一期")
    entered(first, staff, segment="wafer", phase="二期", designed=Decimal(6))


def test_a_known_nought_is_no_unknown(six, staff):
    for name in ("京运通拉棒切方", "永祥单晶拉棒切方"):
        entered(six[name], staff, designed=Decimal(30), producing=Decimal(0))

    link = links(six)[Segment.INGOT]

    assert (link.producing.words, link.gap_producing, link.gap_designed) == ("0", "还差60", "已达到")


def test_the_projects_that_decide_stand_by_size_then_date(six, staff):
    entered(six["京运通拉棒切方"], staff, phase="一期", designed=Decimal(15), planned=spans.parse("2022年"))
    entered(six["京运通拉棒切方"], staff, phase="二期", designed=Decimal(20), producing=Decimal(20))
    entered(six["京运通拉棒切方"], staff, phase="三期", designed=None)

    deciding = links(six)[Segment.INGOT].deciding

    assert [part.name for part in deciding] == ["京运通拉棒切方一期", "永祥单晶拉棒切方", "京运通拉棒切方三期"]


def test_output_is_a_target_of_its_own_and_no_figure_of_ours(six, as_user, staff):
    (output,) = capacity.chain(topic="major-pv", year=2021, projects=Project.objects.none()).others

    html = as_user(staff).get("/groups/major-pv/").content.decode()

    assert (output.value, output.unit) == (800, "亿元")
    assert "实际产值待补" in html
    assert "2023年形成16万吨硅料、60GW拉棒切方、60GW切片、20GW电池片生产能力" in html


def test_a_list_without_targets_and_lines_has_no_chain(as_user, staff, lead):
    project = ProjectFactory(unit="P01", chain_segment="ingot")
    groups.enter(project=project, group=ProjectGroup.objects.get(slug="province-key", year=2021), by=lead)
    client = as_user(staff)
    before = client.get("/groups/province-key/").context["chain"]

    entered(project, staff, designed=Decimal(3))

    assert before is None
    (link,) = client.get("/groups/province-key/").context["chain"].links
    assert (link.designed.words, link.gap_designed) == ("3", "")


# --- who may --------------------------------------------------------------------------------------------------------


def test_a_park_keeps_the_lines_of_its_own_projects_only(six, as_user, lead):
    foreign = ProjectFactory(unit="P02", name="别家的项目")
    line = entered(foreign, lead, designed=Decimal("77.75"))
    manager = park_manager("P01")
    client = as_user(manager)

    answers = [
        client.get(f"/projects/{foreign.pk}/capacity/").status_code,
        client.get(f"/capacity/{line.pk}/").status_code,
        client.post(f"/capacity/{line.pk}/", {"segment": "ingot", "reason": "改", "version": 1}).status_code,
        client.post(f"/capacity/{line.pk}/delete/", {"reason": "删", "version": 1}).status_code,
    ]
    own = client.post(f"/projects/{six['永祥二期'].pk}/capacity/", {"segment": "silicon", "designed": "5"})

    assert answers == [404, 404, 404, 404]
    assert own.status_code == 302
    assert CapacityLine.objects.get(project=six["永祥二期"]).by == manager
    with pytest.raises(PermissionDenied):
        capacity.change_line(line=line, version=1, by=manager, reason="改", designed=Decimal(1))


def test_a_park_sees_its_own_columns_and_no_sum_of_the_city(six, as_user, lead):
    foreign = ProjectFactory(unit="P02", name="别家的项目")
    groups.enter(project=foreign, group=ProjectGroup.objects.get(slug="major-pv", year=2021), by=lead)
    entered(foreign, lead, designed=Decimal("77.75"))

    html = as_user(park_manager("P01")).get("/groups/major-pv/").content.decode()

    assert "京运通拉棒切方" in html
    assert [word in html for word in ("别家的项目", "77.75", "目标减", "800", "2023年", 'id="chain"')] == [False] * 6


def test_leaders_read_and_enter_nothing(six, as_user, leader):
    client = as_user(leader)

    html = client.get("/groups/major-pv/").content.decode()

    assert 'id="chain"' in html
    assert client.get(f"/projects/{six['永祥二期'].pk}/capacity/").status_code == 403


def test_only_the_lead_keeps_targets_and_no_change_is_lost(as_user, staff, lead):
    target = Target.objects.get(segment="ingot")
    seen = capacity.last_change(target)
    facts = {"value": Decimal(65), "quote": target.quote, "source": target.source}
    with pytest.raises(PermissionDenied):
        capacity.set_target(target=target, seen=seen, by=staff, reason="规划调整", **facts)

    capacity.set_target(target=target, seen=seen, by=lead, reason="规划调整", **facts)

    with pytest.raises(ValidationError, match="刚被别人修改"):
        capacity.set_target(target=Target.objects.get(pk=target.pk), seen=seen, by=lead, reason="再改", **facts)
    assert AuditEntry.objects.filter(action="target.change").count() == 1


# --- keeping --------------------------------------------------------------------------------------------------------


def test_two_at_once_and_the_second_is_told(six, staff):
    line = entered(six["永祥单晶拉棒切方"], staff, designed=Decimal(15))
    capacity.change_line(line=line, version=1, by=staff, reason="企业更正", designed=Decimal(16))

    with pytest.raises(ValidationError, match="刚被别人修改"):
        capacity.change_line(line=line, version=1, by=staff, reason="企业更正", designed=Decimal(17))

    assert CapacityLine.objects.get().designed == 16


def test_more_cannot_run_than_was_designed_nor_in_future(six, staff):
    project = six["永祥单晶拉棒切方"]
    with pytest.raises(ValidationError, match="不能大于设计产能"):
        entered(project, staff, designed=Decimal(1), producing=Decimal(2))
    with pytest.raises(ValidationError, match="不能晚于今天"):
        entered(project, staff, designed=Decimal(1), produced_on=date(2099, 1, 1))


def test_history_of_the_project_tells_each_line(six, as_user, staff):
    project = six["永祥单晶拉棒切方"]
    line = entered(project, staff, designed=Decimal(15), planned=spans.parse("2022年上半年"))
    line = capacity.change_line(line=line, version=1, by=staff, reason="企业更正", designed=Decimal(16), producing=None)
    capacity.remove_line(line=line, version=2, by=staff, reason="重复")

    told = [step for step in timeline.steps(project, phones=True) if step.title == "产能"]

    assert [(step.reason, step.changes[0].label) for step in told] == [
        ("重复", "删除产能"),
        ("企业更正", "拉棒切方设计产能"),
        ("填写产能", "拉棒切方设计产能"),
    ]
    assert AuditEntry.objects.filter(action="capacity.change").count() == 3


# --- the board ------------------------------------------------------------------------------------------------------


def test_unverified_columns_are_grey_until_somebody_says_something(six, as_user, staff):
    project = six["协鑫颗粒硅"]
    client = as_user(staff)
    before = client.get("/groups/major-pv/").context["board"]

    notes.add_progress(project=project, by=staff, progress="一期主体施工", noted_on=date(2021, 9, 20))

    after = client.get("/groups/major-pv/").context["board"]
    lights = [next(row for row in board.rows if row.label == "灯").cells[1] for board in (before, after)]
    assert [[line.text for line in cell.lines] for cell in lights] == [["进展待核实"], []]
    assert "一期主体施工" in str(next(row for row in after.rows if row.label == "最新进展").cells[1])


def test_page_and_project_ask_the_same_number_of_queries_with_many_lines(
    six, as_user, staff, django_assert_num_queries
):
    client = as_user(staff)
    client.get("/groups/major-pv/")
    with django_assert_num_queries(19):
        client.get("/groups/major-pv/")
    for name, project in six.items():
        entered(project, staff, phase=name[:2], designed=Decimal(3))

    with django_assert_num_queries(19):
        client.get("/groups/major-pv/")


def test_a_long_list_is_asked_only_for_what_belongs_to_the_chain(six, staff):
    ProjectFactory(name="与产业链无关的项目")
    other = ProjectFactory(name="填了产能的项目")
    entered(other, staff, segment="wafer", designed=Decimal(8))

    concerned = capacity.concerned(Project.objects.all())

    assert [project.name for project in concerned] == [*SIX, "填了产能的项目"]
