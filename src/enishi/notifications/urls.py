"""The pages of notifications, below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.notifications import views

app_name = "notifications"
urlpatterns = [
    path("notifications/", views.index, name="index"),
    path("notifications/bell/", views.bell, name="bell"),
    path("notifications/read/", views.read_all, name="read_all"),
    path("notifications/<uuid:notification_id>/", views.follow, name="follow"),
    path("notifications/<uuid:notification_id>/read/", views.read_one, name="read"),
    path("settings/notifications/", views.settings, name="settings"),
]
