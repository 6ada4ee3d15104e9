"""Addresses of channels below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.channels import views
from enishi.channels.views import around, connecting, networks, signing_in

app_name = "channels"
urlpatterns = [
    path("channels/", views.index, name="index"),
    path("channels/people/", around.people, name="people"),
    path("channels/networks/", networks.index, name="networks"),
    path("channels/networks/<slug:network_id>/", networks.detail, name="network"),
    path("channels/connect/", connecting.choose, name="choose"),
    path("channels/connect/<slug:adapter>/", connecting.connect, name="connect"),
    path("channels/connect/<slug:adapter>/confirm/", connecting.confirm, name="confirm"),
    path("channels/connect/<slug:adapter>/back/", signing_in.signed_in, name="signed_in"),
    path("channels/sign-in/<uuid:sign_in_id>/", signing_in.sign_in, name="sign_in"),
    path("channels/<uuid:channel_id>/sign-in/", signing_in.again, name="sign_in_again"),
    path("channels/<uuid:channel_id>/", views.detail, name="detail"),
    path("channels/<uuid:channel_id>/read/", views.read_now, name="read_now"),
    path("channels/<uuid:channel_id>/pause/", views.pause, name="pause"),
    path("channels/<uuid:channel_id>/resume/", views.resume, name="resume"),
    path("channels/<uuid:channel_id>/owners/", views.owners, name="owners"),
    path("channels/<uuid:channel_id>/readers/", views.readers, name="readers"),
    path("channels/<uuid:channel_id>/plan/", views.plan, name="plan"),
    path("channels/<uuid:channel_id>/activation/", views.activation, name="activation"),
    path("channels/<uuid:channel_id>/taxonomy/", views.classify, name="taxonomy"),
    path("channels/<uuid:channel_id>/reconnect/", connecting.reconnect, name="reconnect"),
    path("channels/<uuid:channel_id>/disconnect/", connecting.disconnect, name="disconnect"),
]
