"""The pages of publishing, below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.publishing.views import calendar, compose, posts

app_name = "publishing"
urlpatterns = [
    path("calendar/", calendar.show, name="calendar"),
    path("posts/", posts.index, name="posts"),
    path("posts/new/", compose.new, name="new"),
    path("posts/check/", compose.check, name="check"),
    path("posts/media/", compose.upload, name="upload"),
    path("media/<uuid:media_id>/", posts.media_file, name="media"),
    path("posts/<uuid:post_id>/", posts.detail, name="post"),
    path("posts/<uuid:post_id>/edit/", compose.edit, name="edit"),
    path("posts/<uuid:post_id>/move/", calendar.move, name="move"),
    path("posts/<uuid:post_id>/publish/", posts.publish_now, name="publish"),
    path("posts/<uuid:post_id>/cancel/", posts.cancel, name="cancel"),
    path("posts/<uuid:post_id>/delete/", posts.delete, name="delete"),
    path("deliveries/<uuid:delivery_id>/<slug:step>/", posts.decide, name="decide"),
]
