"""Addresses of the site. The other packages are named as strings only."""

from django.urls import include, path, re_path

from portal.views import accounts, audit, calendar, health, mail, unsubscribe

# What allauth offers and this site does not: accounts and passwords are given out by the system administrator.
CLOSED = r"^accounts/(?P<page>signup|email|confirm-email|inactive|password/set|password/reset|login/code)(?:/.*)?$"

urlpatterns = [
    path("", include("projects.urls")),
    path("", include("parks.urls")),
    path("settings/calendar/", calendar.settings_calendar, name="settings_calendar"),
    path("mail/", mail.mail_list, name="mail_list"),
    path("mail/<int:pk>/", mail.mail_detail, name="mail_detail"),
    path("mail/clock/", mail.mail_clock, name="mail_clock"),
    path("mail/test/", mail.mail_test, name="mail_test"),
    path("mail/<int:pk>/resend/", mail.mail_resend, name="mail_resend"),
    path("unsubscribe/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
    path("audit/", audit.audit_list, name="audit_list"),
    path("accounts/password/reset/", accounts.forgotten_password, name="forgotten_password"),
    re_path(CLOSED, accounts.closed, name="account_closed"),
    path("accounts/", include("allauth.urls")),
    path("healthz/live", health.live, name="health_live"),
    path("healthz/ready", health.ready, name="health_ready"),
    path("healthz/jobs", health.jobs, name="health_jobs"),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
handler429 = "portal.views.errors.too_many"
