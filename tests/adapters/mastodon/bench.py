"""An account on a fake server, for the conformance suite and the tests of the adapter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from enishi.adapters.mastodon.adapter import MastodonAdapter
from enishi.channels.contract import Connection, Receipt, Secrets
from enishi.channels.http import Http
from enishi.channels.http.testing import HttpxTransport, KeptSecrets
from tests.adapters.conformance import WRITTEN_AT, Bench
from tests.lab.mastodon_fake import MASTODON, FakeServer, Personality
from tests.lab.mastodon_fake.api import Asked


class Ticking:
    """A clock that moves a little with every look, and as far as it is told."""

    def __init__(self, start: datetime = WRITTEN_AT + timedelta(seconds=5)) -> None:
        self.at = start

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


class FakeBench(Bench):
    """One personality, in memory."""

    adapter_id = "mastodon"

    def __init__(self, personality: Personality = MASTODON) -> None:
        self.clock = Ticking()
        self.server = FakeServer(personality, now=self.clock)
        self.world = self.server.world
        self.http = Http(transport=HttpxTransport(self.server.transport()))
        self.kept = KeptSecrets()
        self.noted: list[Mapping[str, Any]] = []
        self.refuses_twice = personality.knows_keys
        quotes = {"quote"} if personality.quotes else set()
        self.reasons = frozenset({"reply", "mention", "like", "reshare", "follow"} | quotes)

    def connection(self, secrets: Mapping[str, str], **more: Any) -> Connection:
        return Connection(
            service_url=self.server.base,
            remote_id=more.get("remote_id", ""),
            handle=more.get("handle", ""),
            secrets=Secrets(dict(secrets)),
            http=self.http,
            save_secrets=self.kept,
            learnt=more.get("learnt", {}),
            save_learnt=self._note,
        )

    async def _note(self, learnt: Mapping[str, Any]) -> None:
        self.noted.append(learnt)

    def typed(self) -> Connection:
        return self.connection({"access_token": self.server.token})

    def mistyped(self) -> Connection:
        return self.connection({"access_token": "not-a-token"})

    async def connected(self) -> MastodonAdapter:
        account = await MastodonAdapter(self.typed()).verify()
        return MastodonAdapter(
            self.connection(
                {"access_token": self.server.token},
                remote_id=account.remote_id,
                handle=account.handle,
                learnt=account.learnt,
            )
        )

    async def others_act(self, post: Receipt) -> None:
        other, world = self.server.other, self.world
        world.follow(other, self.server.me.id)
        world.favourite(other, post.remote_id)
        world.reblog(other, post.remote_id)
        world.post(other, "@kissa おいしそう", in_reply_to_id=post.remote_id)
        world.post(other, "@kissa さんのお店")
        if world.personality.quotes:
            world.post(other, "ここの珈琲", quoted_status_id=post.remote_id)

    def agree(self, url: str) -> str:
        """What the person does on the server's page; the code that it shows."""
        parts = urlsplit(url)
        asked = Asked("POST", parts.path, parse_qs(parts.query), {}, b"")
        reply = self.server.api.answer(asked)
        assert reply is not None
        return str(reply.data).partition("<code>")[2].partition("<")[0]

    def sent(self, method: str, path: str) -> list[Any]:
        """The requests of one kind, as the server read them."""
        return [
            asked
            for asked, _reply in self.server.api.exchanges
            if (asked.method, asked.path) == (method, path)
        ]
