"""Import of a workbook of 10,000 projects: how much memory the command and its reading child hold at most."""

import random
import sys
from datetime import date
from pathlib import Path

import openpyxl
import xlsxwriter

from benchmarks import memory
from benchmarks.databases import ROOT, create_postgresql_database, environment, fill, postgresql, temporary_folder
from benchmarks.measure import Gates

ROWS = 10_000
LIMIT_MIB = 300
REGISTER = ROOT / "projects" / "data" / "register-2021.xlsx"
PLACES = (
    ("乐山高新区", "市中区", "511102"),
    ("五通桥基地", "五通桥区", "511112"),
    ("犍为基地", "犍为县", "511123"),
    ("夹江基地", "夹江县", "511126"),
    ("沙湾基地", "沙湾区", "511111"),
    ("峨眉基地", "峨眉山市", "511181"),
)
KINDS = (
    *(("续建", "开工在建"), ("新开工", "前期手续"), ("新开工", "签约")),
    *(("计划竣工投产", "开工在建"), ("储备", "谋划储备")),
)


def main(gates: Gates) -> None:
    with temporary_folder() as folder:
        workbook = write_workbook(folder / "register-10000.xlsx", rows=ROWS)
        measure(gates, "SQLite", fill(f"sqlite:///{folder}/import.sqlite3", 0), workbook)
        with postgresql(folder) as socket:
            measure(gates, "PostgreSQL", fill(create_postgresql_database(socket, "import"), 0), workbook)


def measure(gates: Gates, title: str, address: str, workbook: Path) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "import_projects", str(workbook)]
    command += ["--year", "2021", "--as", "staff", "--accept-review"]
    log = workbook.with_suffix(".log")
    with log.open("w") as output:
        peaks = memory.run(command, cwd=ROOT, env=environment(address), stdout=output)
    detail = (
        f"command {peaks.command:.0f} MiB, reading child {peaks.child:.0f} MiB, together at one moment "
        f"{peaks.together:.0f} MiB; {peaks.seconds:.0f} s; {log.read_text().splitlines()[:1]}"
    )
    gates.at_most(f"import of {ROWS} rows, {title}: MiB", peaks.command + peaks.child, LIMIT_MIB, detail)


def write_workbook(path: Path, *, rows: int) -> Path:
    """Write a workbook of the shape of the bureau's own."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("推进表")
    month = book.add_format({"num_format": 'yyyy"年"m"月"'})
    sheet.write(0, 0, "2021年乐山市工业投资项目推进表")
    sheet.write(1, 25, "单位：万元")
    sheet.write_row(2, 0, headings())
    chance = random.Random(1)
    for number in range(1, rows + 1):
        for column, value in enumerate(row(number, chance)):
            if isinstance(value, date):
                sheet.write_datetime(number + 2, column, value, month)
            else:
                sheet.write(number + 2, column, value)
    book.close()
    return path


def headings() -> tuple[object, ...]:
    """The headings of the bureau's own workbook."""
    sheet = openpyxl.load_workbook(REGISTER, read_only=True).active
    return next(sheet.iter_rows(min_row=3, max_row=3, values_only=True))


def row(number: int, chance: random.Random) -> tuple[object, ...]:
    unit, county, code = chance.choice(PLACES)
    year_type, stage = chance.choice(KINDS)
    total = round(chance.uniform(600, 200_000), 2)
    content = f"用地约{chance.randint(5, 500)}亩，新建厂房及配套设施，购置设备{chance.randint(10, 300)}台（套）。"
    return (
        number,
        f"演示项目{number:05d} 年产{chance.randint(1, 90)}万吨化工新材料项目",
        f"2101-{code}-04-01-{number:06d}",
        *(f"演示企业{number // 2:05d}有限公司", "", unit, county, "绿色化工", "", "新建", year_type),
        *(content, "10万吨", total, round(total / 3, 2), 0),
        *(date(2021, chance.randint(1, 12), 1), date(2023, chance.randint(1, 12), 1)),
        *(stage, "", "否", f"{county}经信局", "", "王某某", f"1380000{number % 10_000:04d}", "演示数据"),
    )
