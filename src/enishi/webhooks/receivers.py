"""What of the log other programs are told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.dispatch import receiver

from enishi.activities import signals
from enishi.activities.log import NewActivity
from enishi.webhooks import outbox
from enishi.webhooks.core.catalogue import Fact, event_type
from enishi.webhooks.outbox import Told


@receiver(signals.recorded)
def tell_programs(*, activities: Sequence[NewActivity], **_more: Any) -> None:
    """Write events in the same transaction; what is rolled back was never told."""
    endpoints = outbox.active_endpoints({activity.workspace_id for activity in activities})
    if not endpoints:  # mostly: nothing is put together for nobody
        return
    heard = (activity for activity in activities if activity.workspace_id in endpoints)
    outbox.put([told for activity in heard if (told := _told(activity)) is not None], endpoints)


def _told(activity: NewActivity) -> Told | None:
    fact = Fact(activity.type, activity.direction.value, activity.object_type, activity.document)
    kind = event_type(fact)
    if not kind:
        return None
    data = {**activity.document, "enishi:activity": str(activity.id)}
    if activity.channel_id is not None:
        data.setdefault("enishi:channel", str(activity.channel_id))
    return Told(activity.workspace_id, kind, activity.occurred_at, data)
