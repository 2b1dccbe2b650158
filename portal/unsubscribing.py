"""Turning the weekly digest off by a signed address, without signing in: GET asks, POST acts (RFC 8058)."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from portal import audit, clock
from portal.models import OutgoingMail, User

SALT = "unsubscribe"


def address(user: User) -> str:
    """The address by which this person ends the digest: always the same, so that a letter is the same at each try."""
    return settings.SITE_URL + reverse("unsubscribe", args=[Signer(salt=SALT).sign(str(user.pk))])


def person(token: str) -> User | None:
    """Whose address it is; None when somebody made it up or the account has ended."""
    try:
        number = Signer(salt=SALT).unsign(token)
    except BadSignature:
        return None
    return User.objects.filter(pk=number, is_active=True).first()


def headers(mail: OutgoingMail) -> dict[str, str]:
    """What lets a mail program offer 退订; only on messages one may end."""
    if mail.kind not in settings.MAIL_ENDABLE:
        return {}
    return {
        "List-Unsubscribe": f"<{address(mail.user)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"<weekly.{settings.MAIL_DOMAIN}>",
    }


@transaction.atomic
def end(*, user: User, request: HttpRequest | None = None) -> None:
    """No digest any more. Duty messages go on: they come on their day."""
    user.wants_digest, user.duty_in_digest, user.preferences_at = False, False, clock.now()
    user.save(update_fields=["wants_digest", "duty_in_digest", "preferences_at"])
    audit.log("preferences.unsubscribe", by=user, request=request, obj=user)
