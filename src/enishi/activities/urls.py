"""The addresses of the log."""

from __future__ import annotations

from django.urls import path

from enishi.activities import views

app_name = "activities"
urlpatterns = [
    path("log/", views.index, name="log"),
    path("log/erase/", views.erase, name="erase"),
    path("log/<uuid:activity_id>/", views.show, name="activity"),
]
