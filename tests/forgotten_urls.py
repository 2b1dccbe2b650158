"""Addresses with a view that somebody forgot to guard, one of them under the name of a guarded one."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def forgotten(request: HttpRequest) -> HttpResponse:
    return HttpResponse("open")


forgotten.__module__ = "projects.views.forgotten"
urlpatterns = [path("forgotten/", forgotten, name="forgotten"), path("login/", forgotten, name="account_login")]
