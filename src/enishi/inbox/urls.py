"""The pages of the inbox, below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.inbox import views

app_name = "inbox"
urlpatterns = [
    path("inbox/", views.index, name="index"),
    path("inbox/rows/", views.rows, name="rows"),
    path("inbox/bulk/", views.bulk, name="bulk"),
    path("inbox/<uuid:conversation_id>/", views.conversation, name="conversation"),
    path("inbox/<uuid:conversation_id>/messages/", views.thread_messages, name="messages"),
    path("inbox/<uuid:conversation_id>/person/", views.person, name="person"),
    path("inbox/<uuid:conversation_id>/reply/", views.reply, name="reply"),
    path("inbox/<uuid:conversation_id>/count/", views.count, name="count"),
    path("inbox/<uuid:conversation_id>/read/", views.mark_read, name="read"),
    path("inbox/<uuid:conversation_id>/unread/", views.mark_unread, name="unread"),
    path("inbox/<uuid:conversation_id>/state/", views.set_state, name="state"),
    path("inbox/<uuid:conversation_id>/assign/", views.assign, name="assign"),
    path("inbox/<uuid:conversation_id>/function/", views.set_function, name="function"),
    path("inbox/<uuid:conversation_id>/notes/", views.add_note, name="note"),
    path("inbox/messages/<uuid:message_id>/retry/", views.retry, name="retry"),
]
