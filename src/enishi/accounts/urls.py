"""Settings of a workspace: general, members, API tokens."""

from __future__ import annotations

from django.urls import path

from enishi.accounts import views

app_name = "accounts"
urlpatterns = [
    path("settings/", views.general, name="settings"),
    path("settings/members/", views.members, name="members"),
    path("settings/members/<uuid:membership_id>/role/", views.change_role, name="change_role"),
    path(
        "settings/members/<uuid:membership_id>/remove/", views.remove_member, name="remove_member"
    ),
    path("settings/tokens/", views.tokens, name="tokens"),
    path("settings/tokens/<uuid:token_id>/revoke/", views.revoke_token, name="revoke_token"),
    path("settings/delete/", views.delete_workspace, name="delete_workspace"),
    path("settings/me/", views.me, name="me"),
    path("settings/me/time-zone/", views.my_zone, name="my_zone"),
]
