"""批量修改 on the pages: from the list to the form, the preview, written and undone."""

import re

import pytest
from django.urls import reverse

from projects.bulk import selection
from projects.models import ImportBatch, Project
from tests.factories import ProjectFactory
from tests.projects.test_bulk import owner, previewed, written

pytestmark = [pytest.mark.django_db, pytest.mark.db]


def begin(browser, query="", **sent):
    return browser.post(f"{reverse('bulk_edit')}?{query}", sent)


def test_from_the_list_to_written_and_undone(as_user, staff, lead, three):
    browser = as_user(staff)
    chosen = {"ids": [one.pk for one in three[:2]], "csrfmiddlewaretoken": "x"}
    page = begin(browser, "year=2021", **chosen).content.decode()
    assert "已选<strong>2个</strong>项目：" in page
    sent = re.search(r'name="ids" value="([\d,]+)"', page)[1]

    answer = begin(browser, "year=2021", ids=sent, bureau_owner=lead.pk, reason="分工调整")
    batch = ImportBatch.objects.get(kind="bulk")
    assert answer["Location"] == reverse("bulk_batch", args=[batch.pk])
    preview = browser.get(answer["Location"]).content.decode()
    assert "<del>（空）</del> → <ins>业务负责人</ins>" in preview
    assert batch.filename not in browser.get(reverse("import_start")).content.decode()

    browser.post(answer["Location"], {"digest": batch.digest})
    assert Project.objects.filter(bureau_owner=lead).count() == 2
    assert "市局责任人改为“业务负责人”" in browser.get(reverse("import_start")).content.decode()
    result = browser.get(answer["Location"]).content.decode()
    assert "撤销本次批量修改" in result
    undo_url = reverse("import_undo", args=[batch.pk])
    digest = re.search(r'name="digest" value="(\w+)"', browser.get(undo_url).content.decode())[1]
    assert browser.post(undo_url, {"digest": digest})["Location"] == answer["Location"]
    assert not Project.objects.exclude(bureau_owner=None).exists()
    assert "恢复<strong>2</strong>个" in browser.get(answer["Location"]).content.decode()


def test_everything_the_filter_finds_is_found_on_the_server(as_user, staff, lead, three):
    ProjectFactory(unit="P02", name="别处")
    browser = as_user(staff)

    begin(browser, "park=P01", all_matching="1", seen="3", bureau_owner=lead.pk, reason="分工调整")

    assert sorted(ImportBatch.objects.get().rows.values_list("name", flat=True)) == sorted("甲乙丙")


def test_another_count_than_the_person_saw_stops_it(as_user, staff, three):
    answer = begin(as_user(staff), "park=P01", all_matching="1", seen="2")

    assert answer.status_code == 409
    assert "符合条件的项目现在是3个，您选择时看到的是2个" in answer.content.decode()


def test_too_many_at_once_are_refused(as_user, staff, three, monkeypatch):
    monkeypatch.setattr(selection, "MOST", 2)

    answer = begin(as_user(staff), "park=P01", all_matching="1", seen="3")

    assert "一次最多修改2个项目，现在选了3个" in answer.content.decode()


@pytest.mark.parametrize("sent", [{}, {"ids": "x"}, {"ids": "99999999999999999999999,-1,"}, {"ids": "0"}])
def test_without_projects_the_page_says_so(as_user, staff, three, sent):
    assert "请先在项目库里选择项目" in begin(as_user(staff), **sent).content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({}, "请选择要改成什么"),
        ({"stage": "building", "year_type": "new"}, "一次只改一项"),
        ({"stage": "preparing", "actual": "2021-09-01"}, "只有登记在建"),
        ({"bureau_owner": "999"}, "选择一个有效的选项"),
        ({"group": "major-pv"}, "请选择要改成什么"),  # lists are the lead's
    ],
)
def test_the_form_asks_for_one_thing(as_user, staff, three, typed, sentence):
    answer = begin(as_user(staff), "year=2021", ids=three[0].pk, reason="核对", **typed)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_reason_is_asked_for(as_user, staff, three):
    answer = begin(as_user(staff), "year=2021", ids=three[0].pk, reason=" ", year_type="new")

    assert answer.status_code == 422


def test_a_preview_can_be_given_up(as_user, staff, three):
    batch = previewed(staff, owner(staff), *three)

    as_user(staff).post(reverse("bulk_discard", args=[batch.pk]))

    assert not ImportBatch.objects.exists()


def test_a_bulk_edit_is_no_import(as_user, staff, three):
    batch = written(staff, owner(staff), *three)

    assert as_user(staff).get(reverse("import_preview", args=[batch.pk])).status_code == 404


def test_the_bar_of_the_list_offers_it_to_the_bureau_only(as_user, staff, park_user, three):
    browser = as_user(staff)

    assert reverse("bulk_edit") in browser.get(reverse("project_list")).content.decode()
    assert "选择全部3个" in browser.get(reverse("project_summary")).content.decode()
    assert reverse("bulk_edit") not in as_user(park_user).get(reverse("project_list")).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_the_preview_costs_the_same_queries(as_user, staff, three, rows, django_assert_num_queries):
    batch = previewed(staff, owner(staff), *three[:rows])
    browser = as_user(staff)
    browser.get(batch.get_absolute_url())

    with django_assert_num_queries(7):
        browser.get(batch.get_absolute_url())
