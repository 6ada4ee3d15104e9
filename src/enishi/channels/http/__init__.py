"""The one HTTP client, and the guard that stands before it."""

from __future__ import annotations

from enishi.channels.http.client import (
    Http,
    HttpResponse,
    Params,
    looks_like_html,
    redacted,
)

__all__ = ["Http", "HttpResponse", "Params", "looks_like_html", "redacted"]
