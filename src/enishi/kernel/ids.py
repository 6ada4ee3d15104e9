"""UUID version 7 identifiers (RFC 9562), random or derived from a natural key."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from enishi.kernel import clock

_RANDOM_BITS = 74
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def _assemble(at: datetime, random: int) -> UUID:
    milliseconds = max(0, (at - _EPOCH) // _MILLISECOND) & ((1 << 48) - 1)
    rand_a, rand_b = random >> 62, random & ((1 << 62) - 1)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b)


def new_id() -> UUID:
    """A fresh identifier that sorts by the time it was made."""
    return _assemble(clock.now(), secrets.randbits(_RANDOM_BITS))


def derived_id(at: datetime, *parts: str) -> UUID:
    """The identifier of something that already has a natural key.

    The same time and parts give the same identifier on every machine, so that reading a
    thing twice cannot record it twice. `at` is aware; its milliseconds lead the identifier.
    """
    digest = blake2b("\x1f".join(parts).encode(), digest_size=10).digest()
    return _assemble(at, int.from_bytes(digest, "big") >> (80 - _RANDOM_BITS))


def time_of(identifier: UUID) -> datetime:
    """The time that leads a version 7 identifier, to the millisecond, in UTC."""
    return _EPOCH + (identifier.int >> 80) * _MILLISECOND
