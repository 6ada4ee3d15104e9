from __future__ import annotations

from pathlib import Path

import pytest

from enishi.adapters.sandbox.network import FILE_NAME, Network


@pytest.fixture(autouse=True)
def home(settings, tmp_path) -> Path:
    """A data folder of its own for each test: keys and the town begin anew."""
    settings.ENISHI_HOME = tmp_path
    settings.ENISHI_SECRET_KEYS = ""
    return tmp_path


@pytest.fixture
def town(home) -> Network:
    """The town as its operator sees it."""
    return Network(home / FILE_NAME)


@pytest.fixture
def connect(owner):
    """`connect(handle="hinode")`: a channel to the town."""
    from enishi.channels import actions  # noqa: PLC0415 - Django is ready only now

    def connected(actor=None, *, handle="hinode", password="kouji"):
        return actions.connect_channel(
            actor or owner, adapter="sandbox", fields={"handle": handle, "password": password}
        )

    return connected
