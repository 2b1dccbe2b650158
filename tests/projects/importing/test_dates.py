"""The lines of domain.md §11.3, each as a test."""

from datetime import date

import pytest

from portal.excel.cells import DATE, ERROR, NUMBER, TEXT, Cell
from portal.spans import Span
from projects.importing import dates

YEAR = 2021
MARCH = "2021年3月"


def text(value: str) -> dates.Reading:
    return dates.read(Cell(TEXT, value), YEAR)


def number(value: str, code: str = "") -> dates.Reading:
    return dates.read(Cell(NUMBER, value, code), YEAR)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        *(
            (form, MARCH)
            for form in ("2021.3", "2021年3月", "2021-03", "2021/3", "202103", "21年3月", "２０２１年３月")
        ),
        *(
            (form, MARCH)
            for form in ("二〇二一年三月", "二○二一年三月", "二零二一年三月", "三月", "3月", "2021年3月份", "今年3月")
        ),
        ("2021.10", "2021年10月"),
        ("2021年十二月", "2021年12月"),
        ("明年三月", "2022年3月"),
        *(
            (form, "2021-03-15")
            for form in ("2021.3.15", "20210315", "2021年3月15日", "3月15日", "2021/3/15", "三月十五日")
        ),
        ("2021-03-15 00:00:00", "2021-03-15"),
        ("2021", "2021年"),
        ("2021年", "2021年"),
        ("2021年度", "2021年"),
        *(
            (form, "2021年一季度")
            for form in ("一季度", "2021年一季度", "Q1", "2021Q1", "第一季度", "1季度", "2021年第1季度")
        ),
        ("2020年四季度", "2020年四季度"),
        *((form, "2021年上半年") for form in ("上半年", "2021年上半年")),
        ("2022年下半年", "2022年下半年"),
        *(
            (form, "2021-03-01至2021-05-31")
            for form in ("3-5月", "3月-5月", "3—5月", "2021年3-5月", "2021.3-5", "三至五月")
        ),
        ("2020年10月-3月", "2020-10-01至2021-03-31"),
        ("1-2季度", "2021年上半年"),
        *((form, "2021-01-01至2021-09-30") for form in ("一至三季度", "2021年1-3季度", "一季度至三季度")),
        *(
            (form, "2021-12-31前")
            for form in ("2021年底", "2021年年底", "年底", "年底前", "年内", "2021年末", "12月底前")
        ),
        *((form, "2021-12-31前") for form in ("2021年12月底", "12月31日前", "2021年以内", "今年底", "元旦前")),
        ("2023年底", "2023-12-31前"),
        *((form, "2021-03-31前") for form in ("3月底", "一季度末", "1季度末", "3月下旬", "2021年3月底前", "三月底")),
        ("3月上旬", "2021-03-10前"),
        ("3月中旬", "2021-03-20前"),
        ("2022年2月下旬", "2022-02-28前"),
        ("2022年上半年底前", "2022-06-30前"),
        ("国庆前", "2021-09-30前"),
        ("国庆节前", "2021-09-30前"),
        ("春节前", "2021-02-10前"),
        ("2022年春节前", "2022-01-30前"),
        *(
            (form, "2020-01-01至2022-12-31")
            for form in ("2020-2022", "2020—2022年", "2020年至2022年", "2020~2022", "2020-22")
        ),
        *((form, "2020-06-01至2022-12-31") for form in ("2020.6-2022.12", "2020年6月—2022年12月", "2020-06至2022-12")),
        ("2019-03/2021-12", "2019-03-01至2021-12-31"),
        ("2020/6/1-2022/12/1", "2020-06-01至2022-12-01"),
        ("2020-06", "2020年6月"),
        ("2020—06", "2020年6月"),
        ("2021-2022年3月", "2021-01-01至2022-03-31"),
        *((form, "2021-01-01至2025-12-31") for form in ("十四五", "“十四五”期间", "十四五时期")),
        ("十四五末", "2025-12-31前"),
        *(
            (form, MARCH)
            for form in (
                "2021年3月开工",
                "计划2021年3月开工建设",
                "预计2021年3月",
                "2021年3月（暂定）",
                "拟于2021年3月动工",
            )
        ),
        ("力争2021年底竣工投产", "2021-12-31前"),
    ],
)
def test_text_is_read_as_the_span_it_means(written, meant):
    reading = text(written)

    assert (str(reading.span), reading.code) == (meant, "")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *((form, "") for form in ("待定", "—", "——", "-", "/", "", "  ", "视市场情况", "按协议约定", "未定", "(待定)")),
        *((form, "vague_date") for form in ("2021年初", "近期", "尽快", "春节后", "详见附件", "2021年中", "3.15")),
        *(
            (form, "state_not_date")
            for form in ("已开工", "在建", "2020年12月已投产", "已于2020年3月开工", "正在建设", "续建")
        ),
        *(
            (form, "phased_date")
            for form in ("一期2021年底，二期2022年上半年", "一期：2021年；二期：2023年", "分期实施")
        ),
        *(
            (form, "relative_date")
            for form in ("开工后8个月", "一期达产后两年内", "今年开工一年半内建成", "18个月", "2年")
        ),
        *(
            (form, "invalid_date")
            for form in ("2021年2月30日", "2021年13月", "2021.13", "20210231", "13月", "2021/2/30")
        ),
        ("#REF!", "formula_error"),
    ],
)
def test_text_that_is_no_date_has_no_value_and_says_why(written, code):
    reading = text(written)

    assert (reading.span, reading.code) == (None, code)


def test_a_number_is_read_by_its_size():
    assert [
        str(number(value).span) for value in ("2021.3", "2021.03", "2021.11", "2021.12", "44270", "2021", "202103")
    ] == [*("2021年3月", "2021年3月", "2021年11月", "2021年12月", "2021-03-15", "2021年", "2021年3月")]
    assert str(number("20210315").span) == "2021-03-15"
    assert [str(number(value).span) for value in ("44561", "45291")] == ["2021-12-31", "2023-12-31"]


def test_the_number_of_october_may_be_january():
    assert number("2021.1") == dates.Reading(None, "ambiguous_date")
    assert str(number("2021.1", "0.00").span) == "2021年10月"
    assert number("2021.1", "0.00").code == "ambiguous_date"
    assert str(text("2021.1").span) == "2021年1月"


def test_numbers_that_are_no_dates():
    assert number("2021.13").code == "invalid_date"
    assert {number(value).code for value in ("3", "0", "123456", "1E+30", "-5", "2021.456")} == {"vague_date"}


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("yyyy-mm-dd", "2021-03-01"),
        ('yyyy"年"m"月"d"日"', "2021-03-01"),
        ('yyyy"年"m"月"', "2021年3月"),
        ("mmm-yy", "2021年3月"),
        ('[DBNum1][$-804]yyyy"年"m"月"', "2021年3月"),
        ('yyyy"年"', "2021年"),
        ("", "2021年"),
    ],
)
def test_a_real_date_is_as_precise_as_its_format_shows(code, meant):
    assert str(dates.read(Cell(DATE, "2021-03-01", code), YEAR).span) == meant


def test_errors_of_excel_are_named():
    assert dates.read(Cell(ERROR, ""), YEAR).code == "formula_error"


@pytest.mark.parametrize(
    ("written", "start", "finish"),
    [
        ("2020-2022", "2020年", "2022年"),
        ("2020年6月—2022年12月", "2020年6月", "2022年12月"),
        ("2019-03/2021-12", "2019年3月", "2021年12月"),
        ("2021-2022年3月", "2021年", "2022年3月"),
        ("2021年3月-2022年底", "2021年3月", "2022-12-31前"),
        ("2020-06-01至2022-12-31", "2020-06-01", "2022-12-31"),
        ("2021年3月开工，2022年12月竣工", "2021年3月", "2022年12月"),
        ("2021年", "2021年", "2021年"),
        ("2022年底前", "None", "2022-12-31前"),
        ("2021年3月", "2021年3月", "None"),
        ("2020-22", "2020年", "2022年"),
        ("待定", "None", "None"),
    ],
)
def test_a_period_gives_start_and_finish(written, start, finish):
    first, second = dates.read_period(Cell(TEXT, written), YEAR)

    assert (str(first.span), str(second.span)) == (start, finish)


def test_a_duration_counts_from_a_start_known_to_the_day():
    reading = text("开工后8个月")
    start = Span(date(2021, 3, 31), date(2021, 3, 31))

    assert str(dates.resolve(reading, start)) == "2021-11-30"
    assert dates.resolve(reading, Span(date(2021, 3, 1), date(2021, 3, 31))) is None
    assert str(dates.resolve(text("开工一年半内建成"), start)) == "2022-09-30前"
    assert dates.resolve(text("达产后两年"), start) is None
