"""常用清单: what they keep, who opens and changes them, and what they say about a condition that is gone."""

import re

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from portal.models import AuditEntry
from projects import saved_lists
from projects.models import ProjectGroup, SavedList
from projects.saved_lists import Content
from tests.factories import ProjectFactory, park_manager, staff
from tests.projects.test_listing import names, page, plain, summary

pytestmark = pytest.mark.django_db
COLUMNS = ["total", "county", "leader"]


def kept(by, name="五通桥未开工", shared=False, columns=COLUMNS, conditions=(), **query):
    return saved_lists.keep(name=name, content=Content(query, columns, list(conditions)), shared=shared, by=by)


def save(browser, asked, **typed):
    return browser.post(f"{reverse('saved_list_new')}?{asked}", typed)


def opened(browser, saved):
    return browser.get(saved.get_absolute_url(), follow=True).content.decode()


# --- keeping and opening -----------------------------------------------------------------------------------------


def test_what_the_page_shows_is_kept_with_order_and_columns(as_user, staff):
    staff.list_columns = COLUMNS
    staff.save()

    save(as_user(staff), "q=五通桥 未开工&sort=-total&per_page=50&page=2&year=2021", name="五通桥未开工", shared="on")

    saved = SavedList.objects.get()
    assert saved.query == {"q": "五通桥 未开工", "sort": "-total", "per_page": "50"}  # this year, whichever it will be
    assert (saved.columns, saved.shared, saved.words) == (COLUMNS, True, "五通桥基地、未开工")
    assert AuditEntry.objects.get(action="list.save").detail["name"] == "五通桥未开工"


def test_another_year_is_kept(as_user, staff):
    ProjectFactory(year=2020)

    save(as_user(staff), "year=2020", name="去年")

    assert SavedList.objects.get().query == {"year": "2020"}
    assert SavedList.objects.get().words == "2020年度"


def test_its_address_opens_the_list_under_filter_order_and_columns(as_user, staff, register_2021):
    saved = kept(staff, q="五通桥 未开工", sort="-total")

    html = opened(as_user(staff), saved)

    assert len(names(html)) == 14
    assert names(html)[0].startswith("演示项目070 ")
    assert re.search(r"联系市领导</a>\s*</th>", html)
    assert "最新进展或原因" not in html
    assert "常用清单：五通桥未开工</summary>" in html
    staff.refresh_from_db()
    assert staff.list_columns == []  # one's own choice stays


def test_copied_text_and_sums_are_those_of_the_list(as_user, staff, register_2021):
    saved = kept(staff, q="五通桥 未开工")

    html = summary(as_user(staff), q="五通桥 未开工", list=saved.pk)

    assert "未开工14个、34.42亿元" in plain(html)
    assert html.count('<td class="num card-hide">') == 2  # county and leader, beside the total
    assert f"export.xlsx?q=%E4%BA%94%E9%80%9A%E6%A1%A5+%E6%9C%AA%E5%BC%80%E5%B7%A5&amp;list={saved.pk}" in html


def test_a_changed_filter_is_told(as_user, staff, register_2021):
    saved = kept(staff, park="P01")

    assert "五通桥未开工（已改动）" in page(as_user(staff), park="P02", list=saved.pk)


def test_choosing_columns_over_an_open_list_changes_ones_own(as_user, staff):
    saved, browser = kept(staff, park="P01"), as_user(staff)
    here = f"http://testserver/projects/?park=P01&list={saved.pk}"

    dialog = browser.get(reverse("project_columns"), HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=here).content.decode()

    assert 'value="/projects/?park=P01"' in dialog
    assert dialog.index('value="county"') < dialog.index('value="plan"')


# --- whose -------------------------------------------------------------------------------------------------------


def test_a_shared_list_shows_everybody_of_the_bureau_and_nobody_else(as_user, lead, leader, park_user):
    mine = kept(staff(name="李某"), shared=True, park="P01")

    assert mine in SavedList.objects.visible_to(lead)
    for other in (leader, park_user):
        assert as_user(other).get(mine.get_absolute_url()).status_code == 404
        assert "五通桥未开工" not in page(as_user(other))


def test_a_private_list_is_nobody_elses(as_user, lead):
    assert as_user(lead).get(kept(staff(), park="P01").get_absolute_url()).status_code == 404


def test_a_park_keeps_lists_that_are_its_own_and_sees_its_rows_only(as_user, park_user, register_2021):
    browser = as_user(park_user)

    answer = save(browser, "q=未开工", name="未开工", shared="on")

    saved = SavedList.objects.get()
    assert (answer.status_code, saved.shared) == (302, False)
    assert len(names(opened(browser, saved))) == 14


def test_rights_are_those_of_who_looks(as_user, register_2021):
    """A list of somebody who worked for the bureau shows no more than the person may see now."""
    person = park_manager("P02")
    saved = SavedList.objects.create(owner=person, name="全市", query={}, columns=[])

    assert len(names(opened(as_user(person), saved))) < 100
    assert "五通桥" not in plain(opened(as_user(person), saved))


def test_only_the_author_or_for_shared_ones_the_lead_changes(lead):
    author, other = staff(), staff()
    private, shared = kept(author), kept(author, name="共享", shared=True)

    assert [saved_lists.may_change(private, one) for one in (author, lead, other)] == [True, False, False]
    assert [saved_lists.may_change(shared, one) for one in (author, lead, other)] == [True, True, False]
    with pytest.raises(PermissionDenied):
        saved_lists.delete(saved=shared, by=other)


def test_a_park_cannot_share(park_user):
    with pytest.raises(ValidationError):
        kept(park_user, shared=True)


# --- changing ----------------------------------------------------------------------------------------------------


def test_renaming_keeps_the_address(as_user, staff):
    saved = kept(staff, park="P01")

    as_user(staff).post(reverse("saved_list_edit", args=[saved.pk]), {"name": "五通桥", "shared": "on"})

    saved.refresh_from_db()
    assert (saved.name, saved.shared, saved.query) == ("五通桥", True, {"park": "P01"})


def test_replacing_keeps_the_name_and_the_address(as_user, staff):
    saved = kept(staff, park="P01", shared=True)

    save(as_user(staff), f"park=P02&list={saved.pk}", replaces=saved.pk, name="")

    saved.refresh_from_db()
    assert (saved.name, saved.shared, saved.query) == ("五通桥未开工", True, {"park": "P02"})
    assert (saved.columns, SavedList.objects.count()) == (COLUMNS, 1)


def test_nobody_replaces_what_is_anothers(as_user, staff):
    other = kept(park_manager("P01"), park="P01")

    assert save(as_user(staff), "park=P02", replaces=other.pk, name="").status_code == 422
    assert SavedList.objects.get().query == {"park": "P01"}


def test_a_name_is_used_once_and_never_empty(as_user, staff):
    kept(staff)

    twice = save(as_user(staff), "park=P02", name="五通桥未开工")

    assert twice.status_code == 422
    assert "您已有同名的常用清单。" in twice.content.decode()
    assert "请填写名称。" in save(as_user(staff), "park=P02", name="").content.decode()


def test_deleting_leaves_the_projects(as_user, staff):
    project, saved = ProjectFactory(), kept(staff)

    as_user(staff).post(reverse("saved_list_delete", args=[saved.pk]))

    assert not SavedList.objects.exists()
    project.refresh_from_db()


def test_somebody_elses_shared_list_cannot_be_deleted(as_user, staff):
    saved = kept(park_manager("P01"))
    SavedList.objects.filter(pk=saved.pk).update(shared=True)

    assert as_user(staff).post(reverse("saved_list_delete", args=[saved.pk])).status_code == 403
    assert SavedList.objects.exists()


def test_a_person_keeps_fifty_at_most(staff):
    SavedList.objects.bulk_create(SavedList(owner=staff, name=str(number)) for number in range(50))

    with pytest.raises(ValidationError, match="最多保存50份"):
        kept(staff)


# --- what is gone ------------------------------------------------------------------------------------------------


def test_a_condition_that_is_gone_is_named(as_user, staff, register_2021):
    group = ProjectGroup.objects.create(slug="solar", year=2021, name="光伏项目", short_name="光伏")
    browser = as_user(staff)
    save(browser, "group=solar", name="光伏周报")
    group.delete()

    html = opened(browser, SavedList.objects.get())

    assert "常用清单“光伏周报”用到的专题“光伏”已不存在、本年度没有，或不在您的权限范围" in plain(html)


def test_a_typed_condition_that_is_gone_is_named_too(as_user, staff, register_2021):
    group = ProjectGroup.objects.create(slug="solar", year=2021, name="光伏项目", short_name="光伏专题")
    browser = as_user(staff)
    save(browser, "q=光伏专题 未开工", name="光伏周报")
    group.delete()

    assert "用到的专题“光伏专题”已不存在" in plain(opened(browser, SavedList.objects.get()))


def test_an_address_with_an_unknown_value_says_so(as_user, staff, register_2021):
    assert "园区“X99”已不存在" in plain(page(as_user(staff), park="X99"))
    assert "已不存在" not in page(as_user(staff), park="P01")


def test_a_deleted_list_in_an_address_leaves_the_filter(as_user, staff, register_2021):
    assert len(names(page(as_user(staff), q="五通桥 未开工", list="999"))) == 14


@pytest.mark.parametrize("wrong", ["x", "-1", "９", "1e9", "99999999999999999999999"])
def test_a_crooked_number_of_a_list_is_ignored(as_user, staff, wrong):
    browser = as_user(staff)

    assert browser.get(reverse("project_list"), {"list": wrong}).status_code == 200
    assert browser.get(reverse("project_summary"), {"list": wrong}).status_code == 200


# --- what it costs -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_an_open_list_costs_the_same_queries_for_one_row_and_three(as_user, staff, rows, django_assert_num_queries):
    ProjectFactory.create_batch(rows, unit="P01")
    saved, *_ = [kept(staff, name=str(number), park="P01") for number in range(rows)]
    browser = as_user(staff)
    page(browser)

    with django_assert_num_queries(11):
        page(browser, park="P01", list=saved.pk)
    with django_assert_num_queries(10):
        summary(browser, park="P01", list=saved.pk)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_all_lists_costs_the_same_queries(as_user, staff, rows, django_assert_num_queries):
    for number in range(rows):
        kept(staff, name=str(number), park="P01")
    browser = as_user(staff)
    browser.get(reverse("saved_list_all"))

    with django_assert_num_queries(5):
        browser.get(reverse("saved_list_all"))


def test_fifty_lists_leave_the_page_small(as_user, staff, register_2021):
    for number in range(50):
        SavedList.objects.create(owner=staff, name=f"清单{number}" + "长" * 30, query={})

    answer = as_user(staff).get(reverse("project_list"))

    assert "全部50份，管理常用清单" in answer.content.decode()
    assert len(answer.content) <= 60 * 1024
