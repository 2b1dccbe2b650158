"""Whatever is imported and whatever people do afterwards: undoing gives back exactly what nobody touched."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.excel.cells import NUMBER, TEXT, Cell
from portal.models import User
from portal.spans import Span
from projects import lifecycle, notes
from projects.importing import batches, undoing
from projects.importing.reading import read_sheets
from projects.models import ImportBatch, ProgressNote, Project, YearPlan
from tests.projects import snapshots
from tests.projects.importing.sheets import sheet

pytestmark = [pytest.mark.django_db]
HEADINGS = ["项目名称", "所在园区", "总投资（万元）", "计划开工时间", "项目阶段", "年度类型", "年度计划投资（万元）",
            "建设地点", "备注", "重点级别", "目前进展"]  # fmt: skip
KNOWN, NEW = ("甲", "乙", "丙"), ("丁", "戊")
NAMES = (*KNOWN, *NEW)
FIELDS = ("total_investment", "address", "remark", "stage", "planned_start_to", "annual_plan")
AMOUNTS = st.none() | st.integers(500, 99_999)
WORDS = st.none() | st.sampled_from(["某镇", "某村", "演示数据", "园区东路"])
STAGES = ("reserve", "signed", "preparing", "building", "trial")
ROW = st.tuples(
    AMOUNTS, st.none() | st.integers(1, 12), st.none() | st.sampled_from(["储备", "签约", "前期", "在建"]),
    st.none() | st.sampled_from(["新开工", "续建"]), AMOUNTS, WORDS, WORDS,
    st.none() | st.sampled_from(["省重点", "市重点", "县重点"]), st.none() | st.sampled_from(["已签约", "已开工"]),
)  # fmt: skip
TABLE = st.dictionaries(st.sampled_from(NAMES), ROW, min_size=1)
EDITS = st.lists(
    st.tuples(
        st.sampled_from(NAMES),
        st.one_of(
            st.tuples(st.just("total_investment"), st.integers(500, 99_999)),
            st.tuples(st.sampled_from(["address", "remark"]), st.sampled_from(["", "某镇", "改过的"])),
            st.tuples(st.just("stage"), st.sampled_from(STAGES)),
            st.tuples(st.just("planned_start_to"), st.integers(1, 12)),
            st.tuples(st.just("annual_plan"), st.integers(500, 99_999)),
            st.tuples(st.just("note"), st.just("人写的进展")),
        ),
    ),
    max_size=6,
)


@contextmanager
def taken_back() -> Iterator[None]:
    """Leave nothing of an example for the next."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def cell(value: Any) -> Cell | None:
    if value is None:
        return None
    return Cell(NUMBER, str(value), "0.00") if isinstance(value, int) else Cell(TEXT, str(value))


def write(table: dict[str, tuple], by: User) -> ImportBatch:
    rows = [
        [name, "五通桥基地", total, f"2021年{month}月" if month else None, *rest]
        for name, (total, month, *rest) in table.items()
    ]
    parsed = read_sheets([sheet(HEADINGS, *[[cell(value) for value in row] for row in rows])])
    batch = batches.stage(parsed, by=by, filename="表.xlsx", sha256="0" * 64, year=2021)
    batches.choose_all(batch, "take")
    batches.commit(batch, by=by, skip_errors=True)
    return batch


def live() -> dict[str, Project]:
    return {project.name: project for project in Project.objects.live().order_by("pk")}


def values() -> dict[tuple[str, str], Any]:
    """What the register says, by project and field."""
    plans = dict(YearPlan.objects.filter(year=2021).values_list("project_id", "annual_plan"))
    return {
        (name, field): plans.get(project.pk) if field == "annual_plan" else getattr(project, field)
        for name, project in live().items()
        for field in FIELDS
    }


def act(name: str, field: str, value: Any, by: User) -> None:
    project = live()[name]
    if field == "note":
        notes.add_progress(project=project, by=by, progress=value)
        return
    plan = {"annual_plan": value} if field == "annual_plan" else None
    facts = {} if plan else {field: value}
    if field == "planned_start_to":
        facts = {"planned_start": Span(date(2022, value, 1), date(2022, value, 28))}
    lifecycle.edit(
        project=project, version=project.version, by=by, facts=facts, plan=plan, year=2021, reason="核实", demands=False
    )


def follow(first: dict, second: dict, edits: list, by: User, other: User) -> None:
    write({name: row for name, row in first.items() if name in KNOWN}, by)
    stood, before = values(), {name: snapshots.of(project) for name, project in live().items()}
    batch = write(second, by)
    after, done = values(), []
    for name, (field, value) in edits:
        if name in live():
            held = values().get((name, field))
            act(name, field, value, other)
            if field == "note" or values()[name, field] != held:
                done.append((name, field))
    edited = values()

    undoing.undo(batch, by=by, digest=undoing.preview(batch, by=by).digest)

    made = {name for name, _ in after} - {name for name, _ in stood}
    gone = {name for name in made if not any(one == name for one, _ in done)}
    expected = {
        key: value if key[0] in made or key in done else stood[key] for key, value in edited.items()
        if key[0] not in gone
    }  # fmt: skip
    assert values() == expected
    for name in before.keys() - {one for one, _ in done}:
        assert snapshots.of(live()[name]) == before[name]
    kept = set(batch.rows.filter(undone="kept").values_list("name", flat=True))
    changed = {key for key in after if after[key] != stood.get(key)}
    assert kept == {name for name, field in done if name in made or (name, field) in changed}
    assert {note.author for note in ProgressNote.objects.filter(project__deleted_no=0, progress="人写的进展")} <= {
        other
    }


@pytest.fixture
def other(lead: User) -> User:
    return lead


QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=QUIET, database=None)
@given(first=TABLE, second=TABLE, edits=EDITS)
def test_import_then_edits_then_undo(staff, other, first, second, edits):
    with taken_back():
        follow(first, second, edits, staff, other)


@pytest.mark.long
@settings(max_examples=300, deadline=None, suppress_health_check=QUIET, database=None)
@given(first=TABLE, second=TABLE, edits=EDITS)
def test_import_then_many_edits_then_undo(staff, other, first, second, edits):
    with taken_back():
        follow(first, second, edits, staff, other)
