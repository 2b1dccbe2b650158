"""Whom to ask: 联系人 and 电话, as the bureau words them. Every message ends with it."""

from portal.models import SiteText

KEYS = ("contact", "phone")


def line() -> str:
    """联系人：市经济和信息化局投资科，电话：0833-×××××××。 One query."""
    texts = dict(SiteText.objects.filter(key__in=KEYS).values_list("key", "text"))
    return f"联系人：{texts.get('contact') or '待填写'}，电话：{texts.get('phone') or '待填写'}。"
