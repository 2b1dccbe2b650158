"""Amounts, spans, icons and controls as templates write them."""

from datetime import date
from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template


def shown(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("amount", "text"), [(Decimal("145000"), "14.50"), (Decimal("338450"), "33.85"), (Decimal(0), "0.00"), (None, "")]
)
def test_yi_writes_hundred_millions_rounded_half_up(amount: Decimal | None, text: str):
    assert shown("{% yi amount %}", amount=amount) == text


def test_wan_writes_thousands_separators_and_the_places_asked_for():
    assert shown("{% wan amount 0 %}", amount=Decimal("145000.50")) == "145,001"


def test_span_writes_a_month_and_nothing_for_unknown():
    context = {"first": date(2021, 3, 1), "last": date(2021, 3, 31), "none": None}

    assert shown("{% span first last %}|{% span none none %}", **context) == "2021年3月|"


def test_icon_is_hidden_from_screen_readers_and_escapes_its_name():
    drawn = shown("{% icon name %}", name='"><script>')

    assert 'aria-hidden="true"' in drawn
    assert "<script>" not in drawn


class Report(forms.Form):
    text = forms.CharField(label="进展", help_text="一句话")
    kinds = forms.MultipleChoiceField(
        label="原因", required=False, choices=[("land", "用地")], widget=forms.CheckboxSelectMultiple
    )
    listed = forms.BooleanField(label="已入库", required=False)
    version = forms.IntegerField(widget=forms.HiddenInput)


def test_form_ties_help_and_errors_to_the_control():
    drawn = str(Report({"version": "1"}))

    assert 'aria-describedby="id_text_helptext id_text_error"' in drawn
    assert 'id="id_text_helptext"' in drawn
    assert 'id="id_text_error"' in drawn
    assert 'aria-invalid="true"' in drawn


def test_form_starts_with_its_errors_linked_to_the_fields():
    drawn = str(Report({"version": "1"}))

    assert drawn.index("error-summary") < drawn.index('href="#id_text"') < drawn.index('name="text"')


def test_form_without_errors_shows_no_summary():
    assert "error-summary" not in str(Report({"text": "已打桩", "version": "1"}))


def test_hidden_field_and_its_error_are_not_lost():
    drawn = str(Report({"text": "已打桩", "version": "x"}))

    assert 'type="hidden" name="version"' in drawn
    assert drawn.count("error-summary-title") == 2  # the heading and what names it


def test_controls_wear_the_classes_of_the_site():
    drawn = str(Report())

    assert 'class="form-control"' in drawn
    assert drawn.count('class="form-check-input"') == 2
