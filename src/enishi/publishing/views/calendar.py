"""The calendar, and giving a post another day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel.errors import EnishiError
from enishi.publishing import actions, board, queries
from enishi.publishing.core import grid
from enishi.publishing.forms import MomentForm
from enishi.publishing.home import zone_of
from enishi.publishing.values import PostCard


@require_GET
def show(request: WorkspaceRequest) -> HttpResponse:
    """Month, week, list or one day, by `?view=` and `?date=`."""
    template = "publishing/_calendar.html" if _wants_part(request) else "publishing/calendar.html"
    return render(request, template, _context(request, request.GET))


def _wants_part(request: WorkspaceRequest) -> bool:
    return request.headers.get("HX-Target") == "calendar"


def _context(request: WorkspaceRequest, query: Mapping[str, str]) -> dict[str, object]:
    view = query.get("view", "")
    chosen = grid.View(view) if view in set(grid.View) else grid.View.MONTH
    now = board.today(zone_of(request.actor))
    found = board.calendar(
        request.actor,
        request.workspace,
        view=chosen,
        anchor=grid.parse_day(query.get("date", ""), now),
        language=request.LANGUAGE_CODE,
        channel_id=_channel(query.get("channel", "")),
    )
    return {
        "board": found,
        "window": found.window,
        "view": chosen,
        "last": found.window.first + timedelta(days=found.window.days - 1),
        "calendar_base": f"/w/{request.workspace.slug}/",
        "channel": query.get("channel", ""),
        "channels": board.choices(request.actor),
    }


def _channel(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
def move(request: WorkspaceRequest, post_id: UUID) -> HttpResponse:
    """Another time for a post: by dragging (only the day changes) or by the form."""
    found = queries.post_detail(request.actor, post_id=post_id)
    form = MomentForm(request.POST or None, initial=_initial(found.card))
    if request.method == "POST" and form.is_valid():
        at = _moment(form, found.card)
        try:
            actions.move_post(
                request.actor,
                post_id=post_id,
                at=at,
                time_zone=zone_of(request.actor).key,
                version=_version(request.POST, found.card),
            )
        except EnishiError as error:
            if request.headers.get("HX-Request"):
                raise
            form.add_error(None, str(error))
        else:
            return _moved(request, post_id)
    context = {"form": form, "post": found, "version": _version(request.POST, found.card)}
    return render(request, "publishing/move.html", context)


def _version(data: Mapping[str, str], card: PostCard) -> int:
    """The version that the person was shown: a newer one is not overwritten unseen."""
    given = data.get("version", "")
    return int(given) if given.isdecimal() else card.version


def _initial(card: PostCard) -> dict[str, object]:
    local = card.local or timezone.localtime() + timedelta(hours=1)
    return {"date": local.date(), "time": local.time().replace(second=0, microsecond=0)}


def _moment(form: MomentForm, card: PostCard) -> str:
    """The new day with the new time, or with the time that the post had."""
    if moment := form.moment():
        return moment
    day = form.cleaned_data.get("date")
    local = card.local
    return f"{day or ''}T{local:%H:%M}" if local else f"{day or ''}"


def _moved(request: WorkspaceRequest, post_id: UUID) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        messages.success(request, _("The post has a new time."))
        return redirect("publishing:post", request.workspace.slug, post_id)
    shown = urlsplit(request.headers.get("HX-Current-URL", "")).query
    return render(request, "publishing/_calendar.html", _context(request, QueryDict(shown)))
