"""The life of an account: made, changed, disabled, unlocked, given a new password. Each step stands in the audit.

Accounts are never deleted; what somebody acted for is closed by date, not removed.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest

from parks.models import Park, ParkAssignment
from parks.permissions import may_change_role, may_keep_people
from portal import accounts as signing_in
from portal import audit, clock, sessions
from portal.choices import Role
from portal.models import User

ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"  # none that look alike on paper
OWN_ACCOUNT = "不能更改自己的角色和授权，也不能停用自己的账号，请由另一位系统管理员办理。"


@dataclass(frozen=True)
class Term:
    """A person acts for a unit from a day until a day, both included. `row` is the saved one, if any."""

    park: Park
    from_date: date
    to_date: date | None = None
    row: ParkAssignment | None = None

    def __str__(self) -> str:
        return f"{self.park} {self.from_date}—{self.to_date or ''}"


def one_time_password() -> str:
    """Return a password that is read out or handed over once: three groups of four."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


@transaction.atomic
def create_person(
    *,
    username: str,
    name: str,
    role: str,
    by: User | None,
    is_lead: bool = False,
    email: str = "",
    phone: str = "",
    terms: Sequence[Term] = (),
    password: str = "",
    is_demo: bool = False,
    request: HttpRequest | None = None,
) -> tuple[User, str]:
    """Make an account; return it with its password: the given one, or a one-time password to change at log-in."""
    _require(may_keep_people(by))
    person = User(
        username=signing_in.account_name(username),
        name=name,
        role=role,
        is_lead=is_lead,
        email=email,
        phone=phone,
        is_demo=is_demo,
        must_change_password=not password,
    )
    if password:
        validate_password(password, person)
    secret = password or one_time_password()
    person.set_password(secret)
    person.full_clean()
    person.save()
    acts_for = _set_terms(person, terms)
    audit.log("person.create", by=by, request=request, obj=person, account=person.username, role=role, units=acts_for)
    return person, secret


@transaction.atomic
def change_person(
    *,
    person: User,
    name: str,
    role: str,
    by: User | None,
    is_lead: bool = False,
    email: str = "",
    phone: str = "",
    terms: Sequence[Term] = (),
    request: HttpRequest | None = None,
) -> User:
    """Change an account. A new role ends the person's sessions, so that nothing of the old one stays open."""
    _require(may_keep_people(by))
    old = User.objects.select_for_update().get(pk=person.pk)
    new: dict[str, Any] = {"name": name, "role": role, "is_lead": is_lead, "email": email, "phone": phone}
    changes = {field: [getattr(old, field), value] for field, value in new.items() if getattr(old, field) != value}
    if {"role", "is_lead"} & changes.keys() and not may_change_role(by, old):
        raise ValidationError(OWN_ACCOUNT)
    for field, value in new.items():
        setattr(old, field, value)
    old.full_clean()
    old.save(update_fields=list(new))
    if "email" in changes:  # what the old address refused says nothing of the new one
        User.objects.filter(pk=old.pk).update(bounces=0)
    acts_for = _set_terms(old, terms)
    if "role" in changes:
        sessions.end_all(user_id=old.pk)
    audit.log("person.change", by=by, request=request, obj=old, account=old.username, changes=changes, units=acts_for)
    return old


@transaction.atomic
def disable_person(*, person: User, by: User | None, request: HttpRequest | None = None) -> None:
    """Close the account at once: open sessions end, the password no longer counts."""
    _require(may_keep_people(by))
    if not may_change_role(by, person):
        raise ValidationError(OWN_ACCOUNT)
    _set_active(person, active=False)
    sessions.end_all(user_id=person.pk)
    audit.log("person.disable", by=by, request=request, obj=person, account=person.username)


@transaction.atomic
def enable_person(*, person: User, by: User | None, request: HttpRequest | None = None) -> None:
    _require(may_keep_people(by))
    _set_active(person, active=True)
    audit.log("person.enable", by=by, request=request, obj=person, account=person.username)


@transaction.atomic
def unlock_person(*, person: User, by: User | None, request: HttpRequest | None = None) -> None:
    """Forget the wrong passwords of the account, from all addresses."""
    _require(may_keep_people(by))
    signing_in.unlock(name=person.username, request=request)
    audit.log("person.unlock", by=by, request=request, obj=person, account=person.username)


@transaction.atomic
def renew_password(*, person: User, by: User | None, request: HttpRequest | None = None) -> str:
    """Give a new one-time password and return it, the only time it is seen. Unlocks, and ends all sessions."""
    _require(may_keep_people(by))
    secret = one_time_password()
    person.set_password(secret)
    person.must_change_password = True
    person.save(update_fields=["password", "must_change_password"])
    signing_in.unlock(name=person.username, request=request)
    sessions.end_all(user_id=person.pk)
    audit.log("person.password", by=by, request=request, obj=person, account=person.username)
    return secret


@transaction.atomic
def clear_second_factor(*, person: User, by: User | None, request: HttpRequest | None = None) -> None:
    """Remove two-step log-in for somebody who lost the phone; ends all sessions."""
    _require(may_keep_people(by))
    Authenticator.objects.filter(user=person).delete()
    sessions.end_all(user_id=person.pk)
    audit.log("person.second_factor", by=by, request=request, obj=person, account=person.username)


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied("只有系统管理员可以管理账号。")


def _set_active(person: User, *, active: bool) -> None:
    person.is_active = active
    person.save(update_fields=["is_active"])


def _set_terms(person: User, terms: Sequence[Term]) -> list[str]:
    """Save whom the person acts for and return it in words. Only park people act for units; others' terms end today."""
    if person.role != Role.PARK:
        if any(term.row is None for term in terms):
            raise ValidationError("只有园区、县区填报员需要填报单位。")
        return _close_terms(person)
    _check_terms(terms)
    for term in terms:
        row = term.row or ParkAssignment(user=person, park=term.park)
        row.from_date, row.to_date = term.from_date, term.to_date
        row.full_clean()
        row.save()
    return [str(term) for term in terms]


def _check_terms(terms: Sequence[Term]) -> None:
    today = clock.today()
    if not any(term.to_date is None or term.to_date >= today for term in terms):
        raise ValidationError("园区、县区填报员至少要有一个有效的填报单位。")
    for one, other in combinations(terms, 2):
        if one.park == other.park and _overlap(one, other):
            raise ValidationError(f"{one.park}的两段授权日期重叠，请合并成一段。")


def _overlap(one: Term, other: Term) -> bool:
    return (other.to_date is None or one.from_date <= other.to_date) and (
        one.to_date is None or other.from_date <= one.to_date
    )


def _close_terms(person: User) -> list[str]:
    today = clock.today()
    closed = []
    for row in person.assignments.select_related("park"):
        if row.to_date is None or row.to_date > today:
            row.from_date, row.to_date = min(row.from_date, today), today
            row.save(update_fields=["from_date", "to_date"])
            closed.append(f"{row.park} 至{today}")
    return closed
