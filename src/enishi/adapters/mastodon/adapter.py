"""The adapter for the Mastodon API: glue between the contract, the client and the mapping."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from enishi.adapters.mastodon import limits as reading
from enishi.adapters.mastodon import mapping, oauth, people, publishing, streaming, writing
from enishi.adapters.mastodon.client import RECONNECT, Call, Client, MissingError
from enishi.adapters.mastodon.limits import Limits
from enishi.adapters.mastodon.text import length, plain
from enishi.channels import manifest
from enishi.channels.contract import (
    Account,
    Asked,
    Connection,
    Fact,
    Metric,
    Outgoing,
    Page,
    People,
    Person,
    Problem,
    Receipt,
    Secrets,
)
from enishi.channels.errors import AuthExpiredError, RejectedError
from enishi.channels.http import Params
from enishi.channels.walk import Item, Walk
from enishi.kernel import clock
from enishi.vocab import Node

logger = logging.getLogger(__name__)

MANIFEST = manifest.load(Path(__file__).parent)
PAGE = 40
_POSTS_AT_ONCE = 20
_ACCOUNT_METRICS = {
    "followers_count": "followers",
    "following_count": "following",
    "statuses_count": "posts",
}
_POST_METRICS = {
    "favourites_count": "likes",
    "reblogs_count": "reshares",
    "replies_count": "replies",
    "quotes_count": "quotes",
}
Json = dict[str, Any]


class MastodonAdapter:
    """One account on one server."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client = Client(connection)
        self._limits = Limits.remembered(connection.learnt)

    # ── connecting ──

    async def register(self, redirect_uri: str) -> Secrets:
        return await oauth.register(self._client, redirect_uri)

    def sign_in_url(self, app: Secrets, asked: Asked) -> str:
        return oauth.sign_in_url(self._client, app, asked)

    async def exchange(self, app: Secrets, code: str, redirect_uri: str, verifier: str) -> Secrets:
        return await oauth.exchange(self._client, app, code, redirect_uri, verifier)

    async def revoke(self) -> None:
        await oauth.revoke(self._client, self._connection.secrets)

    async def verify(self) -> Account:
        if not self._client.token:
            raise AuthExpiredError(RECONNECT)
        self._limits = await self._instance()
        found = await self._client.get("/api/v1/accounts/verify_credentials")
        acct = str(found.get("acct") or found.get("username") or found["id"])
        handle = acct if "@" in acct else f"{acct}@{self._client.host}"
        return Account(
            remote_id=str(found["id"]),
            handle=f"@{handle}",
            name=str(found.get("display_name") or found.get("username") or acct),
            url=str(found.get("url") or f"{self._client.service_url}/@{acct}"),
            service_url=self._client.service_url,
            avatar_url=str(found.get("avatar") or ""),
            description=plain(str(found.get("note") or "")),
            learnt=self._limits.kept(),
        )

    async def _instance(self) -> Limits:
        """What the server says of itself; the newer of the two addresses is not everywhere."""
        try:
            found = await self._client.anonymous(Call("GET", "/api/v2/instance"))
        except RejectedError:
            found = {}
        if not isinstance(found, dict) or not found.get("configuration"):
            found = await self._client.anonymous(Call("GET", "/api/v1/instance"))
        return reading.read(found if isinstance(found, dict) else {}, clock.now().date())

    def facts(self) -> Sequence[Fact]:
        if not self._connection.learnt:
            return ()
        return reading.facts(self._limits, clock.now().date())

    # ── what a server may lack ──

    def _lacks(self, feature: str) -> bool:
        return self._limits.lacks(feature, clock.now().date())

    async def _note_lack(self, feature: str, error: RejectedError) -> None:
        """Remember that the server does not offer something, for some days."""
        self._limits = self._limits.lacking(feature, clock.now().date())
        await self._connection.save_learnt(self._limits.kept())
        logger.info("mastodon.lacks", extra={"feature": feature, "detail": error.detail})

    # ── publishing ──

    def length(self, text: str) -> int:
        return length(text, self._limits.url_chars)

    def limit(self) -> int:
        return self._limits.characters

    def problems(self, outgoing: Outgoing) -> Sequence[Problem]:
        if MANIFEST.text is None:
            raise ValueError("the manifest declares no limits")
        return writing.problems(
            outgoing, self._limits, MANIFEST.text.thread_parts, self._connection.handle
        )

    async def publish(self, outgoing: Outgoing) -> Receipt:
        for problem in self.problems(outgoing):
            raise RejectedError(problem.message, field=problem.field)
        return await self._sender(outgoing).publish()

    async def find(self, outgoing: Outgoing) -> Receipt | None:
        return await self._sender(outgoing).find()

    def _sender(self, outgoing: Outgoing) -> publishing.Sender:
        return publishing.Sender(self._client, self._connection, self._limits, outgoing)

    async def edit(self, remote_id: str, outgoing: Outgoing) -> Receipt:
        for problem in self.problems(outgoing):
            raise RejectedError(problem.message, field=problem.field)
        return await publishing.edit(self._client, self._limits, remote_id, outgoing)

    async def edited(self, remote_id: str, outgoing: Outgoing) -> Receipt | None:
        return await publishing.edited(self._client, remote_id, outgoing)

    async def delete(self, remote_id: str) -> None:
        await publishing.delete(self._client, self._connection.remote_id, remote_id)

    # ── reading ──

    async def inbox(self, cursor: str) -> Page:
        path = "/api/v1/notifications"
        return await self._walk("notifications", path, {}, cursor, self._act)

    def _act(self, entry: Json) -> Node | None:
        return mapping.activity(entry, self._connection.remote_id)

    async def history(self, cursor: str) -> Page:
        path = f"/api/v1/accounts/{self._connection.remote_id}/statuses"
        return await self._walk("history", path, {"exclude_reblogs": "true"}, cursor, mapping.own)

    async def hashtag(self, tag: str, cursor: str) -> Page:
        path = f"/api/v1/timelines/tag/{tag.lstrip('#＃')}"
        return await self._walk("hashtag", path, {}, cursor, _strangers)

    async def search(self, query: str, cursor: str) -> Page:
        """One page: servers find posts only where they have full-text search."""
        if self._lacks("search"):
            return Page((), cursor)
        try:
            found = await self._client.get(
                "/api/v2/search", q=query, type="statuses", limit=PAGE, resolve="false"
            )
        except MissingError as error:
            await self._note_lack("search", error)
            return Page((), cursor)
        walk = Walk.read(cursor)
        entries = list(found.get("statuses") or [])
        items = [_item(entry) for entry in entries]
        new = [entry for entry, item in zip(entries, items, strict=True) if walk.is_new(item)]
        return Page(_mapped(new, _strangers), walk.after(items, "").cursor())

    async def _walk(
        self,
        feature: str,
        path: str,
        params: Params,
        cursor: str,
        translate: Callable[[Json], Node | None],
    ) -> Page:
        """A page of a list that shows the newest first, back to what is known."""
        if self._lacks(feature):
            return Page((), cursor)
        walk = Walk.read(cursor)
        asked: Params = {**params, "limit": PAGE, **({"max_id": walk.page} if walk.page else {})}
        try:
            answer = await self._client.pages(path, asked)
        except MissingError as error:
            await self._note_lack(feature, error)
            return Page((), cursor)
        found = answer.data if isinstance(answer.data, list) else []
        entries = [one for one in found if isinstance(one, dict) and one.get("id")]
        items = [_item(entry) for entry in entries]
        new = [entry for entry, item in zip(entries, items, strict=True) if walk.is_new(item)]
        last = answer.onward or (str(entries[-1]["id"]) if entries else "")
        onward = walk.after(items, last if entries else "")
        return Page(_mapped(new, translate), onward.cursor(), more=onward.walking)

    async def happenings(self) -> AsyncIterator[str]:
        if self._lacks("stream"):
            return
        base = self._limits.stream or self._client.service_url
        headers = {"Authorization": f"Bearer {self._client.token}"}
        try:
            async for message in self._connection.http.messages(
                f"{base}{streaming.PATH}", headers=headers, params=streaming.PARAMS
            ):
                if event := streaming.event(message):
                    yield event
        except RejectedError as error:
            if error.detail in streaming.CLOSED_TO_US:
                raise AuthExpiredError(RECONNECT, detail=error.detail) from error
            await self._note_lack("stream", error)

    # ── numbers ──

    async def metrics(self, subjects: Sequence[str]) -> Iterable[Metric]:
        if not subjects:
            await self._refresh_limits()
            found = await self._client.get("/api/v1/accounts/verify_credentials")
            return _measured("", found, _ACCOUNT_METRICS, clock.now())
        measured: list[Metric] = []
        for start in range(0, len(subjects), _POSTS_AT_ONCE):
            for status in await self._statuses(subjects[start : start + _POSTS_AT_ONCE]):
                measured += _measured(str(status["id"]), status, _POST_METRICS, clock.now())
        return measured

    async def _refresh_limits(self) -> None:
        today = clock.now().date()
        if not self._limits.is_old(today):
            return
        known = self._limits
        fresh = await self._instance()
        for feature, day in known.without.items():
            if known.lacks(feature, today):
                fresh = fresh.lacking(feature, datetime.fromisoformat(day).date())
        self._limits = fresh
        await self._connection.save_learnt(fresh.kept())

    async def _statuses(self, ids: Sequence[str]) -> list[Json]:
        """Statuses by their ids, in one call where the server can; gone ones are left out."""
        if not self._lacks("batch"):
            try:
                found = await self._client.get("/api/v1/statuses", **{"id[]": list(ids)})
            except RejectedError as error:
                await self._note_lack("batch", error)
            else:
                if isinstance(found, list) and all(isinstance(one, dict) for one in found):
                    return [one for one in found if str(one.get("id")) in set(ids)]
        one_by_one: list[Json] = []
        for identifier in ids:
            try:
                one_by_one.append(await self._client.get(f"/api/v1/statuses/{identifier}"))
            except MissingError:
                continue
        return one_by_one

    # ── people ──

    async def follow(self, account_id: str) -> None:
        path = f"/api/v1/accounts/{await self._account_id(account_id)}/follow"
        await self._client.call(Call("POST", path))

    async def unfollow(self, account_id: str) -> None:
        try:
            path = f"/api/v1/accounts/{await self._account_id(account_id)}/unfollow"
            await self._client.call(Call("POST", path))
        except MissingError:
            return

    async def _account_id(self, account: str) -> str:
        """What this server calls an account; an id is not asked for."""
        name = account.strip().lstrip("@")
        if "@" in name:
            name = str((await people.found(self._client, name))["id"])
        return quote(name, safe="")

    async def look(self, account_id: str) -> Person:
        return await people.look(self._client, account_id)

    async def following(self, cursor: str) -> People:
        return await people.following(self._client, self._connection.remote_id, cursor)


ADAPTER = MastodonAdapter


def _strangers(entry: Json) -> Node | None:
    return mapping.said(entry, "found")


def _item(entry: Json) -> Item:
    at = mapping.moment(entry.get("created_at"))
    return Item(str(entry["id"]), int(at.timestamp()) if at else 0)


def _mapped(entries: Iterable[Json], translate: Callable[[Json], Node | None]) -> list[Node]:
    """The activities of a page, oldest first. What is not understood must not stop the rest."""
    nodes: list[Node] = []
    for entry in entries:
        try:
            node = translate(entry)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            logger.warning(
                "mastodon.unreadable", extra={"id": entry.get("id"), "reason": repr(error)}
            )
        else:
            if node is not None:
                nodes.append(node)
    return nodes[::-1]


def _measured(subject: str, view: Json, names: dict[str, str], now: datetime) -> list[Metric]:
    return [
        Metric(subject, metric, float(view[theirs]), now)
        for theirs, metric in names.items()
        if isinstance(view.get(theirs), int)
    ]
