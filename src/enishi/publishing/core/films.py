"""Films (MP4 and WebM): what their container tells, and what it must not tell. Pure.

Nothing is decoded. The boxes of ISO/IEC 14496-12 and the elements of WebM (RFC 8794, RFC 9559)
say how large and how long a film is; those that tell about whoever took it (place, device) are
made blank, each at its length, so that nothing moves.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_BLANKED = frozenset({b"udta", b"meta", b"uuid"})
_FAMILIES = frozenset({b"moov", b"trak", b"mdia"})
_MOST_BOXES = 4000
_BRANDS_OF_QUICKTIME = frozenset({b"qt  "})

_EBML, _SEGMENT, _INFO, _TRACKS = 0x1A45DFA3, 0x18538067, 0x1549A966, 0x1654AE6B
_TRACK, _VIDEO, _WIDTH, _HEIGHT = 0xAE, 0xE0, 0xB0, 0xBA
_SCALE, _DURATION, _TAGS, _CLUSTER, _KIND = 0x2AD7B1, 0x4489, 0x1254C367, 0x1F43B675, 0x4282
_NESTED = frozenset({_EBML, _SEGMENT, _INFO, _TRACKS, _TRACK, _VIDEO})
_VOID = 0xEC


@dataclass(frozen=True, slots=True)
class Film:
    """A film that is fit to be stored. `seconds` is None where the container does not tell."""

    content: bytes
    media_type: str
    extension: str
    width: int
    height: int
    seconds: float | None


def is_film(content: bytes) -> bool:
    """Whether a file begins as a film does, of whichever kind."""
    return content[4:8] == b"ftyp" or content[:4] == b"\x1aE\xdf\xa3"


def read(content: bytes) -> Film:
    """The film in a file. Raises ValueError for what is none or is damaged."""
    try:
        return _mp4(content) if content[4:8] == b"ftyp" else _webm(content)
    except (struct.error, IndexError) as error:
        raise ValueError("damaged") from error


# ── MP4 ──


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int
    """Where its content begins."""
    end: int
    above: bytes


def _mp4(content: bytes) -> Film:
    if content[8:12] in _BRANDS_OF_QUICKTIME:
        raise ValueError("quicktime")
    written, size, seconds = bytearray(content), (0, 0), None
    found: tuple[int, int] = (0, 0)
    for box in _boxes(content, 0, len(content), b"", [_MOST_BOXES]):
        if box.kind == b"tkhd":
            found = _shown_size(content, box)
        elif box.kind == b"hdlr" and content[box.start + 8 : box.start + 12] == b"vide":
            size = size if size != (0, 0) else found
        elif box.kind == b"mvhd":
            seconds = _length(content, box)
        elif box.kind in _BLANKED:
            written[box.start - 4 : box.start] = b"free"
            written[box.start : box.end] = bytes(box.end - box.start)
    if size == (0, 0):
        raise ValueError("no picture")
    return Film(bytes(written), "video/mp4", "mp4", *size, seconds)


def _boxes(content: bytes, start: int, end: int, above: bytes, left: list[int]) -> Iterator[_Box]:
    while start + 8 <= end:
        left[0] -= 1
        if left[0] < 0:
            raise ValueError("too many boxes")
        length, kind = struct.unpack_from(">I4s", content, start)
        head = 8
        if length == 1:
            length, head = struct.unpack_from(">Q", content, start + 8)[0], 16
        elif length == 0:
            length = end - start
        if length < head or start + length > end:
            raise ValueError("damaged")
        if kind in _BLANKED and head == 16:  # noqa: PLR2004 - nobody needs 4 GB for words
            raise ValueError("damaged")
        yield _Box(kind, start + head, start + length, above)
        if kind in _FAMILIES:
            yield from _boxes(content, start + head, start + length, kind, left)
        start += length


def _shown_size(content: bytes, box: _Box) -> tuple[int, int]:
    """Width and height as shown: a quarter turn exchanges them."""
    width, height = (side >> 16 for side in struct.unpack_from(">II", content, box.end - 8))
    across = struct.unpack_from(">i", content, box.end - 8 - 36 + 4)[0]
    return (height, width) if across else (width, height)


def _length(content: bytes, box: _Box) -> float | None:
    if content[box.start]:
        scale, length = struct.unpack_from(">IQ", content, box.start + 20)
    else:
        scale, length = struct.unpack_from(">II", content, box.start + 12)
    return length / scale if scale and length else None


# ── WebM ──


@dataclass(frozen=True, slots=True)
class _Element:
    name: int
    at: int
    start: int
    end: int


def _webm(content: bytes) -> Film:
    values: dict[int, bytes] = {}
    written = bytearray(content)
    for element in _elements(content, 0, len(content)):
        if element.name == _TAGS and element.end - element.at > 9:  # noqa: PLR2004 - head of a Void
            size = element.end - element.at - 9
            written[element.at : element.end] = (
                bytes([_VOID, 1]) + size.to_bytes(7, "big") + bytes(size)
            )
        elif element.end - element.start <= 16:  # noqa: PLR2004 - numbers and the kind
            values.setdefault(element.name, content[element.start : element.end])
    if values.get(_KIND, b"").rstrip(b"\0") != b"webm":
        raise ValueError("not WebM")
    width, height = (int.from_bytes(values.get(name, b"")) for name in (_WIDTH, _HEIGHT))
    if not width or not height:
        raise ValueError("no picture")
    return Film(bytes(written), "video/webm", "webm", width, height, _seconds(values))


def _seconds(values: dict[int, bytes]) -> float | None:
    given = values.get(_DURATION, b"")
    if len(given) not in {4, 8}:
        return None
    length = struct.unpack(">f" if len(given) == 4 else ">d", given)[0]  # noqa: PLR2004
    scale = int.from_bytes(values.get(_SCALE, b"")) or 1_000_000
    return float(length * scale / 1e9) or None


def _elements(content: bytes, start: int, end: int) -> Iterator[_Element]:
    """The elements before the pictures begin, and those after them where lengths are told."""
    for _number in range(_MOST_BOXES):
        if start >= end:
            return
        name, after = _number_at(content, start, keep_mark=True)
        length, begin = _number_at(content, after, keep_mark=False)
        unknown = length == (1 << (7 * (begin - after))) - 1
        if unknown and name == _CLUSTER:
            return
        stop = end if unknown else begin + length
        if stop > end:
            raise ValueError("damaged")
        if name in _NESTED:
            yield from _elements(content, begin, stop)
        else:
            yield _Element(name, start, begin, stop)
        start = stop
    raise ValueError("too many elements")


def _number_at(content: bytes, at: int, *, keep_mark: bool) -> tuple[int, int]:
    """A number of variable length, and where it ends."""
    first = content[at]
    width = 9 - first.bit_length()
    if width > 8:  # noqa: PLR2004 - the longest there is
        raise ValueError("damaged")
    found = int.from_bytes(content[at : at + width])
    return (found if keep_mark else found & ((1 << (7 * width)) - 1)), at + width
