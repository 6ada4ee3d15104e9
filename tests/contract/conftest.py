"""Real networks, started once for all tests that want them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.bluesky import LabNetwork, bluesky_network
from tests.lab.processes import LabUnavailableError, must_run


def _started(*, appview: bool) -> Iterator[LabNetwork]:
    try:
        with bluesky_network(appview=appview) as network:
            yield network
    except LabUnavailableError as error:
        if must_run():
            raise
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def bluesky() -> Iterator[LabNetwork]:
    """A whole network: PDS, AppView, notifications."""
    yield from _started(appview=True)


@pytest.fixture(scope="session")
def lonely_pds() -> Iterator[LabNetwork]:
    """A PDS that knows no AppView."""
    yield from _started(appview=False)
