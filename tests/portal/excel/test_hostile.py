"""No file can harm the reader: each is refused with a sentence, quickly, and this process lives on."""

import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.excel import limits, prescan, reading
from portal.excel.refusal import Refused
from tests.portal.excel import hostile

MIB = 1024  # of what the kernel counts memory in
MEASURE = """
import resource, sys, time
sys.path.insert(0, sys.argv[1])
from portal.excel import reading
from portal.excel.refusal import Refused
for file in sys.argv[2:]:
    begun = time.monotonic()
    try:
        reading.read(file)
    except Refused as refused:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        print(refused.code, time.monotonic() - begun, used.ru_maxrss)
"""


def refusal(tmp_path, content, name="表.xlsx"):
    file = tmp_path / name
    file.write_bytes(content)
    with pytest.raises(Refused) as refused:
        reading.read(file)
    return refused.value


def children_cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("kind", hostile.HOSTILE)
def test_a_hostile_file_is_refused_with_little_effort(tmp_path, kind):
    build, code = hostile.HOSTILE[kind]
    content = build()
    before = children_cpu()

    refused = refusal(tmp_path, content)

    assert refused.code == code
    assert refused.message.endswith("。")
    assert children_cpu() - before < 2


def test_no_hostile_file_takes_more_than_300_mib(tmp_path):
    files = []
    for number, (build, _) in enumerate(hostile.HOSTILE.values()):
        files.append(tmp_path / f"{number}.xlsx")
        files[-1].write_bytes(build())
    root = Path(reading.__file__).parents[2]
    command = [sys.executable, "-c", MEASURE, str(root), *map(str, files)]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, env={}).stdout.split("\n")[:-1]

    assert [line.split()[0] for line in lines] == [code for _, code in hostile.HOSTILE.values()]
    assert max(int(line.split()[2]) for line in lines) < 300 * MIB


@pytest.mark.parametrize("kind", ["xls", "pdf", "png", "gif", "jpeg", "xlsb", "ods", "doc", "text"])
def test_other_kinds_of_files_are_told_how_to_become_a_workbook(tmp_path, kind):
    assert refusal(tmp_path, hostile.HOSTILE[kind][0]()).message.endswith("请在WPS中另存为 .xlsx 后再上传。")


def test_other_workbooks_it_refers_to_are_counted_and_not_opened(tmp_path):
    file = tmp_path / "表.xlsx"
    link = ("xl/externalLinks/externalLink1.xml", b"<externalLink/>")
    relation = ("xl/externalLinks/_rels/externalLink1.xml.rels", b"<Relationships/>")
    file.write_bytes(hostile.packed(hostile.parts(), [link, relation]))

    assert reading.read(file).links == 1


def test_a_password_is_named(tmp_path):
    assert "密码" in refusal(tmp_path, hostile.ole("EncryptedPackage")).message


def test_the_content_decides_and_not_the_name(tmp_path):
    assert refusal(tmp_path, hostile.ole("Workbook"), "表.csv").code == "legacy_format"
    assert refusal(tmp_path, b"GIF89a" + b"\0" * 100, "表.csv").code == "not_a_workbook"
    file = tmp_path / "表.csv"
    file.write_bytes(hostile.workbook())

    assert reading.read(file)[0].rows[1][1].value == "项目名称"


def test_a_file_above_the_limit_is_not_even_opened(tmp_path):
    file = tmp_path / "big.xlsx"
    with file.open("wb") as out:
        out.truncate(limits.UPLOAD + 1)

    with pytest.raises(Refused, match="20MB"):
        reading.read(file)


def test_what_a_file_unpacks_to_is_counted_over_all_its_parts(tmp_path, monkeypatch):
    file = tmp_path / "a.xlsx"
    file.write_bytes(hostile.workbook())
    unpacked = sum(map(len, hostile.parts().values()))

    monkeypatch.setattr(limits, "INFLATED", unpacked + 100)
    assert prescan.check(file) == prescan.WORKBOOK
    monkeypatch.setattr(limits, "INFLATED", unpacked - 1)
    with pytest.raises(Refused) as refused:
        prescan.check(file)

    assert refused.value.code == "too_large"


def test_a_child_that_takes_too_long_is_stopped(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "WALL", 0.2)
    monkeypatch.setattr(reading, "START", "import time; time.sleep(60)")
    file = tmp_path / "a.xlsx"
    file.write_bytes(hostile.workbook())
    begun = time.monotonic()

    with pytest.raises(Refused) as refused:
        reading.read(file)

    assert refused.value.code == "too_large"
    assert time.monotonic() - begun < 10


def test_a_child_that_needs_too_much_memory_is_a_refusal(tmp_path, monkeypatch):
    eats = "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**28, 2**28)); b = b'x' * 2**29"
    monkeypatch.setattr(reading, "START", eats)
    file = tmp_path / "a.xlsx"
    file.write_bytes(hostile.workbook())

    with pytest.raises(Refused) as refused:
        reading.read(file)

    assert refused.value.code == "too_large"


def test_the_child_knows_no_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setattr(
        reading, "START", "import os, json; print(json.dumps({'refused': ','.join(os.environ), 'message': 'x'}))"
    )
    file = tmp_path / "a.xlsx"
    file.write_bytes(hostile.workbook())

    with pytest.raises(Refused) as refused:
        reading.read(file)

    assert "SECRET_KEY" not in refused.value.code


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=20), st.integers(0, 3000))
def test_damaged_bytes_never_lead_to_anything_but_cells_or_a_refusal(tmp_path, changes, cut):
    content = bytearray(hostile.workbook())
    for place, value in changes:
        content[place % len(content)] = value
    file = tmp_path / "damaged.xlsx"
    file.write_bytes(content[: len(content) - cut] if cut % 3 == 0 else content)

    try:
        result = [sheet.name for sheet in reading.read(file)]
    except Refused as refused:
        result = refused.message

    assert result
