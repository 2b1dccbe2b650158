"""节点模板: an edit makes the next version and touches no project."""

import pytest

from portal.models import AuditEntry
from projects.models import TemplateVersion

pytestmark = pytest.mark.django_db
PAGE = "/settings/template/"


def form_of(page, **changes):
    """What the browser would send."""
    rows, form = page.context["rows"], page.context["form"]
    sent = {f"form-{key}": value for key, value in (("TOTAL_FORMS", len(rows)), ("INITIAL_FORMS", len(rows)))}
    for row in rows:
        sent |= {row.add_prefix(name): value for name, value in row.initial.items() if value not in (False, None)}
    return {**sent, "number": form.initial["number"], "reason": "按新规定", **changes}


def test_an_edit_makes_the_next_version(as_user, lead):
    browser = as_user(lead)
    old = TemplateVersion.objects.get()

    answer = browser.post(PAGE, form_of(browser.get(PAGE), **{"form-0-hint": "30天"}))

    new = TemplateVersion.objects.get(number=2)
    assert answer.status_code == 302
    assert (old.nodes.count(), new.nodes.count()) == (27, 27)
    assert [one.hint for one in (old.nodes.first(), new.nodes.first())] == [old.nodes.first().hint, "30天"]
    assert AuditEntry.objects.filter(action="rules.template").count() == 1


@pytest.mark.parametrize("changes", [{}, {"form-0-hint": "30天", "reason": ""}, {"form-0-hint": "30天", "number": "7"}])
def test_nothing_new_no_reason_or_an_old_page_is_refused(as_user, lead, changes):
    browser = as_user(lead)

    assert browser.post(PAGE, form_of(browser.get(PAGE), **changes)).status_code == 422
    assert TemplateVersion.objects.count() == 1


def test_staff_read_the_template(as_user, staff):
    assert "节点模板 V1" in as_user(staff).get(PAGE).content.decode()
