"""What a row says beside the columns of the project: its year, the enterprise's code, published lists, a 进展."""

from typing import Any

from portal import clock
from portal.text import squash
from projects.choices import Reason
from projects.importing import decisions, issues, listing
from projects.importing.context import Context, Loaded
from projects.importing.decisions import Change, Decision
from projects.models import YearPlan

NOTE_TEXTS = ("progress", "problem", "next_step", "reason")


def year(decision: Decision, plan: YearPlan | None, context: Context) -> None:
    """A known project that had no plan for the year yet."""
    if decision.project and not plan:
        decision.changes.append(Change(decisions.YEAR, "年度", "", f"列入{context.year}年度", context.year))


def credit_code(decision: Decision, context: Context) -> None:
    """统一社会信用代码 is filled in where the enterprise has none; it is never changed by an import."""
    code = decision.values.get("uscc")
    name = decision.values.get("enterprise") or (
        decision.project and decision.project.enterprise and decision.project.enterprise.name
    )
    if not code or not name:
        return
    enterprise = context.enterprises.get(squash(name))
    if enterprise and enterprise.uscc:
        if enterprise.uscc != code:
            decision.say("uscc", issues.WARNING, "统一社会信用代码与库内该企业的不同，没有改动，请核对。")
        return
    if code in context.usccs or context.usccs_taken.setdefault(code, squash(name)) != squash(name):
        decision.say("uscc", issues.WARNING, "统一社会信用代码已登记在另一家企业名下，没有写入，请核对。")
        return
    if context.usccs_given.setdefault(squash(name), code) == code:
        decision.changes.append(Change("uscc", "统一社会信用代码", "", code, code))


def lists(decision: Decision, loaded: Loaded) -> None:
    """Entries in published lists; every imported project stands in the list of the year."""
    pk = decision.project.pk if decision.project else 0
    standing = {slug: entry.status for slug, entry in loaded.entries.get(pk, {}).items()}
    for one in listing.wishes(decision.values, standing):
        change = Change(
            decisions.GROUP + one.slug, listing.LABELS[one.slug], listing.show(one.slug, one.old),
            listing.show(one.slug, one.new), one.new, one.old, doubt=one.doubt, take=not one.doubt,
        )  # fmt: skip
        decision.changes.append(change)


def note(decision: Decision, loaded: Loaded) -> None:
    """New 进展 columns become a note, unless the newest one says the same or an older one said it."""
    said = {key: decision.values.get(key) for key in (*NOTE_TEXTS, "noted_on") if decision.values.get(key)}
    texts = {key: squash(said[key]) for key in NOTE_TEXTS if key in said}
    if not set(texts) - {"reason"}:
        return
    newest = decision.project.newest_note if decision.project else None
    if newest and all(squash(getattr(newest, key)) == text for key, text in texts.items()):
        return
    day = said.get("noted_on")
    change = Change(decisions.NOTE, "进展", note_text(newest), spell(said), said)
    earlier = loaded.notes.get(decision.project.pk, set()) if decision.project else set()
    if any(all(old[NOTE_TEXTS.index(key)] == text for key, text in texts.items()) for old in earlier):
        change.doubt, change.take = "以前已登记过同样的进展，之后又有新的进展", False
    if day and day > clock.today().isoformat():
        decision.say("noted_on", issues.ERROR, "进展日期不能晚于今天。")
    decision.changes.append(change)


def note_text(newest: Any) -> str:
    if not newest:
        return ""
    return spell({**{key: getattr(newest, key) for key in NOTE_TEXTS}, "noted_on": newest.noted_on.isoformat()})


def spell(said: dict[str, Any]) -> str:
    """Write a note on one line."""
    parts = [said.get("progress") or ""]
    reason = Reason(said["reason"]).label if said.get("reason") else ""
    if said.get("problem") or reason:
        parts.append(f"存在问题{f'（{reason}）' if reason else ''}：{said.get('problem') or ''}")
    if said.get("next_step"):
        parts.append(f"下一步：{said['next_step']}")
    text = "；".join(part for part in parts if part)
    return f"{text}（{said['noted_on']}）" if said.get("noted_on") else text
