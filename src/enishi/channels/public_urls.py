"""What everybody may ask of channels: pictures of other servers that our pages show."""

from __future__ import annotations

from django.urls import path

from enishi.channels.views import pictures

app_name = "channels_public"

urlpatterns = [
    path("elsewhere/<str:signature>/<str:told>", pictures.elsewhere, name="elsewhere"),
]
