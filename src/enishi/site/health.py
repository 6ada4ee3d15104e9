"""What monitors ask: `/healthz` and `/metrics`.

/healthz  200 ok            everything answers
          200 degraded      pages work, but nobody does the background work or it is late
          503 unavailable   the database does not answer
/metrics  Prometheus' text format, for who has the token, or asks from this machine itself
"""

from __future__ import annotations

import hmac
import ipaddress
import logging
import time
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from enishi import __version__
from enishi.jobs import exposition
from enishi.jobs import queries as jobs

LATE_SECONDS = 120.0
_FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")
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


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not _may_read(request):
        hint = "Send ENISHI_METRICS_TOKEN as a bearer token, or ask from this machine.\n"
        return HttpResponse(hint, status=403, content_type="text/plain; charset=utf-8")
    return HttpResponse(exposition.text(), content_type=exposition.CONTENT_TYPE)


def _may_read(request: HttpRequest) -> bool:
    """With a token set, who shows it; without one, this machine, but not through a proxy."""
    if token := settings.ENISHI_METRICS_TOKEN:
        shown = request.headers.get("Authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())
    return _is_local(request.META.get("REMOTE_ADDR", "")) and not any(
        name in request.META for name in _FORWARDED
    )


def _is_local(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
