"""Listens to what channels read, and to who is to be forgotten."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.dispatch import receiver

from enishi.activities.signals import person_erased
from enishi.channels.models import Channel
from enishi.channels.signals import activities_read, history_read
from enishi.inbox import arrivals


@receiver(activities_read, dispatch_uid="inbox.receive")
def people_said(channel: Channel, activities: arrivals.Activities, **_: Any) -> None:
    arrivals.receive(channel, activities)


@receiver(history_read, dispatch_uid="inbox.receive_own")
def we_said(channel: Channel, activities: arrivals.Activities, **_: Any) -> None:
    arrivals.receive_own(channel, activities)


@receiver(person_erased, dispatch_uid="inbox.forget")
def somebody_left(workspace_id: UUID, actor_key: str, **_: Any) -> None:
    arrivals.forget(workspace_id, actor_key)
