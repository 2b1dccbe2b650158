"""What must hold, whatever died: judged from the mail server's journal, the acts of people, and the rows at the end.

Pure functions over facts. The names are those of the promises: lost, unexplained, identity and so on.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from benchmarks.chaos.world import Owed, World

NODE, PROJECT = re.compile(r"节点(\d{6})"), re.compile(r"验证项目(\d{4})")
TERMINAL = {"sent", "failed", "cancelled", "shown"}
FOR_GOOD = {"gone", "full"}  # refusals after which a message is rightly 被拒收
POST_SECONDS = 0.5


@dataclass(frozen=True)
class Letter:
    """What the server accepted: when, for whom, which Message-ID, a hash of its words, what it speaks of."""

    t: float
    to: tuple[str, ...]
    mid: str
    words: str = ""
    nodes: frozenset[int] = frozenset()
    projects: frozenset[int] = frozenset()
    then: str = ""


@dataclass(frozen=True)
class Intent:
    """A body about to go out: the fence of its sender, and how often a copy was known to be possibly out."""

    t: float
    mid: str
    fence: int
    uncertain: int


@dataclass(frozen=True)
class Row:
    """A message at the end of the run. `nodes` are the numbers its items speak of; `made` its person and day."""

    mid: str
    address: str
    state: str
    kind: str = "daily"
    uncertain: int = 0
    nodes: frozenset[int] = frozenset()
    made: str = ""
    tries: int = 0


@dataclass(frozen=True)
class Act:
    """What somebody did: close:7 or move:li@x; `when` is began or done."""

    act: str
    when: str
    t: float
    status: int = 0
    seconds: float = 0


@dataclass
class Facts:
    """Everything known of a run. `margin`: seconds that may lie between the last look at the facts and the answer."""

    world: World
    letters: list[Letter] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    runs: list[tuple[str, str, str]] = field(default_factory=list)
    days: tuple[str, ...] = ()
    damage: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    unreconciled: list[str] = field(default_factory=list)
    database_was_cut: bool = False
    margin: float = 8.0

    @cached_property
    def by_mid(self) -> dict[str, list[Letter]]:
        found: dict[str, list[Letter]] = defaultdict(list)
        for letter in sorted(self.letters, key=lambda one: one.t):
            found[letter.mid].append(letter)
        return found

    @cached_property
    def refused_for_good(self) -> set[str]:
        """Addresses and Message-IDs that the server refused for good."""
        return {about for fault, about in self.refused if fault in FOR_GOOD}

    def moment(self, act: str, when: str) -> float | None:
        return next((one.t for one in self.acts if one.act == act and one.when == when), None)

    def is_excused(self, owed: Owed) -> bool:
        """Whether the node may rightly go untold: somebody ended it, the person moved, the mailbox does not exist."""
        acts = {one.act for one in self.acts}
        return bool({f"close:{owed.pk}", f"move:{owed.address}"} & acts) or owed.address in self.refused_for_good


Check = Callable[[Facts], Iterator[str]]


def lost(facts: Facts) -> Iterator[str]:
    """I1: every node that its person is owed stands in a letter the server accepted, or was refused for good."""
    rows = {(row.address, node): row for row in facts.rows for node in row.nodes}
    for owed in facts.world.owed:
        if facts.is_excused(owed):
            continue
        row = rows.get((owed.address, owed.number))
        if row is None:
            yield f"节点{owed.number}没有生成消息"
        elif row.mid in facts.refused_for_good:
            continue
        elif not any(owed.number in letter.nodes for letter in facts.by_mid.get(row.mid, [])):
            yield f"节点{owed.number}没有送达，消息状态{row.state}"
    for row in facts.rows:
        if (
            row.kind == "test"
            and row.state != "dead"
            and not {row.mid, row.address} & facts.refused_for_good
            and row.mid not in facts.by_mid
        ):
            yield f"测试邮件没有送达，状态{row.state}"


def settled(facts: Facts) -> Iterator[str]:
    """I2: no text made after a node was ended speaks of it."""
    first = first_intents(facts)
    closed = {one.act: one.t for one in facts.acts if one.when == "done"}
    for owed in facts.world.owed:
        end = closed.get(f"close:{owed.pk}")
        if end is None:
            continue
        for letter in facts.letters:
            if owed.number in letter.nodes and first.get(letter.mid, 0) > end + facts.margin:
                yield f"节点{owed.number}办结后仍被提醒"


def first_intents(facts: Facts) -> dict[str, float]:
    first: dict[str, float] = {}
    for intent in facts.intents:
        first[intent.mid] = min(first.get(intent.mid, intent.t), intent.t)
    return first


def unexplained(facts: Facts) -> Iterator[str]:
    """I3: before a letter was sent again, the row said that a copy may be out."""
    intents = defaultdict(list)
    for intent in facts.intents:
        intents[intent.mid].append(intent)
    for mid, letters in facts.by_mid.items():
        for copies, letter in enumerate(letters):
            known = max((one.uncertain for one in intents[mid] if one.t <= letter.t), default=0)
            if copies > known:
                yield f"{mid}第{copies + 1}次送达，此前只记下{known}次可能重复"


def identity(facts: Facts) -> Iterator[str]:
    """I4: every letter carries the Message-ID of a row, and always the same words."""
    known = {row.mid for row in facts.rows}
    for mid, letters in facts.by_mid.items():
        if mid not in known:
            yield f"{mid}不属于任何消息"
        if len({letter.words for letter in letters}) > 1:
            yield f"{mid}前后文字不同"
    for mid, count in Counter(row.mid for row in facts.rows).items():
        if count > 1:
            yield f"{count}条消息共用编号{mid}"


def foreign(facts: Facts) -> Iterator[str]:
    """I5: no letter speaks of a unit that its person had left, or has not joined."""
    moved = {one.act.partition(":")[2]: one.t for one in facts.acts if one.when == "done"}
    began = {one.act.partition(":")[2]: one.t for one in facts.acts if one.when == "began"}
    for letter in facts.letters:
        for address in letter.to:
            home, new = facts.world.homes.get(address), facts.world.moves.get(address)
            units = {home} if letter.t < moved.get(address, letter.t) + facts.margin else set()
            if letter.t >= began.get(address, letter.t + 1):
                units.add(new)
            strange = {facts.world.units[project] for project in letter.projects} - units
            if strange:
                yield f"{address}收到{'、'.join(sorted(strange))}的内容"


def recipients(facts: Facts) -> Iterator[str]:
    """R15: one letter, one recipient, the one of its row."""
    addresses = {row.mid: row.address for row in facts.rows}
    for letter in facts.letters:
        if len(letter.to) != 1 or letter.to[0] != addresses.get(letter.mid, letter.to[0]):
            yield f"{letter.mid}发给了{'、'.join(letter.to)}"


def unfinished(facts: Facts) -> Iterator[str]:
    """I6: every message came to an end, and the end is the one the server gave it."""
    for row in facts.rows:
        if row.kind == "test" and row.state == "dead":
            continue  # a test mail is given up within an hour, and the days of a run are short
        if row.state not in TERMINAL:
            yield f"{row.mid}停在{row.state}"
        elif row.state == "sent" and row.mid not in facts.by_mid:
            yield f"{row.mid}记为已发送，服务器没有收到"
        elif row.state == "failed" and not {row.mid, row.address} & facts.refused_for_good:
            yield f"{row.mid}记为被拒收，服务器没有拒绝"


def periods(facts: Facts) -> Iterator[str]:
    """I7: each job has one row for each of its periods, and each has ended."""
    for (job, period), count in Counter((job, period) for job, period, _ in facts.runs).items():
        if count > 1:
            yield f"{job} {period}有{count}行"
    for job, period, state in facts.runs:
        if state not in ("done", "skipped"):
            yield f"{job} {period}停在{state}"
    for day in sorted(set(facts.days) - {period for job, period, _ in facts.runs if job == "reminders"}):
        yield f"reminders {day}没有记录"


def one_a_day(facts: Facts) -> Iterator[str]:
    """R4: any number of schedulers make one message per person and day, and speak of a node once."""
    days = Counter(row.made for row in facts.rows if row.kind == "daily")
    yield from (f"{made}有{count}条消息" for made, count in days.items() if count > 1)
    told = Counter((row.address, node) for row in facts.rows for node in row.nodes)
    yield from (f"节点{node}给{address}有{count}项" for (address, node), count in told.items() if count > 1)


def fences(facts: Facts) -> Iterator[str]:
    """I8: nobody with an older fence begins to send after somebody with a newer one, nor with the same. A database that
    crashed between an intent and its commit undid both it and the claim: then the same number comes again, unsent."""
    newest: dict[str, int] = {}
    for intent in sorted(facts.intents, key=lambda one: one.t):
        if intent.fence + facts.database_was_cut <= newest.get(intent.mid, 0):
            yield f"{intent.mid}：{intent.fence}在{newest[intent.mid]}之后发送"
        newest[intent.mid] = max(intent.fence, newest.get(intent.mid, 0))


def pages(facts: Facts) -> Iterator[str]:
    """I12: pages answer while Redis is away. A database killed under a page excuses its error."""
    posts = [act for act in facts.acts if act.act == "post"]
    usual = percentile([act.seconds for act in posts], 50)
    if usual > POST_SECONDS:  # a few wait for somebody who was stopped while he wrote
        yield f"网页通常要等{usual:.1f}秒"
    if not facts.database_was_cut:
        yield from (f"网页回答{act.status}" for act in posts if act.status >= 500)


def percentile(values: list[float], share: int) -> float:
    """The smallest value that `share` per cent do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)] if ordered else 0.0


CHECKS: dict[str, Check] = {
    "I1 不丢失": lost,
    "I2 已办结不再提醒": settled,
    "I3 无未预告的重复": unexplained,
    "I4 编号与正文不变": identity,
    "I5 不发他单位内容": foreign,
    "I6 都有结果": unfinished,
    "I7 每期一行": periods,
    "I8 旧领取者不再发": fences,
    "I9 数据库完好": lambda facts: iter(facts.damage),
    "I12 网页不等Redis": pages,
    "I13 日志无邮箱": lambda facts: iter(facts.leaks),
    "I14 对账无差异": lambda facts: iter(facts.unreconciled),
    "R4 每人每天一条": one_a_day,
    "R15 一信一人": recipients,
}


def judge(facts: Facts) -> dict[str, list[str]]:
    """What does not hold, by promise; empty when all do."""
    found = {name: list(check(facts)) for name, check in CHECKS.items()}
    return {name: words for name, words in found.items() if words}
