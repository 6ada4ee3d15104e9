"""Reading documents of other servers: signed, small, from where they say they are."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings

from enishi.channels.errors import AdapterError, RejectedError
from enishi.channels.http import Http, HttpResponse
from enishi.hub.federation import hosts, keyring
from enishi.hub.models import HubActor, Server
from enishi.hub.protocol import jsonld
from enishi.hub.protocol.errors import RefusedError
from enishi.hub.protocol.messages import Message, host_of, same_host
from enishi.hub.protocol.signatures import Scheme, sign
from enishi.kernel import clock
from enishi.vocab import Node

logger = logging.getLogger(__name__)

DEADLINE = 10.0
ACCEPT = 'application/activity+json, application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
_TYPES = ("application/activity+json", "application/ld+json")
_MISSING = frozenset({404, 410})
_LONGEST = 500
_KNOCK_AGAIN = frozenset({400, 401, 403})

HttpFactory = Callable[[], Http]


class GoneError(RefusedError):
    """It is not there (any more)."""


def new_http() -> Http:
    """The product's client, with the limits that documents have."""
    return Http(
        allowed_networks=settings.ENISHI_ALLOWED_NETWORKS,
        deadline=DEADLINE,
        max_bytes=jsonld.MAX_BYTES,
    )


@asynccontextmanager
async def _client(http: Http | None) -> AsyncIterator[Http]:
    if http is not None:
        yield http
        return
    async with new_http() as made:
        yield made


async def document(uri: str, *, http: Http | None = None) -> Node:
    """The document with this id. Raises RefusedError.

    1. The address is one of the web, and not one of ours.
    2. We sign as the server; whoever does not understand the newer dialect gets the older.
    3. What comes back is ActivityStreams by its type, and has the id that we asked for, or
       an id on the same host at which it is then read once more.
    """
    found = await _read(uri, http)
    if not found.id or found.id == uri:
        return _with_id(found, uri)
    if not same_host(found.id, uri):
        raise RefusedError("host", f"{uri} gives {found.id}")
    again = await _read(found.id, http)
    if again.id != found.id:
        raise RefusedError("host", f"{found.id} gives {again.id}")
    return again


def _with_id(found: Node, uri: str) -> Node:
    if not found.id:
        raise RefusedError("malformed", f"{uri} has no id")
    return found


async def _read(uri: str, http: Http | None) -> Node:
    is_web = uri.startswith(("https://", "http://")) and bool(host_of(uri))
    if not is_web or len(uri) > _LONGEST:
        raise RefusedError("address", uri[:200])
    uri = uri.partition("#")[0]
    response = await _signed_get(uri, http)
    if response.status in _MISSING:
        raise GoneError("gone", uri)
    if not response.ok:
        raise RefusedError("unreadable", f"{uri}: HTTP {response.status}")
    if not same_host(response.url, uri):
        raise RefusedError("redirect", f"{uri} leads to {host_of(response.url)}")
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in _TYPES:
        raise RefusedError("content-type", f"{uri}: {kind[:60]}")
    return jsonld.read(response.content)


async def _signed_get(uri: str, http: Http | None) -> HttpResponse:
    actor, scheme = await sync_to_async(_signer)(uri)
    async with _client(http) as client:
        response = await _get(client, uri, actor, scheme)
        if response.status in _KNOCK_AGAIN and scheme is Scheme.RFC9421:
            response = await _get(client, uri, actor, Scheme.CAVAGE)
            if response.ok:
                await sync_to_async(remember)(host_of(uri), Scheme.CAVAGE)
    return response


async def _get(client: Http, uri: str, actor: HubActor, scheme: Scheme) -> HttpResponse:
    headers = await sync_to_async(signed_headers)(
        Message("GET", uri, {"accept": ACCEPT}), actor, scheme
    )
    try:
        return await client.request("GET", uri, headers=headers)
    except RejectedError as error:
        raise RefusedError("unreachable", f"{uri}: {error}") from error
    except AdapterError as error:
        raise RefusedError("unreachable", f"{uri}: {error.detail or error}") from error


def _signer(uri: str) -> tuple[HubActor, Scheme]:
    host = host_of(uri)
    if hosts.is_ours(host):
        raise RefusedError("address", "that is us")
    return hosts.server_actor(), scheme_of(host)


def scheme_of(host: str) -> Scheme:
    """The dialect to try first with a server."""
    known = Server.objects.filter(host=host).values_list("scheme", flat=True).first()
    return Scheme(known) if known else Scheme.RFC9421


def remember(host: str, scheme: Scheme) -> None:
    """Note which dialect a server understands."""
    Server.objects.update_or_create(host=host, defaults={"scheme": scheme.value})


def signed_headers(message: Message, actor: HubActor, scheme: Scheme) -> dict[str, str]:
    """The headers of a request of ours."""
    key = keyring.signing_key(actor)
    return sign(
        message, key=keyring.private(key), key_id=key.key_id, scheme=scheme, now=clock.now()
    )


async def webfinger(name: str, host: str, *, http: Http | None = None) -> str:
    """The actor's uri of an account. Raises RefusedError when nobody has that name there."""
    scheme = urlsplit(hosts.site_base()).scheme if _is_local_name(host) else "https"
    address = f"{scheme}://{host}/.well-known/webfinger"
    async with _client(http) as client:
        try:
            response = await client.request(
                "GET",
                address,
                params={"resource": f"acct:{name}@{host}"},
                headers={"accept": "application/jrd+json, application/json"},
                elsewhere=True,
            )
            found = response.json() if response.ok else {}
        except AdapterError as error:
            raise RefusedError("unreachable", f"{address}: {error}") from error
    links = found.get("links", []) if isinstance(found, dict) else []
    for link in links if isinstance(links, list) else []:
        if isinstance(link, dict) and link.get("rel") == "self" and _is_activity(link.get("type")):
            return str(link.get("href", ""))
    raise RefusedError("unknown", f"@{name}@{host}")


def _is_activity(kind: object) -> bool:
    return isinstance(kind, str) and kind.partition(";")[0].strip() in _TYPES


def _is_local_name(host: str) -> bool:
    """Names of one's own machine have no certificates."""
    return host.partition(":")[0] in {"localhost", "127.0.0.1", "[::1]"}
