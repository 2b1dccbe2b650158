"""How long a session lives, and what a form keeps when it outlives its session.

All in machine time. A session ends after `SESSION_IDLE_SECONDS` without a request by the person, and
`SESSION_COOKIE_AGE` after log-in whatever happens in between. A form that is sent too late is kept in the new, still
anonymous session of the same browser, bound to its owner's id: no other browser and no other person ever gets it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import QueryDict

from portal import clock

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
PENDING = "pending_form"
WRITE_SECONDS = 60  # "last seen" is written at most once a minute
KEEP_BYTES = 64 * 1024


def begin(session: SessionBase) -> None:
    """Start both limits: called at each log-in."""
    session[SIGNED_IN_AT] = session[SEEN_AT] = _now()


def passed_limit(session: SessionBase) -> str:
    """Return the sentence for the user when a limit has passed, else nothing. A session without a start starts now."""
    if SIGNED_IN_AT not in session:
        begin(session)
    if _now() - session[SEEN_AT] > settings.SESSION_IDLE_SECONDS:
        return f"您已超过{settings.SESSION_IDLE_SECONDS // 60}分钟没有操作，请重新登录。"
    if _now() - session[SIGNED_IN_AT] > settings.SESSION_COOKIE_AGE:
        return f"本次登录已满{settings.SESSION_COOKIE_AGE // 3600}小时，请重新登录。"
    return ""


def touch(session: SessionBase) -> None:
    """Remember that the person did something."""
    if _now() - session[SEEN_AT] >= WRITE_SECONDS:
        session[SEEN_AT] = _now()


def end_all(*, user_id: int) -> int:
    """End every session of the person and return how many there were. Looks through all: a few hundred at most."""
    rows = Session.objects.filter(expire_date__gt=clock.machine_now())
    keys = [row.session_key for row in rows if row.get_decoded().get(SESSION_KEY) == str(user_id)]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)


def keep_form(session: SessionBase, *, owner: str, page: str, data: QueryDict, message: str) -> bool:
    """Keep what was typed until the owner opens `page`, where `message` is shown; False for nothing or too much."""
    fields = {name: values for name, values in data.lists() if not _is_secret(name)}
    if not fields or _size(fields) > KEEP_BYTES:
        return False
    session[PENDING] = {"owner": str(owner), "page": page, "message": message, "fields": fields}
    return True


def take_form(session: SessionBase, *, user_id: int, page: str) -> dict[str, Any] | None:
    """Return the kept fields and message once, to their owner, on their page. Another's are thrown away unseen."""
    kept = session.get(PENDING)
    if not kept:
        return None
    if kept["owner"] != str(user_id):
        del session[PENDING]
        return None
    if kept["page"].partition("?")[0] != page:
        return None
    del session[PENDING]
    return {"fields": kept["fields"], "message": kept["message"]}


def _is_secret(name: str) -> bool:
    return name == "csrfmiddlewaretoken" or "password" in name.lower()


def _size(fields: Mapping[str, Iterable[str]]) -> int:
    return sum(len(text.encode()) for name, values in fields.items() for text in (name, *values))


def _now() -> float:
    return clock.machine_now().timestamp()
