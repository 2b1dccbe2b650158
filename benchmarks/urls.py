"""The product's pages and, only here, the admin."""

from django.urls import include, path

from benchmarks.admin_site import site

urlpatterns = [path("admin/", site.urls), path("", include("portal.urls"))]
