"""Words of the register for templates."""

from django import template

from projects import words

register = template.Library()


@register.filter
def project_scope(pk: int) -> str:
    """What the 一页纸 of a project goes by in its address."""
    return f"project:{pk}"


@register.filter
def masked(phone: str) -> str:
    """Hide the middle of a telephone number."""
    return words.masked(phone)
