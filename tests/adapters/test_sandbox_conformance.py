"""The conformance suite for the built-in town."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enishi.adapters.sandbox import adapter as module
from enishi.adapters.sandbox.network import Network
from enishi.channels.contract import Attachment, Connection, Reference, Secrets
from enishi.channels.errors import RejectedError
from enishi.channels.http.testing import FakeHttp, KeptSecrets
from tests.adapters.conformance import WRITTEN_AT, AdapterConformance, Bench, outgoing


class SandboxBench(Bench):
    """A town whose clock the test turns."""

    adapter_id = "sandbox"
    on_the_web = refuses_twice = exact = False
    reasons = frozenset({"reply", "mention", "quote", "like", "reshare", "follow"})

    def __init__(self, folder, http):
        self.now = WRITTEN_AT + timedelta(minutes=1)
        self.town = Network(folder / "town.sqlite3", now=lambda: self.now)
        self.http = http

    def connection(self, **secrets):
        return Connection(
            service_url="",
            remote_id="",
            handle="",
            secrets=Secrets(secrets),
            http=self.http,
            save_secrets=KeptSecrets(),
        )

    def typed(self):
        return self.connection(handle="hinode", password="kouji")

    def mistyped(self):
        module.SandboxAdapter(self.connection())
        self.town.sign_in("hinode", "kouji")
        return self.connection(handle="hinode", password="something else")

    async def connected(self):
        account = await module.SandboxAdapter(self.typed()).verify()
        return module.SandboxAdapter(self.connection(**account.secrets.values))

    async def others_act(self, post):
        self.now += timedelta(days=2)


class TestSandbox(AdapterConformance):
    adapter_id = "sandbox"

    @pytest.fixture
    async def bench(self, tmp_path, monkeypatch):
        async with FakeHttp() as http:
            bench = SandboxBench(tmp_path, http)
            monkeypatch.setattr(module, "town", lambda: bench.town)
            yield bench

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"handle": "Kissa!", "password": "kouji"}, "handle"),
            ({"handle": "hinode", "password": "abc"}, "password"),
        ],
    )
    async def test_it_says_which_field_is_wrong(self, bench, typed, field):
        with pytest.raises(RejectedError) as refused:
            await module.SandboxAdapter(bench.connection(**typed)).verify()
        assert refused.value.field == field
        assert (await bench.connected()).length("👍🏽") == 1

    async def test_it_finds_beforehand_what_would_be_refused(self, bench):
        adapter = await bench.connected()
        image = Attachment("image/png", "", 1, 1, 1, bytes)
        assert [p.field for p in adapter.problems(outgoing(text=" "))] == ["text"]
        crowded = outgoing(attachments=[image] * 5)
        assert [p.field for p in adapter.problems(crowded)] == ["attachments"]
        lost = outgoing(in_reply_to=Reference("not a post"))
        with pytest.raises(RejectedError) as refused:
            await adapter.publish(lost)
        assert refused.value.field == "in_reply_to"
        await adapter.delete("not a post")
        assert list(await adapter.metrics(["not a post"])) == []
        assert (await adapter.publish(outgoing())).remote_id
