"""The pages of the hub for members, below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.hub import outward_views, people_views, views

app_name = "hub"
urlpatterns = [
    path("hub/", views.looks, name="looks"),
    path("hub/host/", views.use_host, name="use_host"),
    path("hub/links/", views.links, name="links"),
    path("hub/links/<uuid:link_id>/<slug:step>/", views.change_link, name="change_link"),
    path("hub/comments/", views.comments, name="comments"),
    path("hub/comments/<uuid:comment_id>/<slug:step>/", views.decide, name="decide"),
    path("hub/events/", views.events, name="events"),
    path("hub/events/<uuid:event_id>/", views.event, name="event"),
    path("hub/events/<uuid:event_id>/guests.csv", views.guests, name="guests"),
    path("hub/events/<uuid:event_id>/<uuid:guest_id>/", views.attend, name="attend"),
    path("hub/people/", people_views.people, name="people"),
    path("hub/people/follow/", people_views.follow, name="follow"),
    path("hub/people/<uuid:follow_id>/<slug:step>/", people_views.change_tie, name="change_tie"),
    path("hub/moderation/", people_views.moderate, name="moderation"),
    path(
        "hub/moderation/waiting/<int:waiting_id>/<slug:step>/",
        people_views.decide_held,
        name="decide_held",
    ),
    path(
        "hub/moderation/reports/<uuid:report_id>/", people_views.settle_report, name="settle_report"
    ),
    path("hub/blocks/", people_views.blocks, name="blocks"),
    path("hub/blocks/import/", people_views.import_blocks, name="import_blocks"),
    path("hub/blocks/domain_blocks.csv", people_views.export_blocks, name="export_blocks"),
    path("hub/blocks/<uuid:rule_id>/remove/", people_views.unblock, name="unblock"),
    path("hub/openness/", people_views.manner, name="manner"),
    path("hub/openness/accounts/", people_views.open_account, name="open_account"),
    path("hub/openness/accounts/<uuid:account_id>/keys/", people_views.rotate_keys, name="keys"),
    path("hub/polls/<uuid:conversation_id>/", outward_views.poll, name="poll"),
    path("hub/reports/<uuid:conversation_id>/", outward_views.report, name="report"),
    path("hub/reactions/<uuid:conversation_id>/", people_views.react, name="react"),
]
