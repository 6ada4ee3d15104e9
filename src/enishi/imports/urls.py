"""Pages of imports."""

from __future__ import annotations

from django.urls import path

from enishi.imports import views

app_name = "imports"
urlpatterns = [
    path("imports/", views.imports, name="imports"),
    path("imports/<uuid:job_id>/", views.one_import, name="import"),
    path("imports/<uuid:job_id>/columns/", views.mapping, name="mapping"),
    path("imports/<uuid:job_id>/confirm/", views.confirm, name="confirm"),
    path("imports/<uuid:job_id>/cancel/", views.cancel, name="cancel"),
    path("imports/<uuid:job_id>/problems.csv", views.problems, name="problems"),
]
