"""The numbers of the past year, which a channel that was connected all along would have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from asgiref.sync import async_to_sync

from enishi.activities import log
from enishi.activities.models import Activity
from enishi.channels import recording, service
from enishi.channels.contract import Metric, ReportsMetrics
from enishi.channels.models import Channel
from enishi.sample import history
from enishi.sample.writing import DAYS, ZONE

_EVENING = time(23, 30)
_SUBJECTS_A_CALL = 100


def backfill(channel: Channel, now: datetime) -> None:
    """Daily numbers of the account, and those of every post."""
    log.observe(recording.observations(channel, _daily(channel, now)))
    subjects = _own_posts(channel)
    log.observe(recording.observations(channel, async_to_sync(_of_posts)(channel, subjects)))


def _daily(channel: Channel, now: datetime) -> list[Metric]:
    today = now.astimezone(ZONE).date()
    evenings = [
        datetime.combine(today - timedelta(days=days), _EVENING, ZONE)
        for days in range(DAYS, 0, -1)
    ]
    return [
        Metric("", measure.metric, measure.value, moment)
        for moment, measure in history.town().days(channel.remote_id, evenings)
    ]


def _own_posts(channel: Channel) -> list[str]:
    own = Activity.objects.filter(
        workspace_id=channel.workspace_id,
        channel_id=channel.id,
        type="Create",
        direction=log.Direction.OUTBOUND,
        target_key="",
    )
    return list(own.order_by("id").values_list("object_key", flat=True))


async def _of_posts(channel: Channel, subjects: Sequence[str]) -> list[Metric]:
    async with service.open_adapter(channel) as adapter:
        assert isinstance(adapter, ReportsMetrics)  # noqa: S101 - the town reports numbers
        found: list[Metric] = []
        for start in range(0, len(subjects), _SUBJECTS_A_CALL):
            found.extend(await adapter.metrics(subjects[start : start + _SUBJECTS_A_CALL]))
        return found
