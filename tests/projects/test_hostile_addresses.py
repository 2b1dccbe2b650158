"""Addresses and fields no page of ours sends: each gets an answer, never a failure."""

import pytest

from tests.factories import ProjectFactory

pytestmark = pytest.mark.django_db

NO_NUMBERS = ["²", "9" * 30, "9" * 5000, "abc", "-1", "a\x00b", "²²²²"]


@pytest.mark.parametrize("page", ["/projects/", "/projects/summary/", "/projects/export.xlsx"])
@pytest.mark.parametrize("chip", ["abc", "__", "<script>alert(1)</script>"])
def test_an_unknown_state_finds_nothing(as_user, park_user, page, chip):
    ProjectFactory(unit="P01", name="甲项目")

    response = as_user(park_user).get(page, {"chip": chip})

    assert response.status_code == 200
    assert "甲项目" not in b"".join(response).decode(errors="ignore")


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_what_is_no_number_is_passed_over(as_user, park_user, value):
    project, browser = ProjectFactory(unit="P01"), as_user(park_user)
    pages = ["/", "/projects/", "/projects/summary/", "/projects/notes/", "/projects/new/", project.get_absolute_url()]

    answers = {browser.get(page, {"year": value, "page": value, "ids": value}).status_code for page in pages}

    assert answers == {200}


@pytest.mark.parametrize("value", NO_NUMBERS)
def test_a_row_for_no_project_and_a_version_that_is_no_number_are_refused(as_user, park_user, value):
    project, browser = ProjectFactory(unit="P01"), as_user(park_user)
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-project": value, "form-0-reason": "land"}

    assert browser.post("/projects/notes/", rows).status_code == 422
    edited = browser.post(f"{project.get_absolute_url()}edit/", {"name": "新名", "version": value})
    assert edited.status_code == 422


@pytest.mark.parametrize("target", ["abc", "people_list", "//evil.example", "https:evil.example", "/\\evil.example"])
def test_saving_leads_only_to_a_page_of_this_site(as_user, park_user, target):
    project, browser = ProjectFactory(unit="P01"), as_user(park_user)
    typed = {"progress": "有进展", "noted_on": "2021-09-24", "next": target}

    assert browser.post("/projects/columns/", {"next": target}).url == "/projects/"
    assert browser.post(f"{project.get_absolute_url()}note/", typed).url == project.get_absolute_url()
