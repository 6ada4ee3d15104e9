"""Benches for the Bluesky adapter: on a recording, or on a network of our own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from enishi.adapters.bluesky.adapter import BlueskyAdapter
from enishi.channels.contract import Connection, Receipt, Secrets
from enishi.channels.http import Http
from enishi.channels.http.guard import NetworkGuard
from enishi.channels.http.testing import KeptSecrets
from enishi.channels.http.transport import GuardedTransport, Transport
from tests.adapters.cassettes import RECORDINGS, Cassette, Player, Recorder, Scrubber
from tests.adapters.conformance import Bench
from tests.lab.bluesky import LabAccount, LabNetwork, stamp

PDS = "https://pds.example"
LOOPBACK = ("127.0.0.0/8", "::1/128")


class BlueskyBench(Bench):
    """What recorded and live benches share."""

    adapter_id = "bluesky"
    reasons = frozenset({"reply", "mention", "quote", "like", "reshare", "follow"})

    def __init__(self, http: Http, service_url: str, notes: Mapping[str, str]) -> None:
        self.http = http
        self.service_url = service_url
        self.handle, self.did = notes["handle"], notes["did"]
        self.other_handle = notes["other_handle"]
        self.password = notes.get("password", "scrubbed-password")
        self.kept = KeptSecrets()

    def connection(
        self, secrets: Mapping[str, str], *, remote_id: str = "", handle: str = ""
    ) -> Connection:
        return Connection(
            service_url=self.service_url,
            remote_id=remote_id,
            handle=handle,
            secrets=Secrets(dict(secrets)),
            http=self.http,
            save_secrets=self.kept,
        )

    def typed(self) -> Connection:
        return self.connection({"identifier": self.handle, "app_password": self.password})

    def mistyped(self) -> Connection:
        return self.connection({"identifier": self.handle, "app_password": "not-the-password"})

    async def connected(self) -> BlueskyAdapter:
        account = await BlueskyAdapter(self.typed()).verify()
        assert account.secrets is not None
        return BlueskyAdapter(
            self.connection(
                account.secrets.values, remote_id=account.remote_id, handle=account.handle
            )
        )


class RecordedBench(BlueskyBench):
    """Answers from the recording of a test."""

    def __init__(self, name: str) -> None:
        cassette = Cassette.load(RECORDINGS / "bluesky" / f"{name}.json")
        super().__init__(Http(transport=Player(cassette)), PDS, cassette.notes)


class LiveBench(BlueskyBench):
    """Two fresh accounts on a running network; `recording` names the recording to write."""

    def __init__(self, network: LabNetwork, name: str, recording: str = "") -> None:
        self.network = network
        self.me: LabAccount = network.create_account(f"me-{name}", display_name="喫茶えにし")
        self.other: LabAccount = network.create_account(f"you-{name}", display_name="田中")
        notes = {
            "handle": self.me.handle,
            "did": self.me.did,
            "other_handle": self.other.handle,
            "other_did": self.other.did,
        }
        self.cassette: Cassette | None = None
        transport: Transport = GuardedTransport(NetworkGuard(LOOPBACK))
        if recording:
            self.cassette = Cassette(RECORDINGS / "bluesky" / f"{recording}.json", notes)
            transport = Recorder(self.cassette, transport, self._scrubber())
        secret = {"password": self.me.app_password}
        super().__init__(Http(transport=transport), network.pds_url, notes | secret)

    def _scrubber(self) -> Scrubber:
        return Scrubber(
            {
                self.network.pds_url: PDS,
                self.network.appview_url: "https://appview.example",
                self.me.app_password: "scrubbed-password",
                "@lab.test": "@pds.example",
            }
        )

    def finish(self) -> None:
        if self.cassette is not None:
            self.cassette.notes["recorded"] = stamp()[:10]
            self.cassette.save()

    async def others_act(self, post: Receipt) -> None:
        self.network.settle()  # a reaction to what is not indexed yet notifies nobody
        ours = {"uri": post.remote_id, "cid": post.extra["cid"]}
        self.network.create(self.other, "app.bsky.graph.follow", self._act(self.did))
        self.network.create(self.other, "app.bsky.feed.like", self._act(ours))
        self.network.create(self.other, "app.bsky.feed.repost", self._act(ours))
        self.network.post(self.other, "おいしそう", reply={"root": ours, "parent": ours})
        quote = {"$type": "app.bsky.embed.record", "record": ours}
        self.network.post(self.other, "ここの珈琲", langs=["ja"], embed=quote)
        self.network.post(self.other, f"@{self.handle} さんのお店", facets=[self._mention()])
        self.network.await_notifications(self.me, len(self.reasons))

    def _act(self, subject: object) -> dict[str, Any]:
        return {"subject": subject, "createdAt": stamp()}

    def _mention(self) -> dict[str, Any]:
        feature = {"$type": "app.bsky.richtext.facet#mention", "did": self.did}
        index = {"byteStart": 0, "byteEnd": len(self.handle) + 1}
        return {"index": index, "features": [feature]}

    async def settle(self) -> None:
        self.network.settle()
