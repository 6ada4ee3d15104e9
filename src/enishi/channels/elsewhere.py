"""Pictures of other servers, shown through us.

Neither does a visitor's browser go there, nor do bytes of a stranger come to it.

1. Only addresses that a page of ours shows are fetched: each is signed, for a few weeks.
2. They are fetched by the guarded client: no private networks, a time and size that end.
3. What comes is decoded as an image and drawn anew, smaller: nothing else is passed on.
4. It is kept as a file for some days, a failure for some minutes.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import threading
import time
import warnings
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from asgiref.sync import async_to_sync
from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from PIL import Image, ImageOps, UnidentifiedImageError

from enishi.channels.errors import AdapterError
from enishi.channels.http import Http
from enishi.kernel import clock
from enishi.kernel.ids import new_id

logger = logging.getLogger(__name__)

MEDIA_TYPE = "image/webp"
SIDES = {"face": 160, "picture": 1280}
"""The longest side of each size, in pixels."""
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
DEADLINE = 8.0
KEPT = 7 * 24 * 3600.0
"""Seconds that a picture is kept; then it is read anew, if somebody still looks at it."""
FAILED = 600.0
"""Seconds until a picture that could not be read is tried again."""
ROOM = 512 * 1024 * 1024
"""Bytes that all of them may take."""
_WEEK = 7 * 24 * 3600
_WEEKS = 4
_LONGEST = 2000
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_signer = Signer(salt="enishi.channels.elsewhere")
_fetches = threading.BoundedSemaphore(2)
"""Those who wait for strangers must not hold all threads."""


class NoPictureError(Exception):
    """It cannot be shown."""

    is_face = False
    """Whether a letter stands in for it, which an empty picture lets through."""


class BusyError(Exception):
    """Too many are fetched at the moment: come again."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture in a size."""

    url: str
    size: str

    @property
    def path(self) -> Path:
        """Its file, there or not."""
        name = hashlib.sha256(f"{self.size} {self.url}".encode()).hexdigest()
        return folder() / name[:2] / f"{name}.webp"


def folder() -> Path:
    """Where pictures are kept."""
    return Path(settings.ENISHI_HOME) / "cache" / "elsewhere"


# ── addresses ──


def address(url: str, size: str = "picture") -> str:
    """Our own address of a picture elsewhere; empty for what is no address of the web."""
    if not url.startswith(("https://", "http://")) or len(url) > _LONGEST:
        return ""
    told = urlsafe_b64encode(f"{_week()} {size} {url}".encode()).decode().rstrip("=")
    return reverse("channels_public:elsewhere", args=[_signer.signature(told), told])


def read(signature: str, told: str) -> Wanted:
    """What an address of ours asks for. Raises NoPictureError for one that is not ours."""
    try:
        _signer.unsign(f"{told}:{signature}")
        text = urlsafe_b64decode(told + "=" * (-len(told) % 4)).decode()
    except (BadSignature, ValueError) as error:
        raise NoPictureError(signature) from error
    week, size, url = text.split(" ", 2)
    if not 0 <= _week() - int(week) <= _WEEKS:
        raise NoPictureError(url)
    return Wanted(url, size)


def _week() -> int:
    """Addresses stay the same for a week, so that browsers keep what is behind them."""
    return int(clock.now().timestamp()) // _WEEK


# ── pictures ──


def picture(wanted: Wanted, *, fetch: Callable[[str], bytes] | None = None) -> bytes:
    """A picture, from its file or from where it is. Raises NoPictureError and BusyError."""
    kept = _kept(wanted.path)
    if kept is None:
        if not _fetches.acquire(timeout=2):
            raise BusyError(wanted.url)
        try:
            kept = _drawn_or_nothing(wanted, fetch or _fetched)
        finally:
            _fetches.release()
        _keep(wanted.path, kept)
    if not kept:
        missing = NoPictureError(wanted.url)
        missing.is_face = wanted.size == "face"
        raise missing
    return kept


@cache
def nothing() -> bytes:
    """A picture in which nothing is to be seen."""
    output = io.BytesIO()
    Image.new("RGBA", (1, 1)).save(output, "WEBP", lossless=True)
    return output.getvalue()


def _drawn_or_nothing(wanted: Wanted, fetch: Callable[[str], bytes]) -> bytes:
    try:
        return drawn(fetch(wanted.url), SIDES.get(wanted.size, SIDES["picture"]))
    except (AdapterError, NoPictureError) as error:
        logger.info("channels.no_picture", extra={"url": wanted.url, "reason": str(error)[:200]})
        return b""


def _fetched(url: str) -> bytes:
    return async_to_sync(_get)(url)


async def _get(url: str) -> bytes:
    allowed = settings.ENISHI_ALLOWED_NETWORKS
    async with Http(allowed_networks=allowed, deadline=DEADLINE, max_bytes=MAX_BYTES) as client:
        response = await client.request("GET", url, headers={"accept": "image/*"}, elsewhere=True)
    if not response.ok:
        raise NoPictureError(f"HTTP {response.status}")
    return response.content


def drawn(content: bytes, side: int) -> bytes:
    """An image drawn anew within `side` pixels, its first frame, without what it tells besides.

    Raises NoPictureError for anything else.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=_FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise NoPictureError("too many pixels")
                return _written(image, side)
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise NoPictureError("not an image") from error


def _written(image: Image.Image, side: int) -> bytes:
    image.draft("RGB", (side, side))
    upright = ImageOps.exif_transpose(image)
    has_holes = upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info
    plain = upright.convert("RGBA" if has_holes else "RGB")
    plain.thumbnail((side, side), Image.Resampling.LANCZOS)
    output = io.BytesIO()
    plain.save(output, "WEBP", quality=82, method=3)
    return output.getvalue()


# ── files ──


def _kept(path: Path) -> bytes | None:
    """What is in a file: a picture, nothing after a failure, None when it is to be fetched."""
    try:
        content, age = path.read_bytes(), time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return None
    return content if age < (KEPT if content else FAILED) else None


def _keep(path: Path, content: bytes) -> None:
    """Write a file at once, so that nobody reads half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(f".{new_id().hex}")
    half.write_bytes(content)
    os.replace(half, path)  # noqa: PTH105 - Path.replace is the same


def tidy() -> int:
    """Delete what is old, and the oldest of what takes too much room; returns how many."""
    files = sorted(_files(), key=lambda one: one[0], reverse=True)
    now, room, count = time.time(), ROOM, 0
    for modified, size, path in files:
        room -= size
        if room < 0 or now - modified > KEPT:
            path.unlink(missing_ok=True)
            count += 1
    return count


def _files() -> Iterator[tuple[float, int, Path]]:
    for path in folder().glob("??/*"):
        try:
            found = path.stat()
        except FileNotFoundError:
            continue
        yield found.st_mtime, found.st_size, path
