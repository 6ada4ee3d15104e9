"""Finding what kind of file it is, and the streams inside it. Nothing is unpacked to disk."""

from __future__ import annotations

import io
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final, cast

from enishi.imports.core.items import BrokenFileError, Kind

_ENCRYPTED: Final = 0x1
_HEAD: Final = 64 * 1024
_MAGIC_BYTES: Final = 8
_ARCHIVES: Final = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
MAX_UNPACKED: Final = 16 * 1024**3
_MEMBERS: Final = {
    Kind.OUTBOX: re.compile(r"(?:.*/)?outbox\.json"),
    Kind.TWEETS: re.compile(r"(?:.*/)?tweets?(?:-part\d+)?\.js"),
}
_DAMAGE: Final = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    NotImplementedError,
)


def detect(raw: BinaryIO) -> Kind | None:
    """The kind of a file; None for a table, whose columns decide. Rewinds the stream."""
    raw.seek(0)
    head = raw.read(_HEAD)
    raw.seek(0)
    if not head.strip():
        raise BrokenFileError("empty")
    if head.startswith(_ARCHIVES):
        return _detect_archive(raw)
    if b"eroots" in head[:64] and b"gversion" in head[:128]:
        return Kind.REPOSITORY
    text = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    if text.startswith((b"window.YTD", b"window.ytd")):
        return Kind.TWEETS
    if text.startswith(b"{"):
        return Kind.OUTBOX
    if b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BrokenFileError("unknown")
    return None


def _detect_archive(raw: BinaryIO) -> Kind:
    with translated():
        for name, _stream in _members(raw, tuple(_MEMBERS.values())):
            raw.seek(0)
            return next(kind for kind, pattern in _MEMBERS.items() if pattern.fullmatch(name))
    raise BrokenFileError("nothing_inside")


def streams(raw: BinaryIO, kind: Kind) -> Iterator[BinaryIO]:
    """The stream of the file, or those inside an archive, one after the other."""
    raw.seek(0)
    head = raw.read(_MAGIC_BYTES)
    raw.seek(0)
    if kind not in _MEMBERS or not head.startswith(_ARCHIVES):
        yield raw
        return
    found = False
    for _name, stream in _members(raw, (_MEMBERS[kind],)):
        found = True
        yield stream
    if not found:
        raise BrokenFileError("nothing_inside")


@contextmanager
def translated() -> Iterator[None]:
    """What goes wrong inside archives, in our words."""
    try:
        yield
    except _DAMAGE as error:
        raise BrokenFileError("damaged") from error


def _members(
    raw: BinaryIO, patterns: tuple[re.Pattern[str], ...]
) -> Iterator[tuple[str, BinaryIO]]:
    members = _zipped(raw, patterns) if zipfile.is_zipfile(raw) else _tarred(raw, patterns)
    for name, stream in members:
        yield name, cast("BinaryIO", io.BufferedReader(Bounded(stream), _HEAD))


def _zipped(raw: BinaryIO, patterns: tuple[re.Pattern[str], ...]) -> Iterator[tuple[str, BinaryIO]]:
    with zipfile.ZipFile(raw) as archive:
        names = [name for name in archive.namelist() if _matches(name, patterns)]
        if any(archive.getinfo(name).flag_bits & _ENCRYPTED for name in names):
            raise BrokenFileError("encrypted")
        for name in sorted(names, key=lambda name: (len(name), name)):
            with archive.open(name) as stream:
                yield name, cast("BinaryIO", stream)


def _tarred(raw: BinaryIO, patterns: tuple[re.Pattern[str], ...]) -> Iterator[tuple[str, BinaryIO]]:
    raw.seek(0)
    with tarfile.open(fileobj=raw, mode="r:*") as archive:
        for member in archive:
            stream = archive.extractfile(member) if _matches(member.name, patterns) else None
            if stream is not None:
                with stream:
                    yield member.name, cast("BinaryIO", stream)


def _matches(name: str, patterns: tuple[re.Pattern[str], ...]) -> bool:
    return any(pattern.fullmatch(name) for pattern in patterns)


class Bounded(io.RawIOBase):
    """A stream that stops an archive from unfolding without end."""

    def __init__(self, stream: BinaryIO, limit: int = MAX_UNPACKED) -> None:
        self._stream = stream
        self._left = limit

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override] # any writable buffer
        data = self._stream.read(len(buffer))
        self._left -= len(data)
        if self._left < 0:
            raise BrokenFileError("too_large")
        buffer[: len(data)] = data
        return len(data)
