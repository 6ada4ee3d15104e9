"""Posts whose time has passed, and the switch that stops everything."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel.errors import EnishiError, InvalidInputError, NotFoundError
from enishi.publishing import actions, board, overdue, queries
from enishi.publishing.actions import Overdue
from enishi.publishing.home import zone_of
from enishi.publishing.pauses import PauseView
from enishi.publishing.slot_forms import PauseForm, ResumeForm, SpreadForm, tomorrow

_SHOWN = 30


@require_GET
def missed(request: WorkspaceRequest) -> HttpResponse:
    """Posts that were due while nothing could be sent, or that are stale."""
    found = overdue.overdue_posts(request.actor)
    context = {
        "late": [item for item in found if item.why == "missed"],
        "stale": [item for item in found if item.why == "stale"],
        "unfinished": [item for item in found if item.why == "unfinished"],
        "hours": request.workspace.missed_after_hours,
        "late_form": SpreadForm(initial=tomorrow(), auto_id="late_%s"),
        "stale_form": SpreadForm(initial=tomorrow(), auto_id="stale_%s"),
    }
    return render(request, "publishing/overdue/missed.html", context)


@require_POST
def decide(request: WorkspaceRequest) -> HttpResponse:
    """Publish, drop or give new times to one of them, several or all."""
    chosen = [found for text in request.POST.getlist("post") if (found := _id(text))]
    way = request.POST.get("do", "")
    try:
        done, refused = _decided(request, way, chosen)
    except EnishiError as problem:
        done, refused = 0, [problem]
    if done:
        messages.success(request, _done(way, done) % {"count": done})
    for error in dict.fromkeys(map(str, refused)):
        messages.error(request, error)
    if not chosen:
        messages.error(request, _("Choose at least one post."))
    return redirect("publishing:missed", request.workspace.slug)


def _decided(
    request: WorkspaceRequest, way: str, chosen: Sequence[UUID]
) -> tuple[int, list[EnishiError]]:
    """How many went well, and what did not."""
    if way == "spread":
        return _spread(request, chosen)
    if way == "queue":
        queue_id = _id(request.POST.get("queue", "")) or request.workspace.id
        return actions.each_overdue(
            request.actor, chosen, partial(actions.queue_overdue, queue_id=queue_id)
        )
    action = actions.publish_overdue if way == "publish" else actions.drop_overdue
    return actions.each_overdue(request.actor, chosen, action)


def _spread(request: WorkspaceRequest, chosen: Sequence[UUID]) -> tuple[int, list[EnishiError]]:
    form = SpreadForm(request.POST)
    if not form.is_valid() or not form.moment():
        raise InvalidInputError(_("Choose the day and the time of the first one."), field="date")
    start = datetime.fromisoformat(form.moment()).replace(tzinfo=zone_of(request.actor))
    return actions.spread_overdue(
        request.actor, post_ids=chosen, start=start, minutes=form.cleaned_data["gap"] or 1440
    )


def _done(way: str, count: int) -> str:
    if way == "publish":
        return ngettext("%(count)s post is on its way.", "%(count)s posts are on their way.", count)
    if way in {"spread", "queue"}:
        return ngettext("%(count)s post has a new time.", "%(count)s posts have new times.", count)
    return ngettext("%(count)s post is dropped.", "%(count)s posts are dropped.", count)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
def pauses(request: WorkspaceRequest) -> HttpResponse:
    """The switch: what is paused, and pausing more."""
    request.actor.require(Permission.POSTS_VIEW)
    form = PauseForm(request.POST or None, initial={"channel": request.GET.get("channel", "")})
    form.offer([(str(each.id), each.name) for each in board.choices(request.actor)])
    if request.method == "POST" and form.is_valid():
        made = attempt(
            form,
            lambda: actions.pause_publishing(
                request.actor,
                channel_id=_id(form.cleaned_data["channel"]),
                reason=form.cleaned_data["reason"],
            ),
        )
        if made is not None:
            messages.success(request, _("Nothing goes out any more, from this second on."))
            return redirect("publishing:pauses", request.workspace.slug)
    context = {"form": form, "pauses": queries.pauses(request.actor.workspace_id)}
    return render(
        request, "publishing/overdue/pauses.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "POST"])
def resume(request: WorkspaceRequest) -> HttpResponse:
    """Lift a pause: first what would go out at once, then the choice what becomes of it."""
    request.actor.require(Permission.POSTS_PUBLISH)
    channel_id = _id(request.GET.get("channel", ""))
    pause = _pause(request, channel_id)
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        count = attempt(
            form,
            lambda: actions.resume_with(
                request.actor,
                channel_id=channel_id,
                waiting=Overdue(form.cleaned_data["waiting"]),
                minutes=form.cleaned_data["minutes"] or 15,
            ),
        )
        if count is not None:
            messages.success(request, _("Posts go out again."))
            asks = form.cleaned_data["waiting"] == Overdue.ASK and count
            place = "publishing:missed" if asks else "publishing:calendar"
            return redirect(place, request.workspace.slug)
    preview = overdue.resume_preview(request.actor, channel_id=channel_id)
    context = {"form": form, "pause": pause, "preview": preview[:_SHOWN], "count": len(preview)}
    return render(request, "publishing/overdue/resume.html", context)


def _pause(request: WorkspaceRequest, channel_id: UUID | None) -> PauseView:
    for pause in queries.pauses(request.actor.workspace_id):
        if pause.channel_id == channel_id:
            return pause
    raise NotFoundError(_("Publishing is not paused there."))
