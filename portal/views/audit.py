"""The page 审计: who did what, when, from where, and what was refused."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.choices import AuditAction, AuditResult, Role
from portal.filters import AuditFilter
from portal.models import AuditEntry
from portal.permissions import access, auditor

PER_PAGE = 50
ACTIONS, RESULTS, ROLES = dict(AuditAction.choices), dict(AuditResult.choices), dict(Role.choices)
LABELS = {
    "account": "账号",
    "name": "姓名",
    "role": "角色",
    "is_lead": "业务负责人",
    "email": "邮箱",
    "address": "收件地址",
    "phone": "办公电话",
    "units": "填报单位",
    "path": "页面",
    "method": "方式",
    "reason": "原因",
    "filename": "文件",
    "sha256": "校验值",
    "rows": "行数",
    "counts": "结果",
    "conditions": "条件",
    "stage": "阶段",
    "old": "原为",
    "new": "改为",
    "confirmed": "已确认",
    "code": "代码",
    "year": "年度",
    "unit": "填报单位",
    "wants_digest": "接收周调度",
    "only_red": "周调度只看红灯",
    "duty_in_digest": "职责提醒并入周调度",
    "version": "版本",
    "effective_from": "启用日期",
    "rungs": "提醒时点",
    "hosts": "主机",
}


@require_safe
@access(auditor)
def audit_list(request: HttpRequest) -> HttpResponse:
    found = AuditFilter(request.GET, queryset=AuditEntry.objects.select_related("user"))
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    kinds = {model._meta.model_name: model._meta.verbose_name for model in apps.get_models()}
    rows = [row(entry, kinds) for entry in page]
    return render(request, "portal/audit_list.html", {"filter": found, "page_obj": page, "rows": rows})


def row(entry: AuditEntry, kinds: dict[str | None, Any]) -> dict[str, object]:
    """Return an entry in the words of the page."""
    return {
        "entry": entry,
        "name": entry.user.name if entry.user else "",
        "action": ACTIONS.get(entry.action, entry.action),
        "result": RESULTS.get(entry.result, entry.result),
        "object": f"{kinds.get(entry.object_type, entry.object_type)} {entry.object_id}".strip(),
        "detail": "；".join(sentences(entry.detail)),
    }


def sentences(detail: dict[str, Any]) -> Iterator[str]:
    """Yield each fact of an entry, then each change with old and new."""
    changes = detail.get("changes", {})
    for name in in_order(detail.keys() - {"changes"}):
        if detail[name] not in ("", [], None):
            yield f"{LABELS.get(name, name)}：{words(detail[name])}"
    for name in in_order(changes):
        old, new = changes[name]
        yield f"{LABELS.get(name, name)}：{words(old)} → {words(new)}"


def in_order(names: Iterable[str]) -> list[str]:
    """Return the names in the order of LABELS, others behind; PostgreSQL keeps no order of its own."""
    places = {name: place for place, name in enumerate(LABELS)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def words(value: object) -> str:
    """Return a value of the record as people write it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(words(one) for one in value)
    if isinstance(value, dict):
        return "，".join(f"{name} {words(one)}" for name, one in value.items())
    return ROLES.get(str(value), str(value)) or "（空）"
