"""挂图作战: what the big screen shows, slide by slide, as plain data that 定稿 can keep; and the pass of a screen.

The slides are those of the city; every figure comes from `digests.facts.Facts`, nothing is added up here. The pass
(`WallPass`) lets one browser read the slides for twelve hours of machine time, whatever becomes of the session of the
person who opened it: not longer than the person stays active, may read the city and keeps the same password.
"""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from portal import audit, clock
from portal.choices import AuditAction
from portal.models import User
from portal.money import yi
from portal.permissions import city_readers
from projects import attention, groups, light_words, papers
from projects.digests.facts import CITY, Facts
from projects.models import Edition, Project, WallPass
from projects.stats import UnitLine

ROWS = 10  # of the late list on a slide
MOST_PAGES = 20
HOURS = 12
Slide = dict[str, Any]


# --- the slides ----------------------------------------------------------------------------------------------------


def slides(on: date, year: int) -> list[Slide]:
    """全市, each unit (其他特色园区 as one), 六大光伏, 逾期清单 ten a page: JSON only."""
    facts = papers.facts_of(CITY, on=on, year=year)
    whole, *units = facts.lines
    shown = [unit_slide(line, facts) for line in units if line.park]
    return [unit_slide(whole, facts, title="全市"), *shown, photovoltaic(facts), *late_list(facts)]


def unit_slide(line: UnitLine, facts: Facts, *, title: str = "") -> Slide:
    """The figures of a unit in large type, and what is done against plan in one sentence."""
    found, done = line.figures, line.done
    names = [
        figure("项目", found["all"].count, "个"),
        figure("总投资", yi(found["all"].total), "亿元"),
        figure(f"{done.span or '今年'}完成投资", yi(done.done) if done.month else "待补", "亿元" if done.month else ""),
        figure("完成年度计划", done.rate_words or "待补", "", bad=done.is_behind),
        figure("新开工 已/计划", f"{found['started'].count}/{found['planned_new'].count}", "个"),
        figure("投产 已/计划", f"{found['finished'].count}/{found['planned_finishing'].count}", "个"),
        figure("逾期未开工", found["overdue_start"].count, "个", bad=bool(found["overdue_start"].count)),
        figure("逾期未竣工", found["overdue_finish"].count, "个", bad=bool(found["overdue_finish"].count)),
    ]
    lights = [{"light": light, "count": found[light].count} for light in ("red", "yellow")]
    notes = [f"年度计划投资{yi(found['all'].plan)}亿元"]
    if done.month:
        notes.append(
            f"序时{done.schedule_words}，{done.gap_signed and '较序时' + done.gap_signed + '个百分点'}".rstrip("，")
        )
    if not title and line.children:
        notes.append("含" + "、".join(f"{one.name}{one.figures['all'].count}个" for one in line.children))
    return slide("figures", title or line.name, facts, figures=names, lights=lights, notes=notes)


def figure(name: str, value: object, unit: str, *, bad: bool = False) -> dict[str, object]:
    return {"name": name, "value": str(value), "unit": unit, "bad": bad}


def slide(kind: str, title: str, facts: Facts, **content: Any) -> Slide:
    return {"kind": kind, "title": title, "year": facts.year, "demo": bool(facts.demo), **content}


def photovoltaic(facts: Facts) -> Slide:
    """A line for each of 六大光伏: unit, segment, stage, light or 进展待核实, newest note."""
    lights = dict(facts.projects.in_group(groups.MAJOR_PV, facts.year).values_list("pk", "light"))
    rows = [
        {
            "name": item.name,
            "unit": item.unit,
            "stage": item.stage or "阶段待补",
            "light": light_words.CSS[lights[item.pk]],
            "unverified": item.row["unverified"],
            "words": "进展待核实" if item.row["unverified"] else item.late or item.node,
            "note": item.note or "暂无进展",
        }
        for item in facts.photovoltaic
    ]
    return slide("projects", "六大光伏", facts, rows=rows)


def late_list(facts: Facts) -> list[Slide]:
    """Every late project, the largest first, ten a page; what stands beyond the last page is counted."""
    late = facts.projects.overdue(on=facts.on)
    ordered = late.order_by(F("total_investment").desc(nulls_last=True), "pk")
    found = attention.items(ordered, on=facts.on, count=ROWS * MOST_PAGES)
    count = facts.whole["overdue_start"].count + facts.whole["overdue_finish"].count
    lights = dict(Project.objects.filter(pk__in=[item.pk for item in found]).values_list("pk", "light"))
    pages = [found[first : first + ROWS] for first in range(0, len(found), ROWS)] or [[]]
    return [
        slide(
            "late",
            f"逾期清单（{number}/{len(pages)}）" if len(pages) > 1 else "逾期清单",
            facts,
            count=count,
            rest=count - len(found),
            rows=[late_row((number - 1) * ROWS + place, item, lights) for place, item in enumerate(page, 1)],
        )
        for number, page in enumerate(pages, 1)
    ]


def late_row(number: int, item: attention.Item, lights: dict[int, str]) -> dict[str, object]:
    return {
        "number": number,
        "name": item.name,
        "unit": item.unit,
        "total": yi(item.total) if item.total is not None else "待补",
        "words": item.late,
        "light": light_words.CSS[lights[item.pk]],
        "reason": item.reason,
    }


def moment_words(moment: datetime) -> str:
    """9月27日18:00."""
    at = moment.astimezone(clock.SHANGHAI)
    return f"{at.month}月{at.day}日{at:%H:%M}"


def kept_words(edition: Edition) -> str:
    return f"{moment_words(edition.at)}定稿"


# --- the pass ------------------------------------------------------------------------------------------------------


@transaction.atomic
def open_pass(*, by: User, request: HttpRequest | None = None) -> str:
    """Let this browser show the wall; returns the token, of which only the hash is kept. For who reads the city.
    Passes that are over go."""
    now, token = clock.machine_now(), secrets.token_urlsafe(32)
    WallPass.objects.filter(expires_at__lt=now).delete()
    made = WallPass.objects.create(
        token_hash=hash_of(token, by), user=by, begun_at=now, expires_at=now + timedelta(hours=HOURS)
    )
    audit.log(AuditAction.WALL_OPEN, by=by, request=request, obj=made)
    return f"{by.pk}.{token}"


def pass_of(text: str) -> WallPass | None:
    """The pass that a browser shows, while it holds. Reads only."""
    owner, _, token = text.partition(".")
    if not (owner.isascii() and owner.isdigit() and len(owner) < 10 and token):
        return None
    person = User.objects.filter(pk=int(owner), is_active=True, must_change_password=False).first()
    if person is None or not city_readers(person):
        return None
    found = WallPass.objects.select_related("user").filter(token_hash=hash_of(token, person), user=person).first()
    return found if found and found.holds(clock.machine_now()) else None


@transaction.atomic
def close_pass(found: WallPass, *, request: HttpRequest | None = None) -> None:
    """「关屏」: the pass ends at once."""
    if WallPass.objects.filter(pk=found.pk, ended_at=None).update(ended_at=clock.machine_now()):
        audit.log(AuditAction.WALL_CLOSE, by=found.user, request=request, obj=found)


def hash_of(token: str, person: User) -> str:
    """What is kept of a token. The person's password is in it: after a change no pass of before is found."""
    return hashlib.sha256(f"{token}{person.get_session_auth_hash()}".encode()).hexdigest()
