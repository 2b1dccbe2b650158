"""The first page of each role; every number on it leads to as many projects."""

import re
from datetime import date
from html import unescape

import pytest

from portal import spans
from projects import lifecycle, notes
from projects.models import LightSnapshot
from tests.factories import park_manager
from tests.projects.register import by_number
from tests.projects.test_listing import plain

pytestmark = pytest.mark.django_db


def first_page(browser):
    return browser.get("/").content.decode()


def test_bureau_reads_the_sentence_first(as_user, staff, register_2021):
    text = plain(first_page(as_user(staff)))

    assert "全市2021年工业投资项目279个、总投资1380.00亿元，与公布数一致。计划新开工90个，已开工17个" in text
    assert "其中6个项目进展待核实，不计入逾期。" in text


def test_every_number_of_the_bureau_leads_to_as_many_projects(as_user, staff, register_2021):
    browser = as_user(staff)
    html = first_page(browser)
    links = re.findall(
        r'<a[^>]*href="(/(?:projects|milestones)/\?[^"]+)"[^>]*>(?:[^<]*<span class="count">)?\s*(\d+)', html
    )

    assert len(links) > 80
    for address, count in set(links):
        answer = browser.get(unescape(address).replace("/?", "/summary/?", 1)).content.decode()
        shown = re.search(r"<strong>[^<]*?(\d+)个</strong>", answer)
        assert shown, address
        assert shown.group(1) == count, address


def test_bureau_is_told_whom_to_call(as_user, staff, register_2021):
    notes.add_chase(project=by_number("226"), by=staff, channel="phone", answer="国庆后交地")
    html = first_page(as_user(staff))

    calls = re.findall(r'<p class="call-head">.*?<a[^>]*>([^<]+)</a>', html, re.S)
    assert [name[4:7] for name in calls[:3]] == ["159", "226", "160"]
    assert len(calls) == 10
    assert "13800000135" in html
    assert "上次9月27日电话：答复“国庆后交地”" in plain(html)


def test_bureau_sees_the_two_projects_without_unit(as_user, staff, register_2021):
    html = first_page(as_user(staff))

    assert "待分派2" in plain(html)
    assert html.count("指定填报单位") == 2


def test_six_photovoltaic_projects_wait_for_news(as_user, staff, register_2021):
    html = first_page(as_user(staff))

    assert html.count("进展待核实（公开资料截至2021年初）") == 6


def test_park_reads_its_own_figures(as_user, register_2021):
    html = first_page(as_user(park_manager("P01")))
    text = plain(html)

    assert "五通桥基地2021年工业投资项目65个、总投资418.61亿元。" in text
    assert "计划新开工20个，已开工6个，未开工14个，逾期未开工10个、27.15亿元；逾期未竣工5个" in text
    assert "1380.00" not in text
    assert not any(word in text for word in ("犍为", "夹江", "公布数", "全市"))


def test_park_is_asked_for_missing_reasons_first(as_user, staff, register_2021):
    notes.add_progress(project=by_number("074"), by=staff, problem="林地手续未批", reason="land")
    browser = as_user(park_manager("P01"))
    text = plain(first_page(browser))

    assert "逾期未填原因14个" in text
    assert "演示项目074" not in text.split("本周到期")[1]


def test_leader_gets_one_page_of_text(as_user, leader, register_2021):
    text = plain(first_page(as_user(leader)))

    assert "逾期未开工46个、218.0亿元：五通桥10、高新区8、犍为8、夹江6、峨眉6、沙湾4、其他4" in text
    assert "原因未填46（合计46）" in text
    assert "9月30日到期节点10个；上周无变化" in text
    assert "1380000" not in text


@pytest.mark.parametrize(("name", "target"), [("sysadmin", "/people/"), ("auditor", "/audit/")])
def test_others_are_led_to_their_own_first_page(as_user, people, name, target):
    assert as_user(people[name]).get("/")["Location"] == target


def test_desk_of_an_empty_register_is_calm(as_user, staff, leader, park_user):
    for person in (staff, leader, park_user):
        assert as_user(person).get("/").status_code == 200


def test_desk_costs_a_fixed_number_of_queries(as_user, staff, register_2021, django_assert_num_queries):
    browser = as_user(staff)
    first_page(browser)

    with django_assert_num_queries(30):
        first_page(browser)


def test_a_promise_pauses_the_chase_until_the_day_after(as_user, staff, register_2021, set_today):
    notes.add_chase(project=by_number("226"), by=staff, channel="phone", promised_on=date(2021, 10, 15))
    browser = as_user(staff)
    told = []
    for day in (date(2021, 9, 27), date(2021, 10, 15), date(2021, 10, 16)):
        set_today(day)
        html = first_page(browser)
        told.append(("已承诺1个" in plain(html), "226" in [name[4:7] for name in called(html)]))

    assert told == [(True, False), (True, False), (False, True)]


def called(html):
    return re.findall(r'<p class="call-head">.*?<a[^>]*>([^<]+)</a>', html, re.S)


def test_the_changes_of_last_week_lead_to_their_lists(as_user, staff, register_2021, set_today):
    set_today(date(2021, 9, 10))
    edit(by_number("070"), staff, remark="核对")
    set_today(date(2021, 9, 22))
    one, other = by_number("084"), by_number("070")
    edit(one, staff, stage="building", actual_start=spans.Span(date(2021, 9, 21), date(2021, 9, 21)))
    edit(other, staff, total_investment=other.total_investment + 3000)
    LightSnapshot.objects.filter(project=other).update(day=date(2021, 9, 1), light="yellow")
    LightSnapshot.objects.create(project=other, day=date(2021, 9, 22), light="red")
    set_today(date(2021, 9, 27))
    browser = as_user(staff)

    html = first_page(browser).split('id="week-title"')[1].split("</section>")[0]

    assert "新开工1个（演示项目084）" in plain(html)
    assert "新增红灯1个转绿0个节点完成1个总投资调整1个（+0.30亿元）" in plain(html)
    for address, count in re.findall(r'href="([^"]+)">(\d+)<', html):
        answer = browser.get(unescape(address).replace("/?", "/summary/?", 1)).content.decode()
        assert re.search(r"<strong>[^<]*?(\d+)个</strong>", answer).group(1) == count, address


def edit(project, by, **facts):
    lifecycle.edit(project=project, version=project.version, by=by, facts=facts, reason="核实")


def test_a_park_reads_what_is_due_and_what_it_asked_for(as_user, register_2021):
    text = plain(first_page(as_user(park_manager("P01"))))

    assert "本周到期节点1节点调整申请0" in text
