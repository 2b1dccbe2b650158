"""The print test page: 上报版 as LibreOffice prints it. On paper people use WPS; see docs/operations.md for that look.

Skipped where LibreOffice is not installed (`apt install libreoffice-calc-nogui poppler-utils`).
"""

import re
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from projects.models import Project
from tests.projects.exporting.written import content, project_form

TOOLS = ("soffice", "pdftotext", "pdfinfo")
MISSING = [tool for tool in TOOLS if not shutil.which(tool)]
A3_LANDSCAPE = ("1190.55", "841.89")  # points
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.long,
    pytest.mark.skipif(bool(MISSING), reason=f"没有安装{'、'.join(MISSING)}，上报版的打印效果没有检查"),
]


def printed(form, folder: Path) -> Path:
    """Write the form and print it into a PDF."""
    book = folder / "上报版.xlsx"
    book.write_bytes(content(form).getvalue())
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(book)]
    subprocess.run(command, check=True, timeout=180, capture_output=True)
    return book.with_suffix(".pdf")


def pages(pdf: Path) -> list[str]:
    """The text of each page."""
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True).stdout.decode()
    return text.rstrip("\f").split("\f")


LONG = "新建12GW单晶拉棒切方车间及配套公用工程，购置单晶炉、截断机、开方机等主要设备，" * 4


def test_it_prints_on_a3_one_page_wide_with_heading_and_page_number(register_2021, staff, tmp_path):
    Project.objects.filter(name__startswith="演示项目00").update(content=LONG + "末尾可见")
    staff.list_columns = ["unit", "content", "total", "plan", "stage", "node", "note", "liaison", "leader", "remark"]
    pdf = printed(project_form(staff, "paper", group_by="park"), tmp_path)
    info = subprocess.run(["pdfinfo", str(pdf)], check=True, capture_output=True).stdout.decode()
    found = pages(pdf)
    numbers = [re.search(r"第\s*(\d+)\s*页\s*共\s*(\d+)\s*页", page) for page in found]

    assert re.search(r"Page size:\s+([\d.]+) x ([\d.]+)", info).groups() == A3_LANDSCAPE
    assert [number and number.groups() for number in numbers] == [
        (str(page), str(len(found))) for page in range(1, len(found) + 1)
    ]
    # every page shows the first and the last heading: none is cut off to another page
    assert [page for page in found if not ("项目名称" in page and "系统编号" in page)] == []
    assert "13,800,000.00" in found[0]
    assert "单位负责人" in found[-1]
    # rows are as high as their text
    assert sum(page.count("末尾可见") for page in found) == 9


def test_the_fonts_are_asked_for_by_name(staff):
    book = openpyxl.load_workbook(content(project_form(staff, "paper")))

    assert {cell.font.name for row in book.active.iter_rows() for cell in row if cell.has_style} == {"宋体"}
