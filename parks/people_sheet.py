"""Accounts from a list in Excel: the blank table, the rows of a filled one with all their faults, and their writing."""

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest

from parks.accounts import Term, create_person
from parks.forms import PersonForm
from parks.models import Park
from portal import accounts as signing_in
from portal import audit, clock
from portal.choices import Role
from portal.excel import reading, writing
from portal.excel.cells import Sheet, address
from portal.excel.refusal import Refused
from portal.models import User
from portal.text import squash

TITLES = {
    "username": "账号", "name": "姓名", "role": "角色", "is_lead": "业务负责人",
    "units": "填报单位", "phone": "办公电话", "email": "邮箱",
}  # fmt: skip
WIDTHS = {"units": 28, "email": 26, "role": 20}
NEEDED = ("username", "name", "role")
YES, NO = ("是", "√", "1"), ("", "否", "0")
PHONE = re.compile(r"[0-9+()（）\-—/ 转]{5,40}")
MOST = 300
NO_HEADING = "没有找到表头：第一行起20行内应有“账号”“姓名”“角色”三列。请用本页下载的空表填写。"
TOO_MANY = f"一次最多{MOST}个账号，请分成几个文件。"
EMPTY = "表里没有一行账号。"


@dataclass
class Line:
    """One row of the list: what was read, as text, and what is wrong with it, each with its cell."""

    row: int
    texts: dict[str, str]
    columns: dict[str, int]
    values: dict[str, Any] = field(default_factory=dict)
    parks: list[Park] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)

    def wrong(self, name: str, words: str) -> None:
        self.faults.append((address(self.row, self.columns.get(name, 1)), words))


def write_blank(target: IO[bytes]) -> None:
    """Write the table to fill, with the words to choose from."""
    units = [unit.name for unit in Park.objects.reporting()]
    columns = [writing.Column(title, WIDTHS.get(name, 16), typed=True) for name, title in TITLES.items()]
    notes = [
        "账号用于登录，不分大小写，建立后不能更改。园区、县区填报员必须有填报单位，几个单位用顿号隔开；其他角色不填。",
        "业务负责人只用于业务科室，填“是”。密码由系统生成，只在建立时显示一次。",
    ]
    options = {TITLES["role"]: [role.label for role in Role], TITLES["units"]: units, TITLES["is_lead"]: ["是"]}
    table = writing.Table("账号", columns, [], title="账号名单", notes=notes, options=options, blank_rows=50)
    writing.write(target, [table])


def read(chunks: Iterable[bytes], *, name: str) -> list[Line]:
    """The filled rows of an uploaded list. Raises `Refused` for a file that is no such list."""
    with tempfile.NamedTemporaryFile(prefix="portal-people-") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        book = reading.read(Path(file.name), name=name)
    for sheet in book:
        lines = lines_of(sheet)
        if lines is not None:
            break
    else:
        raise Refused("no_header", NO_HEADING)
    if not lines or len(lines) > MOST:
        raise Refused("too_large" if lines else "no_header", TOO_MANY if lines else EMPTY)
    return lines


def lines_of(sheet: Sheet) -> list[Line] | None:
    """The rows below the heading, None on a sheet without one."""
    names = {squash(title): name for name, title in TITLES.items()}
    for number in sorted(sheet.rows)[:20]:
        found = {names.get(squash(cell.text)): column for column, cell in sheet.rows[number].items()}
        columns = {name: column for name, column in found.items() if name}
        if all(name in columns for name in NEEDED):
            rows = [(row, texts(sheet, row, columns)) for row in sorted(sheet.rows) if row > number]
            # the notes below the table fill one cell only
            return [Line(row, said, columns) for row, said in rows if sum(map(bool, said.values())) > 1]
    return None


def texts(sheet: Sheet, row: int, columns: dict[str, int]) -> dict[str, str]:
    cells = sheet.rows[row]
    return {name: cells[columns[name]].text if columns.get(name) in cells else "" for name in TITLES}


def judge(lines: list[Line]) -> None:
    """Write down every fault of every row in one pass; nothing is saved."""
    units = {squash(word): unit for unit in Park.objects.reporting() for word in (unit.name, unit.code)}
    seen: dict[str, int] = {}
    for line in lines:
        read_words(line, units)
        form = PersonForm(line.values)
        if not form.is_valid():
            for name, faults in form.errors.items():
                for words in faults if name not in unreadable(line) else ():
                    line.wrong(name, str(words))
        first = seen.setdefault(line.values["username"], line.row)
        if first != line.row:
            line.wrong("username", f"与第{first}行的账号重复。")


def read_words(line: Line, units: dict[str, Park]) -> None:
    """Turn what stands in the cells into what the form takes, or say what is not understood."""
    said = line.texts
    roles = {squash(word): role.value for role in Role for word in (role.label, role.value)}
    line.values = {name: said[name] for name in ("name", "phone", "email")}
    line.values["username"] = signing_in.account_name(said["username"])
    line.values["role"] = role = roles.get(squash(said["role"]), "")
    line.values["is_lead"] = said["is_lead"] in YES
    if said["role"] and not role:
        line.wrong("role", f"没有“{said['role']}”这个角色，可以是：{'、'.join(one.label for one in Role)}。")
    if said["is_lead"] not in YES + NO:
        line.wrong("is_lead", f"“{said['is_lead']}”看不懂，请填“是”或留空。")
    if said["phone"] and not PHONE.fullmatch(said["phone"]):
        line.wrong("phone", f"“{said['phone']}”不像电话号码。")
    words = [word for word in re.split(r"[、，,;；\n]", said["units"]) if word.strip()]
    for word in words:
        if squash(word) not in units:
            line.wrong("units", f"没有“{word.strip()}”这个填报单位，请照空表中的名称填写。")
    line.parks = list(dict.fromkeys(units[squash(word)] for word in words if squash(word) in units))
    if role == Role.PARK and not words:
        line.wrong("units", "园区、县区填报员至少要有一个填报单位。")
    if role and role != Role.PARK and words:
        line.wrong("units", "只有园区、县区填报员需要填报单位，请留空。")


def unreadable(line: Line) -> set[str]:
    """Columns whose fault was said already: the form would only say it again in other words."""
    return {"role"} if line.texts["role"] and not line.values["role"] else set()


def as_json(lines: list[Line]) -> list[dict[str, Any]]:
    return [one.values | {"parks": [park.pk for park in one.parks], "row": one.row} for one in lines]


@dataclass(frozen=True)
class Made:
    """An account of the list with its one-time password, which is kept nowhere."""

    person: User
    units: str
    secret: str


@transaction.atomic
def create_all(rows: list[dict[str, Any]], *, by: User, request: HttpRequest | None = None) -> list[Made]:
    """Make all the accounts or none. Raises ValidationError naming the row, when things changed since the preview."""
    parks = Park.objects.in_bulk({pk for row in rows for pk in row["parks"]})
    made = []
    for row in rows:
        terms = [Term(park=parks[pk], from_date=clock.today()) for pk in row["parks"]]
        values = {name: row[name] for name in ("username", "name", "role", "is_lead", "phone", "email")}
        try:
            person, secret = create_person(**values, terms=terms, by=by, request=request)
        except ValidationError as error:
            raise ValidationError(f"第{row['row']}行 {row['username']}：{' '.join(error.messages)}") from error
        made.append(Made(person, "、".join(term.park.name for term in terms), secret))
    audit.log("person.import", by=by, request=request, accounts=[one.person.username for one in made])
    return made
