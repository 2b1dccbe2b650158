"""How the nodes of a project follow its facts.

The planned and actual start and finish of a project are its nodes 开工 and 竣工投产: a date somebody gave makes the
node, 原计划 is the first date and stands for ever, a later date is 调整后计划. The stage marks the key nodes before it
done without a date (完成，日期待补). Nothing here guesses a date.
"""

from collections import defaultdict
from collections.abc import Iterable

from portal.models import User
from portal.spans import Span
from projects import audit
from projects.choices import FINISH_NODE, STAGE_ORDER, START_NODE, MilestoneState, Stage
from projects.models import Milestone, Project, TemplateNode

KEY_NODES = {START_NODE: ("开工", 150, "planned_start", "actual_start"),
             FINISH_NODE: ("竣工投产", 250, "planned_finish", "actual_finish")}  # fmt: skip
DONE_AT = {
    "QY": Stage.SIGNED,
    **dict.fromkeys(["BA", "GD", "HP", "NP", "AP1", "SG", START_NODE], Stage.BUILDING),
    **dict.fromkeys(["FD", "SB2", "PT", "SC"], Stage.TRIAL),
    **dict.fromkeys(["YS2", FINISH_NODE], Stage.COMPLETED),
    "DC": Stage.CAPACITY,
}
STAGE_NODES = {
    Stage.BUILDING: START_NODE, Stage.TRIAL: "SC", Stage.COMPLETED: FINISH_NODE, Stage.CAPACITY: "DC",
}  # fmt: skip
DATES = [f"{name}_{end}" for name in ("original", "current", "actual") for end in ("from", "to")]
FOLLOWED = ["state", "by_stage", "adjusted_times", *DATES]


def is_fact(node: Milestone) -> bool:
    """True for the two nodes whose dates are facts of the project."""
    return node.code in KEY_NODES and not node.phase


def put(node: Milestone, name: str, span: Span | None) -> None:
    """Set one of the four dates of a node in memory."""
    setattr(node, f"{name}_from", span.start if span else None)
    setattr(node, f"{name}_to", span.end if span else None)


def reached(stage: str, needed: str) -> bool:
    return bool(stage) and STAGE_ORDER.index(stage) >= STAGE_ORDER.index(needed)


def take_plan(node: Milestone, plan: Span | None) -> None:
    """Make `plan` the current plan: the first one is 原计划 too, a later other one counts as an adjustment."""
    if plan == node.current:
        return
    if node.original is None:
        put(node, "original", plan)
    else:
        node.adjusted_times += 1
    put(node, "current", plan)


def take_actual(node: Milestone, done: Span | None) -> None:
    """An actual date closes the node; when it is taken back, the stage alone decides."""
    had = node.actual
    put(node, "actual", done)
    if done:
        node.state, node.by_stage = MilestoneState.DONE, False
    elif had:
        node.by_stage = True


def take_stage(node: Milestone, stage: str) -> None:
    """Mark the node done without a date when the stage says so, and open again what only a stage had marked."""
    needed = DONE_AT.get(node.code)
    if needed is None or node.state == MilestoneState.NOT_APPLICABLE:
        return
    if node.state == MilestoneState.OPEN and reached(stage, needed):
        node.state, node.by_stage = MilestoneState.DONE, True
    elif node.by_stage and not reached(stage, needed):
        node.state, node.by_stage = MilestoneState.OPEN, False


def take_facts(project: Project, nodes: dict[str, Milestone]) -> list[Milestone]:
    """Bring the nodes of one project (by code, first phase) in line with its facts, in memory. Returns new nodes."""
    made = []
    for code, (name, order, planned, actual) in KEY_NODES.items():
        plan, done = getattr(project, planned), getattr(project, actual)
        if code not in nodes and (plan or done):
            nodes[code] = Milestone(project=project, code=code, name=name, order=order, is_key=True)
            made.append(nodes[code])
        if node := nodes.get(code):
            take_plan(node, plan)
            take_actual(node, done)
    for node in nodes.values():
        take_stage(node, project.stage)
    return made


def follow(projects: Iterable[Project], *, by: User | None, reason: str = "") -> int:
    """Store the nodes of these projects as their facts ask for, with history. Returns how many nodes changed."""
    projects = list(projects)
    existing: dict[int, dict[str, Milestone]] = defaultdict(dict)
    for node in Milestone.objects.filter(project__in=projects, phase=""):
        existing[node.project_id][node.code] = node
    made, changed = [], []
    for project in projects:
        nodes = existing[project.pk]
        before = {code: [getattr(node, name) for name in FOLLOWED] for code, node in nodes.items()}
        made += take_facts(project, nodes)
        changed += [n for c, n in nodes.items() if c in before and before[c] != [getattr(n, f) for f in FOLLOWED]]
    audit.create_many(made, by=by, reason=reason)
    audit.update_many(changed, FOLLOWED, by=by, reason=reason)
    return len(made) + len(changed)


def fill(projects: Iterable[Project]) -> int:
    """Store the nodes of generated projects in bulk, without history. Returns how many there are."""
    made = [node for project in projects for node in take_facts(project, {})]
    return len(Milestone.objects.bulk_create(made, batch_size=500))


def of_code(project: Project, code: str) -> Milestone:
    """The node of the first phase with that code, made without a date where the project has none; then not saved."""
    known = project.milestones.filter(code=code, phase="").first()
    if known:
        return known
    entry = TemplateNode.objects.filter(code=code).order_by("-version__number").first()
    if entry:
        return Milestone(project=project, code=code, name=entry.name, order=entry.order, is_key=entry.is_key)
    name, order = KEY_NODES[code][:2] if code in KEY_NODES else (code, len(STAGE_ORDER) * 100)
    return Milestone(project=project, code=code, name=name, order=order, is_key=code in KEY_NODES)
