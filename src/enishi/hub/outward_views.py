"""Pages from the inbox to others: a poll to vote in, a post to complain of."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.hub import outward
from enishi.hub.people_views import channel_of
from enishi.kernel.errors import EnishiError


@require_http_methods(["GET", "HEAD", "POST"])
def poll(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """A poll of somebody else as it stands, and voting in it once."""
    request.actor.require(Permission.INBOX_REPLY)
    given = request.POST if request.method == "POST" else request.GET
    channel, uri = channel_of(request), given.get("uri", "")
    context = {"conversation_id": conversation_id, "channel_id": channel, "uri": uri}
    try:
        if request.method == "POST":
            outward.vote(
                request.actor, channel_id=channel, uri=uri, choices=given.getlist("choices")
            )
            messages.success(request, _("Your vote is on its way."))
            return _back(request, conversation_id)
    except EnishiError as error:
        context["problem"] = error
    try:
        context["poll"] = outward.poll(request.actor, channel_id=channel, uri=uri)
    except EnishiError as error:
        context["problem"] = error
    status = 422 if request.method == "POST" else 200
    return render(request, "hub/keep/poll.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """Complain of a message to the moderators of its server."""
    request.actor.require(Permission.INBOX_MANAGE)
    given = request.POST if request.method == "POST" else request.GET
    channel, uri = channel_of(request), given.get("uri", "")
    context = {"conversation_id": conversation_id, "channel_id": channel, "uri": uri}
    if request.method == "POST":
        try:
            comment = given.get("comment", "")
            outward.report(request.actor, channel_id=channel, uri=uri, comment=comment)
        except EnishiError as error:
            context["problem"] = error
        else:
            messages.success(request, _("The report is on its way to their moderators."))
            return _back(request, conversation_id)
    return render(request, "hub/keep/report.html", context)


def _back(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    return redirect("inbox:conversation", request.workspace.slug, conversation_id)
