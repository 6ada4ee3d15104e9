"""Delivery keys: chosen by us, the same over all attempts, usable as AT Protocol record keys.

A TID is 64 bits: a zero, 53 bits of microseconds since 1970, 10 bits that tell clocks
apart; written as 13 digits of a base-32 alphabet whose order is that of ASCII. So keys
sort by the time they were made. <https://atproto.com/specs/tid>
"""

from __future__ import annotations

import os
import secrets
import threading
from datetime import UTC, datetime, timedelta

_ALPHABET = "234567abcdefghijklmnopqrstuvwxyz"
_LENGTH = 13
_CLOCK_BITS = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_BELOW_A_SECOND = 1_000_000


def tid(at: datetime, random: int) -> str:
    """The key for a time and a random number.

    The number's low bits give the clock part; the rest replaces the microseconds below
    the second, so that many deliveries planned for one instant get different keys.
    """
    seconds = (at - _EPOCH) // timedelta(seconds=1)
    micros = seconds * _BELOW_A_SECOND + (random >> _CLOCK_BITS) % _BELOW_A_SECOND
    value = micros << _CLOCK_BITS | random & ((1 << _CLOCK_BITS) - 1)
    digits = (_ALPHABET[value >> shift & 31] for shift in range(60, -1, -5))
    return "".join(digits)


def time_of(key: str) -> datetime:
    """The time in a key."""
    value = 0
    for digit in key:
        value = value << 5 | _ALPHABET.index(digit)
    return _EPOCH + (value >> _CLOCK_BITS) * _MICROSECOND


def is_tid(text: str) -> bool:
    """Whether a text is a well-formed key."""
    return (
        len(text) == _LENGTH
        and all(digit in _ALPHABET for digit in text)
        and text[0] in _ALPHABET[:16]
    )


class _Numbers:
    """The random parts of keys: those of one second follow each other from a random one.

    Drawn each on its own, one in twenty lots of ten thousand would hold the same key twice.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.begin_anew()

    def begin_anew(self) -> None:
        """Forget what was given: a process that was forked must not go on in the same way."""
        self._second = self._next = self._clock = -1

    def of(self, second: int) -> int:
        with self._lock:
            if second != self._second:
                self._second = second
                self._next = secrets.randbelow(_BELOW_A_SECOND)
                self._clock = secrets.randbits(_CLOCK_BITS)
            self._next += 1
            return self._next << _CLOCK_BITS | self._clock


_numbers = _Numbers()
os.register_at_fork(after_in_child=_numbers.begin_anew)


def new_key(at: datetime) -> str:
    """A fresh key for something made at a time."""
    return tid(at, _numbers.of(int(at.timestamp())))
