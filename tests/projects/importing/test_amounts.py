"""The lines of domain.md §11.2, each as a test."""

from decimal import Decimal

import pytest

from portal.excel.cells import BOOLEAN, DATE, ERROR, NUMBER, TEXT, Cell
from projects.importing import amounts


def text(value: str, unit: str | None = "万元") -> amounts.Amount:
    return amounts.read(Cell(TEXT, value), unit)


def number(value: str, unit: str | None = "万元", code: str = "") -> amounts.Amount:
    return amounts.read(Cell(NUMBER, value, code), unit)


@pytest.mark.parametrize(
    ("written", "unit", "wan"),
    [
        ("70亿元", None, "700000.00"),
        ("3.5亿", "万元", "35000.00"),
        ("8378.9万元", "亿元", "8378.90"),
        ("8378.9万", "亿元", "8378.90"),
        *((form, "万元", "1380000.00") for form in ("1,380,000", "1，380，000", "138,0000", "1 380 000", "1.38E6")),
        ("１２００", "万元", "1200.00"),
        ("'12000", "万元", "12000.00"),
        ("1.2E4", "万元", "12000.00"),
        ("12000.0", "万元", "12000.00"),
        ("0.69", "亿元", "6900.00"),
        ("总投资70亿元，其中一期40亿元", "万元", "700000.00"),
        ("总投资7亿元（其中设备3亿元）", "万元", "70000.00"),
        ("人民币3000万元", "亿元", "3000.00"),
        ("￥3,000万元", "亿元", "3000.00"),
        ("12亿5000万元", "万元", "125000.00"),
        ("1亿2千万元", "万元", "12000.00"),
        ("5个亿", "万元", "50000.00"),
        ("7（亿元）", "万元", "70000.00"),
        ("三亿元", "万元", "30000.00"),
        ("两千万元", "亿元", "2000.00"),
        ("5000000元", "万元", "500.00"),
        ("8800", "千元", "880.00"),
        (" 8800 ", "万元", "8800.00"),
        ("0.005", "万元", "0.01"),
        ("0", None, "0.00"),
    ],
)
def test_an_amount_is_read_in_wan(written, unit, wan):
    amount = text(written, unit)

    assert (f"{amount.wan}", amount.code) == (wan, "")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        *((form, "") for form in ("—", "——", "-", "/", "待定", "暂未确定", "", " ", "无", "(待定)", "—万元")),
        *(
            (form, "amount_range")
            for form in ("120—150亿元", "120-150亿元", "120亿元至150亿元", "30亿元以上", "不超过12亿元")
        ),
        *((form, "amount_range") for form in ("≥5亿元", "70余亿元", "5亿余元", "10亿+", "5亿元以内", "超10亿元")),
        *(
            (form, "foreign_currency")
            for form in ("10亿美元", "5000万（美元）", "$5000", "3亿欧元", "200万USD", "5亿港元")
        ),
        *(
            (form, "invalid_amount")
            for form in ("详见附件", "年产2000万件", "5万吨", "-500", "1,2", "12.3.4", "一期4亿元，二期3亿元")
        ),
        *((form, "formula_error") for form in ("#REF!", "#N/A", "#DIV/0!")),
    ],
)
def test_text_that_is_no_single_amount_has_no_value_and_says_why(written, code):
    assert text(written) == amounts.Amount(None, code)


def test_words_around_an_amount_become_flags():
    assert text("约43亿元（含流动资金）") == amounts.Amount(Decimal("430000.00"), "", ("约", "含流动资金"))
    assert text("5亿元左右").flags == ("约",)


def test_a_number_takes_the_unit_of_its_heading():
    assert str(number("0.69", "亿元").wan) == "6900.00"
    assert str(number("113934.98").wan) == "113934.98"
    assert str(number("6899.999999999999").wan) == "6900.00"
    assert number("50", None) == amounts.Amount(None, "unknown_unit")
    assert number("7", "万美元") == amounts.Amount(None, "foreign_currency")
    assert number("-1") == amounts.Amount(None, "invalid_amount")
    assert number("1E+300") == amounts.Amount(None, "invalid_amount")


def test_a_number_format_that_writes_a_unit_goes_before_the_heading():
    assert str(number("7", "万元", '0.00"亿元"').wan) == "70000.00"
    assert number("7", "万元", "[$$-409]#,##0.00") == amounts.Amount(None, "foreign_currency")
    assert str(number("7", "亿元", '0!.0,"万元"').wan) == "70000.00"


def test_cells_that_hold_no_amount():
    assert amounts.read(None, "万元") == amounts.Amount()
    assert amounts.read(Cell(ERROR, "#REF!"), "万元").code == "formula_error"
    assert {amounts.read(cell, "万元").code for cell in (Cell(DATE, "2021-03-01"), Cell(BOOLEAN, "TRUE"))} == {
        "invalid_amount"
    }


@pytest.mark.parametrize(
    ("sentence", "wan"),
    [
        ("新建厂房3栋，总投资约2.8亿元", "28000.00"),
        ("项目总投资为3,600万元。", "3600.00"),
        ("计划总投资：5亿，用地340亩", "50000.00"),
        ("年产2000万件注塑件，用地340亩", "None"),
        ("一期总投资2亿元", "None"),
        ("总投资10亿美元", "None"),
        ("总投资详见附件", "None"),
    ],
)
def test_the_total_in_a_sentence(sentence, wan):
    assert str(amounts.stated_total(sentence)) == wan
