"""Days and channels from the address of a page, and the toolbar that changes them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse

from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.analytics.kpi import Window
from enishi.channels.models import Channel
from enishi.kernel.errors import EnishiError
from enishi.lenses.queries import Asked
from enishi.strategy.views.common import SPANS, asked_window


def asked(given: QueryDict) -> Asked:
    """What the address asks for."""
    return Asked(*asked_window(given))


def toolbar(
    request: WorkspaceRequest, wanted: Asked, window: Window, **kept: str
) -> dict[str, Any]:
    """What the toolbar shows: spans, days, channels, and what of the address stays."""
    extra = [*kept.items(), *(("channel", str(one)) for one in wanted.channel_ids)]
    chosen = {str(one) for one in wanted.channel_ids}
    channels = Channel.objects.filter(workspace_id=request.actor.workspace_id)
    return {
        "window": window,
        "kept": kept,
        "spans": [
            (
                _address(window.last - timedelta(days=days - 1), window.last, extra),
                label,
                window.days == days,
            )
            for days, label in SPANS
        ],
        "channels": [(str(one.id), str(one)) for one in channels.order_by("name", "id")],
        "chosen": chosen,
        "query": _address(window.first, window.last, extra[len(kept) :]),
        "can_edit": request.actor.can(Permission.STRATEGY_EDIT),
    }


def _address(first: date, last: date, extra: list[tuple[str, str]]) -> str:
    pairs = [("first", first.isoformat()), ("last", last.isoformat())]
    return urlencode([*pairs, *extra])


def done(
    request: WorkspaceRequest, page: str, *arguments: object, act: Callable[[], object], said: str
) -> HttpResponse:
    """Do something, say so or say why not, and go back to a page."""
    try:
        act()
    except EnishiError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect(reverse(f"lenses:{page}", args=[request.workspace.slug, *arguments]))
