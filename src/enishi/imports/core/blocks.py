"""A content-addressed archive (CAR, version 1) and the search tree in it.

Nothing but an index of positions is held: blocks are read and proved when they are asked
for, so a repository of any size fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, BinaryIO, Final

import libipld

from enishi.imports.core.items import BrokenFileError

_SHA256_CIDS: Final = (b"\x01\x71\x12\x20", b"\x01\x55\x12\x20")
_CID_BYTES: Final = 36
_MAX_BLOCK: Final = 8 * 1024 * 1024
_MAX_DEPTH: Final = 128
_MAX_VARINT_BYTES: Final = 9


class Archive:
    """Random access to the blocks of a CAR file by their CIDs."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._places: dict[bytes, tuple[int, int]] = {}
        self.root = self._read_header()
        self._index()

    def _read_header(self) -> bytes:
        length = self._varint()
        if not length or length > _MAX_BLOCK:
            raise BrokenFileError("not_repository")
        header = _decode(self._exactly(length), "not_repository")
        roots = header.get("roots") if isinstance(header, dict) else None
        if not isinstance(roots, list) or len(roots) != 1 or not isinstance(roots[0], bytes):
            raise BrokenFileError("not_repository")
        return roots[0]

    def _index(self) -> None:
        while length := self._varint():
            if not _CID_BYTES <= length <= _MAX_BLOCK:
                raise BrokenFileError("damaged")
            cid = self._exactly(_CID_BYTES)
            if not cid.startswith(_SHA256_CIDS):
                raise BrokenFileError("damaged")
            self._places[cid] = (self._stream.tell(), length - _CID_BYTES)
            self._skip(length - _CID_BYTES)

    def _varint(self) -> int | None:
        """The next length, or None at the end of the file."""
        value = 0
        for position in range(_MAX_VARINT_BYTES):
            byte = self._stream.read(1)
            if not byte and position == 0:
                return None
            if not byte:
                raise BrokenFileError("cut_off")
            value |= (byte[0] & 0x7F) << (7 * position)
            if byte[0] < 0x80:  # noqa: PLR2004 - the top bit says that more follows
                return value
        raise BrokenFileError("damaged")

    def _exactly(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) != size:
            raise BrokenFileError("cut_off")
        return data

    def _skip(self, size: int) -> None:
        if size:
            self._stream.seek(size - 1, 1)
            self._exactly(1)

    def block(self, cid: bytes) -> Any:
        """The decoded block. Raises BrokenFileError when it is missing or was altered."""
        place = self._places.get(cid)
        if place is None:
            raise BrokenFileError("cut_off")
        self._stream.seek(place[0])
        data = self._exactly(place[1])
        if sha256(data).digest() != cid[4:]:
            raise BrokenFileError("damaged")
        return _decode(data, "damaged")

    def records(self, tree: bytes) -> Iterator[tuple[str, bytes]]:
        """Every key of a Merkle search tree in order, with the CID of its record."""
        waiting: list[Iterator[tuple[str, bytes] | bytes]] = [self._node(tree)]
        while waiting:
            step = next(waiting[-1], None)
            if step is None:
                waiting.pop()
            elif isinstance(step, tuple):
                yield step
            elif len(waiting) > _MAX_DEPTH:
                raise BrokenFileError("damaged")
            else:
                waiting.append(self._node(step))

    def _node(self, cid: bytes) -> Iterator[tuple[str, bytes] | bytes]:
        """The records of one node, and the CIDs of the nodes between them."""
        node = self.block(cid)
        try:
            if (left := node["l"]) is not None:
                yield _cid(left)
            key = b""
            for entry in node["e"]:
                key = key[: entry["p"]] + entry["k"]
                yield key.decode(), _cid(entry["v"])
                if (right := entry["t"]) is not None:
                    yield _cid(right)
        except (KeyError, TypeError, UnicodeDecodeError) as error:
            raise BrokenFileError("damaged") from error


def _cid(value: object) -> bytes:
    if not isinstance(value, bytes):
        raise BrokenFileError("damaged")
    return value


def _decode(data: bytes, code: str) -> Any:
    try:
        return libipld.decode_dag_cbor(data)
    except (ValueError, RecursionError) as error:
        raise BrokenFileError(code) from error
