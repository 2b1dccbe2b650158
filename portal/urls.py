"""Addresses of the site. The other packages are named as strings only."""

from django.urls import include, path

from portal.views import audit, health

urlpatterns = [
    path("", include("projects.urls")),
    path("", include("parks.urls")),
    path("audit/", audit.audit_list, name="audit_list"),
    path("accounts/", include("allauth.urls")),
    path("healthz/live", health.live, name="health_live"),
    path("healthz/ready", health.ready, name="health_ready"),
    path("healthz/jobs", health.jobs, name="health_jobs"),
]

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.forbidden"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"
