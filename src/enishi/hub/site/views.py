"""The pages that everybody may read; asked for a document, profile and post give that."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from enishi.hub import responses
from enishi.hub.federation import views as federation
from enishi.hub.models import HubLink, HubObject
from enishi.hub.protocol.addressing import OPEN
from enishi.hub.site import describing, posts, threads
from enishi.hub.site.caching import public
from enishi.hub.site.gatherings import shown_for
from enishi.hub.site.places import Place, at_place, drawn

_OPEN = [one.value for one in OPEN]


@require_safe
@responses.explained
@at_place
def profile(request: HttpRequest, place: Place) -> HttpResponse:
    """An account with its newest posts."""
    if responses.wants_activity(request):
        return federation.actor_answer(request, place.actor)
    listed = posts.page(posts.feed(place.actor), request)
    path = f"?page={listed.number}" if listed.number > 1 else ""
    response = drawn(
        place,
        "hub/profile.html",
        head=describing.of_place(place, path=path),
        listed=listed,
        pinned=posts.pinned(place.actor) if listed.number == 1 else [],
        links=HubLink.objects.filter(hub=place.actor.hub, shown=True)[:4],
    )
    return public(response, modified=listed.modified)


@require_safe
@responses.explained
@at_place
def post(request: HttpRequest, place: Place, object_id: UUID) -> HttpResponse:
    """A post with the answers to it."""
    rows = HubObject.objects.select_related("actor__hub__workspace")
    thing = get_object_or_404(rows, id=object_id, actor=place.actor)
    if responses.wants_activity(request):
        return federation.thing_answer(request, thing)
    if thing.visibility not in _OPEN:
        raise Http404
    if thing.deleted_at:
        head = describing.of_place(place, title=_("Deleted"), path=f"/{thing.id}", index=False)
        return public(drawn(place, "hub/gone.html", status=410, head=head))
    said = threads.below(thing)
    times = [thing.updated or thing.published, *(one.published for one in said)]
    response = drawn(
        place,
        "hub/post.html",
        head=describing.of_post(place, thing),
        post=thing,
        said=said,
        gathering=shown_for(thing),
    )
    return public(response, modified=max(times))


@require_safe
@at_place
def tag(request: HttpRequest, place: Place, name: str) -> HttpResponse:
    """Posts with a hashtag."""
    listed = posts.page(posts.tagged(place.actor, name), request)
    if not listed.items:
        raise Http404
    head = describing.of_place(place, title=f"#{name}", path=f"/tags/{name}")
    response = drawn(place, "hub/tag.html", head=head, listed=listed, name=name)
    return public(response, modified=listed.modified)


@require_safe
@at_place
def search(request: HttpRequest, place: Place) -> HttpResponse:
    """Own posts by words."""
    words = request.GET.get("q", "").strip()[:100]
    listed = posts.page(posts.search(place.actor, words), request) if words else None
    head = describing.of_place(place, title=_("Search"), path="/search", index=False)
    response = drawn(place, "hub/search.html", head=head, listed=listed, words=words)
    return public(response, seconds=30)


@require_safe
@at_place
def colours(request: HttpRequest, place: Place) -> HttpResponse:
    """The hub's accent as variables of a style sheet."""
    del request
    found = place.colours
    scheme = {"light": "light", "dark": "dark"}.get(place.theme.scheme, "light dark")
    body = (
        f":root{{color-scheme:{scheme};"
        f"--accent:light-dark({found.light},{found.dark});"
        f"--on-accent:light-dark({found.on_light},{found.on_dark})}}"
    )
    response = public(HttpResponse(body, content_type="text/css; charset=utf-8"))
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response
