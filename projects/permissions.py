"""Who may change which field of a project: one table for form, import and test (design §5).

Park managers change the first list directly, ask for the second (a request the bureau decides), never touch the rest.
Bureau staff change everything with a reason; leaders read.
"""

from enum import StrEnum

from portal.choices import Role
from portal.models import User
from projects.models import Milestone, Project


class Right(StrEnum):
    DIRECT = "direct"
    ASK = "ask"
    NEVER = "never"


DIRECT = (
    *("name", "address", "content", "capacity", "industry_group", "industry", "chain_segment", "nature", "enterprise"),
    *("enterprise_name", "uscc"),
    *("park_owner", "park_phone", "liaison", "liaison_phone", "remark", "actual_start", "actual_finish", "stage"),
)
ASK = ("total_investment", "planned_start", "planned_finish", "hold", "annual_plan")
NEVER = (
    *("unit", "county", "number", "bureau_owner", "responsible_unit", "city_leader", "year_type", "goal"),
    *("opening_cumulative", "groups", "stat_listed", "stat_listed_on", "hold_reason", "former_names"),
)
REASONED = ("total_investment", "planned_start", "planned_finish", "unit", "year_type", "annual_plan")
ONCE = ("project_code",)  # a park may give it while it is empty
FIRST = ("planned_start", "planned_finish")  # a park may give the first date until the annual plan is locked

PARK_RIGHTS: dict[str, Right] = {
    **dict.fromkeys(DIRECT, Right.DIRECT),
    **dict.fromkeys(ASK, Right.ASK),
    **dict.fromkeys(NEVER, Right.NEVER),
}


def right(user: User, field: str, *, project: Project | None = None) -> Right:
    """What the user may do with the field. Spans go by one name (`planned_start`). A new project is the park's own:
    what would be asked for later may be given once at its creation."""
    if user.role == Role.STAFF:
        return Right.DIRECT
    if user.role != Role.PARK:
        return Right.NEVER
    if field in ONCE:
        return Right.NEVER if project and project.project_code else Right.DIRECT
    given = PARK_RIGHTS.get(field, Right.NEVER)
    if given is not Right.ASK or field == "hold":
        return given
    if project is None and field == "annual_plan":
        return Right.NEVER  # the bureau gives the amount of a new project
    if project is None or (field in FIRST and getattr(project, field) is None and not is_locked(project)):
        return Right.DIRECT
    return given


def right_to_plan(user: User, node: Milestone) -> Right:
    """What the user may do with the plan of a node: the same rule as for planned start and finish."""
    if user.role != Role.PARK:
        return right(user, "planned_start", project=node.project)
    return Right.DIRECT if node.current is None and not is_locked(node.project) else Right.ASK


def is_locked(project: Project) -> bool:
    """True once the bureau pressed 「锁定年度计划」 for the project."""
    return any(plan.locked_on for plan in project.plans.all())


def may_change(user: User, project: Project) -> bool:
    """True when the user may write anything on the project at all."""
    if user.role not in (Role.STAFF, Role.PARK):
        return False
    return Project.objects.within_rights(user).filter(pk=project.pk).exists()


def may_see_phones(user: User, project: Project) -> bool:
    """Telephone numbers are shown in full to the bureau and to the project's own unit; leaders see them masked."""
    return user.role == Role.STAFF or (user.role == Role.PARK and may_change(user, project))
