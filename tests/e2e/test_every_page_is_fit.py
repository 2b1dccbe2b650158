"""Every page of every role at both widths: axe finds nothing, nothing is wider than the screen, no policy is broken.

The pages are those of tests/test_every_page.py, so a new page is looked at as soon as it has its row there.
"""

from datetime import timedelta
from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from portal import clock, mail, outbox, spans, unsubscribing
from portal.models import OutgoingMail, User
from projects import capacity, changes, downloads, issues, overrides, papers, publications
from projects.bulk import batches as bulk
from projects.bulk.wishes import Wish
from projects.choices import ReportState
from projects.models import (
    CapacityLine,
    ChangeRequest,
    Edition,
    GroupEntry,
    ImportBatch,
    Issue,
    LightOverride,
    MonthlyReport,
    Project,
    Publication,
    SavedList,
    StatFigure,
    Target,
)
from tests.e2e import registers
from tests.every_address import needs_key
from tests.test_every_page import PAGES, ROLES

ASKED_FOR = {"paper_publish": "?kind=bulletin&scope=city", "statistics_undo": "?year=2021&month=8"}
WIDTHS = {1366: 768, 390: 844}
FRAME = "new Promise(requestAnimationFrame)"
THREE_FRAMES = f"async () => {{ await {FRAME}; await {FRAME}; await {FRAME}; }}"
OFFICE = "staff"
PEOPLE = {
    "staff": "staff",
    "lead": "lead",
    "own": "park-wutongqiao",
    "leader": "leader",
    "sysadmin": "sysadmin",
    "auditor": "auditor",
}
NO_PAGES = {  # files, and parts of a list
    *("project_export", "evidence_file", "project_summary", "project_guard", "project_columns", "milestone_summary"),
    *("import_progress", "unit_figures", "report_photo_file", "opening_table", "report_table", "light_progress"),
    *("issue_export", "issue_file", "download_rows", "download_file", "wall_slides", "sealed_file"),
    *("milestone_export", "group_export", "import_template", "people_table"),
}
DIFFERENT = {"desk", "project_list", "project_detail", "project_edit", "group_detail", "park_list", "park_detail"}
DIFFERENT |= {"one_page"}
OF_EVERYBODY = ["/accounts/password/change/", "/accounts/2fa/", "/accounts/2fa/totp/activate/", "/accounts/logout/"]
MORE = {
    "project_list": ["?q=五通桥 未开工", "?q=没有这样的项目", "?sort=-total&park=P02"],
    "project_stage": ["?to=building"],
    "group_detail": ["?view=list"],
    "bulk_edit": ["?all_matching=1&seen=279"],
    "issue_list": ["?state=all", "?category=gas"],
    "mail_list": ["?view=all", "?view=own"],
    "mail_preview": ["?on=2021-09-30", "?on=2021-10-02"],
}


def subject() -> Project:
    return Project.objects.get(name__startswith="演示项目070 ")


def asked() -> ChangeRequest:
    """Let the park ask for a later start of the project."""
    project, park = subject(), User.objects.get(username="park-wutongqiao")
    later = spans.parse("2021-10-31")
    return changes.ask(project=project, field="planned_start", value=later, reason="land", said="征拆未完成", by=park)


def message() -> OutgoingMail:
    """A message to the bureau's person, as the mailer leaves it."""
    person, now = User.objects.get(username="staff"), clock.now()
    outbox.queue(key="test:page", kind="test", user=person, due_at=now, give_up_at=now)
    mail.drain(now=now)
    return OutgoingMail.objects.get(key="test:page")


def saved() -> SavedList:
    """A list the bureau's people share."""
    person = User.objects.get(username="staff")
    words = [{"field": "park", "value": "P01", "label": "五通桥基地", "word": ""}]
    return SavedList.objects.get_or_create(
        owner=person, name="五通桥项目", shared=True, query={"park": "P01"}, conditions=words
    )[0]


def looked_at() -> ImportBatch:
    """A bulk edit of the office's person that is still a preview: one project is changed, one cannot be."""
    wish = Wish("stage", "preparing", "核对阶段")
    projects = Project.objects.in_year(2021).filter(name__regex="^演示项目0[67]").paper_order()
    return bulk.stage(projects, wish, year=2021, by=User.objects.get(username="staff"))


def handed_in() -> MonthlyReport:
    """A report of the open September that waits for the bureau and looks odd."""
    waiting = MonthlyReport.objects.filter(period__month=9, state=ReportState.SUBMITTED)
    return waiting.select_related("period").get(project__name__startswith="演示项目190 ")


def set_by_hand() -> LightOverride:
    """A light that the lead has set until the end of the year."""
    boss, project = User.objects.get(username="lead"), Project.objects.get(name__startswith="演示项目041 ")
    return overrides.in_force(project, clock.today()) or overrides.put(
        project=project, light="yellow", reason="现场核实", until=clock.today() + timedelta(days=30), by=boss
    )


def troubled() -> Issue:
    """An issue of the project that is handed over."""
    boss, about = User.objects.get(username="staff"), {"category": "land", "source": "meeting"}
    made = issues.put_forward(project=subject(), words="385亩中42亩征拆未完成", by=boss, **about)
    return issues.hand_over(issue=made, version=made.version, by=boss, lead_unit="区自然资源局")


def capable() -> CapacityLine:
    """What the project can make, as its unit entered it."""
    park = User.objects.get(username="park-wutongqiao")
    found = CapacityLine.objects.filter(project=subject()).first()
    return found or capacity.add_line(
        project=subject(), by=park, segment="cell", phase="一期", designed=Decimal(10), producing=Decimal(0)
    )


def printed() -> tuple[Publication, Edition]:
    """The bulletin printed from a 定稿 that is over, and a file somebody had made of it."""
    boss = User.objects.get(username="staff")
    paper = papers.bulletin(papers.facts_of("city", on=clock.today()))
    if not Publication.objects.exists():
        publications.publish(paper=paper, edition=None, by=boss)
        downloads.work(downloads.ask(paper=paper, kind="excel", by=boss))
    return Publication.objects.get(), Edition.objects.get_or_create(year=2020, by=boss)[0]


def listed() -> StatFigure:
    """What the statistics office said of a project up to August."""
    told = {"ytd_done": 1, "by": User.objects.get(username="staff")}
    return StatFigure.objects.get_or_create(project=subject(), year=2021, month=8, defaults=told)[0]


def keys() -> dict[str, dict[str, object]]:
    """What the addresses of pages about one thing need."""
    imported = ImportBatch.objects.filter(kind="import").latest("pk")
    start = {"pk": subject().milestones.get(code="KG").pk}
    trouble = {"pk": troubled().pk}
    account = {"pk": User.objects.get(username="park-emei").pk}
    reported = handed_in()
    september = reported.period
    publication, edition = printed()
    listed()
    return {
        **{name: start for name in PAGES if name.startswith("node_")},
        "node_template": {"pk": subject().pk},
        "change_ask": {"pk": subject().pk},
        "change_decide": {"pk": asked().pk},
        **{name: {"pk": imported.pk} for name in ("import_preview", "import_columns", "import_kept")},
        **{name: {"pk": saved().pk} for name in ("saved_list", "saved_list_edit", "saved_list_delete")},
        "bulk_batch": {"pk": looked_at().pk},
        "mail_detail": {"pk": message().pk},
        **{name: trouble for name in PAGES if name.startswith("issue_") and needs_key(name)},
        "review_return": {"pk": reported.pk},
        **{name: {"pk": september.pk} for name in ("period_edit", "period_reopen", "period_opening")},
        "light_release": {"pk": set_by_hand().pk},
        "group_detail": {"slug": "major-pv"},
        "group_enter": {"slug": "major-pv"},
        "target_new": {"slug": "major-pv"},
        "target_edit": {"pk": Target.objects.get(segment="ingot").pk},
        **{name: {"pk": capable().pk} for name in ("capacity_edit", "capacity_delete")},
        "entry_edit": {"pk": GroupEntry.objects.filter(group__slug="major-pv").latest("pk").pk},
        "park_detail": {"code": "P01"},
        "one_page": {"scope": "P01"},
        "letter": {"code": "P01", "kind": "reminder"},
        "edition_end": {"pk": edition.pk},
        **{name: {"pk": publication.pk} for name in ("published", "publication_withdraw")},
        "person_edit": account,
        "person_action": {**account, "verb": "password"},
    }


def addresses(role: str) -> list[str]:
    """The addresses that open for the role: all of staff's; of the others' what staff does not or otherwise sees."""
    project, known = subject(), keys()
    found = []
    for name, row in PAGES.items():
        answers = dict(zip(ROLES, row.split(), strict=True))
        same = role != OFFICE and answers[OFFICE] == "200" and (role == "lead" or name not in DIFFERENT)
        if answers[role] != "200" or same or answers["anonymous"] == "200" or name in NO_PAGES:
            continue
        address = reverse(name, kwargs=known.get(name) or ({"pk": project.pk} if needs_key(name) else {}))
        address += ASKED_FOR.get(name, "")
        found += [address, *(address + more for more in MORE.get(name, []))]
    return [*found, *OF_EVERYBODY] if role == "auditor" else found


def show_at(page: Page, width: int, height: int) -> None:
    """Give the window this size and wait until the page's scripts have taken it in: they measure a frame later."""
    page.set_viewport_size({"width": width, "height": height})
    page.wait_for_function("width => innerWidth === width", arg=width)
    page.evaluate(THREE_FRAMES)


def problems(page: Page, address: str) -> list[str]:
    """What is wrong with a page at both widths."""
    found = []
    answer = page.goto(address, wait_until="load")
    if answer is None or answer.status != 200:
        return [f"{address}: {answer and answer.status}"]
    expect(page.locator(".htmx-request")).to_have_count(0)
    for width, height in WIDTHS.items():
        show_at(page, width, height)
        violations = Axe().run(page).response["violations"]
        found += [f"{address} {width}: {one['id']} {one['nodes'][0]['target']}" for one in violations]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found.append(f"{address} {width}: wider than the screen")
    return found


@pytest.mark.parametrize("role", PEOPLE)
def test_every_page_of_a_role_is_fit_for_everybody(live, page: Page, sign_in, role: str):
    registers.sample()
    sign_in(User.objects.get(username=PEOPLE[role]))

    found = [problem for address in addresses(role) for problem in problems(page, address)]
    assert not found, "\n".join(found)


def test_the_pages_of_strangers_are_fit_for_everybody(live, page: Page):
    registers.sample()
    ending = unsubscribing.address(User.objects.get(username="staff")).removeprefix(settings.SITE_URL)
    found = [problems(page, address) for address in ("/accounts/login/", "/accounts/password/reset/", ending)]

    assert found == [[], [], []]
