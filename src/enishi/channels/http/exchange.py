"""One request, its answer, and the ways in which there is none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

_NO_HEADERS = CIMultiDictProxy[str](CIMultiDict())


class Call(NamedTuple):
    """One request as it goes over the wire."""

    method: str
    url: URL
    headers: CIMultiDict[str] | CIMultiDictProxy[str] = _NO_HEADERS
    content: bytes | None = None


class Answer(NamedTuple):
    """What came back, unpacked. Names of headers may be written in any case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class NotReachedError(Exception):
    """Nobody was reached: nothing was sent."""


class BrokenOffError(Exception):
    """The exchange broke off after something may have been sent."""


class RefusedError(Exception):
    """A stream was asked for and the server answered with this status instead."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class TooLargeError(Exception):
    """More came back than was asked for; the rest was not read."""
