"""Fields for what the bureau writes: dates with precision and amounts in 万元."""

import unicodedata
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from portal import clock, spans
from portal.excel.cells import TEXT, Cell
from portal.money import WAN_PER_YI
from projects.importing import dates

SPAN_HINT = "如 2021-03-15、2021年3月、2021年一季度、2021-12-31前"
UNITS = (("亿元", WAN_PER_YI), ("亿", WAN_PER_YI), ("万元", Decimal(1)), ("万", Decimal(1)))


class SpanField(forms.CharField):
    """A date as precise as it is known. With `past`, days after today are refused."""

    def __init__(self, *, past: bool = False, **options: Any):
        self.past = past
        options.setdefault("help_text", SPAN_HINT)
        super().__init__(max_length=40, **options)

    def to_python(self, value: Any) -> spans.Span | None:
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        if not text:
            return None
        try:
            span = read(text)
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        if self.past and span.end > clock.today():
            raise forms.ValidationError("实际日期不能晚于今天。")
        return span

    def run_validators(self, value: Any) -> None:
        """A span is right once it was read; the validators of a text do not apply."""

    def prepare_value(self, value: Any) -> str:
        return str(value or "")


def read(text: str) -> spans.Span:
    """Read the written forms, and whatever the import reads without a doubt: 2021.3.15, 3月底, 明年一季度."""
    try:
        return spans.parse(text)
    except ValueError:
        found = dates.read(Cell(TEXT, text), clock.today().year)
        if found.span is None or found.code:
            raise
        return found.span


class MoneyField(forms.DecimalField):
    """An amount in 万元; 1.45亿 and 1,450.00万元 are read too. Shown with its 亿元 beside it."""

    def __init__(self, **options: Any):
        options.setdefault("help_text", "万元；也可写成 1.45亿")
        super().__init__(min_value=0, max_digits=16, decimal_places=2, **options)
        self.widget = forms.TextInput(attrs={"inputmode": "decimal", "data-yi": "", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        text = unicodedata.normalize("NFKC", str(value if value is not None else "")).replace(",", "")
        text = "".join(text.split())
        if not text:
            return None
        number, factor = next(
            ((text[: -len(word)], factor) for word, factor in UNITS if text.endswith(word)), (text, Decimal(1))
        )
        try:
            return super().to_python(plain(Decimal(number) * factor))
        except InvalidOperation as error:
            raise forms.ValidationError("看不懂这个金额，请只填数字（万元）。") from error

    def prepare_value(self, value: Any) -> Any:
        return f"{value:.2f}".removesuffix(".00") if isinstance(value, Decimal) else value


def plain(number: Decimal) -> str:
    """Without exponent and without trailing zeros, so that 1.45亿 has no more than two decimals."""
    return f"{number.normalize():f}"


class ProseField(forms.CharField):
    """Several lines of text. Browsers send line ends as CRLF; they are stored, and compared, as LF."""

    def __init__(self, *, rows: int = 3, placeholder: str = "", **options: Any):
        attrs = {"rows": rows, "placeholder": placeholder} if placeholder else {"rows": rows}
        super().__init__(widget=forms.Textarea(attrs=attrs), **options)

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")
