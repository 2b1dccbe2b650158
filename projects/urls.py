"""Addresses of the register."""

from django.urls import path

from projects.views import (
    changes,
    chart,
    desk,
    detail,
    editing,
    exporting,
    groups,
    history,
    import_wizard,
    importing,
    listing,
    lists,
    month,
    nodes,
    notes,
    notifications,
    recycle,
    rules,
    schedule,
    template,
    weekly,
)

urlpatterns = [
    path("", desk.desk, name="desk"),
    # the list
    path("projects/", listing.project_list, name="project_list"),
    path("projects/summary/", listing.project_summary, name="project_summary"),
    path("projects/guard/", listing.project_guard, name="project_guard"),
    path("projects/columns/", listing.project_columns, name="project_columns"),
    # from and to Excel
    path("projects/export.xlsx", exporting.project_export, name="project_export"),
    path("projects/import/", importing.import_start, name="import_start"),
    path("projects/import/<int:pk>/", importing.import_preview, name="import_preview"),
    path("projects/import/<int:pk>/progress/", import_wizard.import_progress, name="import_progress"),
    path("projects/import/<int:pk>/restart/", import_wizard.import_restart, name="import_restart"),
    path("projects/import/<int:pk>/columns/", import_wizard.import_columns, name="import_columns"),
    path("projects/import/<int:pk>/blank/", import_wizard.import_blank, name="import_blank"),
    path("projects/import/<int:pk>/choose/", importing.import_choose, name="import_choose"),
    path("projects/import/<int:pk>/commit/", importing.import_commit, name="import_commit"),
    path("projects/import/<int:pk>/discard/", importing.import_discard, name="import_discard"),
    # one project
    path("projects/new/", editing.project_new, name="project_new"),
    path("projects/notes/", notes.project_notes, name="project_notes"),
    path("projects/<int:pk>/", detail.project_detail, name="project_detail"),
    path("projects/<int:pk>/edit/", editing.project_edit, name="project_edit"),
    path("projects/<int:pk>/note/", notes.project_note, name="project_note"),
    path("projects/<int:pk>/chase/", notes.project_chase, name="project_chase"),
    path("projects/<int:pk>/stage/", editing.project_stage, name="project_stage"),
    path("projects/<int:pk>/hold/", editing.project_hold, name="project_hold"),
    path("projects/<int:pk>/history/", history.project_history, name="project_history"),
    path("projects/<int:pk>/recycle/", recycle.project_recycle, name="project_recycle"),
    path("projects/<int:pk>/template/", nodes.node_template, name="node_template"),
    path("projects/<int:pk>/ask/", changes.change_ask, name="change_ask"),
    # nodes of a project
    path("nodes/<int:pk>/plan/", nodes.node_plan, name="node_plan"),
    path("nodes/<int:pk>/forecast/", nodes.node_forecast, name="node_forecast"),
    path("nodes/<int:pk>/done/", nodes.node_done, name="node_done"),
    path("nodes/<int:pk>/skip/", nodes.node_skip, name="node_skip"),
    path("nodes/<int:pk>/reopen/", nodes.node_reopen, name="node_reopen"),
    path("nodes/<int:pk>/phase/", nodes.node_phase, name="node_phase"),
    path("nodes/<int:pk>/evidence/", nodes.node_evidence, name="node_evidence"),
    path("evidence/<int:pk>/", nodes.evidence_file, name="evidence_file"),
    # requests for change
    path("changes/", changes.change_list, name="change_list"),
    path("changes/<int:pk>/", changes.change_decide, name="change_decide"),
    path("settings/lock/", changes.plan_lock, name="plan_lock"),
    # recycle bin
    path("recycle/", recycle.recycle, name="recycle"),
    path("recycle/<int:pk>/restore/", recycle.project_restore, name="project_restore"),
    # nodes of all projects
    path("milestones/", schedule.milestone_list, name="milestone_list"),
    path("milestones/summary/", schedule.milestone_summary, name="milestone_summary"),
    path("timeline/", chart.project_timeline, name="project_timeline"),
    path("calendar/", month.month_calendar, name="month_calendar"),
    # what is sent every week
    path("weekly/", weekly.weekly, name="weekly"),
    # lists of the bureau
    path("groups/<slug:slug>/", groups.group_detail, name="group_detail"),
    path("groups/<slug:slug>/enter/", groups.group_enter, name="group_enter"),
    path("groups/entries/<int:pk>/", groups.entry_edit, name="entry_edit"),
    path("settings/rules/", rules.settings_rules, name="settings_rules"),
    path("settings/notifications/", notifications.settings_notifications, name="settings_notifications"),
    path("settings/template/", template.settings_template, name="settings_template"),
    path("settings/lists/", lists.settings_lists, name="settings_lists"),
    path("settings/units/<str:code>/confirm/", lists.unit_confirm, name="unit_confirm"),
]
