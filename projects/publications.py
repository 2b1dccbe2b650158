"""印发: a paper every unit may read from then on, word for word as it was that moment; withdrawn with a reason."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet

from portal import audit, clock
from portal.choices import Role
from portal.models import User
from projects.models import Edition, Publication
from projects.papers import Paper

NOT_YOURS = "印发由市局投资科办理。"
ONLY_ONE_UNIT = {"reminder", "supervision"}  # letters go to whom they are addressed to, never to all


@transaction.atomic
def publish(*, paper: Paper, edition: Edition | None, by: User) -> Publication:
    """Show the paper to all units. `edition`: the 定稿 it was taken from, if any."""
    refuse(by)
    if paper.kind in ONLY_ONE_UNIT:
        raise ValidationError("函件只发给主送单位，不能印发给所有单位。")
    made = Publication.objects.create(
        kind=paper.kind, title=paper.title, content=paper.to_json(), edition=edition, at=clock.now(), by=by
    )
    audit.log("paper.publish", by=by, obj=made, title=paper.title)
    return made


@transaction.atomic
def withdraw(*, publication: Publication, reason: str, by: User) -> Publication:
    """Take the paper back: units see it no more, the bureau sees why."""
    refuse(by)
    if not reason.strip():
        raise ValidationError({"reason": "撤回须写明原因。"})
    told = {"withdrawn_at": clock.now(), "withdrawn_by": by, "withdrawn_why": reason.strip()[:200]}
    if not Publication.objects.filter(pk=publication.pk, withdrawn_at=None).update(**told):
        raise ValidationError("这份材料已经撤回。")
    publication.refresh_from_db()
    audit.log("paper.withdraw", by=by, obj=publication, reason=publication.withdrawn_why)
    return publication


def visible_to(user: User) -> QuerySet[Publication]:
    """What a person may read of what was published: the bureau everything, others what is not withdrawn."""
    found = Publication.objects.select_related("by", "withdrawn_by", "edition")
    if user.role == Role.STAFF:
        return found
    return found.filter(withdrawn_at=None) if user.role in (Role.LEADER, Role.PARK) else found.none()


def refuse(by: User) -> None:
    if by.role != Role.STAFF:
        raise PermissionDenied(NOT_YOURS)
