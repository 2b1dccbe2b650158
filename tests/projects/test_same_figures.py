"""The export is added up by hand, row by row; every page and every paper says what comes out, to the last digit."""

import io
import random
import re
from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from parks.models import Park
from portal.money import yi
from projects import digests, groups, investment, lights, papers, periods, wall
from projects.models import Project, ProjectGroup, YearPlan
from projects.models.weeks import last_week
from tests.factories import park_manager
from tests.projects.reporting.months import month, opening
from tests.projects.test_listing import plain

pytestmark = pytest.mark.django_db
ON = date(2021, 9, 27)
CITY = "city"
UNITS = {"P01": "五通桥基地", "P02": "犍为基地", "P99": "其他特色园区"}
DONE = "1—8月完成投资(万元)"
LATE = {"overdue_start": "逾期未开工", "overdue_finish": "逾期未竣工"}


@pytest.fixture
def month_by_month(register_2021, staff):
    """August is closed; of what must report most did, with odd cents."""
    dice, august = random.Random(11), month(8, by=staff)
    known = dict(YearPlan.objects.filter(year=2021).values_list("project", "annual_plan"))
    for project in periods.asked(august, staff):
        if dice.random() < 0.9:
            opening(
                project, august, Decimal(dice.randrange(1, max(2, int((known[project.pk] or 1) * 100)))) / 100, by=staff
            )
    periods.close(period=august, by=staff)
    lights.refresh_all(on=ON)


class Table:
    """What the 数据版 of a list holds, added up here: count, 总投资, 年度计划, 完成投资 in 万元, lights."""

    def __init__(self, browser, query):
        answer = browser.get(f"/projects/export.xlsx?form=data&year=2021&{query}")
        sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]
        every = list(sheet.iter_rows(values_only=True))
        place = next(number for number, row in enumerate(every) if row[0] == "序号")
        self.rows = [dict(zip(every[place], row, strict=True)) for row in every[place + 1 :] if isinstance(row[0], int)]
        self.count = len(self.rows)
        self.total, self.plan, self.done = map(self.sum_of, ("总投资(万元)", "2021年计划投资(万元)", DONE))
        self.lights = Counter(str(row["灯"])[-2:] for row in self.rows)

    def sum_of(self, name):
        return sum((Decimal(str(row[name] or 0)).quantize(Decimal("0.01")) for row in self.rows), Decimal(0))

    @property
    def money(self):
        return investment.Done(8, self.done, self.plan)


@pytest.fixture
def exported(month_by_month, as_user, staff):
    browser = as_user(staff)

    def read(code, chip=""):
        return Table(
            browser, "&".join([*([f"park={code}"] if code != CITY else []), *([f"chip={chip}"] if chip else [])])
        )

    return read


def slide_of(name):
    found = next(one for one in wall.slides(ON, 2021) if one["title"] == name)
    return {one["name"]: one["value"] for one in found["figures"]}, {
        one["light"]: one["count"] for one in found["lights"]
    }


@pytest.mark.parametrize("code", [CITY, *UNITS])
def test_export_wall_annex_and_one_page_agree(exported, code):
    whole, late = exported(code), {key: exported(code, key) for key in LATE}
    name = UNITS.get(code, "全市")

    figures, lit = slide_of(name)
    assert (figures["项目"], figures["总投资"]) == (str(whole.count), yi(whole.total))
    assert (figures["1—8月完成投资"], figures["完成年度计划"]) == (yi(whole.done), whole.money.rate_words)
    assert lit == {"red": whole.lights["红灯"], "yellow": whole.lights["黄灯"]}
    sheet = papers.annexes(papers.facts_of(CITY, on=ON)).sheets[0]
    row = dict(
        zip(
            [title for title, *_ in sheet.columns],
            next(r for r in sheet.rows if r[0] == UNITS.get(code, "合计")),
            strict=True,
        )
    )
    assert [Decimal(row[key]) for key in ("总投资", "年度计划投资", "1—8月完成投资")] == [
        whole.total,
        whole.plan,
        whole.done,
    ]
    assert (row["项目数"], row["红灯"], row["黄灯"]) == (whole.count, lit["red"], lit["yellow"])
    assert (row["完成年度计划"], row["较序时（百分点）"]) == (whole.money.rate_words, whole.money.gap_signed)
    paper = papers.one_page(code, on=ON).text
    assert f"{whole.count}个、{Decimal(yi(whole.total)).normalize():f}亿元" in paper
    assert whole.money.words in paper
    for key, label in LATE.items():
        assert figures[label] == str(late[key].count) == str(row[label])
        assert not late[key].count or f"{label}{late[key].count}个、{yi(late[key].total, 1)}亿元" in paper


@pytest.mark.parametrize("code", UNITS)
def test_export_unit_page_and_the_unit_s_own_digest_agree(exported, as_user, code):
    whole, late = exported(code), {key: exported(code, key) for key in LATE}
    manager = park_manager(code, username="one")
    if code == "P99":
        assert len(Park.objects.filter(parent__code=code)) == 6
    page = plain(as_user(manager).get(f"/parks/{code}/figures/").content.decode())
    first, last = last_week(ON)
    digest = digests.text(digests.compose(manager, first=first, last=last, on=ON, memo={}))

    assert f"总投资{yi(whole.total)}亿元年度计划{yi(whole.plan)}亿元1—8月完成投资{yi(whole.done)}亿元" in page
    assert f"完成年度计划{whole.money.rate_words}较序时（66.7%）{whole.money.gap_signed}" in page
    assert whole.money.words in digest
    assert f"红灯{whole.lights['红灯']}个、黄灯{whole.lights['黄灯']}个" in digest
    for key, label in LATE.items():
        assert not late[key].count or f"{label}{late[key].count}个" in page


def test_export_desk_bulletin_and_statistics_agree(exported, as_user, staff):
    whole, late = exported(CITY), {key: exported(CITY, key) for key in LATE}
    browser = as_user(staff)
    bulletin = papers.bulletin(papers.facts_of(CITY, on=ON)).text

    for text in (plain(browser.get(page).content.decode()) for page in ("/", "/overview/")):
        assert f"{whole.count}个、总投资{yi(whole.total)}亿元" in text
        assert whole.money.words in text
        for key, label in LATE.items():
            assert re.search(rf"{label}{late[key].count}个、{re.escape(yi(late[key].total))}亿元", text)
    assert f"{whole.count}个、{yi(whole.total, 1)}亿元" in bulletin
    assert f"1—8月完成投资{yi(whole.done, 1)}亿元，完成年度计划的{whole.money.rate_words}" in bulletin
    assert f"红灯{whole.lights['红灯']}个，黄灯{whole.lights['黄灯']}个" in bulletin


def test_the_page_of_a_group_agrees_with_the_export_of_its_list(exported, as_user, staff):
    group = ProjectGroup.objects.get(slug=groups.MAJOR_PV, year=2021)
    browser = as_user(staff)
    listed = Table(browser, f"group={group.slug}")
    text = plain(browser.get(f"{group.get_absolute_url()}?view=list").content.decode())

    assert listed.count == Project.objects.live().in_group(group.slug, 2021).count() == 6
    assert f"{listed.count}个" in text
    assert yi(listed.total) in text
