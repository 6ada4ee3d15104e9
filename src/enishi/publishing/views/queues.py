"""The pages of queues."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel.errors import EnishiError
from enishi.publishing import actions, slot_queries
from enishi.publishing.slot_forms import QueueForm, known_queue
from enishi.publishing.slot_models import Queue


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """All queues."""
    found = slot_queries.queues(request.actor)
    return render(request, "publishing/queues/index.html", {"queues": found})


@require_GET
def detail(request: WorkspaceRequest, queue_id: UUID) -> HttpResponse:
    """A queue and what waits in it, in order."""
    return _list(request, queue_id)


def _list(request: WorkspaceRequest, queue_id: UUID) -> HttpResponse:
    found = slot_queries.queue_detail(request.actor, queue_id=queue_id)
    part = request.headers.get("HX-Target") == "queue-posts"
    template = "publishing/queues/_posts.html" if part else "publishing/queues/detail.html"
    return render(request, template, {"queue": found.queue, "posts": found.posts})


@require_http_methods(["GET", "POST"])
def new(request: WorkspaceRequest) -> HttpResponse:
    """A new queue."""
    request.actor.require(Permission.POSTS_PUBLISH)
    initial = {"time_zone": request.workspace.time_zone, "closes_gaps": True}
    form = QueueForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made: Queue | None = attempt(
            form, lambda: actions.create_queue(request.actor, content=form.content())
        )
        if made is not None:
            messages.success(request, _("The queue is there: put posts in from the composer."))
            return redirect("publishing:queue", request.workspace.slug, made.id)
    return _page(request, form)


@require_http_methods(["GET", "POST"])
def edit(request: WorkspaceRequest, queue_id: UUID) -> HttpResponse:
    """Change a queue; what waits in it gets its new times."""
    request.actor.require(Permission.POSTS_PUBLISH)
    found = slot_queries.queue_detail(request.actor, queue_id=queue_id).queue
    form = QueueForm(request.POST or None, initial=known_queue(found))
    if request.method == "POST" and form.is_valid():
        changed = attempt(
            form,
            lambda: actions.update_queue(request.actor, queue_id=queue_id, content=form.content()),
        )
        if changed is not None:
            messages.success(request, _("The queue is changed."))
            return redirect("publishing:queue", request.workspace.slug, queue_id)
    return _page(request, form, found)


def _page(
    request: WorkspaceRequest, form: QueueForm, found: slot_queries.QueueView | None = None
) -> HttpResponse:
    status = 422 if form.errors else 200
    context = {"form": form, "queue": found}
    return render(request, "publishing/queues/edit.html", context, status=status)


@require_POST
def arrange(request: WorkspaceRequest, queue_id: UUID) -> HttpResponse:
    """Another order: by a step, to a place, to the front, or by chance."""
    try:
        _arrangement(request, queue_id)()
    except EnishiError as error:
        if request.headers.get("HX-Request"):
            raise
        messages.error(request, str(error))
    if request.headers.get("HX-Request"):
        return _list(request, queue_id)
    return redirect("publishing:queue", request.workspace.slug, queue_id)


def _arrangement(request: WorkspaceRequest, queue_id: UUID) -> Callable[[], object]:
    actor, move = request.actor, request.POST.get("do", "")
    if move == "shuffle":
        return lambda: actions.shuffle_queue(actor, queue_id=queue_id)
    if move == "close":
        return lambda: actions.close_queue_gaps(actor, queue_id=queue_id)
    post_id = _id(request.POST.get("post", ""))
    if move in {"up", "down"}:
        steps = -1 if move == "up" else 1
        return lambda: actions.step_in_queue(actor, queue_id=queue_id, post_id=post_id, steps=steps)
    if move == "out":
        return lambda: actions.cancel_post(actor, post_id=post_id)
    place = request.POST.get("place", "0")
    place_number = int(place) if place.isdecimal() else 0
    return lambda: actions.move_in_queue(
        actor, queue_id=queue_id, post_id=post_id, place=place_number
    )


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


@require_POST
def delete(request: WorkspaceRequest, queue_id: UUID) -> HttpResponse:
    """Give a queue up; its posts stay scheduled."""
    actions.delete_queue(request.actor, queue_id=queue_id)
    messages.success(request, _("The queue is deleted; its posts stay scheduled."))
    return redirect("publishing:queues", request.workspace.slug)
