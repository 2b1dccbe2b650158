"""月通报 and 附表: the figures of desk, list, digest, 一页纸 and export; nothing invented, nothing blank."""

import re
from datetime import date
from decimal import Decimal

import pytest

from projects import digests, lights, notes, papers, stats
from projects.papers import Said
from tests.projects.register import by_number
from tests.projects.test_desk import first_page
from tests.projects.test_listing import plain

pytestmark = pytest.mark.django_db
ON = date(2021, 9, 27)


@pytest.fixture
def facts(register_2021):
    lights.refresh_all(on=ON)
    return papers.facts_of("city", on=ON)


def section(paper, title):
    return next(one for one in paper.sections if title in one.title)


def row_of(sheet, name):
    titles = [title for title, _, _ in sheet.columns]
    return dict(zip(titles, next(row for row in sheet.rows if row[0] == name), strict=True))


def test_its_sections_stand_in_the_order_of_the_bureau(facts):
    paper = papers.bulletin(facts)
    titles = [one.title for one in paper.sections if one.title]

    assert titles == [
        "一、总体情况", "（一）分园区", "（二）分产业", "（三）省重点", "（四）六大光伏项目", "二、主要特点",
        "三、存在问题", "（一）逾期未开工", "（二）逾期未竣工", "四、下一步工作",
    ]  # fmt: skip
    assert paper.appended == ["1. 推进情况汇总表", "2. 红黄灯项目清单", "3. 要素保障问题清单"]


def test_one_figure_is_the_same_wherever_it_stands(as_user, staff, facts):
    """Desk, digest, 一页纸, bulletin, 附表, list and export say the same to the last digit."""
    browser = as_user(staff)
    desk = plain(first_page(browser))
    listed = plain(browser.get("/projects/summary/?year=2021&chip=overdue_start").content.decode())
    digest = digests.compose(staff, first=date(2021, 9, 20), last=date(2021, 9, 26), on=ON, memo={})
    page, bulletin = papers.one_page("city", on=ON), papers.bulletin(facts)
    total = row_of(bulletin.sheets[0], "合计")

    count, amount = re.search(r"逾期未开工(\d+)个、([\d.]+)亿元", desk).groups()
    assert (count, amount) == ("46", "218.03")
    assert listed.startswith(f"{count}个") or f"{count}个" in listed
    assert f"逾期未开工{count}个、{amount}亿元" in digests.text(digest)
    for paper in (page, bulletin):
        assert f"逾期未开工{count}个、218.0亿元" in paper.text
    assert total["逾期未开工"] == int(count)
    whole = stats.figures(stats.register(staff, year=2021), on=ON, year=2021)["all"]
    assert (total["项目数"], Decimal(total["总投资"])) == (whole.count, whole.total)
    assert "279个、1380.0亿元" in bulletin.text
    assert total["总投资"] == "13800000.00"


def test_the_lines_of_the_summary_are_those_of_the_desk(as_user, staff, facts):
    desk = plain(first_page(as_user(staff)))

    for line in facts.lines:
        row = row_of(papers.annexes(facts).sheets[0], line.name)
        shown = f"{line.name}{row['项目数']}"
        assert shown in desk, line.name


def test_every_red_and_yellow_project_is_listed_with_why_and_who(facts):
    lit = papers.annexes(facts).sheets[1]
    whole = facts.whole

    assert len(lit.rows) == whole["red"].count + whole["yellow"].count
    assert [row[0] for row in lit.rows] == list(range(1, len(lit.rows) + 1))
    assert all(row[-1] and row[-2] for row in lit.rows)


def test_reason_and_unit_stand_beside_the_name(facts, staff):
    notes.add_progress(project=by_number("159"), by=staff, problem="环评未批，联系13800000135", reason="environment")
    told = section(papers.bulletin(facts), "逾期未开工")

    assert "夹江159 年产35万吨竹浆纸扩能（总投资24.2亿元，逾期89天）：环评：环评未批" in told.points[0]
    assert told.points[0].endswith("责任单位：夹江基地。")
    assert "环评1个、24.2亿元" in told.lead
    assert "13800000135" not in papers.bulletin(facts).text


def test_what_a_person_adds_follows_what_the_figures_say(facts):
    paper = papers.bulletin(facts, said=Said("五通桥光伏链加快成形。\n\n", "10月15日前现场调度。"))
    steps = section(paper, "四、下一步工作").points

    assert section(paper, "二、主要特点").points[-1] == "五通桥光伏链加快成形。"
    assert steps[-1] == f"{len(steps)}. 10月15日前现场调度。"
    assert "五通桥光伏链" not in papers.bulletin(facts).text


def test_nothing_is_left_blank(facts):
    told = papers.bulletin(facts).text

    assert not re.search(r"×|…{2}|_{2}|XX|None|nan|Lorem|待填|〔〕|（）|、、|：。|，。", told.replace("待局填写", ""))


def test_an_empty_register_says_so(db):
    paper = papers.bulletin(papers.facts_of("city", on=ON))

    assert "全市2021年工业投资项目0个" in paper.text
    assert section(paper, "三、存在问题").lead == "截至9月27日，没有逾期项目和未办结的要素保障问题。"
    assert paper.sheets[1].rows == ()


def test_each_figure_has_its_source_and_day(facts):
    sources = papers.bulletin(facts).sources

    assert {row[0] for row in sources.rows} >= {"项目数、总投资", "完成投资", "逾期未开工", "红灯", "原因"}
    assert all(row[1] and row[2] for row in sources.rows)


def test_the_bureau_adds_its_sentences_on_the_page(as_user, staff, leader, register_2021):
    browser = as_user(staff)
    browser.post("/materials/bulletin/", {"features": "光伏链加快成形。", "steps": "现场调度。"})

    assert "光伏链加快成形。" in plain(browser.get("/materials/bulletin/").content.decode())
    assert as_user(leader).post("/materials/bulletin/", {"features": "x"}).status_code == 404
    assert "光伏链加快成形" not in as_user(leader).get("/materials/bulletin/").content.decode()


def test_a_letter_names_the_late_of_its_unit_and_a_working_day_to_answer(as_user, staff, register_2021):
    lights.refresh_all(on=ON)
    page = plain(as_user(staff).get("/materials/letters/P01/reminder/").content.decode())

    assert "五通桥基地：" in page
    assert "你单位逾期未开工10个、27.1亿元，逾期未竣工5个" in page
    assert "于2021年10月9日前回复" in page  # five working days on, past the holiday
    assert "犍为" not in page.split("五通桥基地：")[1].split("复制表格")[0]


def test_a_unit_without_late_projects_needs_no_letter(as_user, staff):
    answer = as_user(staff).get("/materials/letters/P01/supervision/", follow=True)

    assert "五通桥基地没有红灯的逾期项目，不需要发督办函。" in answer.content.decode()
