"""The conformance suite for the built-in town."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enishi.adapters.sandbox import adapter as module
from enishi.adapters.sandbox.network import Network
from enishi.channels.contract import Connection, Secrets
from enishi.channels.http.testing import FakeHttp, KeptSecrets
from tests.adapters.conformance import WRITTEN_AT, AdapterConformance, Bench


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
