"""The cells of the register's table: each a function of the row, of who looks and of the running number.

Everything is escaped.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import spans
from portal.money import yi
from projects import light_words
from projects.choices import ChainSegment, Hold, IndustryGroup, Light, Nature, Stage, YearType
from projects.rows import Row, days_late, days_left, has_reason, node_words, note_words

STAGES, HOLDS = dict(Stage.choices), dict(Hold.choices)
TYPES, NATURES = dict(YearType.choices), dict(Nature.choices)
INDUSTRIES, SEGMENTS = dict(IndustryGroup.choices), dict(ChainSegment.choices)
EMPTY = SafeString()
EMPTY_CELL, EMPTY_NUMBER = SafeString("<td></td>"), SafeString('<td class="num"></td>')
UNVERIFIED = SafeString('<td><span class="soft">进展待核实</span></td>')
LIGHTS = {
    light: format_html(
        '<span class="light light-{}"><span class="sign" aria-hidden="true">{}</span>{}</span>',
        light_words.CSS[light],
        light_words.SIGNS[light],
        word,
    )
    for light, word in light_words.WORDS.items()
}
DEMO_MARK = SafeString('<div class="sub">演示值</div>')


@dataclass(frozen=True)
class Sight:
    """Who looks and when: the business day, the year, what the person may do, and the addresses of rows."""

    on: date
    year: int
    writes: bool
    phones: bool
    one_unit: bool
    detail_url: str
    note_url: str
    month: int | None = None  # the newest closed one of the year
    stat_month: int | None = None  # the newest of 列统口径

    def detail(self, row: Row) -> SafeString:
        return SafeString(self.detail_url.replace("/0/", f"/{row['pk']}/"))

    def note(self, row: Row) -> SafeString:
        return SafeString(self.note_url.replace("/0/", f"/{row['pk']}/"))


def own(text: object) -> SafeString:
    """Numbers and our own words need no escaping, which costs more than writing them."""
    return SafeString(text)


def text(value: object) -> SafeString:
    """Escape once, here: on its way through `format_html` each value would pay for laziness it does not have."""
    return SafeString(escape(str(value)))


def filled(shape: str, *parts: SafeString) -> SafeString:
    """`format_html` for parts that are escaped already: it would look at each of them again."""
    return SafeString(shape.format(*parts))


Cell = Callable[[Row, Sight, int], SafeString]


# --- cells -----------------------------------------------------------------------------------------------------


def pick(row: Row, sight: Sight, number: int) -> SafeString:
    return filled(
        '<td class="card-hide no-print" data-nocopy><input type="checkbox" name="ids" value="{}" form="pick"'
        ' data-select-row aria-label="选择{}"></td>',
        own(row["pk"]),
        text(row["name"]),
    )


def no(row: Row, sight: Sight, number: int) -> SafeString:
    return filled('<td class="num card-hide">{}</td>', own(number))


def light(row: Row, sight: Sight, number: int) -> SafeString:
    """Shape and word; what is not green, was set by hand or is not to be trusted says why on hover or tap."""
    mark, below = LIGHTS[row["light"]], beside_light(row, sight)
    if row["light"] == Light.GREEN and not below:
        return filled('<td class="card-light">{}</td>', mark)
    why = text(light_words.explain(row, sight.on))
    return filled(
        '<td class="card-light" data-copy-text="{}"><details class="why"><summary title="{}">{}{}</summary>'
        '<div class="why-body">{}</div></details></td>',
        own(light_words.SIGNS[row["light"]] + light_words.WORDS[row["light"]] + below),
        why,
        mark,
        filled('<div class="sub">{}</div>', own(below)) if below else EMPTY,
        why,
    )


def beside_light(row: Row, sight: Sight) -> str:
    """人工 when a person set it, 状态不可信45天 when nobody has said anything for long."""
    hand = "人工定灯" if row["light_parts"] and row["light_parts"][0][0] == light_words.OVERRIDE else ""
    return " ".join(one for one in (hand, light_words.unsure(row, sight.on)) if one)


def name(row: Row, sight: Sight, number: int) -> SafeString:
    unit = "" if sight.one_unit else row["unit__name"] or "待分派"
    below = " · ".join(part for part in (row["enterprise__name"], unit) if part)
    return filled(
        '<td class="title"><a href="{}">{}</a><div class="sub">{}</div></td>',
        sight.detail(row),
        text(row["name"]),
        text(below),
    )


def total(row: Row, sight: Sight, number: int) -> SafeString:
    amount = yi(row["total_investment"])
    if not amount:
        return EMPTY_NUMBER
    mark = demo_mark("total_investment" in row["demo_fields"])
    return filled('<td class="num">{}<span class="phone-only">亿元</span>{}</td>', own(amount), mark)


def plan(row: Row, sight: Sight, number: int) -> SafeString:
    mark = demo_mark("annual_plan" in row["demo_fields"])
    return filled('<td class="num card-hide">{}{}</td>', own(yi(row["plan__annual_plan"])), mark)


def demo_mark(is_demo: bool) -> SafeString:
    return DEMO_MARK if is_demo else EMPTY


def stage(row: Row, sight: Sight, number: int) -> SafeString:
    return filled("<td>{}</td>", text(HOLDS[row["hold"]] if row["hold"] else STAGES.get(row["stage"], "待补")))


def node(row: Row, sight: Sight, number: int) -> SafeString:
    if row["unverified"]:
        return UNVERIFIED
    if row["hold"]:
        return EMPTY_CELL
    late, left = days_late(row, sight.on), days_left(row, sight.on)
    mark = EMPTY
    if late:
        mark = filled(' <span class="late">逾期{}天</span>', own(late))
    elif left is not None:
        mark = filled(' <span class="soon">{}</span>', own(f"余{left}天" if left else "今天到期"))
    return filled("<td>{}{}</td>", text(node_words(row, sight.year)), mark)


def note(row: Row, sight: Sight, number: int) -> SafeString:
    said = text(note_words(row))
    if has_reason(row) or not (row["late_start"] or row["late_finish"]):
        return filled('<td class="note"><div class="clip">{}</div></td>', said)
    return filled(
        '<td class="note" data-copy-text="原因未填 {}"><div class="clip">'
        '<strong class="late">原因未填</strong> {} {}</div></td>',
        said,
        note_link(row, sight, "填写") if sight.writes else EMPTY,
        said,
    )


def liaison(row: Row, sight: Sight, number: int) -> SafeString:
    return filled('<td class="card-hide">{}</td>', text(row["liaison"]))


def act(row: Row, sight: Sight, number: int) -> SafeString:
    call = EMPTY
    if sight.phones and row["liaison_phone"]:
        call = filled(
            '<a class="btn phone-only" href="tel:{}">拨打{}</a>', text(row["liaison_phone"]), text(row["liaison"])
        )
    write = note_link(row, sight, "更新", "btn btn-sm") if sight.writes else EMPTY
    return filled('<td class="card-actions no-print" data-nocopy>{}{}</td>', call, write)


def note_link(row: Row, sight: Sight, word: str, look: str = "") -> SafeString:
    """The way to 更新进展: a dialog over the list, a page where there is no script."""
    return filled(
        '<a class="{} no-print" href="{}" hx-get="{}" data-dialog="#note">{}</a>',
        own(look),
        sight.note(row),
        sight.note(row),
        own(word),
    )


def start(row: Row, sight: Sight, number: int) -> SafeString:
    return text_cell(spans.of(row["planned_start_from"], row["planned_start_to"]), "计划开工")


def finish(row: Row, sight: Sight, number: int) -> SafeString:
    return text_cell(spans.of(row["planned_finish_from"], row["planned_finish_to"]), "计划竣工")


def text_cell(value: object, label: str) -> SafeString:
    """A plain cell; on a phone it carries the name of its column."""
    return filled('<td data-label="{}">{}</td>', own(label), text(value)) if value else EMPTY_CELL


def long(key: str, label: str) -> Cell:
    """A long text, cut on the screen to a few lines."""

    def cell(row: Row, sight: Sight, number: int) -> SafeString:
        made = '<td class="note" data-label="{}"><div class="clip">{}</div></td>'
        return filled(made, own(label), text(row[key])) if row[key] else EMPTY_CELL

    return cell


def plain(key: str, label: str, words: Mapping[str, str] | None = None) -> Cell:
    """A cell that shows one column as it is, or by the words of a code list."""

    def cell(row: Row, sight: Sight, number: int) -> SafeString:
        return text_cell(words.get(row[key], "") if words else row[key], label)

    return cell


CELLS: dict[str, Cell] = {
    "pick": pick,
    "no": no,
    "light": light,
    "name": name,
    "total": total,
    "plan": plan,
    "stage": stage,
    "node": node,
    "note": note,
    "liaison": liaison,
    "act": act,
    "start": start,
    "finish": finish,
    "unit": plain("unit__name", "园区"),
    "county": plain("county__name", "县（市、区）"),
    "type": plain("plan__year_type", "年度类型", TYPES),
    "industry": plain("industry_group", "主导产业", INDUSTRIES),
    "segment": plain("chain_segment", "产业链", SEGMENTS),
    "nature": plain("nature", "性质", NATURES),
    "content": long("content", "建设内容及规模"),
    "remark": long("remark", "备注"),
    "capacity": plain("capacity", "产能"),
    "leader": plain("city_leader", "联系市领导"),
    "responsible": plain("responsible_unit", "责任单位"),
    "park_owner": plain("park_owner", "园区责任人"),
    "updated": plain("last_update_on", "最近更新"),
    "code": plain("project_code", "代码"),
    "number": plain("number", "系统编号"),
}
