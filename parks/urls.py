"""Addresses of the reference data."""

from django.urls import path

from parks.views import going_live, people, people_import, units

urlpatterns = [
    path("parks/", units.park_list, name="park_list"),
    path("parks/<str:code>/", units.park_detail, name="park_detail"),
    path("settings/go-live/", going_live.go_live, name="go_live"),
    path("people/", people.people_list, name="people_list"),
    path("people/new/", people.person_new, name="person_new"),
    path("people/table.xlsx", people_import.people_table, name="people_table"),
    path("people/import/", people_import.people_import, name="people_import"),
    path("people/import/write/", people_import.people_import_write, name="people_import_write"),
    path("people/<int:pk>/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/<slug:verb>/", people.person_action, name="person_action"),
]
