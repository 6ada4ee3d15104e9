"""The pages of webhooks, below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.webhooks import views

app_name = "webhooks"
urlpatterns = [
    path("settings/webhooks/", views.index, name="index"),
    path("settings/webhooks/<uuid:endpoint_id>/", views.detail, name="detail"),
    path("settings/webhooks/<uuid:endpoint_id>/edit/", views.edit, name="edit"),
    path("settings/webhooks/<uuid:endpoint_id>/<slug:step>/", views.act, name="act"),
    path("settings/webhooks/messages/<uuid:sending_id>/resend/", views.resend, name="resend"),
]
