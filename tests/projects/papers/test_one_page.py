"""一页纸 of the city, a unit, a 市领导, a project: the leaders' digest as a paper; page, text, Word and list agree."""

import re
from datetime import date
from io import BytesIO

import pytest
from docx import Document

from projects import digests, notes, papers, project_paper
from projects.digests import measure
from projects.models import Project
from tests.factories import park_manager
from tests.projects.register import by_number
from tests.projects.test_listing import plain

pytestmark = pytest.mark.django_db
ON = date(2021, 9, 27)
FIRST = "leader:演示市领导甲"
LONG = "首期385亩中仍有42亩未完成征地拆迁，其中林地手续12亩待省林草局批复，高压线路迁改方案尚未与供电公司达成一致"


def read(browser, scope, **query):
    return browser.get(f"/materials/one-page/{scope}/", query)


def word_text(answer) -> str:
    file = Document(BytesIO(b"".join(answer.streaming_content)))
    return "\n".join(line.text for line in file.paragraphs)


def test_page_text_word_and_list_of_a_city_leader_agree(as_user, leader, register_2021):
    browser = as_user(leader)
    html = read(browser, FIRST).content.decode()
    shown, copied = plain(html), plain(html.split('id="paper-text"')[1].split("</div>")[0])
    word = plain(word_text(read(browser, FIRST, form="docx")))
    listed = plain(browser.get("/projects/summary/", {"year": 2021, "leader": "演示市领导甲"}).content.decode())

    for text in (shown, copied, word):
        for told in ("17个、138.38亿元", "逾期未开工7个", "逾期未竣工3个", "停缓建1个"):
            assert told in text
    assert "17个" in listed
    assert "138.38亿元" in listed
    for chip, count in (("overdue_start", 7), ("overdue_finish", 3), ("suspended", 1)):
        some = browser.get("/projects/summary/", {"year": 2021, "leader": "演示市领导甲", "chip": chip})
        assert re.search(rf"[^0-9]{count}个", plain(some.content.decode())), chip


def test_the_digest_of_the_leaders_is_the_page_of_the_city(leader, register_2021):
    digest = digests.compose(leader, first=date(2021, 9, 20), last=date(2021, 9, 26), on=ON, memo={})

    assert papers.one_page("city", on=ON).sections == digest.sections


def test_a_paper_comes_back_from_json_the_same(register_2021):
    for scope, _ in papers.scopes(year=2021):
        paper = papers.one_page(scope, on=ON)
        assert papers.Paper.from_json(paper.to_json()) == paper


def test_there_is_a_page_for_the_city_each_unit_and_each_city_leader(register_2021):
    found = [scope for scope, _ in papers.scopes(year=2021)]

    assert found[:4] == ["city", "P00", "P01", "P02"]
    assert sum(scope.startswith("leader:") for scope in found) == 8


def test_a_park_has_the_page_of_its_own_unit_only(as_user, register_2021):
    browser = as_user(park_manager("P01"))
    answers = {scope: read(browser, scope).status_code for scope in ("P01", "P02", "city", FIRST, "P99", "x/../P01")}
    own = plain(read(browser, "P01").content.decode())

    assert answers == {"P01": 200, "P02": 404, "city": 404, FIRST: 404, "P99": 404, "x/../P01": 404}
    assert "65个、418.61亿元" in own
    assert not [word for word in ("犍为", "夹江", "公布数", "1380") if word in own]


def test_a_county_has_neither_the_page_of_its_neighbour_nor_that_of_all(as_user, register_2021):
    browser = as_user(park_manager("P99-511129"))

    assert [read(browser, scope).status_code for scope in ("P99-511129", "P99", "P99-511124")] == [200, 404, 404]


def test_a_project_of_another_unit_has_no_page(as_user, register_2021):
    own, other = by_number("070"), by_number("117")
    browser = as_user(park_manager("P01"))

    assert read(browser, f"project:{own.pk}").status_code == 200
    assert read(browser, f"project:{other.pk}").status_code == 404
    assert read(browser, "project:²").status_code == 404
    assert read(browser, "project:99999999999999999999").status_code == 404


def test_the_page_of_a_project_tells_its_reason_and_no_telephone(register_2021, staff):
    project = by_number("070")
    notes.add_progress(project=project, by=staff, problem="385亩中42亩未完成征拆，电话13800000135", reason="land")
    text = project_paper.paper(project, year=2021, on=ON).text

    assert "385亩中42亩未完成征拆" in text
    assert "总投资14.50亿元" in text
    assert "已逾期68天" in text
    assert "13800000135" not in text


def test_however_long_the_names_the_page_has_lines_enough(register_2021, staff):
    for project in Project.objects.in_year(2021).overdue_start(on=ON):
        notes.add_progress(project=project, by=staff, problem=LONG, reason="land")
    Project.objects.update(name="演示项目" + "很长的名称" * 39, unverified=False)

    for scope, _ in papers.scopes(year=2021):
        assert measure.lines(papers.one_page(scope, on=ON).sections) <= measure.LINES, scope
    found = Project.objects.in_year(2021).first()
    assert measure.lines(project_paper.paper(found, year=2021, on=ON).sections) <= measure.LINES
