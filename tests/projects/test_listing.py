"""项目库: the page and its second request; what is shown to whom, and at what price."""

import re
from html import unescape

import pytest
from django.urls import reverse

from projects import notes
from projects.models import Project
from tests.factories import ProjectFactory, park_manager
from tests.projects.register import by_number

pytestmark = pytest.mark.django_db
FRAGMENT = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "list"}


def page(browser, **asked):
    return browser.get(reverse("project_list"), asked).content.decode()


def summary(browser, **asked):
    return browser.get(reverse("project_summary"), asked).content.decode()


def plain(html):
    """The text of a page without tags, on one line."""
    return re.sub(r"\s+", "", unescape(re.sub(r"<[^>]+>", "", html)))


def names(html):
    return re.findall(r'<td class="title"><a[^>]*>([^<]+)</a>', html)


def chips(html):
    pairs = re.findall(r'<a class="chip[^"]*"[^>]*>([^<]+?)\s*<span class="count">(\d+)</span>', html)
    return {label.strip(): int(count) for label, count in pairs}


# --- what is shown ---------------------------------------------------------------------------------------------


def test_list_is_in_the_order_of_the_paper(as_user, staff, register_2021):
    assert names(page(as_user(staff)))[:2] == [
        "演示项目001 年产10GW单晶拉棒切方扩能",
        "演示项目002 标准厂房建设（二期）",
    ]


def test_not_started_projects_come_latest_first(as_user, staff, register_2021):
    found = names(page(as_user(staff), q="五通桥 未开工"))

    assert len(found) == 14
    assert [name[4:7] for name in found[:5]] == ["074", "076", "082", "083", "075"]


def test_line_of_truth_and_chips_of_the_unit(as_user, staff, register_2021):
    html = summary(as_user(staff), q="五通桥 未开工")

    assert "五通桥基地·未开工14个，总投资34.42亿元，年度计划17.05亿元" in plain(html)
    assert reverse("project_guard") in html
    assert chips(html) == {
        "全部": 65, "未开工": 14, "逾期未开工": 10, "逾期未竣工": 5, "红灯": 12, "黄灯": 3, "停缓建": 2,
        "本周到期": 1, "30天未更新": 0, "资料待补": 3, "进展待核实": 3, "试生产": 1,
    }  # fmt: skip


def test_published_figure_stands_behind_the_line_of_truth(as_user, staff, register_2021):
    guard = as_user(staff).get(reverse("project_guard"), {"year": "2021"}).content.decode()

    assert plain(guard).endswith("（全市279个·1380.00亿元，与公布数一致）")


def test_difference_from_the_published_figure_can_be_followed(as_user, staff, register_2021):
    by_number("070").entries.get(group__slug="industrial").delete()

    guard = as_user(staff).get(reverse("project_guard"), {"year": "2021"}).content.decode()

    assert "比公布数少1个、少14.50亿元（查看差异）" in plain(guard)
    assert reverse("group_detail", args=["industrial"]) in guard


def test_foot_names_what_could_not_be_counted(as_user, staff, register_2021):
    text = plain(summary(as_user(staff), q="五通桥 未开工"))

    assert "另有阶段待核实2个（永祥二期、京运通拉棒切方）、已签约未填年度类型1个（协鑫颗粒硅），未计入。" in text


def test_each_chip_leads_to_as_many_projects_as_it_counts(as_user, staff, register_2021):
    browser = as_user(staff)
    html = summary(browser, q="五通桥", per_page="100")

    for address, label, count in re.findall(
        r'<a class="chip[^"]*"\s+href="([^"]+)"[^>]*>([^<]+?)\s*<span class="count">(\d+)</span>', html
    ):
        assert len(names(browser.get(unescape(address)).content.decode())) == int(count), label


def test_late_project_without_reason_asks_for_it(as_user, staff, register_2021):
    notes.add_progress(project=by_number("074"), by=staff, problem="48亩林地手续未批", reason="land")
    rows = page(as_user(staff), q="五通桥 逾期未开工").split("<tr>")

    assert "用地：48亩林地手续未批（9-27）" in next(row for row in rows if "演示项目074 " in row)
    assert "原因未填" in next(row for row in rows if "演示项目076 " in row)
    assert "逾期180天" in next(row for row in rows if "演示项目076 " in row)


def test_telephone_number_in_a_note_stays_out_of_the_table(as_user, staff, register_2021):
    notes.add_progress(project=by_number("074"), by=staff, problem="联系 13800000070 催办")

    assert "13800000070" not in page(as_user(staff), q="演示项目074").replace("tel:", "")


def test_nothing_found_says_how_to_go_on(as_user, staff, register_2021):
    html = page(as_user(staff), q="不存在的项目")

    assert "没有符合条件的项目。" in html
    assert "显示全部" in html


def test_sum_of_the_list_stands_under_its_columns(as_user, staff, register_2021):
    foot = summary(as_user(staff), q="五通桥 未开工").split("<tfoot")[1]

    assert plain("<" + foot.split("</tfoot>")[0]) == "合计14个34.4217.05"


def test_list_sorts_by_the_column_asked_for(as_user, staff, register_2021):
    assert names(page(as_user(staff), sort="-total"))[:2] == ["协鑫颗粒硅", "京运通拉棒切方"]


def test_second_page_goes_on_counting(as_user, staff, register_2021):
    html = page(as_user(staff), page="2")

    assert '<td class="num card-hide">26</td>' in html
    assert len(names(html)) == 25


def test_page_that_does_not_exist_shows_the_first(as_user, staff, register_2021):
    assert names(page(as_user(staff), page="99")) == names(page(as_user(staff)))


# --- columns ---------------------------------------------------------------------------------------------------


def test_chosen_columns_are_remembered_in_their_order(as_user, staff, register_2021):
    browser = as_user(staff)

    browser.post(reverse("project_columns"), {"columns": ["leader", "total", "password"], "next": "/projects/"})

    staff.refresh_from_db()
    assert staff.list_columns == ["leader", "total"]
    heading = re.findall(r"<th[^>]*>(.*?)</th>", page(browser), re.S)
    assert [plain(one) for one in heading] == ["", "序号", "灯", "项目名称/单位", "联系市领导", "总投资亿元", "操作"]


def test_columns_go_back_to_the_default(as_user, staff, register_2021):
    staff.list_columns = ["leader"]
    staff.save()

    as_user(staff).post(reverse("project_columns"), {"reset": "1", "columns": ["leader"]})

    staff.refresh_from_db()
    assert staff.list_columns == []


def test_columns_send_nobody_to_another_site(as_user, staff):
    answer = as_user(staff).post(reverse("project_columns"), {"next": "https://example.com/"})

    assert answer["Location"] == reverse("project_list")


# --- one unit sees itself ----------------------------------------------------------------------------------------


def test_park_sees_its_own_projects_and_totals(as_user, register_2021):
    browser = as_user(park_manager("P01"))
    html = summary(browser)

    assert chips(html)["全部"] == 65
    assert "五通桥基地65个" in plain(html)
    assert "1380.00" not in html
    assert reverse("project_guard") not in html
    assert browser.get(reverse("project_guard")).status_code == 403


def test_park_finds_nothing_of_another_unit(as_user, register_2021):
    browser = as_user(park_manager("P01"))
    other = Project.objects.filter(unit__code="P02").first()

    for asked in ({"q": "犍为"}, {"q": other.name}, {"park": "P02"}, {"county": "511123"}):
        assert names(page(browser, **asked)) == []
        assert chips(summary(browser, **asked))["全部"] == 0


def test_page_of_a_park_names_no_other_unit(as_user, register_2021):
    browser = as_user(park_manager("P01"))
    html = page(browser) + summary(browser)

    assert not any(word in html for word in ("犍为", "夹江", "沙湾", "峨眉", "沐川", "高新区"))


def test_county_sees_its_five_projects(as_user, register_2021):
    browser = as_user(park_manager("P99-511129"))

    assert len(names(page(browser))) == 5
    assert chips(summary(browser))["全部"] == 5


def test_unassigned_projects_are_the_bureaus(as_user, staff, register_2021):
    assert sorted(names(page(as_user(staff), chip="unassigned"))) == ["晶科三期切片", "永祥单晶拉棒切方"]
    assert names(page(as_user(park_manager("P01")), chip="unassigned")) == []


def test_leader_reads_without_buttons_or_numbers(as_user, leader, register_2021):
    html = page(as_user(leader))

    assert ">更新</a>" not in html
    assert "tel:" not in html


# --- what it costs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_list_costs_the_same_queries_for_one_row_and_three(as_user, staff, rows, django_assert_num_queries):
    ProjectFactory.create_batch(rows, unit="P01")
    browser = as_user(staff)
    page(browser)  # the session notes once a minute that it is used

    with django_assert_num_queries(11):
        page(browser)


@pytest.mark.parametrize("rows", [1, 3])
def test_summary_costs_the_same_queries_for_one_row_and_three(as_user, staff, rows, django_assert_num_queries):
    ProjectFactory.create_batch(rows, unit="P01")
    browser = as_user(staff)
    summary(browser)

    with django_assert_num_queries(7):
        summary(browser)


def test_page_stays_small(as_user, staff, register_2021):
    assert len(as_user(staff).get(reverse("project_list")).content) <= 60 * 1024


def test_fragment_is_the_part_of_the_page(as_user, staff, register_2021):
    browser = as_user(staff)

    fragment = browser.get(reverse("project_list"), {"q": "五通桥 未开工"}, **FRAGMENT)

    assert "<html" not in fragment.content.decode()
    assert unmarked(fragment.content.decode()).strip() in unmarked(page(browser, q="五通桥 未开工"))
    assert fragment["HX-Push-Url"].startswith("/projects/?q=")
    assert "HX-Request" in fragment["Vary"]


def unmarked(html):
    """Without the token against forged requests, which is drawn anew for each answer."""
    return re.sub(r'(name="csrfmiddlewaretoken"\s+value=)"\w+"', r"\1", html)


def test_address_of_the_list_drops_what_is_empty(as_user, staff, register_2021):
    answer = as_user(staff).get("/projects/?park=P01&type=&stage=&year=2021", **FRAGMENT)

    assert answer["HX-Push-Url"] == "/projects/?park=P01&year=2021"
