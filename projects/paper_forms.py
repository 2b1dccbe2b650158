"""What people type about papers: sentences for the bulletin, why a paper is withdrawn."""

from django import forms

from projects.papers.bulletin import SAID_AT_MOST


def lines(label: str, help_text: str) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label=label, required=False, max_length=SAID_AT_MOST, widget=area, help_text=help_text)


class SaidForm(forms.Form):
    """Paragraphs a person adds to the bulletin, one a line."""

    features = lines("二、主要特点（补充）", "每行一段，接在自动生成的句子后面；不写就没有。")
    steps = lines("四、下一步工作（补充）", "每行一条，编号接着往下排；不写就没有。")


class WithdrawForm(forms.Form):
    reason = forms.CharField(label="撤回原因", max_length=200)
