"""The nodes of the template as rows of a form."""

from django import forms

from projects.models import TemplateNode


class TemplateRow(forms.Form):
    """One node; its code stays."""

    code = forms.CharField(widget=forms.HiddenInput)
    name = forms.CharField(label="节点", max_length=40)
    condition = forms.CharField(label="适用条件", max_length=60, required=False)
    proof = forms.CharField(label="完成标志", max_length=100, required=False)
    department = forms.CharField(label="牵头部门", max_length=40, required=False)
    hint = forms.CharField(label="参考周期", max_length=30, required=False)
    is_key = forms.BooleanField(label="关键", required=False)
    in_short = forms.BooleanField(label="简表", required=False)


TemplateRows = forms.formset_factory(TemplateRow, extra=0, max_num=60)


class ReasonForm(forms.Form):
    number = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(label="修改原因", max_length=200)


def initial(nodes: list[TemplateNode]) -> list[dict[str, object]]:
    names = TemplateRow.base_fields
    return [{name: getattr(node, name) for name in names} for node in nodes]
