"""Which field a heading names (domain.md §10.1). The longest alias wins; one that ends the heading goes first.

Besides the fields of the contract there are those of the register and of its notes; names as in the models.
"""

import re
from typing import NamedTuple

from portal.text import squash
from projects.importing.aliases import ALIASES, BOTH_DATES, COMPUTED, VETO, WHOLE

PERIOD = re.compile(r"\d{1,2}月|[一二三四1-4]季度|本月|当月|上月|下月|本季")
UP_TO_NOW = re.compile(
    r"^(?:截至|截止|至|到)(?:目前|20\d\d年?\d{0,2}月?\d{0,2}日?(?:年?底|末)?|\d{1,2}月\d{0,2}日?(?:底|末)?|[去上]年年?底?)"
)

PLAN = re.compile(r"计划(?:完成)?投资额?|投资计划额?|投资计划数")
PLAN_YEAR = re.compile(r"年度|本年|今年|全年|当年|^年计划|(?<!\d)年计划投资")
PLAN_VETO = re.compile(r"总投资|率|占|其中|来源|累计|到位|增|实际|至今|调整|上年|去年|明年|下年|次年")
DONE = re.compile(
    r"累[计积](?:已)?完成(?:总)?投资额?|累[计积]投资(?:完成)?额?|已累计完成投资|(?:开工|开始)(?:以来|至今)完成投资"
)
DONE_SINCE = re.compile(
    r"(?:截至|截止|至|到)(?:20\d\d|[上去前])年?(?:\d{0,2}月?)?(?:年?底|年?末)?|(?:20\d\d|[上去前])年{0,2}(?:底|末)|以前年度|历年"
)
DONE_VETO = re.compile(r"本年|年度|当年|今年|全年|20\d\d|月|季|率|占|其中|上级|比|列统|固定|目标|计划")
MONTH_PLAN = re.compile(
    r"(?:20\d\d年)?(?:分月|月度|各月)计划(?:完成)?(?:投资额?)?(1[0-2]|[1-9])月份?(?:计划)?(?:完成)?(?:投资额?)?"
)
DONE_OF_MONTHS = re.compile(r"1\d{1,2}月完成投资")  # 1—8月完成投资, flat
SUMMARY = {
    "小计",
    "合计",
    "总计",
    "金额",
    "投资",
    "投资额",
    "计划",
    "计划数",
    "计划投资",
    "总额",
    "总投资",
    "年计划",
    "数额",
    "累计",
    "总数",
    "全年",
}

UNIT = re.compile(r"[(（/单位:人民币]*?((?:[千百]?万|[千百]?亿)?(?:美|欧|日|港)?元)[)）]?")
SHORT_UNIT = re.compile(r"[(（/](亿|万)[)）]?$")
PUNCTUATION = re.compile(r"[()（）\[\]【】〔〕、,，./／|:：;；·.…*★#\-—–_~～“”\"'《》<>]")


class Match(NamedTuple):
    """`rank`: 0 the whole heading, 1 its end, 2 somewhere in it."""

    field: str
    rank: int


def flat(text: str) -> str:
    """Return a heading without unit, punctuation, width and white space."""
    plain = SHORT_UNIT.sub("", UNIT.sub("", squash(text)))
    return PUNCTUATION.sub("", plain)


def _table(words: dict[str, str]) -> dict[str, str]:
    return {flat(alias): field for field, aliases in words.items() for alias in aliases.split()}


ANYWHERE = _table(ALIASES)
EXACT = {**ANYWHERE, **_table(WHOLE)}
BY_LENGTH = sorted(ANYWHERE, key=len, reverse=True)


def unit_of(text: str) -> str | None:
    """Return the unit a heading states: 万元, 亿元, 元 …"""
    plain = squash(text)
    if found := UNIT.search(plain):
        return found[1]
    short = SHORT_UNIT.search(plain)
    return short[1] + "元" if short else None


def match(path: list[str], year: int | None) -> Match | None:
    """Return the field of a column whose headings from top to bottom are `path`. `year` None: of any year."""
    words = [word for word in map(flat, path) if word]
    if not words or len(words[-1]) > 40:
        return None
    joined, leaf = "".join(words), words[-1]
    if found := _special(joined, year):
        return found
    if len(words) == 1:
        return _alias(leaf)
    return _below(words[:-1], leaf)


def is_computed(title: str) -> bool:
    """A column of our own exports that is added up from monthly reports: nobody misses it in an import."""
    found = match([title], None)
    return found is not None and found.field == COMPUTED


def _below(parents: list[str], leaf: str) -> Match | None:
    """A heading under merged parents: what stands above may add to the meaning or take it away."""
    above = "".join(parents)
    if leaf in SUMMARY and (whole := _alias(above)):
        return whole
    found = EXACT.get(above + leaf)
    if found:
        return Match(found, 0)
    own = _alias(leaf)
    if own is None or PERIOD.search(above) or re.search("其中|资金来源", above):
        return _part_of_period(above, leaf)
    if "实际" in above and own.field.startswith("planned_"):
        return Match(own.field.replace("planned", "actual"), own.rank)
    if own.field in ("content", "progress", "total_investment") and re.search(VETO["content"], above):
        return None
    return own


def _part_of_period(above: str, leaf: str) -> Match | None:
    """起 and 止 under 建设起止年限."""
    whole = _alias(above)
    if not whole or whole.field != BOTH_DATES:
        return None
    if re.fullmatch("起|始|开始|开工|起始|自|开始时间|起始时间|开工年月", leaf):
        return Match("planned_start", 1)
    if re.fullmatch("止|终|结束|竣工|完工|终止|截止|至|结束时间|终止时间|竣工年月", leaf):
        return Match("planned_finish", 1)
    return None


def _alias(word: str) -> Match | None:
    if word in EXACT:
        return Match(EXACT[word], 0)
    word = UP_TO_NOW.sub("", word)
    ending = next((alias for alias in BY_LENGTH if word.endswith(alias)), None)
    inside = next((alias for alias in BY_LENGTH if alias in word), None)
    for alias, rank in ((ending, 1), (inside, 2)):
        if alias and not _vetoed(ANYWHERE[alias], word.replace(alias, "", 1)):
            return Match(ANYWHERE[alias], rank)
    return None


def _vetoed(field: str, rest: str) -> bool:
    return re.search(VETO.get(field, "目标|照片|率$"), rest) is not None or PERIOD.search(rest) is not None


def _special(word: str, year: int | None) -> Match | None:
    """The amounts whose headings carry a time: the plan of the table's year, what is done since the start, and 1—N月
    of our own exports, which monthly reports add up."""
    if found := MONTH_PLAN.fullmatch(word):
        return Match(f"month_{found[1]}", 0)
    if _is_annual_plan(word, year):
        return Match("annual_plan", 1)
    if DONE_OF_MONTHS.fullmatch(word):
        return Match(COMPUTED, 1)
    return Match("cumulative_done", 1) if _is_done_since_start(word) else None


def _is_annual_plan(word: str, year: int | None) -> bool:
    found = PLAN.search(word)
    if not found or PLAN_VETO.search(word) or PERIOD.search(word):
        return False
    if not re.fullmatch(f"(?:20\\d\\d年?度?)?(?:{'|'.join(SUMMARY)})?", word[found.end() :]):
        return False
    years = set(re.findall(r"(20\d\d)", word))
    if years:
        return year is None or years == {str(year)}
    return PLAN_YEAR.search(word) is not None


def _is_done_since_start(word: str) -> bool:
    """截至2020年底累计完成投资 counts from the start; 2021年累计完成投资 and 1—8月累计完成投资 do not."""
    return DONE.search(word) is not None and DONE_VETO.search(DONE.sub("", DONE_SINCE.sub("", word))) is None
