"""What a view behind the log-in gets: a request whose user is one of ours."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from portal.models import User


class SignedInRequest(HttpRequest):
    """For annotations only: the log-in middleware and `access` promise the user, django-htmx the details."""

    user: User
    htmx: HtmxDetails
