"""`/healthz`: what a monitor asks.

200 ok            everything answers
200 degraded      pages work, but nobody does the background work or it is late
503 unavailable   the database does not answer
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from enishi import __version__
from enishi.jobs import queries as jobs

LATE_SECONDS = 120.0
logger = logging.getLogger(__name__)


def verdict(background: jobs.Health) -> str:
    """`ok`, or `degraded` when no worker is heard of or work waits for too long."""
    in_time = background.lag_seconds <= LATE_SECONDS
    return "ok" if background.alive and in_time else "degraded"


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    begun = time.perf_counter()
    try:
        background = jobs.health()
    except DatabaseError:
        logger.exception("healthz.database")
        return _answer("unavailable", {"database": {"ok": False, "engine": connection.vendor}})
    milliseconds = round((time.perf_counter() - begun) * 1000, 1)
    database = {"ok": True, "engine": connection.vendor, "milliseconds": milliseconds}
    return _answer(verdict(background), {"database": database, "worker": background.as_dict()})


def _answer(status: str, more: dict[str, Any]) -> JsonResponse:
    code = 503 if status == "unavailable" else 200
    return JsonResponse({"status": status, "version": __version__, **more}, status=code)
