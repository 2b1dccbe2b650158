"""定稿 keeps the figures of the evening; parks stay live; 印发 shows a paper to all units until it is withdrawn."""

import re
import threading
import time
from datetime import date
from html import unescape

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from portal import spans
from portal.models import AuditEntry
from projects import editions, papers, publications
from projects.models import Edition, Publication
from tests.factories import park_manager
from tests.projects.register import by_number
from tests.projects.test_desk import edit
from tests.projects.test_listing import plain

pytestmark = pytest.mark.django_db
ON = date(2021, 9, 27)


def read(browser, address):
    return plain(browser.get(address).content.decode())


def begin(project, person):
    """The park reports that the project was started."""
    edit(project, person, stage="building", actual_start=spans.Span(ON, ON))


def test_what_a_park_reports_after_the_evening_is_not_in_the_papers_of_the_meeting(
    as_user, staff, leader, register_2021
):
    park = park_manager("P01")
    as_user(staff).post("/materials/freeze/")
    begin(by_number("079"), park)

    bureau, head = as_user(staff), as_user(leader)
    for address in ("/materials/one-page/city/", "/materials/bulletin/", "/materials/annex/"):
        assert "定稿，数据时点2021年9月27日" in read(bureau, address), address
    assert "开工17/90" in read(bureau, "/materials/one-page/city/")
    assert "开工18/90" in read(bureau, "/materials/one-page/city/?live=1")
    assert "开工17/90" in read(head, "/")
    assert "开工18/90" in read(head, "/?live=1")
    assert "已开工17个" in read(bureau, "/materials/bulletin/")
    assert "已开工18个" in read(bureau, "/materials/bulletin/?live=1")
    assert "开工7/20" in read(as_user(park), "/materials/one-page/P01/")  # a park's page is live
    assert "开工6/20" in read(head, "/materials/one-page/P01/")


def test_the_table_is_frozen_too(staff, register_2021):
    edition = editions.freeze(by=staff)
    begin(by_number("079"), park_manager("P01"))

    kept = editions.paper(edition, "annex", "city").sheets[0].rows[0]
    live = papers.annexes(papers.facts_of("city", on=ON)).sheets[0].rows[0]
    assert (kept[5], live[5]) == (17, 18)


def test_everything_there_is_a_page_of_is_kept(staff, register_2021):
    edition = editions.freeze(by=staff)
    kept = set(edition.papers.values_list("kind", "scope"))

    assert kept >= {("one_page", scope) for scope, _ in papers.scopes(year=2021)}
    assert kept >= {("bulletin", "city"), ("annex", "city")}
    assert AuditEntry.objects.filter(action="paper.freeze").count() == 1


def test_the_sentences_of_who_freezes_are_kept(as_user, staff, leader, register_2021):
    browser = as_user(staff)
    browser.post("/materials/bulletin/", {"features": "光伏链加快成形。", "steps": ""})
    browser.post("/materials/freeze/")

    assert "光伏链加快成形。" in read(as_user(leader), "/materials/bulletin/")


def test_a_later_one_takes_the_place_and_ending_it_brings_none_back(staff, lead, register_2021):
    first, second = editions.freeze(by=staff), editions.freeze(by=lead)

    assert editions.current(2021) == second
    editions.end(second, by=lead)
    assert editions.current(2021) is None
    with pytest.raises(ValidationError, match="已经停用"):
        editions.end(first, by=staff)


def test_only_the_bureau_freezes(leader, park_user):
    for person in (leader, park_user):
        with pytest.raises(PermissionDenied):
            editions.freeze(by=person)
    assert not Edition.objects.exists()


def publish(browser, paper_page):
    """Press 印发 on the page of a paper, then the button of the page that asks, as a person does."""
    asked = address_of(r'href="(/materials/publish/[^"]+)"', browser.get(paper_page))
    return browser.post(asked, hidden_fields(browser.get(asked)), follow=True)


def address_of(pattern, answer):
    return unescape(re.search(pattern, answer.content.decode())[1])


def hidden_fields(answer):
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', answer.content.decode()))


@pytest.mark.parametrize(
    ("page", "kind", "scope"),
    [
        ("/materials/bulletin/", "bulletin", "city"),
        ("/materials/annex/", "annex", "city"),
        ("/materials/one-page/P01/", "one_page", "P01"),
    ],
)
def test_what_is_published_is_what_was_asked_about(as_user, staff, register_2021, page, kind, scope):
    editions.freeze(by=staff)
    browser = as_user(staff)

    for address, has_edition in ((page, True), (f"{page}?live=1", False)):
        publish(browser, address)
        made = Publication.objects.first()
        assert (made.kind, made.content["scope"], bool(made.edition)) == (kind, scope, has_edition)
    assert Publication.objects.count() == 2


def test_nothing_is_published_when_the_edition_changed_before_the_answer(as_user, staff, lead, register_2021):
    editions.freeze(by=staff)
    browser, asked = as_user(staff), "/materials/publish/?kind=annex&scope=city"
    sent = hidden_fields(browser.get(asked))
    second = editions.freeze(by=lead)

    again = browser.post(asked, sent)
    assert "在您确认之前，定稿有变动" in plain(again.content.decode())
    assert not Publication.objects.exists()
    browser.post(asked, hidden_fields(again))
    assert Publication.objects.get().edition == second
    assert browser.post("/materials/publish/", sent).status_code == 404


def test_a_page_the_edition_lacks_says_that_it_is_live(as_user, staff, register_2021):
    editions.freeze(by=staff).papers.filter(kind="one_page", scope="P01").delete()

    assert "定稿时还没有这一页，以下是实时数字" in read(as_user(staff), "/materials/one-page/P01/")
    assert "还没有这一页" not in read(as_user(staff), "/materials/one-page/P02/")


def test_a_published_paper_is_read_by_every_unit_as_it_was(as_user, staff, register_2021):
    browser, park = as_user(staff), park_manager("P01")
    publish(browser, "/materials/bulletin/")
    made = Publication.objects.get()
    begin(by_number("079"), park)

    assert made.title in read(as_user(park), "/materials/published/")
    assert "已开工17个" in read(as_user(park), f"/materials/published/{made.pk}/")
    assert as_user(park).get("/materials/bulletin/").status_code == 403


def test_a_withdrawn_paper_is_gone_for_the_units(as_user, staff, register_2021):
    made = publications.publish(paper=papers.one_page("city", on=ON), edition=None, by=staff)
    browser, park = as_user(staff), as_user(park_manager("P01"))

    assert "撤回原因" in read(browser, f"/materials/published/{made.pk}/withdraw/")
    browser.post(f"/materials/published/{made.pk}/withdraw/", {"reason": ""})
    assert park.get(f"/materials/published/{made.pk}/").status_code == 200
    browser.post(f"/materials/published/{made.pk}/withdraw/", {"reason": "数字有误"})
    assert park.get(f"/materials/published/{made.pk}/").status_code == 404
    assert made.title not in read(park, "/materials/published/")
    assert "数字有误" in read(browser, "/materials/published/")


def test_a_park_can_neither_publish_nor_reach_what_is_not_its_own(as_user, staff, register_2021):
    editions.freeze(by=staff)
    park = as_user(park_manager("P01"))
    posts = {
        "/materials/freeze/": {}, "/materials/publish/": {"kind": "one_page", "scope": "P01"},
        "/materials/letters/P01/reminder/": {},
    }  # fmt: skip

    assert [park.post(address, data).status_code for address, data in posts.items()] == [403, 403, 403]
    for kind, scope in (
        *(("bulletin", "city"), ("annex", "city"), ("one_page", "city"), ("one_page", "P02")),
        *(("reminder", "P01"), ("wall", "city"), ("", ""), ("one_page", "leader:演示市领导甲")),
    ):
        answer = park.post("/materials/make/", {"kind": kind, "scope": scope, "form": "word"})
        assert answer.status_code == 404, (kind, scope)


def test_a_letter_is_not_published(staff, register_2021):
    paper = papers.letter(by_number("070").unit, papers.LETTERS[0], on=ON)

    with pytest.raises(ValidationError, match="不能印发给所有单位"):
        publications.publish(paper=paper, edition=None, by=staff)


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_all_papers_are_written_in_one_transaction_of_their_own(staff):
    """On PostgreSQL it reads one state of the register, which only the outermost transaction can ask for."""
    edition = editions.freeze(by=staff)

    assert editions.current(edition.year) == edition
    assert editions.paper(edition, "bulletin", "city").title.startswith("关于2021年")


@pytest.mark.db
@pytest.mark.django_db(transaction=True)
def test_two_who_freeze_at_once_follow_one_after_the_other(staff, lead, monkeypatch):
    failures, start, written = [], threading.Barrier(2), editions.written

    def slowly(**about):
        time.sleep(0.5)
        return written(**about)

    monkeypatch.setattr(editions, "written", slowly)

    def freeze(person):
        try:
            start.wait()
            editions.freeze(by=person)
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=freeze, args=(person,)) for person in (staff, lead)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert Edition.objects.count() == 2
    assert Edition.objects.filter(ended_at=None).count() == 1
