"""Versions of the node template: an edit makes a new version with a reason and touches no project (design: data)."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from portal import audit, clock
from portal.models import User
from portal.permissions import lead
from projects.models import TemplateNode, TemplateVersion

EDITED = ("name", "condition", "proof", "department", "hint", "is_key", "in_short")


def newest() -> TemplateVersion:
    """The version that 套用模板 takes its nodes from."""
    return TemplateVersion.objects.order_by("-number")[0]


@transaction.atomic
def revise(*, number: int, rows: list[dict[str, Any]], reason: str, by: User) -> TemplateVersion:
    """Make the next version from version `number` with these rows (each with its `code`), the others as they were.

    Raises ValidationError when nothing differs, the reason is missing, or somebody else was faster.
    """
    if not lead(by):
        raise PermissionDenied("节点模板由业务负责人维护。")
    if not reason.strip():
        raise ValidationError({"reason": "请写明修改原因。"})
    old = TemplateVersion.objects.select_for_update().order_by("-number")[0]
    if old.number != number:
        raise ValidationError("模板刚被别人改过，请刷新后再改。")
    given, changed = {row["code"]: row for row in rows}, []
    nodes = list(old.nodes.all())
    for node in nodes:
        row = given.get(node.code, {})
        if any(name in row and row[name] != getattr(node, name) for name in EDITED):
            changed.append(node.code)
        for name in EDITED:
            setattr(node, name, row.get(name, getattr(node, name)))
    if not changed:
        raise ValidationError("没有改动，不必另存新版本。")
    new = TemplateVersion.objects.create(
        number=old.number + 1, effective_from=clock.today(), by=by, reason=reason.strip()
    )
    TemplateNode.objects.bulk_create(copies(nodes, new))
    audit.log("rules.template", by=by, obj=new, version=new.number, nodes=changed, reason=reason.strip())
    return new


def copies(nodes: list[TemplateNode], version: TemplateVersion) -> list[TemplateNode]:
    for node in nodes:
        node.pk, node.version = None, version
        node.full_clean(exclude=["version"])
    return nodes
