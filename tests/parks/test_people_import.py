"""Accounts from a list: all faults in one pass, all or none, and passwords that are seen once."""

import re
from io import BytesIO

import openpyxl
import pytest

from parks.models import ParkAssignment
from portal.models import AuditEntry, User

pytestmark = pytest.mark.django_db
PAGE = "/people/import/"
GOOD = [
    ["zhang", "张某", "业务科室", "是", "", "0833-2431234", ""],
    ["Wang", "王某", "园区、县区填报员", "", "五通桥基地、P02", "", "wang@leshan.gov.cn"],
]


def sheet(rows: list[list[str]]) -> BytesIO:
    book = openpyxl.Workbook()
    book.active.append(["账号", "姓名", "角色", "业务负责人", "填报单位", "办公电话", "邮箱"])
    for row in rows:
        book.active.append(row)
    file = BytesIO()
    book.save(file)
    file.seek(0)
    file.name = "账号名单.xlsx"
    return file


@pytest.fixture
def units():
    from parks.models import Park

    return {unit.code: unit.name for unit in Park.objects.reporting()}


@pytest.fixture
def good(units):
    rows = [list(row) for row in GOOD]
    rows[1][4] = f"{units['P01']}、P02"
    return rows


def carried(answer) -> str:
    return re.search(r'name="carried" value="([^"]+)"', answer.content.decode()).group(1)


def test_a_list_is_previewed_then_made_with_passwords_shown_once(as_user, sysadmin, good):
    browser = as_user(sysadmin)
    before = User.objects.count()

    seen = browser.post(PAGE, {"file": sheet(good)})
    assert User.objects.count() == before
    made = browser.post(f"{PAGE}write/", {"carried": carried(seen)}).content.decode()

    secrets = re.findall(r"<code>([\w-]+)</code>", made)
    people = [User.objects.get(username=name) for name in ("zhang", "wang")]
    assert [one.check_password(secret) for one, secret in zip(people, secrets, strict=True)] == [True, True]
    assert [one.must_change_password for one in people] == [True, True]
    assert people[0].is_lead
    assert sorted(ParkAssignment.objects.filter(user=people[1]).values_list("park__code", flat=True)) == ["P01", "P02"]
    entry = AuditEntry.objects.get(action="person.import")
    assert entry.detail == {"accounts": ["zhang", "wang"]}


def test_every_fault_is_named_with_its_cell_in_one_pass(as_user, sysadmin, good):
    bad = [
        ["sysadmin", "重名", "业务科室", "", "", "", ""],
        ["li", "", "科长", "大概", "", "电话", "no-mail"],
        ["ZHANG", "又张", "园区、县区填报员", "", "某某园", "", ""],
        ["zhao", "赵某", "局领导", "是", "P01", "", ""],
    ]

    page = as_user(sysadmin).post(PAGE, {"file": sheet([*good, *bad])}).content.decode()

    faults = re.findall(r"<strong>(\w+)</strong>：([^<]+)<", page)
    assert [cell for cell, _ in faults] == ["A4", "C5", "D5", "F5", "B5", "G5", "E6", "A6", "E7", "A7"]
    words = dict(faults)
    assert words["A4"] == "已有这个账号，请换一个名称。"
    assert words["C5"].startswith("没有“科长”这个角色")
    assert words["E6"] == "没有“某某园”这个填报单位，请照空表中的名称填写。"
    assert words["A6"] == "与第2行的账号重复。"
    assert 'name="carried"' not in page


def test_the_same_list_sent_twice_makes_nothing_more(as_user, sysadmin, good):
    browser = as_user(sysadmin)
    form = {"carried": carried(browser.post(PAGE, {"file": sheet(good)}))}
    browser.post(f"{PAGE}write/", form)
    count = User.objects.count()

    answer = browser.post(f"{PAGE}write/", form, follow=True)

    assert "一个账号也没有建立。第2行 zhang" in answer.content.decode()
    assert User.objects.count() == count


def test_a_preview_of_somebody_else_is_not_taken(as_user, sysadmin, staff, good):
    form = {"carried": carried(as_user(sysadmin).post(PAGE, {"file": sheet(good)}))[:-3] + "abc"}

    answer = as_user(sysadmin).post(f"{PAGE}write/", form, follow=True)

    assert "核对结果已失效" in answer.content.decode()
    assert as_user(staff).post(PAGE, {"file": sheet(good)}).status_code == 403


@pytest.mark.parametrize(("content", "words"), [(b"", "空"), (b"%PDF-1.4", "PDF")])
def test_a_file_that_is_no_list_is_refused_in_words(as_user, sysadmin, content, words):
    file = BytesIO(content)
    file.name = "名单.xlsx"

    answer = as_user(sysadmin).post(PAGE, {"file": file})

    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_blank_table_comes_back_filled(as_user, sysadmin, good):
    browser = as_user(sysadmin)
    blank = openpyxl.load_workbook(BytesIO(b"".join(browser.get("/people/table.xlsx").streaming_content)))
    page = blank.active
    top = next(row for row in range(1, 20) if page.cell(row, 1).value == "账号")
    for number, row in enumerate(good, start=top + 1):
        for column, value in enumerate(row, start=1):
            page.cell(number, column, value)
    file = BytesIO()
    blank.save(file)
    file.seek(0)
    file.name = "账号名单.xlsx"

    answer = browser.post(PAGE, {"file": file}).content.decode()

    assert "共2个账号，没有错误。" in answer
