"""Lists of posts, the page of one, and the decisions that it asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel.errors import EnishiError
from enishi.publishing import actions, board, queries, serving

_KINDS = {
    "scheduled": gettext_lazy("Scheduled"),
    "drafts": gettext_lazy("Drafts"),
    "attention": gettext_lazy("Needs attention"),
    "published": gettext_lazy("Published"),
    "gone": gettext_lazy("Cancelled and deleted"),
}
_IMMUTABLE = "private, max-age=31536000, immutable"


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """Posts by what they wait for."""
    asked = request.GET.get("show", "")
    kind = asked if asked in _KINDS else "scheduled"
    search = request.GET.get("q", "").strip()
    found = board.posts(
        request.actor,
        request.workspace,
        kind=kind,
        after=request.GET.get("after", ""),
        search=search,
    )
    context = {
        "found": found,
        "kind": kind,
        "kinds": [(key, label, found.counts.get(key)) for key, label in _KINDS.items()],
        "search": search,
    }
    return render(request, "publishing/posts.html", context)


@require_GET
def detail(request: WorkspaceRequest, post_id: UUID) -> HttpResponse:
    """A post, where each of its deliveries stands, and what can be done."""
    found = queries.post_detail(request.actor, post_id=post_id)
    context = {
        "post": found,
        "card": found.card,
        "deliveries": sorted(found.deliveries, key=_urgency),
    }
    if request.headers.get("HX-Target") == "post-body":
        return render(request, "publishing/_post_body.html", context)
    return render(request, "publishing/post.html", context)


def _urgency(delivery: queries.DeliveryView) -> bool:
    """What waits for a person comes first."""
    return not delivery.next.waits_for_person


@require_GET
def delivery(request: WorkspaceRequest, delivery_id: UUID) -> HttpResponse:
    """One delivery, for a page that asks again by itself; others are led to its post."""
    found = queries.delivery_detail(request.actor, delivery_id=delivery_id)
    if not request.headers.get("HX-Request"):
        if found.post_id is None:
            return redirect(f"{reverse('inbox:index', args=[request.workspace.slug])}?trouble=1")
        return redirect("publishing:post", request.workspace.slug, found.post_id)
    state = None
    if found.post_id is not None:
        state = queries.post_state(request.actor, post_id=found.post_id)
    context = {"delivery": found, "refreshed_state": state}
    return render(request, "publishing/_delivery.html", context)


@require_POST
def publish_now(request: WorkspaceRequest, post_id: UUID) -> HttpResponse:
    return _act(request, post_id, actions.publish_now, _("The post is on its way."))


@require_POST
def cancel(request: WorkspaceRequest, post_id: UUID) -> HttpResponse:
    return _act(request, post_id, actions.cancel_post, _("The post will not go out."))


def _act(
    request: WorkspaceRequest, post_id: UUID, action: Callable[..., Any], done: str
) -> HttpResponse:
    try:
        action(request.actor, post_id=post_id)
    except EnishiError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect("publishing:post", request.workspace.slug, post_id)


@require_POST
def delete(request: WorkspaceRequest, post_id: UUID) -> HttpResponse:
    """Throw the post away; back to the drafts."""
    try:
        actions.delete_post(request.actor, post_id=post_id)
    except EnishiError as error:
        messages.error(request, str(error))
        return redirect("publishing:post", request.workspace.slug, post_id)
    messages.success(request, _("The post is thrown away."))
    return redirect("publishing:posts", request.workspace.slug)


_STEPS: dict[str, tuple[Callable[..., Any], Any]] = {
    "retry": (actions.retry_delivery, gettext_lazy("It is tried again.")),
    "check": (actions.check_again, gettext_lazy("Enishi looks on the network again.")),
    "give_up": (actions.give_up, gettext_lazy("It is given up.")),
    "undo": (actions.undo_decision, gettext_lazy("The decision is taken back.")),
    "delete": (actions.delete_on_network, gettext_lazy("It is being deleted on the network.")),
}


@require_POST
def decide(request: WorkspaceRequest, delivery_id: UUID, step: str) -> HttpResponse:
    """One decision about one delivery."""
    try:
        if step == "mark":
            actions.mark_published(
                request.actor,
                delivery_id=delivery_id,
                url=request.POST.get("url", "").strip(),
                remote_id=request.POST.get("remote_id", ""),
            )
            done = _("It counts as published.")
        elif step in _STEPS:
            action, done = _STEPS[step]
            action(request.actor, delivery_id=delivery_id)
        else:
            raise Http404
    except EnishiError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return _back(request)


def _back(request: WorkspaceRequest) -> HttpResponse:
    """To the post from whose page the decision came."""
    try:
        post_id = UUID(request.POST.get("post", ""))
    except ValueError:
        return redirect("publishing:posts", request.workspace.slug)
    return redirect("publishing:post", request.workspace.slug, post_id)


@require_GET
def media_file(request: WorkspaceRequest, media_id: UUID) -> HttpResponseBase:
    """An uploaded file. Its content never changes, so that browsers may keep it."""
    row = queries.media_file(request.actor, media_id=media_id)
    response = serving.answer(request, row.file, row.media_type)
    response.headers["Cache-Control"] = _IMMUTABLE
    return response
