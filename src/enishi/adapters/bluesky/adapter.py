"""The Bluesky adapter: glue between the contract, the client and the mapping."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from enishi.adapters.bluesky import keys, mapping, publishing, records
from enishi.adapters.bluesky.client import AbsentError, Client, service_address
from enishi.adapters.bluesky.text import length
from enishi.channels import manifest
from enishi.channels.contract import (
    Account,
    Connection,
    Metric,
    Outgoing,
    Page,
    Problem,
    Receipt,
    Secrets,
)
from enishi.channels.errors import AuthExpiredError, RejectedError
from enishi.channels.walk import Item, Walk
from enishi.kernel import clock
from enishi.vocab import Node

logger = logging.getLogger(__name__)

MANIFEST = manifest.load(Path(__file__).parent)
PAGE = 100
_POSTS_AT_ONCE = 25
_ACCOUNT_METRICS = {
    "followersCount": "followers",
    "followsCount": "following",
    "postsCount": "posts",
}
_POST_METRICS = {
    "likeCount": "likes",
    "repostCount": "reshares",
    "replyCount": "replies",
    "quoteCount": "quotes",
}


class BlueskyAdapter:
    """One Bluesky account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client = Client(connection)

    async def verify(self) -> Account:
        session, secrets = await self._session()
        did = str(session["did"])
        self._client.service_url = _service(session, self._client.service_url)
        profile = await self._profile(did)
        handle = str(session.get("handle") or did)
        return Account(
            remote_id=did,
            handle=handle,
            name=str(profile.get("displayName") or handle),
            url=keys.web_url(did, handle),
            service_url=self._client.service_url,
            avatar_url=self._avatar(did, profile),
            description=str(profile.get("description") or ""),
            secrets=secrets,
        )

    async def _session(self) -> tuple[dict[str, Any], Secrets | None]:
        given = self._connection.secrets
        if not given.get("app_password"):
            if not given.get("access"):
                raise AuthExpiredError(publishing.RECONNECT)
            return await self._client.query("com.atproto.server.getSession"), None
        return await self._client.log_in(given.get("identifier"), given["app_password"])

    async def _profile(self, did: str) -> dict[str, Any]:
        """The profile as the account's own server holds it; there need be no other server."""
        try:
            found = await self._client.query(
                "com.atproto.repo.getRecord",
                repo=did,
                collection="app.bsky.actor.profile",
                rkey="self",
            )
        except AbsentError:
            return {}
        return dict(found["value"])

    def _avatar(self, did: str, profile: dict[str, Any]) -> str:
        cid = ((profile.get("avatar") or {}).get("ref") or {}).get("$link", "")
        base = f"{self._client.service_url}/xrpc/com.atproto.sync.getBlob"
        return f"{base}?did={did}&cid={cid}" if cid else ""

    def length(self, text: str) -> int:
        return length(text)

    def problems(self, outgoing: Outgoing) -> Sequence[Problem]:
        return records.problems(outgoing, MANIFEST)

    async def publish(self, outgoing: Outgoing) -> Receipt:
        for problem in self.problems(outgoing):
            raise RejectedError(problem.message, field=problem.field)
        return await publishing.publish(self._client, self._connection, outgoing)

    async def find(self, outgoing: Outgoing) -> Receipt | None:
        return await publishing.find(self._client, self._connection, outgoing)

    async def delete(self, remote_id: str) -> None:
        await publishing.delete(self._client, remote_id)

    async def inbox(self, cursor: str) -> Page:
        walk = Walk.read(cursor)
        answer = await self._client.query(
            "app.bsky.notification.listNotifications", limit=PAGE, **_page(walk)
        )
        entries = list(answer.get("notifications") or [])
        items = [Item(str(entry["uri"]), _seconds(entry.get("indexedAt"))) for entry in entries]
        best: dict[str, dict[str, Any]] = {}
        for entry, item in zip(entries, items, strict=True):
            if walk.is_new(item) and mapping.reason_of(entry):
                best[item.key] = min(best.get(item.key, entry), entry, key=mapping.rank)
        nodes = _mapped(best.values(), lambda entry: mapping.activity(entry, self._client.did))
        onward = walk.after(items, str(answer.get("cursor") or ""))
        return Page(nodes, onward.cursor(), more=onward.walking)

    async def history(self, cursor: str) -> Page:
        walk = Walk.read(cursor)
        answer = await self._client.query(
            "com.atproto.repo.listRecords",
            repo=self._client.did,
            collection=keys.POST,
            limit=PAGE,
            **_page(walk),
        )
        entries = list(answer.get("records") or [])
        items = [Item(str(entry["uri"]), keys.second_of(str(entry["uri"]))) for entry in entries]
        new = [e for e, item in zip(entries, items, strict=True) if walk.is_new(item)]
        author = {"did": self._client.did, "handle": self._connection.handle}
        nodes = _mapped(new, lambda entry: mapping.own_activity(entry, author))
        onward = walk.after(items, str(answer.get("cursor") or ""))
        return Page(nodes, onward.cursor(), more=onward.walking)

    async def metrics(self, subjects: Sequence[str]) -> Iterable[Metric]:
        if not subjects:
            profile = await self._client.query("app.bsky.actor.getProfile", actor=self._client.did)
            return _measured("", profile, _ACCOUNT_METRICS, clock.now())
        found: list[Metric] = []
        for start in range(0, len(subjects), _POSTS_AT_ONCE):
            answer = await self._client.query(
                "app.bsky.feed.getPosts", uris=list(subjects[start : start + _POSTS_AT_ONCE])
            )
            for view in answer["posts"]:
                found += _measured(str(view["uri"]), view, _POST_METRICS, clock.now())
        return found


ADAPTER = BlueskyAdapter


def _page(walk: Walk) -> dict[str, str]:
    return {"cursor": walk.page} if walk.page else {}


def _seconds(text: object) -> int:
    found = mapping.moment(text)
    return int(found.timestamp()) if found else 0


def _mapped(
    entries: Iterable[dict[str, Any]], translate: Callable[[dict[str, Any]], Node | None]
) -> list[Node]:
    """The activities of a page, oldest first. What is not understood must not stop the rest."""
    nodes: list[Node] = []
    for entry in entries:
        try:
            node = translate(entry)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            logger.warning(
                "bluesky.unreadable", extra={"uri": entry.get("uri"), "reason": repr(error)}
            )
        else:
            if node is not None:
                nodes.append(node)
    return nodes[::-1]


def _measured(
    subject: str, view: dict[str, Any], names: dict[str, str], now: datetime
) -> list[Metric]:
    return [
        Metric(subject, metric, float(view[theirs]), now)
        for theirs, metric in names.items()
        if isinstance(view.get(theirs), int)
    ]


def _service(session: dict[str, Any], typed: str) -> str:
    """The server that holds the account: log-in may have gone through another one."""
    document = session.get("didDoc") or {}
    for service in document.get("service") or []:
        if str(service.get("id", "")).endswith("#atproto_pds"):
            address = service_address(str(service.get("serviceEndpoint", "")))
            if address.startswith("https://") and urlsplit(address).hostname != "localhost":
                return address
    return typed
