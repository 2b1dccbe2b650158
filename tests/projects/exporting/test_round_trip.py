"""Whatever text, amount and date the register holds: each form comes back unchanged."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from portal.excel.cells import TEXT, Cell
from portal.text import visible
from projects import groups
from projects.importing.wording import is_error
from projects.models import ProjectGroup
from tests.factories import EnterpriseFactory, ProjectFactory
from tests.projects.exporting.written import import_back, not_same, project_form

pytestmark = [pytest.mark.django_db]
COLUMNS = [
    *("total", "plan", "stage", "node", "note", "liaison", "unit", "type", "industry", "nature", "capacity"),
    *("content", "remark", "leader", "responsible", "park_owner", "code"),
]
# A workbook holds no control characters; PostgreSQL no NUL.
LEFT_OUT = "".join(map(chr, (*range(9), 11, 12, *range(14, 32)))) + "\ufffe\uffff"
KEPT = st.characters(codec="utf-8", exclude_categories=["Cs"], exclude_characters=LEFT_OUT)
PARTS = st.sampled_from(
    ["=", "+", "-", "@", "'", "合计", "一、", "（犍为县）", "★", "待定", "注：", "1.0", "\n", '"', ",", " "]
)


def texts(longest):
    """Any text the register can hold, often of the kind that tables are full of; not what Excel says of a broken
    formula: pasted as a value it is text, and the reader is asked to mend it."""
    made = st.lists(PARTS | st.text(KEPT, max_size=8), max_size=6).map("".join)
    shown = (st.text(KEPT, max_size=longest) | made).map(lambda text: visible(text)[:longest])
    return shown.filter(lambda text: not is_error(Cell(TEXT, text)))


amounts = st.decimals(Decimal(0), Decimal("9999999999.99"), places=2) | st.none()
days = st.dates(date(2000, 1, 1), date(2050, 12, 31))


@st.composite
def spans(draw):
    """Both ends, only the last one, or nothing."""
    one, other = draw(days), draw(days)
    return draw(st.sampled_from([(None, None), (None, one), (min(one, other), max(one, other)), (one, one)]))


@st.composite
def facts(draw):
    begin, end = draw(spans()), draw(spans())
    total = draw(amounts)
    return {
        "name": draw(texts(60).filter(lambda text: text.strip())),
        "content": draw(texts(200)),
        "remark": draw(texts(100)),
        "address": draw(texts(60)),
        "capacity": draw(texts(60)),
        "city_leader": draw(texts(20)),
        "responsible_unit": draw(texts(40)),
        "liaison": draw(texts(20)),
        "park_owner": draw(texts(20)),
        "total_investment": total,
        "annual_plan": draw(amounts),
        **dict(zip(("planned_start_from", "planned_start_to"), begin, strict=True)),
        **dict(zip(("planned_finish_from", "planned_finish_to"), end, strict=True)),
    }


KINDS = pytest.mark.parametrize("kind", ["paper", "data", "csv"])
LISTS = st.lists(facts(), min_size=4, max_size=12)
TRAPS = [
    {"name": "合计"},
    {"name": "'=1", "content": "'+1", "remark": "''@x"},
    {"name": "单位负责人：", "capacity": "注：1"},
]


@pytest.fixture(autouse=True)
def _uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.MEDIA_ROOT.mkdir()


@KINDS
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(rows=LISTS)
@example(rows=TRAPS)
def test_what_is_stored_comes_back_unchanged(staff, tmp_path, kind, rows):
    found, same = there_and_back(rows, kind, staff, tmp_path)

    assert found == []
    assert same == len(rows)


@pytest.mark.long
@KINDS
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=LISTS)
def test_much_of_what_is_stored_comes_back_unchanged(staff, tmp_path, kind, rows):
    found, same = there_and_back(rows, kind, staff, tmp_path)

    assert found == []
    assert same == len(rows)


def there_and_back(rows, kind, staff, folder):
    """Store projects, export them, read the file as an import does: what it would do, and how many stay as they are."""
    staff.list_columns = COLUMNS
    with transaction.atomic():
        industrial, enterprise = ProjectGroup.objects.get(slug="industrial", year=2021), EnterpriseFactory()
        for row in rows:
            groups.enter(project=ProjectFactory(**row, unit="P01", enterprise=enterprise), group=industrial, by=staff)
        batch = import_back(project_form(staff, kind, group_by="leader"), by=staff, folder=folder)
        found, same = not_same(batch), batch.counts["same"]
        transaction.set_rollback(True)
    return found, same
