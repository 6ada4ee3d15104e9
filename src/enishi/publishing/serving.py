"""Stored files as answers, in parts where a player asks for them (RFC 9110, section 14)."""

from __future__ import annotations

import re
from typing import IO

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

from enishi.publishing import media

_PART = 4 * 1024 * 1024
"""So much is sent at once to those who ask for a part: they ask again."""
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def answer(request: HttpRequest, path: str, media_type: str) -> HttpResponseBase:
    """A stored file, or the part that is asked for. Its content never changes.

    Raises FileNotFoundError.
    """
    size = default_storage.size(path)
    file = media.open_file(path)
    part = _wanted(request.headers.get("Range", ""), size)
    if part is None:
        response: HttpResponseBase = FileResponse(file, content_type=media_type)
    else:
        response = _partial(file, part, size, media_type)
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _wanted(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte; (size, size) when there are none. None: everything."""
    found = _RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), int(found[2] or size - 1)
    if first >= size or last < first:
        return size, size
    return first, min(last, size - 1, first + _PART - 1)


def _partial(
    file: IO[bytes], part: tuple[int, int], size: int, media_type: str
) -> HttpResponseBase:
    first, last = part
    with file:
        if first >= size:
            missing = HttpResponse(status=416, content_type=media_type)
            missing["Content-Range"] = f"bytes */{size}"
            return missing
        file.seek(first)
        response = HttpResponse(file.read(last - first + 1), status=206, content_type=media_type)
    response["Content-Range"] = f"bytes {first}-{last}/{size}"
    return response
