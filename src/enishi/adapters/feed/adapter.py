"""The feed adapter: a company's own site as owned media, read only."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import blake2b
from urllib.parse import urlsplit

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi.adapters.feed import client, mapping
from enishi.adapters.feed.client import Fetched
from enishi.adapters.feed.reading import Entry
from enishi.channels.contract import Account, Connection, Page
from enishi.kernel import clock


@dataclass(frozen=True, slots=True)
class Position:
    """What is known of a feed: how to ask for changes, and which articles it held."""

    etag: str = ""
    last_modified: str = ""
    known: tuple[str, ...] = ()

    @classmethod
    def read(cls, cursor: str) -> Position:
        """The position in a cursor; one that cannot be read starts anew."""
        try:
            values = json.loads(cursor) if cursor else {}
            return cls(values["etag"], values["last_modified"], tuple(values["known"]))
        except (ValueError, TypeError, KeyError):
            return cls()

    def cursor(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))


class FeedAdapter:
    """One feed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        typed = connection.service_url or connection.secrets.get("address").strip()
        self._url = connection.remote_id or (typed if "://" in typed else f"https://{typed}")

    async def verify(self) -> Account:
        found = await client.discover(self._connection.http, self._url)
        host = urlsplit(found.url).hostname or found.url
        return Account(
            remote_id=found.url,
            handle=host,
            name=found.feed.title or host,
            url=found.feed.home or found.url,
            service_url=found.url,
            description=str(_description(found, self._url)),
        )

    async def history(self, cursor: str) -> Page:
        position = Position.read(cursor)
        found = await client.fetch(
            self._connection.http,
            self._url,
            etag=position.etag,
            last_modified=position.last_modified,
        )
        if found is None:
            return Page([], position.cursor())
        now = clock.now()
        site = mapping.publisher(found.feed, found.url)
        fresh = [e for e in found.feed.entries if _short(e.key) not in position.known]
        language = found.feed.language
        nodes = [mapping.activity(entry, site, now, language) for entry in _in_order(fresh, now)]
        known = tuple(_short(entry.key) for entry in found.feed.entries)
        # What has dropped out of the feed does not come back: only the present is remembered.
        onward = Position(found.etag, found.last_modified, tuple(dict.fromkeys(known)))
        return Page(nodes, onward.cursor())


ADAPTER = FeedAdapter


def _short(key: str) -> str:
    return blake2b(key.encode(), digest_size=6).hexdigest()


def _in_order(entries: Iterable[Entry], now: datetime) -> list[Entry]:
    """Oldest first, each article once."""
    unique = {entry.key: entry for entry in entries}
    return sorted(unique.values(), key=lambda entry: entry.published or now)


def _description(found: Fetched, typed: str) -> object:
    if found.url == typed:
        return found.feed.description
    return format_lazy(_("Found the feed {url} on the page you named."), url=found.url)
