"""The day a trial ends (转为正式): an empty database with one administrator takes the place of the demonstration's.

Nothing of the site may run meanwhile. `manage.py go_live` does it at the console. The page only leaves a wish in a
file: ./run, which looks after all processes, stops them, fulfils the wish and starts anew (docs/architecture.md).
"""

import json
import logging
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest

from parks.accounts import create_person, one_time_password
from portal import accounts as signing_in
from portal import audit, backups, clock
from portal.choices import Role
from portal.models import AuditEntry, User
from portal.permissions import trial_keeper

MARKS, WISH, TROUBLE = "demo-databases", "go-live.json", "go-live-failed.txt"
SECRETS = ("demo-password", "secret-key")  # ./run makes a new key for the real site
NO_TRIAL = "这不是演示库，不需要转为正式；没有改动。"
NOBODY_TO_STOP_IT = "本系统不是用 ./run 启动的，不能在网页上转为正式。请按运行手册停止各进程后运行 manage.py go_live。"
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Wish:
    """What the page leaves for ./run. `password` is a hash; `number` tells a wish that was fulfilled already."""

    username: str
    name: str
    password: str
    by: str
    address: str
    number: str


def wish_file() -> Path:
    return Path(settings.VAR_DIR) / WISH


def trouble() -> str:
    """Why the last try ended without result, "" if there was none."""
    place = Path(settings.VAR_DIR) / TROUBLE
    return place.read_text(encoding="utf-8") if place.exists() else ""


def ask(*, username: str, name: str, by: User, request: HttpRequest) -> str:
    """Ask ./run to end the trial; returns the first administrator's one-time password, the only time it is seen."""
    if not trial_keeper(by):
        raise PermissionDenied("只有系统管理员和业务负责人可以转为正式。")
    if not settings.DEMO:
        raise ValidationError(NO_TRIAL)
    if not settings.SUPERVISED:
        raise ValidationError(NOBODY_TO_STOP_IT)
    secret = one_time_password()
    person = User(username=signing_in.account_name(username), name=name, role=Role.SYSADMIN)
    person.password = make_password(secret)
    person.clean_fields()
    (Path(settings.VAR_DIR) / TROUBLE).unlink(missing_ok=True)
    address = str(request.META.get("REMOTE_ADDR", ""))
    leave(Wish(person.username, name, person.password, by.username, address, secrets.token_hex(8)))
    audit.log("site.go_live", by=by, request=request, account=person.username)
    return secret


def leave(wish: Wish) -> None:
    """Write the wish whole or not at all, readable for its owner only."""
    beside = wish_file().with_suffix(".new")
    beside.unlink(missing_ok=True)
    beside.touch(mode=0o600)
    beside.write_text(json.dumps(asdict(wish)), encoding="utf-8")
    os.replace(beside, wish_file())


def fulfil() -> str:
    """Do what the page asked for and say how it went. Whatever happens the wish is gone, so that the site can start."""
    try:
        wish = Wish(**json.loads(wish_file().read_text(encoding="utf-8")))
        if AuditEntry.objects.filter(action="site.go_live", detail__number=wish.number).exists():
            said = f"已转为正式。{put_aside(backups.stamp_of_now())}"  # the power went after the swap
        else:
            said = carry_out(wish.username, wish.name, hashed=wish.password, wish=wish)
    except Exception as problem:
        logger.exception("The trial was not ended")
        said = f"没有转为正式，演示库没有改动：{problem}"
        (Path(settings.VAR_DIR) / TROUBLE).write_text(said, encoding="utf-8")
    wish_file().unlink(missing_ok=True)
    return said


def carry_out(username: str, name: str, *, password: str = "", hashed: str = "", wish: Wish | None = None) -> str:
    """Put an empty database with one administrator in the place of the demonstration's; a sentence with what became of
    the former one, and of what could not be put aside.

    The password is given, or its hash for one that is to be changed at log-in. Raises ValidationError before anything
    is swapped. The system must be stopped."""
    ended = User.objects.filter(is_demo=True).count()
    if not ended:
        raise ValidationError(NO_TRIAL)
    marks = Path(settings.VAR_DIR) / MARKS
    kept = marks.read_text(encoding="utf-8") if marks.exists() else None

    def begin() -> None:
        clock.forget()  # the new database knows no other day
        person, _ = create_person(username=username, name=name, role=Role.SYSADMIN, password=password, by=None)
        if hashed:
            person.password = hashed
            person.save(update_fields=["password"])
        told: dict[str, Any] = {"address": wish.address, "number": wish.number} if wish else {}
        audit.log("site.go_live", by=None, username=wish.by if wish else "", accounts=ended, **told)
        marks.unlink(missing_ok=True)  # before the swap: never fill a real database with the sample

    try:
        former = backups.start_afresh(begin)
    except BaseException:
        if kept is not None:
            marks.write_text(kept, encoding="utf-8")
        raise
    clock.forget()
    left = put_aside(former[-len("20210927083000") :])
    return f"已转为正式：0个项目、1个账号，业务日期按真实日期。演示库保留为{former}。{left}"


def put_aside(stamp: str) -> str:
    """Forget the secrets of the trial and keep what else it left in folders of another name. The trial has ended by
    then: what cannot be moved is said in a sentence for the operator. A second time it finds nothing to do."""
    left = []
    var = Path(settings.VAR_DIR)
    for place in (*(var / name for name in SECRETS), Path(settings.MEDIA_ROOT), var / "mail"):
        try:
            if place.is_dir():
                place.rename(place.with_name(f"{place.name}.before-{stamp}"))
            else:
                place.unlink(missing_ok=True)
        except OSError as problem:
            logger.warning("%s could not be put aside", place, exc_info=True)
            left.append(f"{place}（{problem.strerror}）")
    return f"试用期的文件没有移开，请手工移走：{'、'.join(left)}。" if left else ""
