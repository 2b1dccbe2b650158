"""灯色规则: versions with a day and a reason; past ones stay."""

import re
from datetime import date

import pytest

from portal.models import AuditEntry
from projects import light_runs
from projects.models import LightRule, Project

pytestmark = pytest.mark.django_db
PAGE = "/settings/rules/"
NEW = {
    "red_over_days": "60",
    "key_red_over_days": "15",
    "investment_yellow": "80",
    "investment_red": "60",
    "listed_from": "500",
    "listed_yellow_months": "1",
    "listed_red_months": "2",
    "report_red_days": "3",
    "effective_from": "2021-09-27",
    "reason": "局务会意见",
}


def test_a_new_rule_is_looked_at_before_it_counts(as_user, lead, register_2021):
    html = as_user(lead).post(PAGE, {**NEW, "preview": "1"}).content.decode()

    assert "红灯61个，黄灯20个" in html
    assert f"按新规则：红{late_over(60)} 黄{81 - late_over(60)} 绿157" in html
    assert LightRule.objects.count() == 1


def test_of_a_large_register_the_look_is_a_sample_that_says_so(as_user, lead, register_2021, monkeypatch):
    monkeypatch.setattr(light_runs, "MANY", 100)

    html = as_user(lead).post(PAGE, {**NEW, "preview": "1"}).content.decode()

    told = re.search(r"按新规则：红(\d+) 黄(\d+) 绿(\d+) 未评价(\d+)", html)
    red, yellow, green, grey = map(int, told.groups())
    assert red + yellow + green + grey == 279
    assert 20 < grey < 70
    assert "项目较多，按其中93个推算。" in html


def late_over(days):
    since = Project.objects.exclude(late_since=None).values_list("late_since", flat=True)
    return sum((date(2021, 9, 27) - one).days > days for one in since)


def test_a_saved_rule_turns_the_lights_and_the_old_one_stays(as_user, lead, register_2021):
    as_user(lead).post(PAGE, NEW)

    assert Project.objects.filter(light="red").count() == late_over(60)
    assert list(LightRule.objects.order_by("version").values_list("version", "red_over_days")) == [(1, 30), (2, 60)]
    assert AuditEntry.objects.filter(action="rules.lights").count() == 1


def test_a_rule_for_days_gone_by_is_refused(as_user, lead):
    answer = as_user(lead).post(PAGE, {**NEW, "effective_from": "2021-09-26"})

    assert answer.status_code == 422
    assert LightRule.objects.count() == 1


def test_staff_see_the_rules_and_change_none(as_user, staff):
    assert as_user(staff).post(PAGE, NEW).status_code == 200
    assert LightRule.objects.count() == 1
