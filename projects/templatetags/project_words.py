"""Words of the register for templates."""

from django import template

from projects import words

register = template.Library()


@register.filter
def masked(phone: str) -> str:
    """Hide the middle of a telephone number."""
    return words.masked(phone)
