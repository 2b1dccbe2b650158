"""Evidence in a form: a photograph or a PDF, kept over an error, and the day it was taken."""

from typing import Any

from django import forms
from django.core import signing

from portal import clock, files
from portal.choices import FileKind
from portal.models import StoredFile
from projects.forms.notes import RuleForm, day_field
from projects.milestones import NO_DAY, Proof

ACCEPT = ".jpg,.jpeg,.png,.webp,.pdf"
MAX_MB = files.UPLOAD // 1024 // 1024
SALT, DAY = "proof", 24 * 3600


class ProofForm(RuleForm):
    """A file is taken in once: when something else is wrong, the page remembers it and nobody chooses it again."""

    file = forms.FileField(
        label="佐证（现场照片或PDF）",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPT, "data-max-mb": MAX_MB}),
        help_text=f"jpg、png、webp 图片或 pdf，不超过{MAX_MB}MB；请上传带日期的现场照片",
    )
    taken_on = day_field("拍摄日期", required=False, help_text="照片里有拍摄时间的自动读取，不用填写")
    kept = forms.CharField(widget=forms.HiddenInput, required=False)
    proof: Proof | None = None
    dated = True  # a photograph needs the day it was taken
    refused = ""  # the code of a file that was not taken in

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        received = self._received(cleaned)
        if received is None:
            return cleaned
        self._remember(received)
        taken = received.taken_on if received.taken_on and received.taken_on <= clock.today() else None
        taken = taken or cleaned.get("taken_on")
        self.proof = Proof(received.file, received.name, taken)
        if self.dated and received.file.kind == FileKind.PICTURE and not taken and "taken_on" not in self.errors:
            self.add_error("taken_on", NO_DAY)
        return cleaned

    def _received(self, cleaned: dict[str, Any]) -> files.Received | None:
        upload = cleaned.get("file")
        if not upload:
            return self._kept(cleaned.get("kept") or "")
        try:
            return files.receive(upload.chunks(), name=upload.name)
        except files.Refused as refusal:
            self.refused = refusal.code
            self.add_error("file", str(refusal))
            return None

    def _kept(self, token: str) -> files.Received | None:
        try:
            pk, name = signing.loads(token, salt=SALT, max_age=DAY)
        except signing.BadSignature:
            return None
        return files.Received(StoredFile.objects.get(pk=pk), name)

    def _remember(self, received: files.Received) -> None:
        self.data = self.data.copy()
        self.data["kept"] = signing.dumps([received.file.pk, received.name], salt=SALT)
        self["file"].help_text = f"已收到“{received.name}”，不用重新选择；要换一个的，请重新选择文件"
