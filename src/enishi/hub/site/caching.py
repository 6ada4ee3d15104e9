"""Public pages from memory: the same bytes for every visitor, and 304 for those who have them.

A page is the same for everybody: it reads no cookie, sets none, and comes in the hub's language.
So its answer may be kept: a few seconds here, a minute by browsers and caches in between. What
is refused, deleted or moderated away is therefore gone from our own pages after `FRESH` seconds.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from enishi.hub import responses

GetResponse = Callable[[HttpRequest], HttpResponse]

FRESH = 5.0
"""Seconds that this process answers from memory without looking."""
_MOST = 400
_LARGEST = 300_000
_PREFIXES = ("/@", "/sitemap.xml", "/robots.txt")
_MARK = "_enishi_public"


@dataclass(slots=True)
class _Kept:
    body: bytes
    status: int
    headers: Mapping[str, str]
    modified: int | None
    until: float


class _Memory:
    """The latest pages by address. One thread renews a page; the others give the last one."""

    def __init__(self) -> None:
        self._pages: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> _Kept | None:
        now = time.monotonic()
        with self._lock:
            kept = self._pages.get(key)
            if kept is None:
                return None
            if kept.until < now:
                kept.until = now + FRESH
                return None
            return kept

    def put(self, key: str, kept: _Kept) -> None:
        with self._lock:
            self._pages[key] = kept
            self._pages.move_to_end(key)
            while len(self._pages) > _MOST:
                self._pages.popitem(last=False)

    def clear(self) -> None:
        with self._lock:
            self._pages.clear()


memory = _Memory()


def public(
    response: HttpResponse, *, modified: datetime | None = None, seconds: int = 60
) -> HttpResponse:
    """Mark an answer as the same for everybody; `seconds` says how long others may keep it."""
    digest = hashlib.sha256(response.content).hexdigest()[:24]
    response["ETag"] = f'"{digest}"'
    response["Cache-Control"] = f"public, max-age={seconds}, stale-while-revalidate=300"
    response["Vary"] = "Accept"
    if modified is not None:
        response["Last-Modified"] = http_date(modified.timestamp())
    setattr(response, _MARK, int(modified.timestamp()) if modified else 0)
    return response


class PublicPagesMiddleware:
    """Stands before all others: a page in memory costs neither session nor database."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not _may_be_kept(request):
            return self.get_response(request)
        key = f"{request.META.get('HTTP_HOST', '')}{request.get_full_path()}"
        kept = memory.get(key)
        if kept is None:
            response = self.get_response(request)
            kept = _kept(response)
            if kept is None:
                return response
            memory.put(key, kept)
        return _answer(request, kept)


def _may_be_kept(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"}
        and (request.path == "/" or request.path.startswith(_PREFIXES))
        and not responses.wants_activity(request)
    )


def _kept(response: HttpResponse) -> _Kept | None:
    """What is kept of an answer: nothing unless its view said that it is public."""
    modified = getattr(response, _MARK, None)
    if modified is None or response.cookies or len(response.content) > _LARGEST:
        return None
    headers = dict(response.items())
    headers["Vary"] = "Accept"
    until = time.monotonic() + FRESH
    return _Kept(response.content, response.status_code, headers, modified or None, until)


def _answer(request: HttpRequest, kept: _Kept) -> HttpResponse:
    body = b"" if request.method == "HEAD" else kept.body
    response = HttpResponse(body, status=kept.status, headers=kept.headers)
    response["Content-Length"] = str(len(kept.body))
    if kept.status != 200:  # noqa: PLR2004 - the only status that can be unchanged
        return response
    return (
        get_conditional_response(
            request, etag=kept.headers.get("ETag"), last_modified=kept.modified, response=response
        )
        or response
    )
