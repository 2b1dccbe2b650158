"""What a park and a county see, and what they do not: on a phone, in lists, searches, counts, exports and history."""

import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from parks.models import Park
from portal.models import User
from projects.models import Project
from tests.e2e import registers

PHONE = {"width": 390, "height": 844}
GONE = "该项目不存在或不在您的权限范围"


def names_in(code: str) -> set[str]:
    return set(Project.objects.live().filter(unit__code=code).values_list("name", flat=True))


def exported(context: BrowserContext, query: str) -> list[str]:
    """Every text of the workbook that the export gives."""
    answer = context.request.get(f"/projects/export.xlsx?{query}")
    sheets = openpyxl.load_workbook(BytesIO(answer.body())).worksheets
    return [str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row if cell]


def found(page: Page, query: str) -> str:
    """The count that the line of truth gives."""
    page.goto(f"/projects/?{query}")
    said = page.locator(".truth-line strong").inner_text()
    count = re.search(r"(\d+)个$", said)
    assert count, said
    return count[1]


# --- a park manager with a phone -------------------------------------------------------------------------------


@pytest.fixture
def manager(live, page: Page, sign_in) -> Page:
    registers.sample()
    sign_in(User.objects.get(username="park-wutongqiao"))
    page.set_viewport_size(PHONE)
    return page


def test_progress_is_noted_with_a_phone(manager: Page):
    manager.goto("/projects/?q=逾期未开工")
    card = manager.locator("#projects tbody tr").first
    name = card.locator("td.title a").inner_text()

    card.get_by_role("link", name="更新", exact=True).click()
    form = manager.locator("dialog[open]")
    form.get_by_label("进展", exact=True).fill("已交地，10月8日进场")
    form.get_by_role("button", name="保存").click()

    expect(manager.locator("#messages")).to_contain_text(f"已更新“{name}”的进展。")
    manager.get_by_role("link", name=name).click()
    expect(manager.locator(".timeline-notes").first).to_contain_text("已交地，10月8日进场")
    assert manager.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_a_park_sees_its_own_projects_and_no_others(manager: Page, context: BrowserContext):
    own, foreign = names_in("P01"), names_in("P02")

    assert found(manager, "") == "65" == str(len(own))
    manager.goto("/projects/?per_page=100")
    seen = set(manager.locator("#projects td.title a").all_inner_texts())
    assert seen == own
    assert not foreign & set(exported(context, ""))
    assert own <= set(exported(context, ""))


def test_filter_choices_chips_and_first_page_name_no_other_park(manager: Page):
    others = list(Park.objects.exclude(code="P01").values_list("name", flat=True))
    manager.goto("/projects/")
    expect(manager.locator(".chips .chip").first).to_contain_text("全部 65")
    listing = manager.content()
    manager.goto("/")

    assert [name for name in others if name in listing or name in manager.content()] == []


def test_a_foreign_project_is_found_by_no_way(manager: Page, context: BrowserContext):
    project = Project.objects.live().filter(unit__code="P02").first()
    assert project
    code = project.project_code or project.number

    for query in (f"q={project.name}", f"q={code}", "q=犍为", "park=P02", "q=犍为基地 未开工"):
        manager.goto(f"/projects/?{query}")
        expect(manager.locator(".truth-line strong")).to_contain_text("0个")
        assert project.name not in manager.locator("#list").inner_text().replace(f"含“{project.name}”", "")
        assert project.name not in exported(context, query)
    for page in ("", "history/", "edit/", "note/", "stage/"):
        manager.goto(f"/projects/{project.pk}/{page}")
        expect(manager.locator("body")).to_contain_text(GONE)
    assert context.request.get("/parks/P02/").status == 404


# --- counties and strays ---------------------------------------------------------------------------------------


@pytest.fixture(params=[{"width": 1366, "height": 768}, PHONE], ids=["wide", "phone"])
def acting(request, live, page: Page, sign_in):
    """Return a function that lets a person of the imported register take over the browser."""
    registers.imported()
    page.set_viewport_size(request.param)

    def act(username: str) -> Page:
        sign_in(User.objects.get(username=username))
        return page

    return act


def test_a_county_sees_five_and_none_of_its_neighbour(acting, context: BrowserContext):
    page = acting("county-muchuan")
    neighbours = names_in("P99-511124")
    texts = set(exported(context, ""))

    assert len(neighbours) == 4
    assert found(page, "") == "5"
    assert found(page, "q=井研") == "0"
    page.goto("/projects/")
    assert (
        set(page.locator("#projects td.title a").all_inner_texts()) == names_in("P99-511129") == names_in_texts(texts)
    )
    page.goto("/")
    assert "井研" not in page.content()


def names_in_texts(texts: set[str]) -> set[str]:
    return texts & set(Project.objects.values_list("name", flat=True))


def test_the_other_parks_add_up_from_their_counties(acting):
    page = acting("staff")
    parts = ["峨边", "金口河", "沐川", "井研", "市中区", "马边"]

    assert found(page, "q=其他特色园区") == "25"
    page.goto("/")
    page.get_by_role("button", name="其他特色园区").click()
    lines = page.locator("tr", has=page.locator("th.child"))
    shown = {one.locator("th").inner_text(): one.locator("td").first.inner_text() for one in lines.all()}
    assert [next(count for name, count in shown.items() if part in name) for part in parts] == list("655432")


def test_a_stray_is_given_to_a_park_and_appears_there(acting, tmp_path: Path):
    stray = Project.objects.get(name__contains="永祥单晶拉棒切方")
    for other in ("park-wutongqiao", "leader"):
        page = acting(other)
        page.goto("/")
        expect(page.get_by_text("指定填报单位")).to_have_count(0)
    page = acting("staff")
    page.goto("/")
    expect(page.locator("#unassigned-title")).to_have_text("待分派 2")

    page.locator("li", has_text=stray.name).get_by_role("link", name="指定填报单位").click()
    page.get_by_label("填报单位").select_option(label="五通桥基地")
    page.get_by_label("修改原因").fill("经局长办公会明确")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("已保存")
    page.goto("/")
    expect(page.locator("#unassigned-title")).to_have_text("待分派 1")

    page = acting("park-wutongqiao")
    assert found(page, "") == "66"
    assert found(page, f"q={stray.name}") == "1"
    page.goto(f"/projects/{stray.pk}/history/")
    expect(page.locator("#content")).to_contain_text("五通桥基地")
    expect(page.locator("#content")).to_contain_text("经局长办公会明确")
    assert found(acting("park-qianwei"), "") == "38"
