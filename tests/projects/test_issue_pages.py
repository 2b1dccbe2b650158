"""The pages of 要素保障问题: what each person sees and may press, 交办单, 原因分布, the written list."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from projects import issues, notes, reasons, stats
from projects.models import ImportRow, Issue
from projects.sample import troubles
from tests.factories import ProjectFactory, leader, park_manager, staff
from tests.projects.test_issues import handed, paper, put, solved

pytestmark = pytest.mark.django_db


@pytest.fixture
def own():
    return park_manager("P01", name="王某")


@pytest.fixture
def project():
    return ProjectFactory(unit="P01", total_investment=Decimal("145000.00"))


@pytest.fixture
def boss():
    return staff(name="李某")


def text_of(client, url):
    return re.sub(r"\s+", " ", client.get(url).content.decode())


def url(name, issue, **query):
    return reverse(name, args=[issue.pk])


# --- the list ----------------------------------------------------------------------------------------------------


def test_an_empty_list_says_what_to_do(as_user, own):
    assert "没有未办结的要素保障问题。" in text_of(as_user(own), reverse("issue_list"))
    assert "去掉一个条件试试" in text_of(as_user(own), reverse("issue_list") + "?category=land")


def test_the_list_counts_as_many_queries_for_one_as_for_thirty(as_user, boss, own, project, django_assert_num_queries):
    put(project, own)
    browser = as_user(boss)
    browser.get(reverse("issue_list"))
    with django_assert_num_queries(11) as one:
        browser.get(reverse("issue_list"))
    for number in range(30):
        handed(put(ProjectFactory(unit="P02"), boss, words=f"第{number}个" + "很长" * 200), boss)
    with django_assert_num_queries(len(one)):
        browser.get(reverse("issue_list"))


def test_chips_count_what_they_lead_to(as_user, boss, own, project, set_today):
    put(project, own)
    late = handed(put(project, own), boss, due_on=date(2021, 9, 28))
    solved(handed(put(project, own), boss), own)
    set_today(date(2021, 9, 30))

    page = as_user(boss).get(reverse("issue_list"))
    assert {chip["label"]: chip["count"] for chip in page.context["chips"]} == {
        "未办结": 3, "待交办": 1, "办理中": 1, "超期": 1, "待销号": 1, "已销号": 0, "全部": 3,
    }  # fmt: skip
    found = as_user(boss).get(reverse("issue_list") + "?state=overdue").context["rows"]
    assert found == [(late, 2)]


def test_filters_narrow_and_what_is_unknown_does_not(as_user, boss, own, project):
    issue = handed(put(project, own), boss, level="city")
    put(ProjectFactory(unit="P02"), boss, category="power")

    def shown(query):
        return [one.pk for one, _ in as_user(boss).get(reverse("issue_list") + query).context["rows"]]

    for query in ("?category=land", "?park=P01", "?level=city", "?category=land&park=P01&level=city&state=working"):
        assert shown(query) == [issue.pk]
    assert len(shown("?category=x&park=P77&level=9&state=zz&page=99")) == 2


def test_a_park_sees_its_own_only(as_user, boss, own, project):
    put(project, own)
    put(ProjectFactory(unit="P02"), boss, words="别的园区的事")

    page = text_of(as_user(own), reverse("issue_list"))
    assert "42亩征拆未完成" in page
    assert "别的园区的事" not in page


# --- one issue ---------------------------------------------------------------------------------------------------


def buttons(client, issue):
    page = client.get(issue.get_absolute_url()).content.decode()
    actions = page[page.index('page-actions">') : page.index("<dl class=")]
    return [re.sub(r"\s+", "", one) for one in re.findall(r"(?:</svg>|btn[^>]*>)([^<]*)</(?:a|button)>", actions)]


def test_each_state_offers_what_may_be_done(as_user, boss, own, project):
    issue = put(project, own)
    assert buttons(as_user(boss), issue) == ["交办", "填办理情况", "提级"]
    assert buttons(as_user(own), issue) == ["填办理情况"]
    issue = handed(issue, boss)
    assert buttons(as_user(boss), issue) == ["申请销号", "填办理情况", "上传佐证", "改派、改期", "提级", "交办单"]
    assert buttons(as_user(own), issue) == ["申请销号", "填办理情况", "上传佐证", "交办单"]
    issue = solved(issue, own)
    assert buttons(as_user(boss), issue) == ["销号", "退回（写明原因）", "填办理情况", "上传佐证", "交办单"]
    issue = issues.close(issue=issue, version=issue.version, by=boss)
    assert buttons(as_user(boss), issue) == ["重新打开", "交办单"]
    assert buttons(as_user(leader()), issue) == ["交办单"]


def test_the_way_by_its_pages(as_user, boss, own, project):
    park, bureau = as_user(own), as_user(boss)
    asked = {"category": "land", "words": "征拆未完成", "source": "park", "level": "county"}
    park.post(f"{reverse('issue_new')}?project={project.pk}", asked)
    issue = Issue.objects.get()
    due = issues.default_due(date(2021, 9, 27))
    bureau.post(
        url("issue_hand", issue),
        {"version": 1, "lead_unit": "自然资源局", "assist_units": "", "level": "county", "due_on": due},
    )
    park.post(url("issue_step", issue), {"words": "已签38户", "on": "2021-09-27"})
    proof = SimpleUploadedFile("批复.pdf", b"%PDF-1.4\n%%EOF", content_type="application/pdf")
    park.post(url("issue_apply", issue), {"version": 2, "result": "已交地", "file": proof})
    bureau.post(url("issue_close", issue), {"version": 3})

    issue.refresh_from_db()
    assert (issue.state, issue.due_on, issue.lead_unit) == ("closed", due, "自然资源局")
    page = text_of(park, issue.get_absolute_url())
    for words in ("提出问题", "交办自然资源局", "已签38户", "申请销号：已交地", "销号", "批复.pdf"):
        assert words in page


def test_a_refusal_keeps_what_was_typed(as_user, boss, own, project):
    issue = put(project, own)
    handed(issue, boss)

    answer = as_user(boss).post(url("issue_escalate", issue), {"version": 1, "level": "city", "reason": "需调指标"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "办理了这个问题，您的办理没有生效" in page
    assert "需调指标" in page
    assert 'name="version" value="2"' in page


def test_without_a_project_the_page_leads_to_it(as_user, own):
    assert "先找到项目" in text_of(as_user(own), reverse("issue_new"))


def test_nobody_puts_forward_for_a_foreign_project(as_user, project):
    address = f"{reverse('issue_new')}?project={project.pk}"
    assert as_user(park_manager("P02")).get(address).status_code == 404


def test_a_proof_is_shown_in_a_box_to_who_sees_the_project(as_user, boss, own, project):
    file = issues.attach(issue=handed(put(project, own), boss), proof=paper(), by=own)
    address = reverse("issue_file", args=[file.pk])

    answer = as_user(own).get(address)
    assert (answer.status_code, answer["Content-Security-Policy"]) == (200, "sandbox; default-src 'none'")
    assert as_user(park_manager("P02")).get(address).status_code == 404


# --- 交办单 ------------------------------------------------------------------------------------------------------


def test_the_sheet_says_who_does_what_until_when(as_user, boss, own, project):
    issue = handed(put(project, own), boss, assist_units="征收中心")
    page = text_of(as_user(boss), url("issue_sheet", issue))

    for words in (issue.number, project.name, "42亩征拆未完成", "自然资源局", "征收中心", "2021年10月15日", "签收人"):
        assert words in page


def test_ticked_ones_print_together_without_those_to_hand_over(as_user, boss, own, project):
    ids = [put(project, own).pk, handed(put(project, own), boss).pk, handed(put(project, own), boss).pk]
    address = reverse("issue_sheets") + "?" + "&".join(f"ids={one}" for one in [*ids, "x", 999999])

    assert [one.pk for one in as_user(boss).get(address).context["issues"]] == ids[1:]
    assert "没有选中已交办的问题" in text_of(as_user(boss), reverse("issue_sheets"))


# --- other pages -------------------------------------------------------------------------------------------------


def test_the_project_shows_its_open_issues(as_user, boss, own, project):
    handed(put(project, own), boss)
    done = solved(handed(put(project, own, words="已经解决的"), boss), own)
    issues.close(issue=done, version=done.version, by=boss)

    page = text_of(as_user(own), project.get_absolute_url())
    assert "牵头单位自然资源局" in page
    assert "已销号1个" in page
    assert f"/issues/new/?project={project.pk}" in page
    assert "/issues/new/" not in text_of(as_user(leader()), project.get_absolute_url())


def test_the_first_pages_count_what_waits(as_user, boss, own, project, set_today):
    put(project, own)
    handed(put(project, own), boss, due_on=date(2021, 9, 28))
    solved(handed(put(project, own), boss), own)
    set_today(date(2021, 9, 29))

    def counts(person):
        found = {one.label: one.count for one in as_user(person).get("/").context["todo"]}
        return {label: count for label, count in found.items() if label.startswith("问题")}

    assert counts(boss) == {"问题待交办": 1, "问题待销号": 1, "问题超期": 1}
    assert counts(own) == {"问题办理中": 1, "问题超期": 1}
    assert counts(park_manager("P02")) == {"问题办理中": 0, "问题超期": 0}


# --- 原因分布 ----------------------------------------------------------------------------------------------------


def late_project(unit, total, reason=""):
    made = ProjectFactory(
        unit=unit, total_investment=Decimal(total), planned_start_from="2021-03-01", planned_start_to="2021-03-31"
    )
    if reason:
        notes.add_progress(project=made, by=staff(), problem="没有办完", reason=reason)
    return made


def test_reasons_add_up_to_all_that_are_late(boss):
    held = late_project("P01", "145000", "land")
    late_project("P01", "5000", "land")
    late_project("P02", "2000.55")
    put(held, boss)
    put(held, boss, category="power")
    projects = stats.register(boss, year=2021).overdue_start(on=date(2021, 9, 27))

    found = reasons.distribution(projects, Issue.objects.all())

    rows = [(one.label, one.late.count, one.late.total, one.open, one.held.total) for one in found.rows]
    assert rows == [
        ("用地", 2, Decimal("150000.00"), 1, Decimal("145000.00")),
        ("用电", 0, Decimal("0.00"), 1, Decimal("145000.00")),
        ("原因未填", 1, Decimal("2000.55"), 0, Decimal("0.00")),
    ]
    assert (found.total.late.count, found.total.late.total) == (projects.count(), Decimal("152000.55"))
    assert (found.total.open, found.total.held.count, found.total.held.total) == (2, 1, Decimal("145000.00"))
    assert found.words == (
        "逾期未开工3个、15.20亿元，原因：用地2个、15.00亿元，原因未填1个、0.20亿元。"
        "未办结要素保障问题2个，涉及项目1个、14.50亿元：用地1个，用电1个。"
    )


def test_the_table_of_a_park_counts_its_own(as_user, boss, own):
    put(late_project("P01", "145000"), boss)
    put(late_project("P02", "9000"), boss)

    total = as_user(own).get(reverse("issue_list")).context["causes"].total
    assert (total.late.count, total.open) == (1, 1)


# --- the written list --------------------------------------------------------------------------------------------


def test_the_written_list_holds_what_the_page_shows(as_user, boss, own, project):
    issue = handed(put(project, own), boss)
    put(ProjectFactory(unit="P02"), boss, category="power")

    answer = as_user(own).get(reverse("issue_export"))
    rows = [list(row) for row in load_workbook(BytesIO(b"".join(answer.streaming_content))).worksheets[0].values]
    heading = next(row for row in rows if "系统编号" in row)
    (line,) = [dict(zip(heading, row, strict=True)) for row in rows if project.name in row]
    assert (line["问题编号"], line["要素类别"], line["问题牵头"]) == (issue.number, "用地", "自然资源局")
    assert (line["系统编号"], line["总投资(万元)"], line["办结时限"]) == (project.number, 145000, "2021-10-15")
    for form in ("paper&by=park", "paper", "csv"):
        assert as_user(boss).get(f"{reverse('issue_export')}?form={form}").status_code == 200


def test_the_history_of_the_project_tells_what_was_done(as_user, boss, own, project):
    issue = handed(put(project, own), boss)
    issues.add_step(issue=issue, by=own, words="已签38户")

    page = text_of(as_user(own), reverse("project_history", args=[project.pk]))
    for words in (f"{issue.number}用地问题", "交办自然资源局", "已签38户", "待交办"):
        assert words in page


def test_the_sample_shows_every_state():
    staff(username="staff")
    for key in ("070", "117", "159", "160", "226", "260"):
        ProjectFactory(unit="P01", name=f"演示项目{key} 某项目", is_demo=True)

    assert troubles.tell(on=date(2021, 9, 27)) == 6
    found = Issue.objects.order_by("pk").values_list("state", "is_demo")
    assert set(found) == {("new", True), ("working", True), ("solved", True), ("closed", True)}
    assert Issue.objects.overdue(on=date(2021, 9, 27)).count() == 1


def test_leaders_read_of_the_citys_issues_on_their_page(as_user, boss, own, project):
    browser = as_user(leader())
    assert "要素保障问题" not in text_of(browser, "/")
    handed(put(project, own), boss, level="city")

    page = text_of(browser, "/")
    assert "市级协调的要素保障问题" in page
    assert "（14.5亿元）：用地，42亩征拆未完成（牵头" in page


@pytest.mark.parametrize("form", ["data", "paper&by=park", "csv"])
def test_imported_again_it_says_nothing_of_the_project(form, as_user, boss, own, project):
    issue = handed(put(project, own, level="county"), boss, assist_units="征收中心")
    issues.apply_to_close(issue=issue, version=issue.version, by=own, result="已交地", proof=paper())
    browser = as_user(boss)
    written = b"".join(browser.get(f"{reverse('issue_export')}?form={form}").streaming_content)

    name = "台账.csv" if form == "csv" else "台账.xlsx"
    browser.post(reverse("import_start"), {"file": SimpleUploadedFile(name, written), "year": 2021})

    changes = ImportRow.objects.get(name=project.name).changes
    assert {one["field"] for one in changes} <= {"group:industrial"}
