"""Addresses of the reference data."""

from django.urls import path

from parks.views import people

urlpatterns = [
    path("people/", people.people_list, name="people_list"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/<int:pk>/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/<slug:verb>/", people.person_action, name="person_action"),
]
