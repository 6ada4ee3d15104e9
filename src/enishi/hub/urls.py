"""The pages of the hub for members, below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.hub import views

app_name = "hub"
urlpatterns = [
    path("hub/", views.looks, name="looks"),
    path("hub/links/", views.links, name="links"),
    path("hub/links/<uuid:link_id>/<slug:step>/", views.change_link, name="change_link"),
    path("hub/comments/", views.comments, name="comments"),
    path("hub/comments/<uuid:comment_id>/<slug:step>/", views.decide, name="decide"),
    path("hub/events/", views.events, name="events"),
    path("hub/events/<uuid:event_id>/", views.event, name="event"),
    path("hub/events/<uuid:event_id>/guests.csv", views.guests, name="guests"),
    path("hub/events/<uuid:event_id>/<uuid:guest_id>/", views.attend, name="attend"),
]
