"""Answers that other servers understand, and what they asked for."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from enishi.hub.protocol.errors import RefusedError, SignatureError

logger = logging.getLogger(__name__)

ACTIVITY = "application/activity+json"
_ACTIVITIES = (ACTIVITY, "application/ld+json", "application/json")
_STATUS = {
    "oversized": 413,
    "blocked": 403,
    "too-many": 429,
    "busy": 503,
    "gone": 410,
}
_UNAUTHORISED = frozenset(
    {"unsigned", "signature", "digest", "date", "key", "coverage", "replayed"}
)

View = Callable[..., HttpResponse]


def wants_activity(request: HttpRequest) -> bool:
    """Whether a document is asked for rather than a page."""
    wanted = request.headers.get("Accept", "")
    first_html = wanted.find("text/html")
    places = [wanted.find(kind) for kind in _ACTIVITIES if kind in wanted]
    return bool(places) and (first_html < 0 or min(places) < first_html)


def activity(document: Any, *, status: int = 200, seconds: int = 0) -> HttpResponse:
    """A document; `seconds` says how long anybody may keep it."""
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(body, status=status, content_type=f"{ACTIVITY}; charset=utf-8")
    kept = f"public, max-age={seconds}" if seconds else "private, no-store"
    response["Cache-Control"] = kept
    patch_vary_headers(response, ["Accept", "Signature"])
    return response


def data(document: Any, kind: str) -> HttpResponse:
    """A small public document of another kind, readable by scripts of other sites."""
    response = HttpResponse(json.dumps(document, ensure_ascii=False), content_type=kind)
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=300"
    return response


def explained(view: View) -> View:
    """Turn refusals into statuses, and write them to the log."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except RefusedError as error:
            return refused(request, error)

    return answered


def refused(request: HttpRequest, error: RefusedError) -> HttpResponse:
    """What the sender of something refused reads: the code, and for signatures the reason."""
    logger.warning(
        "hub.refused",
        extra={
            "path": request.path,
            "reason": error.reason,
            "detail": error.detail[:300],
            "address": request.META.get("REMOTE_ADDR", ""),
        },
    )
    status = _STATUS.get(error.reason, 400)
    if isinstance(error, SignatureError) or error.reason in _UNAUTHORISED:
        status = 401
    told = {"error": error.reason}
    if isinstance(error, SignatureError):
        told["detail"] = error.detail[:300]
    response = HttpResponse(json.dumps(told), status=status, content_type="application/json")
    if status in {429, 503}:
        response["Retry-After"] = "60"
    return response
