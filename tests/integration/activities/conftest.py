"""A lake of its own for each test, and short ways to say what happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from enishi.accounts.models import Workspace
from enishi.activities.log import Direction, NewActivity, NewObservation
from tests.integration.activities.kit import Act, Observe

APRIL = datetime(2026, 4, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def lake_folder(tmp_path: Path, settings: Any) -> Path:
    settings.ENISHI_LAKE = tmp_path / "lake"
    return tmp_path / "lake"


@pytest.fixture
def act(workspace: Workspace) -> Act:
    """`act(3, type="Like")`: something that happened three minutes into April."""

    def make(minute: int = 0, **values: Any) -> NewActivity:
        defaults: dict[str, Any] = {
            "workspace_id": workspace.pk,
            "type": "Like",
            "key": f"act-{minute}",
            "source": "test",
            "occurred_at": APRIL + timedelta(minutes=minute),
            "direction": Direction.INBOUND,
            "actor_key": "did:plc:hanako",
            "actor_name": "Hanako",
            "object_key": "at://post/1",
        }
        return NewActivity(**(defaults | values))

    return make


@pytest.fixture
def saw(workspace: Workspace) -> Observe:
    """`saw(3, metric="followers", value=12)`: a report three minutes into April."""

    def make(minute: int = 0, **values: Any) -> NewObservation:
        defaults: dict[str, Any] = {
            "workspace_id": workspace.pk,
            "channel_id": None,
            "subject": "",
            "metric": "followers",
            "value": 100.0,
            "observed_at": APRIL + timedelta(minutes=minute),
            "source": "test",
        }
        return NewObservation(**(defaults | values))

    return make
