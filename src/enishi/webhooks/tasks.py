"""Working off the queues of endpoints, and forgetting what is long done."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from enishi.jobs.database import run_plain
from enishi.jobs.registry import periodic, task
from enishi.kernel import clock
from enishi.webhooks import outbox, sending
from enishi.webhooks.core.states import EndpointState, SendingState
from enishi.webhooks.models import Event, Sending

KEEP = timedelta(days=30)
"""How long the delivery log remembers."""
_TURN_SECONDS = 20.0


@task(outbox.DRAIN)
async def drain(payload: dict[str, Any]) -> None:
    """Call one endpoint until nothing is due, or its turn is over; others want theirs."""
    endpoint_id, ends = UUID(payload["endpoint"]), time.monotonic() + _TURN_SECONDS
    while time.monotonic() < ends:
        letters = await run_plain(sending.claim, endpoint_id)
        if not letters:
            break
        await run_plain(sending.settle, await sending.call_all(letters))
    await run_plain(_go_on, endpoint_id)


def _go_on(endpoint_id: UUID) -> None:
    at = sending.next_due(endpoint_id)
    if at is not None:
        outbox.ask(endpoint_id, at)


@periodic("webhooks.tidy", every=timedelta(minutes=30))
def tidy(_payload: dict[str, Any]) -> None:
    """Forget old events; pick up the queues of which a worker died."""
    now = clock.now()
    Event.objects.filter(created_at__lt=now - KEEP).delete()
    open_states = [SendingState.WAITING.value, SendingState.SENDING.value]
    overdue = Sending.objects.filter(
        state__in=open_states,
        due_at__lt=now - timedelta(minutes=10),
        endpoint__state=EndpointState.ACTIVE.value,
    )
    for endpoint_id in overdue.values_list("endpoint_id", flat=True).distinct():
        outbox.ask(endpoint_id, now)
