"""材料 on paper: 一页纸 is one A4 page in 三号 type for every scope, in the browser's PDF and in Word's."""

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from portal import spans
from portal.models import User
from projects import lifecycle, notes, papers, project_paper, word
from projects.models import Project
from tests.e2e import registers
from tests.office import needs_writer

ON = date(2021, 9, 27)
LONG = "首期385亩中仍有42亩未完成征地拆迁，其中林地手续12亩待省林草局批复，高压线路迁改方案尚未与供电公司达成一致"
SIZE = "one => parseFloat(getComputedStyle(one).fontSize)"


def person(username: str) -> User:
    return User.objects.get(username=username)


def pages_of(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def make_everything_long() -> None:
    """Give each late project a long reason, and every project the longest name there may be."""
    for project in Project.objects.in_year(2021).overdue_start(on=ON):
        notes.add_progress(project=project, by=person("staff"), problem=LONG, reason="land")
    Project.objects.update(name="演示项目" + "很长的名称" * 39, unverified=False)


def on_paper(paper: papers.Paper, folder: Path) -> int:
    """How many pages LibreOffice makes of the Word file."""
    file = folder / "paper.docx"
    with file.open("wb") as target:
        word.write(paper, target)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return pages_of(file.with_suffix(".pdf").read_bytes())


@pytest.mark.parametrize("make", [lambda: None, make_everything_long], ids=["as it is", "long names"])
def test_each_one_page_is_one_page_of_large_type(live, page: Page, sign_in, make):
    registers.sample()
    make()
    sign_in(person("leader"))
    page.emulate_media(media="print")
    scopes = [scope for scope, _ in papers.scopes(year=2021)]
    project = Project.objects.in_year(2021).overdue_start(on=ON).first()

    found = {}
    for scope in [*scopes, f"project:{project.pk}"]:
        page.goto(f"/materials/one-page/{scope}/")
        size = page.locator(".paper p").first.evaluate(SIZE)
        found[scope] = (round(size * 72 / 96, 1), pages_of(page.pdf(prefer_css_page_size=True)))
    assert found == dict.fromkeys(found, (16.0, 1))


@pytest.mark.long
@needs_writer
def test_the_word_file_of_the_fullest_page_is_one_page(live, tmp_path):
    registers.sample()
    make_everything_long()
    project = Project.objects.in_year(2021).overdue_start(on=ON).first()

    assert on_paper(papers.one_page("city", on=ON), tmp_path) == 1
    assert on_paper(project_paper.paper(project, year=2021, on=ON), tmp_path) == 1


def test_the_evening_s_figures_stand_until_somebody_asks_for_the_present(live, page: Page, sign_in):
    registers.imported()
    sign_in(person("staff"))
    page.goto("/materials/")
    page.get_by_role("link", name="定稿本期材料").click()
    page.get_by_role("button", name="定稿", exact=True).click(timeout=60_000)  # two dozen papers are written
    expect(page.locator(".truth-line")).to_contain_text("定稿（李某）")

    project = Project.objects.get(name__startswith="演示项目079 ")
    lifecycle.edit(
        project=project, version=project.version, by=person("park-wutongqiao"), reason="",
        facts={"stage": "building", "actual_start": spans.Span(ON, ON)},
    )  # fmt: skip
    page.goto("/materials/one-page/city/")
    expect(page.locator(".paper")).to_contain_text("开工17/90")
    page.get_by_role("link", name="看实时").click()
    expect(page.locator(".paper")).to_contain_text("开工18/90")
    page.get_by_role("link", name="定稿", exact=True).click()
    expect(page.locator(".paper")).to_contain_text("开工17/90")
