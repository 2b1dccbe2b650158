"""接收方式: the own choice; duty messages are never lost by it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError

from portal import clock, preferences
from portal.models import AuditEntry, User
from tests.factories import staff

pytestmark = pytest.mark.django_db
ALL = {"wants_digest": True, "only_red": True, "duty_in_digest": True}


def test_a_choice_is_saved_with_its_moment_and_recorded():
    person = staff()
    before = clock.now()

    preferences.change(user=person, **ALL, by=person)

    person.refresh_from_db()
    assert (person.wants_digest, person.only_red, person.duty_in_digest) == (True, True, True)
    assert person.preferences_at >= before
    assert AuditEntry.objects.get(action="preferences.change").detail == ALL


def test_the_same_choice_again_writes_nothing():
    person = staff()
    preferences.change(user=person, **ALL, by=person)
    moment = person.preferences_at

    preferences.change(user=person, **ALL, by=person)

    person.refresh_from_db()
    assert person.preferences_at == moment
    assert AuditEntry.objects.count() == 1


def test_duty_messages_need_a_digest_to_move_into():
    person = staff()

    with pytest.raises(ValidationError, match="职责提醒不能退订"):
        preferences.change(user=person, **ALL | {"wants_digest": False}, by=person)
    with pytest.raises(IntegrityError):
        User.objects.filter(pk=person.pk).update(wants_digest=False, duty_in_digest=True)


def test_nobody_chooses_for_another():
    with pytest.raises(PermissionDenied):
        preferences.change(user=staff(), **ALL, by=staff())
