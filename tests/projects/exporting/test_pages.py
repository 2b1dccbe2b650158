"""What the pages offer to take away, and what the audit keeps of it."""

import csv
from io import BytesIO, StringIO
from urllib.parse import unquote

import openpyxl
import pytest

from portal.models import AuditEntry
from projects.exporting import GROUPINGS
from tests.factories import EnterpriseFactory, ProjectFactory

pytestmark = [pytest.mark.django_db]
PAGES = ["/projects/summary/?q=演示", "/milestones/summary/?state=all", "/groups/industrial/", "/parks/P01/"]


@pytest.fixture
def project(register_2021):
    enterprise = EnterpriseFactory(name="五通桥某公司")
    return ProjectFactory(unit="P01", name="=1+1 演示", enterprise=enterprise, liaison_phone="13800000058")


def last_entry():
    return AuditEntry.objects.filter(action="project.export").latest("pk").detail


@pytest.mark.parametrize("address", PAGES)
def test_each_list_offers_every_form(as_user, staff, project, address):
    page = as_user(staff).get(address).content.decode()
    groupings = [f"form=paper&amp;by={key}" for key in GROUPINGS]

    assert [word for word in (*groupings, "form=data", "form=csv", "上报版") if word not in page] == []


def test_the_menu_keeps_the_conditions_and_not_the_page(as_user, staff, project):
    page = as_user(staff).get("/projects/summary/", {"q": "五通桥", "page": "2", "sort": "name"}).content.decode()

    assert 'href="/projects/export.xlsx?q=%E4%BA%94%E9%80%9A%E6%A1%A5&amp;form=paper&amp;by=park"' in page


def test_a_csv_has_a_bom_and_no_formulas(as_user, staff, project):
    answer = as_user(staff).get("/projects/export.xlsx", {"form": "csv", "q": "=1+1"})
    data = b"".join(answer.streaming_content)
    rows = list(csv.reader(StringIO(data.decode("utf-8-sig"))))

    assert data.startswith(b"\xef\xbb\xbf")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert unquote(answer["Content-Disposition"]).endswith("2021-09-27.csv")
    assert (rows[1][1], rows[2][1]) == ("项目名称", "'=1+1 演示")
    assert last_entry() == {"list": "projects", "form": "csv", "rows": 1, "conditions": ["含“=1+1”"]}


def test_each_export_is_audited_with_its_rows(as_user, staff, project):
    browser = as_user(staff)
    for address, kind in (
        ("/milestones/export.xlsx?state=overdue", "nodes"),
        ("/groups/province-key/export.xlsx", "group"),
    ):
        answer = browser.get(address, {"form": "paper", "by": "park"} if "?" not in address else {})
        openpyxl.load_workbook(BytesIO(answer.getvalue()))

        assert last_entry()["list"] == kind
        assert last_entry()["rows"] > 0


def test_a_park_takes_away_its_own_rows_only(as_user, park_user, project):
    for address in ("/projects/export.xlsx", "/milestones/export.xlsx?state=all", "/groups/industrial/export.xlsx"):
        answer = as_user(park_user).get(address)
        sheet = openpyxl.load_workbook(BytesIO(answer.getvalue())).worksheets[0]
        heading = [cell.value for cell in sheet[3]]
        units = {row[heading.index("所在园区")] for row in sheet.iter_rows(min_row=4, values_only=True)}

        assert (address, units) == (address, {"五通桥基地"})


def test_the_import_page_offers_the_blank_table(as_user, staff):
    browser = as_user(staff)
    page = browser.get("/projects/import/").content.decode()
    answer = browser.get("/projects/import/blank.xlsx")

    assert 'href="/projects/import/blank.xlsx"' in page
    assert "空白表" in unquote(answer["Content-Disposition"])
    assert openpyxl.load_workbook(BytesIO(answer.getvalue())).sheetnames == ["项目", "填表说明"]
