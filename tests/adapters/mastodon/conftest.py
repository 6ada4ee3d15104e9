from __future__ import annotations

import pytest

from tests.adapters.mastodon.bench import FakeBench
from tests.lab.mastodon_fake import Personality


@pytest.fixture
async def make_bench():
    """`make_bench(MASTODON)`: an account on a fake server of that kind."""
    made: list[FakeBench] = []

    def make(kind: Personality) -> FakeBench:
        made.append(FakeBench(kind))
        return made[-1]

    yield make
    for bench in made:
        await bench.http.aclose()
