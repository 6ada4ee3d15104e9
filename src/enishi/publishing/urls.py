"""The pages of publishing, below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.publishing.views import calendar, compose, overdue, posts, queues, revise, slots

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
    path("posts/<uuid:post_id>/revise/", revise.revise, name="revise"),
    path("posts/<uuid:post_id>/move/", calendar.move, name="move"),
    path("posts/<uuid:post_id>/publish/", posts.publish_now, name="publish"),
    path("posts/<uuid:post_id>/cancel/", posts.cancel, name="cancel"),
    path("posts/<uuid:post_id>/delete/", posts.delete, name="delete"),
    path("deliveries/<uuid:delivery_id>/", posts.delivery, name="delivery"),
    path("deliveries/<uuid:delivery_id>/<slug:step>/", posts.decide, name="decide"),
    path("slots/", slots.index, name="slots"),
    path("slots/new/", slots.new, name="new_slot"),
    path("slots/<uuid:series_id>/", slots.detail, name="slot"),
    path("slots/<uuid:series_id>/edit/", slots.edit, name="edit_slot"),
    path("slots/<uuid:series_id>/pause/", slots.pause, name="pause_slot"),
    path("slots/<uuid:series_id>/resume/", slots.resume, name="resume_slot"),
    path("slots/<uuid:series_id>/skip/", slots.skip, name="skip_slot"),
    path("slots/<uuid:series_id>/delete/", slots.delete, name="delete_slot"),
    path("queues/", queues.index, name="queues"),
    path("queues/new/", queues.new, name="new_queue"),
    path("queues/<uuid:queue_id>/", queues.detail, name="queue"),
    path("queues/<uuid:queue_id>/edit/", queues.edit, name="edit_queue"),
    path("queues/<uuid:queue_id>/order/", queues.arrange, name="arrange_queue"),
    path("queues/<uuid:queue_id>/delete/", queues.delete, name="delete_queue"),
    path("missed/", overdue.missed, name="missed"),
    path("missed/decide/", overdue.decide, name="decide_missed"),
    path("pause/", overdue.pauses, name="pauses"),
    path("pause/resume/", overdue.resume, name="resume"),
]
