"""The demo accounts: one of each role and unit, only in a demonstration."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from parks.models import Park
from portal.models import User
from projects.models import Project
from projects.sample import people

pytestmark = pytest.mark.django_db


def load() -> None:
    with override_settings(DEMO=True, DEMO_PASSWORD="sample-password-2021", DEMO_TODAY="2021-09-27"):
        call_command("load_sample", "--accounts", verbosity=0)


def test_accounts_alone_make_no_project():
    load()

    assert Project.objects.count() == 0
    assert set(User.objects.values_list("username", flat=True)) == {one.username for one in people.PEOPLE}


def test_accounts_act_for_their_units_and_one_has_no_mailbox():
    load()

    units = {one.username: one.unit for one in people.PEOPLE if one.unit}
    for username, code in units.items():
        person = User.objects.get(username=username)
        assert [one.code for one in Park.objects.for_user(person, on=date(2021, 9, 27))] == [code]
    assert list(User.objects.filter(email="").values_list("username", flat=True)) == ["park-qianwei"]


def test_accounts_that_are_there_stay_as_they_are():
    load()
    User.objects.filter(username="staff").update(name="已改名")

    load()

    assert User.objects.get(username="staff").name == "已改名"


def test_a_real_installation_refuses_the_sample():
    with pytest.raises(CommandError, match="DEMO"):
        call_command("load_sample", "--accounts")
