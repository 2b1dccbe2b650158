"""The layers of docs/architecture.md, read from the imports: a lower level never imports a higher one."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ["portal", "parks", "projects"]  # each may import itself and those before it
LEVELS = {
    7: "settings urls celery wsgi web_server apps",
    6: "views checks management context_processors middleware",
    5: "bulk moments month_cells month_upload openings done_cells forms filters tables mail_preview mail_status"
    " mail_words importing exporting search templatetags cells sheet node_sheet lists node_filters node_table"
    " node_wording charts issue_filters light_sheet amount_tables stat_figures word people_sheet"
    " project_paper downloads paper_tables paper_forms"
    " overview_page board",
    4: "handing_over mail notices scheduler reminders digests daily owed reckoning mailing papers editions"
    " publications wall",
    3: "stat_sums periods reporting report_rows investment outbox unsubscribing lifecycle milestones planning changes"
    " locking proofs notes nodes groups chasing stats sample generator accounts enterprises conflicts"
    " plausibility timeline wording attention weekly working_days saved_lists report_photos owed_reports rules"
    " rungs going_live preferences month node_template issues reasons light_runs month_lights overrides overview"
    " overview_store capacity sealed_sheets",
    2: "contact site_texts ladder late_issues gate clock_guard poke permissions audit derived lights reference sessions"
    " menu calendar heartbeats running backups postgresql_backups words rows passwords requests files"
    " light_words node_rows dimensions",
    1: "models",
    0: "house owners durability choices clock spans money text uscc excel pictures tasks logs processes append_only",
}
LEVEL = {name: level for level, names in LEVELS.items() for name in names.split()}
LEAF_MAY_CALL_INSIDE = {"portal.clock", "portal.tasks", "projects.tasks"}
FILES = [
    file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")) if "migrations" not in file.parts
]
NAMELESS = {"utils", "helpers", "common", "services", "selectors", "mixins"}
OTHER_CLOCKS = {
    ("timezone", "now"), ("timezone", "localdate"), ("timezone", "localtime"), ("date", "today"),
    ("datetime", "now"), ("datetime", "today"), ("datetime", "utcnow"),
}  # fmt: skip
HIDDEN_CLOCKS = {"auto_now", "auto_now_add"}


def module_of(file: Path) -> str:
    """Return the module that has a level: package and first name in it."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:2])


def imports(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """Yield each of our own modules that is imported, and whether inside a function."""
    inside = {id(node) for part in ast.walk(tree) if isinstance(part, ast.FunctionDef) for node in ast.walk(part)}
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.split(".")[0] in PACKAGES:
                yield ".".join(name.split(".")[:2]), id(node) in inside


def offences(here: str, text: str) -> Iterator[str]:
    """Yield what the module `here` with this source imports and must not."""
    package, name = here.split(".")
    for target, inside in imports(ast.parse(text)):
        other, _, what = target.partition(".")
        if PACKAGES.index(other) > PACKAGES.index(package):
            yield f"{here} imports {target}: {other} stands above {package}"
        elif inside and here in LEAF_MAY_CALL_INSIDE:
            continue
        elif LEVEL[what] > LEVEL[name]:
            yield f"{here} (level {LEVEL[name]}) imports {target} (level {LEVEL[what]})"
        elif LEVEL[name] == 6 and LEVEL[what] == 6 and what != name:
            yield f"{here} imports {target}: entries do not know each other"


LAYERED = [file for file in FILES if len(file.relative_to(ROOT).parts) > 2 or file.stem != "__init__"]


@pytest.mark.parametrize("package", PACKAGES)
def test_each_module_has_a_level_and_a_telling_name(package):
    names = {module_of(file).split(".")[1] for file in LAYERED if file.relative_to(ROOT).parts[0] == package}

    assert names - LEVEL.keys() == set(), "give it a level in LEVELS"
    assert {file.stem for file in FILES} & NAMELESS == set()


def test_no_module_imports_upwards():
    assert [offence for file in LAYERED for offence in offences(module_of(file), file.read_text())] == []


@pytest.mark.parametrize(
    ("here", "text"),
    [
        ("portal.audit", "from parks.models import Park"),
        ("projects.models", "from projects import lifecycle"),
        ("projects.lifecycle", "def go():\n    from projects.forms import ProjectForm"),
        ("portal.choices", "import portal.models"),
        ("portal.checks", "from portal.views import health"),
    ],
)
def test_a_forbidden_import_is_found(here, text):
    assert len(list(offences(here, text))) == 1


def test_only_the_clock_reads_the_time():
    found = []
    for file in FILES:
        if module_of(file) == "portal.clock":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                if (owner, node.attr) in OTHER_CLOCKS:
                    found.append(f"{file.relative_to(ROOT)}:{node.lineno} {owner}.{node.attr}")
            elif isinstance(node, ast.keyword) and node.arg in HIDDEN_CLOCKS:
                found.append(f"{file.relative_to(ROOT)}:{node.value.lineno} {node.arg}")

    assert found == []


def test_no_task_waits_in_the_broker():
    """The broker may be lost at any moment: nothing is scheduled in it."""
    words = [
        node.arg for file in FILES for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.keyword)
    ]

    assert not {"eta", "countdown"} & set(words)


def test_no_model_hides_work_in_save_or_in_signals():
    found = []
    for file in FILES:
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ClassDef):
                saves = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "save"]
                is_form = any("Form" in ast.unparse(base) for base in node.bases)
                found += [f"{file.relative_to(ROOT)}:{save.lineno} save()" for save in saves if not is_form]
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("django.db.models.signals"):
                found.append(f"{file.relative_to(ROOT)}:{node.lineno} signals")

    assert found == []
