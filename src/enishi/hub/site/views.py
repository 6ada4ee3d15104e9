"""Profiles and posts as pages; asked for a document, they give that."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from enishi.hub import responses
from enishi.hub.federation import views as federation
from enishi.hub.models import HubActor, HubObject, RemoteObject
from enishi.hub.protocol.addressing import OPEN, Visibility

_OPEN = [one.value for one in OPEN]
_FEED = 20


@require_safe
@responses.explained
def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """An account with its newest posts."""
    actor = _actor(request, handle)
    if responses.wants_activity(request):
        return federation.actor_answer(request, actor)
    posts = HubObject.objects.filter(
        actor=actor, deleted_at=None, visibility=Visibility.PUBLIC, in_reply_to=""
    ).select_related("actor")
    context = {"actor": actor, "posts": posts.order_by("-published", "-id")[:_FEED]}
    return render(request, "hub/profile.html", context)


@require_safe
@responses.explained
def post(request: HttpRequest, handle: str, object_id: UUID) -> HttpResponse:
    """A post with the answers to it."""
    actor = _actor(request, handle)
    thing = get_object_or_404(
        HubObject.objects.select_related("actor__hub"), id=object_id, actor=actor
    )
    if responses.wants_activity(request):
        return federation.thing_answer(request, thing)
    if thing.visibility not in _OPEN:
        raise Http404
    answers = RemoteObject.objects.filter(
        in_reply_to=thing.uri, deleted_at=None, hidden=False, visibility__in=_OPEN
    ).select_related("actor")
    status = 410 if thing.deleted_at else 200
    context = {"actor": actor, "post": thing, "answers": answers.order_by("published", "id")}
    return render(request, "hub/post.html", context, status=status)


def _actor(request: HttpRequest, handle: str) -> HubActor:
    host = request.get_host().lower()
    rows = HubActor.objects.select_related("hub__workspace").filter(hub__isnull=False)
    found = rows.filter(handle=handle.lower(), host=host).first()
    if found is None:
        raise Http404
    return found
