"""What templates write again and again: icons, amounts, spans of days, controls of forms."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import lru_cache

from django import template
from django.forms import BoundField, Widget, widgets
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal import money, spans

register = template.Library()

CHOSEN = SafeString(" selected")
CHECKS = (widgets.CheckboxInput, widgets.RadioSelect, widgets.CheckboxSelectMultiple)


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """Show a drawing of the sprite. It only accompanies words, so a screen reader skips it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("dist/icons.svg"),
        name,
    )


@register.simple_tag
def options(choices: Iterable[tuple[str, str]], chosen: str) -> SafeString:
    """Show the choices of a menu. In one piece: a list has a hundred of them, and a loop in a template is slow."""
    return SafeString("".join([option(value, label, value == chosen) for value, label in choices]))


@lru_cache(maxsize=4096)
def option(value: str, label: str, is_chosen: bool) -> SafeString:
    """One choice of a menu; every page offers the same."""
    return format_html('<option value="{}"{}>{}</option>', value, CHOSEN if is_chosen else "", label)


@register.simple_tag
def yi(amount: Decimal | None, places: int = 2) -> str:
    """Write an amount given in 万元 as a number of 亿元."""
    return money.yi(amount, places)


@register.simple_tag
def wan(amount: Decimal | None, places: int = 2) -> str:
    """Write an amount given in 万元 with thousands separators."""
    return money.wan(amount, places)


@register.simple_tag
def span(start: date | None, end: date | None) -> str:
    """Write the two columns of a date with precision in their one written form; unknown gives an empty text."""
    return str(spans.of(start, end) or "")


@register.simple_tag
def control(field: BoundField) -> SafeString:
    """Show the control of a form field in the look of the site, tied to its help and errors."""
    own = field.field.widget.attrs.get("class", "")
    return field.as_widget(attrs={"class": f"{_control_class(field.field.widget)} {own}".strip()})


@register.filter
def is_check(field: BoundField) -> bool:
    """Tell whether the field is a single box, whose label stands behind it."""
    return isinstance(field.field.widget, widgets.CheckboxInput)


def _control_class(widget: Widget) -> str:
    if isinstance(widget, CHECKS):
        return "form-check-input"
    return "form-select" if isinstance(widget, widgets.Select) else "form-control"
