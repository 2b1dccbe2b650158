"""节点模板: the nodes of the newest version; an edit makes the next one. Read by the bureau, kept by its lead."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portal.permissions import access, bureau, lead
from portal.requests import SignedInRequest
from projects import node_template
from projects.forms.template import ReasonForm, TemplateRows, initial
from projects.models import TemplateVersion


@access(bureau)
def settings_template(request: SignedInRequest) -> HttpResponse:
    """Show the template, its versions, and to the lead the form."""
    newest, may_keep = node_template.newest(), lead(request.user)
    nodes = list(newest.nodes.all())
    sent = request.method == "POST" and may_keep
    rows = TemplateRows(request.POST if sent else None, initial=initial(nodes))
    form = ReasonForm(request.POST if sent else None, initial={"number": newest.number})
    if sent and rows.is_valid() and form.is_valid() and revised(request, rows, form):
        return redirect("settings_template")
    context = {
        "may_keep": may_keep,
        "newest": newest,
        "pairs": list(zip(nodes, rows, strict=False)),
        "rows": rows,
        "form": form,
        "versions": TemplateVersion.objects.select_related("by"),
    }
    return render(request, "projects/settings_template.html", context, status=422 if sent else 200)


def revised(request: SignedInRequest, rows: BaseFormSet, form: ReasonForm) -> bool:
    try:
        new = node_template.revise(rows=[row.cleaned_data for row in rows], by=request.user, **form.cleaned_data)
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    messages.success(request, f"节点模板V{new.number}已保存，只用于以后套用模板的项目，已有项目不变。")
    return True
