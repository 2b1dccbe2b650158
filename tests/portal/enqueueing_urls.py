"""A site with one page more, which hands a task to the worker."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal.tasks import heartbeat
from portal.urls import urlpatterns as site

handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"


@login_not_required
def enqueue(request: HttpRequest) -> HttpResponse:
    heartbeat.delay("asked")
    return HttpResponse("ok")


urlpatterns = [*site, path("enqueue/", enqueue)]
