"""The addresses that other servers use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from enishi import __version__
from enishi.hub import responses
from enishi.hub.federation import hosts, intake, ourselves, reading
from enishi.hub.models import (
    Direction,
    Follow,
    FollowState,
    HubActor,
    HubObject,
    QuoteStamp,
    RemoteObject,
    Shipment,
)
from enishi.hub.protocol import addresses, documents, jsonld
from enishi.hub.protocol.addressing import OPEN
from enishi.hub.protocol.errors import RefusedError
from enishi.hub.protocol.messages import host_of
from enishi.publishing import serving

PAGE = 20
_KEPT = 180
_PUBLIC = [one.value for one in OPEN]
_MEDIA_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "mp3": "audio/mpeg",
}


# ── finding accounts and servers ──


@require_safe
def webfinger(request: HttpRequest) -> HttpResponse:
    """`acct:handle@host` or one of our addresses: where the actor is."""
    resource = request.GET.get("resource", "")
    actor = _named(resource)
    if actor is None:
        raise Http404
    found = documents.webfinger(handle=actor.handle, host=actor.host, uri=actor.uri, url=actor.url)
    return responses.data(found, "application/jrd+json")


def _named(resource: str) -> HubActor | None:
    rows = HubActor.objects.all()
    if resource.startswith(("http://", "https://")):
        handle = resource.rpartition("/@")[2]
        return (
            rows.filter(uri=resource).first()
            or rows.filter(host=host_of(resource), handle=handle.lower()).first()
        )
    name, _at, host = resource.removeprefix("acct:").lstrip("@").rpartition("@")
    return rows.filter(handle=name.lower(), host=host.lower()).first()


@require_safe
def host_meta(request: HttpRequest) -> HttpResponse:
    """Where WebFinger is, for those who still ask (RFC 6415)."""
    base = _base(request)
    return HttpResponse(
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0"><Link rel="lrdd"'
        f' template="{base}/.well-known/webfinger?resource={{uri}}"/></XRD>',
        content_type="application/xrd+xml",
    )


@require_safe
def nodeinfo_links(request: HttpRequest) -> HttpResponse:
    """Where NodeInfo is."""
    rel = "http://nodeinfo.diaspora.software/ns/schema/2.1"
    links = [{"rel": rel, "href": f"{_base(request)}/nodeinfo/2.1"}]
    return responses.data({"links": links}, "application/json")


@require_safe
def nodeinfo(request: HttpRequest) -> HttpResponse:
    """What this server is."""
    host = host_of(_base(request))
    found = documents.nodeinfo(
        version=__version__,
        users=HubActor.objects.filter(host=host, hub__isnull=False).count(),
        posts=HubObject.objects.filter(actor__host=host, deleted_at=None).count(),
        name="Enishi",
    )
    kind = 'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.1#"'
    return responses.data(found, kind)


def _base(request: HttpRequest) -> str:
    """Scheme and host under which we were asked, if they are ours."""
    site = hosts.site_base()
    asked = f"{site.partition('://')[0]}://{request.get_host()}"
    return asked if hosts.is_ours(host_of(asked)) else site


# ── actors and what they list ──


@require_safe
@responses.explained
def actor(request: HttpRequest, actor_id: UUID) -> HttpResponse:
    """An actor's document, or the way to its page."""
    found = get_object_or_404(HubActor.objects.select_related("hub"), id=actor_id)
    if not responses.wants_activity(request) and found.hub_id:
        return redirect(found.url)
    return actor_answer(request, found)


def actor_answer(request: HttpRequest, found: HubActor) -> HttpResponse:
    """An actor's document. Those who check our signatures get it without signing."""
    del request
    return responses.activity(ourselves.actor_document(found), seconds=_KEPT)


@require_safe
@responses.explained
def outbox(request: HttpRequest, actor_id: UUID) -> HttpResponse:
    """What an actor published for everybody, newest first."""
    found = _readable(request, actor_id)
    rows = Shipment.objects.filter(actor=found, listed=True, thing__deleted_at=None)
    rows = rows.exclude(thing=None).order_by("-created_at", "-id")
    return _listed(request, f"{found.uri}/outbox", rows, lambda row: _without_context(row.document))


@require_safe
@responses.explained
def followers(request: HttpRequest, actor_id: UUID) -> HttpResponse:
    """How many follow; who they are is not told."""
    return _counted(_readable(request, actor_id), "followers", Direction.IN)


@require_safe
@responses.explained
def following(request: HttpRequest, actor_id: UUID) -> HttpResponse:
    """How many are followed."""
    return _counted(_readable(request, actor_id), "following", Direction.OUT)


def _counted(found: HubActor, name: str, direction: Direction) -> HttpResponse:
    rows = Follow.objects.filter(actor=found, direction=direction, state=FollowState.ACCEPTED)
    document = documents.collection(f"{found.uri}/{name}", total=rows.count())
    return responses.activity(document, seconds=_KEPT)


@require_safe
@responses.explained
def featured(request: HttpRequest, actor_id: UUID) -> HttpResponse:
    """What an actor pinned."""
    found = _readable(request, actor_id)
    rows = HubObject.objects.filter(
        actor=found, pinned=True, deleted_at=None, visibility__in=_PUBLIC
    ).select_related("actor")
    items = [ourselves.object_document(thing) for thing in rows.order_by("-published")[:PAGE]]
    document = {
        **documents.collection(f"{found.uri}/featured", total=len(items)),
        "@context": documents.CONTEXT,
        "orderedItems": items,
    }
    return responses.activity(document, seconds=_KEPT)


def _readable(request: HttpRequest, actor_id: UUID) -> HubActor:
    rows = HubActor.objects.select_related("hub").filter(hub__isnull=False)
    found = get_object_or_404(rows, id=actor_id)
    reading.reader(request, found.hub)
    return found


def _listed(
    request: HttpRequest, uri: str, rows: QuerySet[Any], show: Callable[[Any], object]
) -> HttpResponse:
    """A collection, or one of its pages."""
    asked = request.GET.get("page", "")
    if not asked.isdecimal():
        document = documents.collection(uri, total=rows.count(), first=f"{uri}?page=1")
        return responses.activity(document, seconds=_KEPT)
    number = max(1, min(int(asked), 10_000))
    found = list(rows[(number - 1) * PAGE : number * PAGE + 1])
    page = documents.collection_page(
        f"{uri}?page={number}",
        part_of=uri,
        items=[show(row) for row in found[:PAGE]],
        following=f"{uri}?page={number + 1}" if len(found) > PAGE else "",
    )
    return responses.activity(page, seconds=_KEPT)


def _without_context(document: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != "@context"}


# ── objects ──


@require_safe
@responses.explained
def thing(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """An object's document, or the way to its page."""
    found = _thing(object_id)
    if not responses.wants_activity(request):
        return redirect(found.url)
    return thing_answer(request, found)


def thing_answer(request: HttpRequest, found: HubObject) -> HttpResponse:
    """An object's document for those who may read it; a tombstone when it was deleted."""
    remote = reading.reader(request, found.actor.hub)
    if not reading.may_read(found, remote):
        raise Http404
    document = {"@context": documents.CONTEXT, **ourselves.object_document(found)}
    status = 410 if found.deleted_at else 200
    is_open = found.visibility in _PUBLIC and remote is None
    return responses.activity(document, status=status, seconds=_KEPT if is_open else 0)


@require_safe
@responses.explained
def creation(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """The Create of an object."""
    found = _thing(object_id)
    if found.deleted_at or not reading.may_read(found, reading.reader(request, found.actor.hub)):
        raise Http404
    return responses.activity(ourselves.create_document(found))


@require_safe
@responses.explained
def replies(request: HttpRequest, object_id: UUID) -> HttpResponse:
    """The public answers to an object that we know, by id."""
    found = _thing(object_id)
    if not reading.may_read(found, reading.reader(request, found.actor.hub)):
        raise Http404
    rows = RemoteObject.objects.filter(
        in_reply_to=found.uri, deleted_at=None, hidden=False, visibility__in=_PUBLIC
    ).order_by("published", "id")
    return _listed(request, f"{found.uri}/replies", rows, lambda row: row.uri)


def _thing(object_id: UUID) -> HubObject:
    return get_object_or_404(HubObject.objects.select_related("actor__hub"), id=object_id)


@require_safe
@responses.explained
def act(request: HttpRequest, activity_id: UUID) -> HttpResponse:
    """An activity of ours by its id: a Follow, an Accept, a Like."""
    uri = addresses.activity_uri(_base(request), activity_id)
    found = get_object_or_404(Shipment.objects.select_related("actor__hub"), activity_id=uri)
    remote = reading.reader(request, found.actor.hub)
    if not found.listed and (remote is None or not _concerns(found.document, remote.uri)):
        raise Http404
    return responses.activity(found.document)


def _concerns(document: dict[str, Any], uri: str) -> bool:
    """Whether an activity is addressed to somebody, or is about them or their act."""
    of = document.get("object")
    about = [of.get("actor"), of.get("attributedTo")] if isinstance(of, dict) else [of]
    return uri in [*about, *document.get("to", ()), *document.get("cc", ())]


@require_safe
def stamp(request: HttpRequest, stamp_id: UUID) -> HttpResponse:
    """Our consent to a quote (FEP-044f)."""
    del request
    found = get_object_or_404(QuoteStamp.objects.select_related("thing__actor"), id=stamp_id)
    if found.thing.deleted_at:
        raise Http404
    return responses.activity(
        {
            "@context": documents.CONTEXT,
            "id": addresses.stamp_uri(found.thing.actor.base, found.id),
            "type": "QuoteAuthorization",
            "attributedTo": found.thing.actor.uri,
            "interactingObject": found.quoting,
            "interactionTarget": found.thing.uri,
        }
    )


@require_GET
def file(request: HttpRequest, path: str) -> HttpResponseBase:
    """A media file; its name is the digest of its content, so it may be kept for ever."""
    kind = _MEDIA_TYPES.get(path.rpartition(".")[2])
    if kind is None:
        raise Http404
    try:
        response = serving.answer(request, f"hub/{path}", kind)
    except OSError as error:
        raise Http404 from error
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Access-Control-Allow-Origin"] = "*"
    return response


# ── inboxes ──


@csrf_exempt
@require_POST
@responses.explained
def inbox(request: HttpRequest, actor_id: UUID | None = None) -> HttpResponse:
    """Take an activity: at the shared inbox, or at an actor's own."""
    if actor_id is not None and not HubActor.objects.filter(id=actor_id).exists():
        raise Http404
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > jsonld.MAX_BYTES:
        raise RefusedError("oversized", f"{length} bytes")
    body = request.read(jsonld.MAX_BYTES + 1)
    intake.receive(request, body)
    return HttpResponse(status=202)
