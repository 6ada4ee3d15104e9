"""The pages of reports, below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.reports.views import boards, choosing, exports, noting, schedules, views

app_name = "reports"
urlpatterns = [
    path("reports/", boards.boss, name="boss"),
    path("reports/channel/<uuid:subject_id>/", boards.channel, name="channel"),
    path("reports/objective/<uuid:subject_id>/", boards.objective, name="objective"),
    path("reports/annotations/", noting.index, name="annotations"),
    path("reports/annotations/<uuid:annotation_id>/", noting.edit, name="annotation"),
    path(
        "reports/annotations/<uuid:annotation_id>/delete/",
        noting.delete,
        name="delete_annotation",
    ),
    path(
        "reports/annotations/<uuid:annotation_id>/restore/",
        noting.restore,
        name="restore_annotation",
    ),
    path("reports/choose/<slug:kind>/<slug:section>/", choosing.choose, name="choose"),
    path("reports/views/", views.index, name="views"),
    path("reports/views/<uuid:view_id>/", views.edit, name="view"),
    path("reports/views/<uuid:view_id>/open/", views.open_view, name="open_view"),
    path("reports/views/<uuid:view_id>/delete/", views.delete, name="delete_view"),
    path("reports/views/<uuid:view_id>/default/", views.choose, name="default_view"),
    path("reports/views/default/clear/", views.clear, name="clear_default"),
    path("reports/exports/", exports.index, name="exports"),
    path("reports/exports/<uuid:export_id>/", exports.one, name="export"),
    path("reports/exports/<uuid:export_id>/again/", exports.again, name="retry_export"),
    path("reports/exports/<uuid:export_id>/file/", exports.download, name="download"),
    path("reports/schedules/", schedules.index, name="schedules"),
    path("reports/schedules/new/", schedules.new, name="new_schedule"),
    path("reports/schedules/<uuid:schedule_id>/", schedules.one, name="schedule"),
    path("reports/schedules/<uuid:schedule_id>/edit/", schedules.edit, name="edit_schedule"),
    path("reports/schedules/<uuid:schedule_id>/pause/", schedules.pause, name="pause_schedule"),
    path("reports/schedules/<uuid:schedule_id>/resume/", schedules.resume, name="resume_schedule"),
    path("reports/schedules/<uuid:schedule_id>/test/", schedules.test, name="test_schedule"),
    path("reports/schedules/<uuid:schedule_id>/delete/", schedules.delete, name="delete_schedule"),
    path("reports/letters/<uuid:letter_id>/again/", schedules.again, name="retry_letter"),
    path("reports/<slug:kind>/", boards.function, name="function"),
]
