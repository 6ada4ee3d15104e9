"""Listens to what channels read."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from enishi.channels.models import Channel
from enishi.channels.signals import activities_read, history_read
from enishi.inbox import arrivals


@receiver(activities_read, dispatch_uid="inbox.receive")
def people_said(channel: Channel, activities: arrivals.Activities, **_: Any) -> None:
    arrivals.receive(channel, activities)


@receiver(history_read, dispatch_uid="inbox.receive_own")
def we_said(channel: Channel, activities: arrivals.Activities, **_: Any) -> None:
    arrivals.receive_own(channel, activities)
