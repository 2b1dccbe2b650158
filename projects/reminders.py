"""The words of a day's reminder: what is new in full, one line for the rest, what to do, whom to ask."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from portal import contact
from portal.models import User
from projects import late_issues
from projects.ladder import BROKEN_PROMISE
from projects.models import Issue, Milestone
from projects.models.node_sets import SOON_DAYS
from projects.owed_reports import NOTHING, Owed

MOST = 30
SIGN_IN = "明细请登录系统查看。"
HOW = "已完成的请登记实际日期；不能按期的请填写原因，或申请调整节点。"


@dataclass(frozen=True)
class Told:
    """A node to speak of: `promised` is the day somebody promised, when that has passed. One that is only `listed`
    stands in the Monday list; the others are new and are always told in full."""

    node: Milestone
    promised: date | None = None
    listed: bool = False

    def words(self, on: date) -> str:
        """演示项目079 年产…（五通桥基地）：开工 计划2021年9月，今天到期."""
        node, project = self.node, self.node.project
        return f"{project.name}（{project.unit or '待分派'}）：{node.title} 计划{node.current}，{self.when(on)}"

    def when(self, on: date) -> str:
        """今天到期, 还有3天, 逾期68天; a broken promise is named."""
        due = self.node.current_to
        if due is None:
            return "待定"
        late = (on - due).days
        told = f"逾期{late}天" if late > 0 else "今天到期" if late == 0 else f"还有{-late}天"
        return f"{told}，承诺{self.promised.month}月{self.promised.day}日未见登记" if self.promised else told


def counts(told: Iterable[Milestone], on: date) -> str:
    """今天到期1个、逾期12个、7天内到期3个: how many nodes of each kind."""
    days = [(node.current_to - on).days for node in told if node.current_to]
    kinds = [
        ("今天到期", sum(day == 0 for day in days)),
        ("逾期", sum(day < 0 for day in days)),
        (f"{SOON_DAYS}天内到期", sum(0 < day <= SOON_DAYS for day in days)),
        ("以后到期", sum(day > SOON_DAYS for day in days)),
    ]
    return "、".join(f"{label}{count}个" for label, count in kinds if count)


def subject(told: list[Told], on: date, late: Sequence[Issue] = (), month: Owed = NOTHING) -> str:
    """Counts only: a subject is read on the lock screen of a telephone."""
    nodes = f"节点提醒：{counts([one.node for one in told], on)}" if told else ""
    issues = f"要素保障问题超期{len(late)}个" if late else ""
    return f"{'；'.join(filter(None, (month.counts, nodes, issues)))}｜项目调度"


def lines(told: list[Told], on: date) -> list[str]:
    """The nodes in full, numbered, the longest late first; of those that are only listed, when there are more than
    thirty in all, how many more."""
    ordered = sorted(told, key=lambda one: (one.node.current_to or on, one.node.pk))
    room = MOST - sum(not one.listed for one in told)
    full = {one.node.pk for one in [one for one in ordered if one.listed][: max(room, 0)]}
    shown = [one for one in ordered if not one.listed or one.node.pk in full]
    found = [f"{number}. {one.words(on)}。" for number, one in enumerate(shown, 1)]
    return [*found, f"另有{len(told) - len(shown)}个，见系统“节点计划”。"] if len(told) > len(shown) else found


def body(
    user: User,
    told: list[Told],
    rest: list[Milestone],
    on: date,
    late: Sequence[Issue] = (),
    month: Owed = NOTHING,
) -> str:
    """The whole message to one person: the month, the nodes, then the 要素保障问题 that became late."""
    parts = [f"{user.name}：", *month.lines(on)]
    if told:
        parts += [f"您负责的节点中，{counts([one.node for one in told], on)}：", *lines(told, on)]
    if rest:
        parts.append(f"其余未完成的：{counts(rest, on)}，此前已提醒或列入周调度。")
    parts += [HOW] if told else []
    return "\n".join([*parts, *late_issues.lines(late, on), foot(demo=is_demo(told, late, month))])


def is_demo(told: list[Told], late: Sequence[Issue], month: Owed = NOTHING) -> bool:
    return month.is_demo or any(one.node.project.is_demo for one in told) or any(one.is_demo for one in late)


def preface(told: list[Told], on: date, late: Sequence[Issue] = (), month: Owed = NOTHING) -> str:
    """What is new for the person, before the digest."""
    nodes = [*lines(told, on), HOW] if told else []
    return "\n".join(["今天提醒：", *month.lines(on), *nodes, *late_issues.lines(late, on)])


def brief(user: User, told: list[Told], on: date, late: Sequence[Issue] = (), month: Owed = NOTHING) -> str:
    """Counts only, for a mailbox outside the house."""
    new = new_counts(told, on, late, month)
    return "\n".join([f"{user.name}：", f"{new}{SIGN_IN}", foot(demo=is_demo(told, late, month))])


def new_counts(told: list[Told], on: date, late: Sequence[Issue] = (), month: Owed = NOTHING) -> str:
    """What is new for the person, in counts."""
    nodes = f"您负责的节点中，{counts([one.node for one in told], on)}。" if told else ""
    issues = f"要素保障问题超期{len(late)}个。" if late else ""
    return f"{month.counts}。{nodes}{issues}" if month else f"{nodes}{issues}"


def foot(*, demo: bool) -> str:
    """联系人 and 电话 as the bureau words them."""
    return contact.line() + ("（演示数据）" if demo else "")


def promised_day(level: str, due: date) -> date | None:
    return due if level == BROKEN_PROMISE else None
