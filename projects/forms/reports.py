"""Why a report is returned: a standard phrase, own words, or both (users.md §5)."""

from django import forms

PHRASES = (
    "本月完成与形象进度不符，请核实",
    "本年累计不等于上月累计加本月",
    "未说明滞后原因",
    "未开工项目不应有完成投资（前期费用请注明）",
    "形象进度与上月相同，请补充",
    "开工须为正式打桩或破土开槽",
)


class ReturnForm(forms.Form):
    phrase = forms.ChoiceField(
        label="常用原因", choices=[("", "请选择，或在下面填写"), *((one, one) for one in PHRASES)], required=False
    )
    words = forms.CharField(label="补充说明", max_length=120, required=False)

    @property
    def why(self) -> str:
        told = (self.cleaned_data["phrase"], self.cleaned_data["words"].strip())
        return "；".join(part for part in told if part)

    def clean(self) -> None:
        super().clean()
        if not (self.cleaned_data.get("phrase") or self.cleaned_data.get("words", "").strip()):
            self.add_error("words", "退回请写明原因。")
