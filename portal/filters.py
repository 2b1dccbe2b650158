"""What narrows the audit and the page 邮件."""

from datetime import date, datetime, time, timedelta

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from portal.choices import AuditAction, AuditResult, MailState
from portal.clock import SHANGHAI
from portal.models import AuditEntry, OutgoingMail


class AuditFilter(django_filters.FilterSet):
    person = django_filters.CharFilter(label="人员（账号或姓名）", method="by_person")
    action = django_filters.ChoiceFilter(label="操作", choices=AuditAction.choices, empty_label="全部")
    result = django_filters.ChoiceFilter(label="结果", choices=AuditResult.choices, empty_label="全部")
    day = django_filters.DateFilter(
        label="日期", method="on_day", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    def by_person(self, entries: QuerySet[AuditEntry], name: str, text: str) -> QuerySet[AuditEntry]:
        return entries.filter(Q(username__icontains=text.strip()) | Q(user__name__icontains=text.strip()))

    def on_day(self, entries: QuerySet[AuditEntry], name: str, day: date) -> QuerySet[AuditEntry]:
        start = datetime.combine(day, time.min, SHANGHAI)
        return entries.filter(at__gte=start, at__lt=start + timedelta(days=1))


class MailFilter(django_filters.FilterSet):
    person = django_filters.CharFilter(label="收件人（姓名、账号或邮箱）", method="by_person")
    state = django_filters.ChoiceFilter(label="状态", choices=MailState.choices, empty_label="全部")

    class Meta:
        model = OutgoingMail
        fields: list[str] = []

    def by_person(self, mails: QuerySet[OutgoingMail], name: str, text: str) -> QuerySet[OutgoingMail]:
        word = text.strip()
        person = Q(user__name__icontains=word) | Q(user__username__icontains=word)
        return mails.filter(person | Q(address__icontains=word))
