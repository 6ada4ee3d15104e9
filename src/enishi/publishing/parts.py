"""The parts of a delivery in the making, kept in its row before the adapter goes on."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext_lazy as _

from enishi.channels.errors import HaltedError
from enishi.channels.parts import with_part
from enishi.jobs.database import run_here
from enishi.kernel import clock
from enishi.publishing.core.states import DeliveryKind, DeliveryState
from enishi.publishing.models import Delivery
from enishi.publishing.pauses import PauseWatch

logger = logging.getLogger(__name__)
T = TypeVar("T")

_TRUSTED_SECONDS = 15.0
"""How long after it was last seen to be ours a delivery is taken to be so: less than it
takes until a worker counts as dead."""
_REST_SECONDS = 1.0


def boot_seconds() -> float:
    """Seconds that also pass while the machine is suspended, where it can tell."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class DeliveryParts:
    """The parts of one attempt. See `channels.parts` for what adapters do with them.

    Every write is a compare-and-set on *publishing, by this worker, in this attempt*: whoever
    lost a delivery learns it before anything further is sent.

    An `only` part is not written on its own: its receipt is written next, and until then the
    network can be asked for it.
    """

    def __init__(self, row: Delivery, worker_id: UUID, watch: PauseWatch) -> None:
        self._row = row
        self.only = False
        self._attempt = row.attempts
        self._worker_id = worker_id
        self._watch = watch
        self._done: dict[str, Any] = dict(row.progress)
        self._seen_at = boot_seconds() - _age(row)
        self.begun = False
        """Whether anything visible may have been asked of the network in this attempt."""

    @property
    def done(self) -> Mapping[str, Any]:
        return self._done

    @property
    def again(self) -> bool:
        return self._attempt > 1

    async def begin(self) -> None:
        """Check once more that it may go out.

        Where the database held us up, so that others may have thought us dead, the claim is
        renewed until that goes quickly: only then is there time for a request.
        """
        await self._require_not_paused()
        while boot_seconds() - self._seen_at > _TRUSTED_SECONDS:
            await self._require_ours(lambda: bool(self._mine().update(claimed_at=clock.now())))
        self.begun = True

    async def save(self, name: str, value: Any) -> None:
        """Keep a part, however long the database is away; then say whether to go on."""
        progress = with_part(self._done, name, value)
        if not self.only:
            await self._require_ours(lambda: bool(self._mine().update(progress=progress)))
        self._done = progress
        if not self.only:
            await self._require_not_paused()

    def _mine(self) -> Any:
        return Delivery.objects.filter(
            id=self._row.id,
            state=DeliveryState.PUBLISHING.value,
            worker_id=self._worker_id,
            attempts=self._attempt,
        )

    async def _require_ours(self, ask: Callable[[], bool]) -> None:
        asked_at = boot_seconds()
        if not await _patiently(ask):
            raise HaltedError(_("Another worker has taken this over."))
        self._seen_at = asked_at

    async def _require_not_paused(self) -> None:
        row = self._row
        if row.kind != DeliveryKind.PUBLISH:
            return
        if await self._watch.stops(row.workspace_id, row.channel_id):
            raise HaltedError(_("Publishing is paused."), paused=True)


def _age(row: Delivery) -> float:
    """Seconds since the claim was asked for: the database may have taken long to make it."""
    if row.claimed_at is None:
        return 0.0
    return max((clock.now() - row.claimed_at).total_seconds(), 0.0)


async def _patiently(ask: Callable[[], T]) -> T:
    """Ask the database; while it is away, wait for it."""
    while True:
        try:
            return await run_here(ask)
        except (OperationalError, InterfaceError):
            logger.warning("delivery.part_waits", exc_info=True)
            await asyncio.sleep(_REST_SECONDS)
