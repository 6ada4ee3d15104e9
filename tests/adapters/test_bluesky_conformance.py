"""The conformance suite for Bluesky, on recordings of a real network."""

from __future__ import annotations

import pytest

from tests.adapters.bluesky_bench import RecordedBench
from tests.adapters.cassettes import RECORDINGS
from tests.adapters.conformance import AdapterConformance


class TestBluesky(AdapterConformance):
    adapter_id = "bluesky"

    @pytest.fixture
    async def bench(self, request):
        if not (RECORDINGS / "bluesky" / f"{request.node.originalname}.json").exists():
            pytest.fail("no recording: run tests/contract with ENISHI_RECORD=1")
        bench = RecordedBench(request.node.originalname)
        async with bench.http:
            yield bench
