"""The conformance suite for the Mastodon API, on every kind of server."""

from __future__ import annotations

import pytest

from tests.adapters.conformance import AdapterConformance
from tests.adapters.mastodon.bench import FakeBench
from tests.lab.mastodon_fake import AKKOMA, GOTOSOCIAL, MASTODON, OLD, SNAC


class TestServers(AdapterConformance):
    adapter_id = "mastodon"

    @pytest.fixture(params=[MASTODON, OLD], ids=lambda kind: kind.name)
    async def bench(self, request):
        bench = FakeBench(request.param)
        async with bench.http:
            yield bench


class TestOtherSoftware(AdapterConformance):
    """Servers whose limits are others: the manifest's do not hold there."""

    adapter_id = "mastodon"

    @pytest.fixture(params=[GOTOSOCIAL, AKKOMA, SNAC], ids=lambda kind: kind.name)
    async def bench(self, request):
        bench = FakeBench(request.param)
        async with bench.http:
            yield bench

    async def test_it_refuses_a_long_text_before_it_sends_anything(self, bench, manifest):
        pytest.skip("the limit is the server's own, see test_limits")

    async def test_it_deletes_a_thread_as_a_whole(self, bench):
        if not bench.world.personality.contexts:
            pytest.skip("the server does not tell what is below a post")
        await super().test_it_deletes_a_thread_as_a_whole(bench)
