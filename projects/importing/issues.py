"""What can be wrong with a value read from a workbook: code, severity, and the sentence that says what to do."""

from dataclasses import dataclass, replace

OK, WARNING, REVIEW, ERROR = "ok", "warning", "review", "error"
RANK = [OK, WARNING, REVIEW, ERROR]

# code: (severity, sentence). {value} is the text of the cell.
CODES = {
    "missing_name": (ERROR, "这一行有项目数据但没有项目名称，请补填项目名称。"),
    "invalid_date": (ERROR, "“{value}”不是存在的日期，请改成正确的日期，如2021-03-15或2021年3月。"),
    "formula_error": (ERROR, "单元格是公式错误值或没有保存计算结果，请在Excel中改正公式（或粘贴为数值）后保存。"),
    "ambiguous_date": (REVIEW, "“{value}”可能是1月也可能是10月（Excel会去掉末尾的0），请写成2021年1月或2021年10月。"),
    "vague_date": (REVIEW, "“{value}”看不出具体时间，请写成2021年3月、2021年一季度或2021年底前等。"),
    "relative_date": (REVIEW, "“{value}”是相对时间，请核对推算结果或填写具体年月。"),
    "phased_date": (REVIEW, "“{value}”是分期时间，请填写整个项目的时间，分期情况写在备注里。"),
    "amount_range": (REVIEW, "“{value}”不是一个确定的数，请填写一个金额。"),
    "foreign_currency": (REVIEW, "“{value}”是外币，请折合成人民币后填写。"),
    "invalid_amount": (REVIEW, "“{value}”不是金额，请填写数字，说明文字写在备注里。"),
    "unit_clash": (REVIEW, "读出来的总投资是{value}，超过300亿元，单位可能不对，请核对表头单位和金额。"),
    "unknown_unit": (REVIEW, "“{value}”没有写明单位，请在表头写明“万元”或“亿元”。"),
    "duplicate_name": (REVIEW, "与{value}的项目同名但总投资不同，请核对是不是同一个项目。"),
    "duplicate_code": (REVIEW, "统一项目代码与{value}的项目重复，请核对。"),
    "finish_before_start": (REVIEW, "计划竣工时间“{value}”早于计划开工时间，请核对这两个时间。"),
    "unknown_park": (WARNING, "园区“{value}”不在名单里，请改成乐山高新区、五通桥基地等规范名称。"),
    "below_statistics_threshold": (WARNING, "总投资{value}，低于500万元的统计起点，请核对金额和单位。"),
    "zero_amount": (WARNING, "总投资是0，未确定的金额请留空。"),
    "investment_exceeds_total": (WARNING, "{value}，超过总投资，请核对。"),
    "date_out_of_range": (WARNING, "“{value}”的年份不在2015—2035年之间，请核对。"),
    "state_not_date": (WARNING, "“{value}”是项目状态，不是时间，请把时间填在这里，状态填在项目阶段里。"),
    "stated_amount_mismatch": (WARNING, "建设内容里写的总投资是{value}，与总投资一栏相差5%以上，请核对。"),
    "invalid_project_code": (WARNING, "统一项目代码“{value}”的格式应为“4位-6位-2位-2位-6位”，请核对。"),
    "code_county_mismatch": (WARNING, "统一项目代码里的地区是{value}，与所在县（市、区）不一致，请核对。"),
    "invalid_uscc": (WARNING, "统一社会信用代码“{value}”不是18位或校验位不对，请核对。"),
    # further ones, which do not count for the status
    "formula_ignored": (OK, "单元格是公式错误值，这一格没有采用。"),
    "unknown_choice": (OK, "“{value}”不是表中约定的选项，这一格没有采用。"),
}


@dataclass(frozen=True)
class Issue:
    """One finding. `field`: of the contract; `cell`: the address in the sheet (N12); `message`: for people."""

    field: str
    code: str
    severity: str
    cell: str
    message: str


def issue(field: str, code: str, cell: str, value: str = "") -> Issue:
    severity, sentence = CODES[code]
    shown = value if len(value) <= 40 else value[:40] + "…"
    return Issue(field, code, severity, cell, f"{cell}：{sentence.format(value=shown)}")


# What is a guess or is left out elsewhere is an error in a row that carries a 系统编号.
STRICT = {"unknown_choice", "unknown_park", "formula_ignored", "vague_date", "state_not_date", "invalid_amount"}


def strictly(found: Issue) -> Issue:
    """An issue of a row with a 系统编号, which is read strictly."""
    if found.code not in STRICT:
        return found
    return replace(found, severity=ERROR, message=found.message.replace("这一格没有采用。", "请改正或清空这一格。"))


def worst(issues: list[Issue]) -> str:
    """Return the status of a project: the worst severity among its issues."""
    return max((found.severity for found in issues), key=RANK.index, default=OK)
