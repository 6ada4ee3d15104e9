"""When a sample workspace is deleted, its accounts leave the town too."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from enishi.channels.models import Channel
from enishi.sample import history


def leave_town(*, workspace_id: UUID, **_signal: Any) -> None:
    """Forget the accounts, their posts and what people did, once the deletion stands."""
    channels = Channel.objects.filter(workspace_id=workspace_id, workspace__is_sample=True)
    handles = list(channels.values_list("handle", flat=True))
    if handles:
        transaction.on_commit(partial(_forget, handles))


def _forget(handles: list[str]) -> None:
    network = history.town()
    for handle in handles:
        network.forget(handle)
