"""Finds what is due and gives it to the carrier, in the place of the loop that does it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError

from enishi.jobs.carriers import Carriable, Carrier, CarrierError, handovers
from enishi.jobs.database import Database
from enishi.jobs.lookahead import Lookahead
from enishi.jobs.timing import Timing
from enishi.kernel import clock

logger = logging.getLogger(__name__)

_REST_AFTER_ERROR = 1.0
_FULL = 0.05
"""Seconds until the next look while more is due than the fleet can take."""
_LONGEST_GATHER = 0.1
"""The slower it goes, the more is handed over in one go, but for this many seconds at most."""


class Feeder:
    """Serves one source by handing its works over. Any number of feeders may run."""

    def __init__(
        self,
        source: Carriable[Any, Any],
        worker_id: UUID,
        database: Database,
        timing: Timing,
        carrier: Carrier,
    ) -> None:
        self.source = source
        again = timedelta(seconds=settings.ENISHI_CARRIER_AGAIN)
        self._terms = handovers.Terms(source, worker_id, again)
        self._ahead: Lookahead[tuple[UUID, str]] = Lookahead()
        self._database = database
        self._timing = timing
        self._carrier = carrier
        self._troubled = False

    @property
    def in_flight(self) -> set[UUID]:
        """Nothing: what is handed over is nobody's until somebody leases it."""
        return set()

    @property
    def is_claiming(self) -> bool:
        """Never: it claims nothing itself."""
        return False

    def abort(self) -> None:
        """There is nothing to cut off."""

    async def serve(self, stopping: asyncio.Event) -> None:
        """Hand over what is due until told to stop."""
        try:
            while not stopping.is_set():
                pause = await self._turn()
                waiting = asyncio.create_task(stopping.wait())
                await asyncio.wait([waiting], timeout=pause)
                waiting.cancel()
        finally:
            await self.source.close()

    async def _turn(self) -> float:
        """Hand over what may go; the seconds until the next time.

        An outage is logged once, and nothing is lost by it.
        """
        begun = time.monotonic()
        try:
            chosen = await self._database.run(
                handovers.choose, self._terms, clock.now(), self._ahead
            )
            await self._send(chosen.ids)
        except (DatabaseError, CarrierError):
            if not self._troubled:
                logger.exception("carrier.trouble")
            self._troubled = True
            return _REST_AFTER_ERROR
        if self._troubled:
            logger.info("carrier.well")
        self._troubled = False
        if not chosen.ids and not chosen.more:
            return self._timing.poll
        least = self._timing.gather if chosen.ids else _FULL
        return min(max(least, time.monotonic() - begun), _LONGEST_GATHER)

    async def _send(self, ids: Sequence[UUID]) -> None:
        if not ids:
            return
        try:
            await asyncio.to_thread(self._carrier.send, ids)
        except CarrierError:
            await self._database.run(handovers.forget, ids)
            raise
