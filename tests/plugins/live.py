"""Real networks for tests, started once a run, on loopback.

Tests with the marker `live` run when pytest is called with `--live`, or under CI. Where a
server cannot be had they are skipped; under CI that is a failure.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.bluesky import LabNetwork, bluesky_network
from tests.lab.processes import LabUnavailableError, must_run


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--live", action="store_true", help="run tests against real servers, too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--live") or must_run():
        return
    skip = pytest.mark.skip(reason="needs a real network: call pytest with --live")
    for item in items:
        if item.get_closest_marker("live"):
            item.add_marker(skip)


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
