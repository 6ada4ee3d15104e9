"""Accounts of others: found by their address, followed, and followed no more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.channels import actions
from enishi.channels.models import Channel
from enishi.kernel.errors import EnishiError


@require_http_methods(["GET", "HEAD", "POST"])
def people(request: WorkspaceRequest) -> HttpResponse:
    """Whom each account follows, and looking somebody up to follow."""
    channels = actions.followers_of_others(request.actor)
    given = request.POST if request.method == "POST" else request.GET
    chosen = _chosen(channels, given.get("channel", ""))
    if request.method == "POST":
        return _change(request, chosen)
    context: dict[str, Any] = {
        "channels": channels,
        "chosen": chosen,
        "find": request.GET.get("find", "").strip(),
        "after": request.GET.get("after", ""),
        "may_follow": request.actor.can(Permission.CHANNELS_MANAGE),
    }
    if chosen is not None:
        context |= _read(request, chosen)
    return render(request, "channels/people.html", context)


def _chosen(channels: Sequence[Channel], asked: str) -> Channel | None:
    if not asked:
        return channels[0] if channels else None
    found = next((one for one in channels if str(one.id) == asked), None)
    if found is None:
        raise Http404
    return found


def _read(request: WorkspaceRequest, channel: Channel) -> dict[str, Any]:
    """The list, and who was looked for; what the network refuses is said on the page."""
    context: dict[str, Any] = {}
    find, after = request.GET.get("find", "").strip(), request.GET.get("after", "")
    try:
        context["followed"] = actions.following(request.actor, channel.id, cursor=after)
    except EnishiError as error:
        context["problem"] = error
    if find:
        try:
            context["found"] = actions.look(request.actor, channel.id, account=find)
        except EnishiError as error:
            context["not_found"] = error
    return context


def _change(request: WorkspaceRequest, channel: Channel | None) -> HttpResponse:
    if channel is None:
        raise Http404
    account = request.POST.get("account", "")
    steps: dict[str, tuple[Callable[..., None], str]] = {
        "follow": (actions.follow, _("Asked. Their server tells when you follow.")),
        "unfollow": (actions.unfollow, _("You do not follow them any more.")),
    }
    step = steps.get(request.POST.get("step", ""))
    if step is None:
        raise Http404
    try:
        step[0](request.actor, channel.id, account=account)
    except EnishiError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, step[1])
    return redirect(_address(request, channel.id))


def _address(request: WorkspaceRequest, channel_id: UUID) -> str:
    """Back to the page, to whom was looked at."""
    query = {"channel": str(channel_id), "find": request.POST.get("find", "")}
    address = reverse("channels:people", args=[request.workspace.slug])
    return f"{address}?{urlencode({key: value for key, value in query.items() if value})}"
