"""提醒设置: what each person wants to get; and when the bureau reminds of nodes, kept by its lead."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render

from portal import calendar, clock, preferences
from portal.forms import PreferencesForm
from portal.mail import may_see_details
from portal.models import User
from portal.permissions import access, anyone_signed_in, bureau, lead, readers
from portal.requests import SignedInRequest
from projects import rungs
from projects.choices import RungAct
from projects.forms.rungs import LadderForm
from projects.models import ReminderRule, ReminderRung

OWN, LADDER = "own", "ladder"


@access(anyone_signed_in)
def settings_notifications(request: SignedInRequest) -> HttpResponse:
    """Everybody's own choice; the bureau also sees the ladder, and its lead makes a new version of it."""
    user, sent = request.user, request.POST.get("form", "")
    choice = PreferencesForm(request.POST if sent == OWN else None, initial=chosen(user))
    ladder = LadderForm(request.POST if sent == LADDER else None, rungs=newest()) if lead(user) else None
    context: dict[str, object] = {}
    if sent == OWN and readers(user) and saved(request, choice):
        return redirect("settings_notifications")
    if sent == LADDER and ladder and ladder.is_valid():
        if "preview" in request.POST:
            context["preview"] = compare(ladder.rungs())
        elif made(request, ladder):
            return redirect("settings_notifications")
    context |= {"choice": choice, "ladder": ladder, **what_is_in_force(user)}
    failed = bool(sent) and "preview" not in context
    return render(request, "projects/settings_notifications.html", context, status=422 if failed else 200)


def chosen(user: User) -> dict[str, bool]:
    return {name: getattr(user, name) for name in preferences.FIELDS}


def newest() -> list[ReminderRung]:
    """The rungs a new version starts from: those of the last one, also when it does not count yet."""
    rule = ReminderRule.objects.first()
    return list(rule.rungs.all()) if rule else []


def what_is_in_force(user: User) -> dict[str, object]:
    """The rule in words, and for the bureau its versions."""
    today = clock.today()
    now = rungs.in_force(today)
    steps = list(now.rungs.all()) if now else []
    told = [one for one in steps if one.act == RungAct.MESSAGE]
    return {
        "now": now,
        "key_words": rungs.listed(one for one in told if one.for_key),
        "other_words": rungs.listed(one for one in told if one.for_others),
        "steps": [(one, rungs.words(one)) for one in steps],
        "versions": ReminderRule.objects.select_related("by") if bureau(user) else [],
        "gets_digest": readers(user),
        "is_bureau": bureau(user),
        "outside": bool(user.email) and not may_see_details(user.email),
    }


def saved(request: SignedInRequest, form: PreferencesForm) -> bool:
    if not form.is_valid():
        return False
    try:
        preferences.change(user=request.user, **form.cleaned_data, by=request.user, request=request)
    except ValidationError as refused:
        form.add_error(None, refused)
        return False
    messages.success(request, "接收方式已保存。")
    return True


def made(request: SignedInRequest, form: LadderForm) -> bool:
    try:
        rule = rungs.add_version(rungs=form.rungs(), **form.version.cleaned_data, by=request.user)
    except ValidationError as refused:
        form.refuse(refused)
        return False
    messages.success(request, f"提醒规则V{rule.version}已保存，{rule.effective_from.isoformat()}起启用。")
    return True


def compare(wanted: list[ReminderRung]) -> dict[str, object]:
    """How many reminders next week would have by the rule typed, and by the one in force then."""
    first, last = rungs.next_week(clock.today())
    days, now = calendar.current(), rungs.in_force(first)
    present = rungs.messages(now.rungs.all() if now else [], first=first, last=last, calendar=days)
    new = rungs.messages(wanted, first=first, last=last, calendar=days)
    return {"first": first, "last": last, "present": present, "new": new, "more": new - present, "fewer": present - new}
