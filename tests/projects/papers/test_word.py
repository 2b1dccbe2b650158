"""Word by GB/T 9704—2012: page, fonts by name, levels; whatever a name holds stays text."""

import re
import subprocess
import zipfile
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from projects import lights, notes, papers, project_paper, word
from projects.models import Project
from tests.office import needs_writer
from tests.projects.register import by_number

pytestmark = pytest.mark.django_db
ON = date(2021, 9, 27)
HOSTILE = [
    "{{7*7}}", "{% now 'Y' %}", "<w:p><w:r><w:t>注入</w:t></w:r></w:p>", "\x00\x08\x1b控制\ud800字符",
    "=cmd|' /C calc'!A0", "]]><!--", "&amp;&lt;", "MERGEFIELD \\* a", "很" * 200,
]  # fmt: skip


def made(paper) -> bytes:
    file = BytesIO()
    word.write(paper, file)
    return file.getvalue()


@pytest.fixture
def bulletin(register_2021):
    lights.refresh_all(on=ON)
    return papers.bulletin(papers.facts_of("city", on=ON))


def fonts_of(file, text) -> dict:
    run = next(piece for line in file.paragraphs for piece in line.runs if piece.text.startswith(text))
    fonts = run._r.rPr.rFonts
    return {kind: fonts.get(qn(f"w:{kind}")) for kind in ("ascii", "eastAsia")} | {"size": run.font.size.pt}


def test_the_page_is_that_of_the_standard(bulletin):
    page = Document(BytesIO(made(bulletin))).sections[0]
    margins = [round(side.mm) for side in (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)]

    assert margins == [37, 35, 28, 26]
    assert (round(page.page_width.mm), round(page.page_height.mm)) == (210, 297)


def test_title_and_levels_have_their_fonts_by_name(bulletin):
    file = Document(BytesIO(made(bulletin)))

    assert fonts_of(file, "关于2021年") == {"ascii": "方正小标宋简体", "eastAsia": "方正小标宋简体", "size": 22}
    assert fonts_of(file, "一、总体情况") == {"ascii": "黑体", "eastAsia": "黑体", "size": 16}
    assert fonts_of(file, "（一）分园区") == {"ascii": "楷体_GB2312", "eastAsia": "楷体_GB2312", "size": 16}
    assert fonts_of(file, "现将2021年") == {"ascii": "仿宋_GB2312", "eastAsia": "仿宋_GB2312", "size": 16}
    assert file.styles["Normal"].paragraph_format.line_spacing.pt == 28.95


def test_pages_are_numbered_outside_and_tables_repeat_their_heading(bulletin):
    content = made(bulletin)
    file = Document(BytesIO(content))
    page = file.sections[0]

    assert file.settings.odd_and_even_pages_header_footer
    sides = [one.paragraphs[0].alignment for one in (page.footer, page.even_page_footer)]
    assert sides == [WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.LEFT]
    assert page.footer.paragraphs[0].text == "— 1 —"
    assert len(file.tables) == 3
    assert all(table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for table in file.tables)


def test_demo_data_are_said_and_no_number_is_invented(bulletin):
    text = "\n".join(line.text for line in Document(BytesIO(made(bulletin))).paragraphs)

    assert "推进情况的通报（演示数据）" in text
    assert "〔" not in text
    assert "签发" not in text


def hostile_paper(staff):
    """The bulletin of a register whose late projects have hostile names and reasons."""
    projects = Project.objects.in_year(2021).overdue_start(on=ON).order_by("-total_investment")
    for project, name in zip(projects, HOSTILE, strict=False):
        notes.add_progress(project=project, by=staff, problem=f"原因{clean(name)}", reason="land")
        Project.objects.filter(pk=project.pk).update(name=clean(name)[:200], responsible_unit=clean(name)[:40])
    lights.refresh_all(on=ON)
    return papers.bulletin(papers.facts_of("city", on=ON), said=papers.Said("\n".join(HOSTILE), "{{7*7}}\x00"))


def clean(name):
    """What a database keeps: no NUL, no half of a pair."""
    return name.replace("\x00", "").replace("\ud800", "")


def test_hostile_names_stay_text(register_2021, staff):
    content = made(hostile_paper(staff))
    file = Document(BytesIO(content))
    text = "\n".join(line.text for line in file.paragraphs)
    cells = "\n".join(cell.text for table in file.tables[:2] for row in table.rows[:20] for cell in row.cells)
    xml = zipfile.ZipFile(BytesIO(content)).read("word/document.xml").decode()

    for told in ("{{7*7}}", "<w:p><w:r><w:t>注入</w:t></w:r></w:p>", "=cmd|' /C calc'!A0", "&amp;&lt;"):
        assert told in text + cells, told
    assert set(re.findall(r"<w:instrText[^>]*>([^<]*)<", xml)) <= {" PAGE "}
    assert "<w:t>注入</w:t>" not in xml
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", xml)


@pytest.mark.long
@needs_writer
def test_libreoffice_opens_it_as_it_is(register_2021, staff, tmp_path):
    paper = hostile_paper(staff)
    file = tmp_path / "bulletin.docx"
    file.write_bytes(made(paper))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    told = subprocess.run(["pdftotext", str(file.with_suffix(".pdf")), "-"], capture_output=True, check=True).stdout

    said = re.sub(r"\s", "", told.decode())
    assert "{{7*7}}" in said
    assert "三、存在问题" in said
    assert "—1—" in said
    assert "附件3" in said


def test_a_project_with_a_hostile_name_has_its_one_page(register_2021, staff):
    project = by_number("070")
    Project.objects.filter(pk=project.pk).update(name="{{7*7}}<w:p/>", content="\x1b[31m=cmd")
    project.refresh_from_db()
    text = "\n".join(
        line.text for line in Document(BytesIO(made(project_paper.paper(project, year=2021, on=ON)))).paragraphs
    )
    assert "{{7*7}}<w:p/>" in text
    assert "[31m=cmd" in text
