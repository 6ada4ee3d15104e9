"""Carriers bring works to a fleet of other processes. The schedule stays in the rows.

The seam is two functions: `send(ids)` hands over what is due, and `deliver(id)`, on the other
side, leases the row by compare-and-set and does it with the same code as ever. A message is
a hint, never the truth: one that comes twice finds nothing to lease, and one that is lost is
sent again. The default, *embedded*, needs no carrier: workers lease what is due themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol, runtime_checkable
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from enishi.jobs.core.fairness import Candidate
from enishi.jobs.sources import ClaimRequest, R, W, WorkSource

EMBEDDED = "embedded"
FACTORIES = {"celery": "enishi.jobs.carriers.celery_app.carrier"}
"""By the setting's value: what makes the carrier. Its library is loaded only when chosen."""


class CarrierError(Exception):
    """The broker does not take messages at the moment."""


class Carrier(Protocol):
    """Takes identifiers to wherever `deliver` is called with them, mostly."""

    def send(self, identifiers: Sequence[UUID]) -> None:
        """Hand over identifiers. Raises CarrierError; some may have been handed over then."""
        ...


@dataclass(frozen=True, slots=True)
class Leased(Generic[W]):
    """What of some works was leased; `later` says when those over a budget may come again."""

    works: Sequence[W]
    later: Mapping[UUID, datetime] = field(default_factory=dict)


@runtime_checkable
class Carriable(WorkSource[W, R], Protocol[W, R]):
    """A source whose works a carrier may take to a fleet."""

    width: int
    """How many works of a lane are under way at a time, in the whole fleet."""

    def candidates(self, request: ClaimRequest) -> Sequence[Candidate[UUID]]:
        """What is due, the earliest first."""
        ...

    def leased_lanes(self) -> Mapping[str, int]:
        """How many works of each lane are leased, by anyone."""
        ...

    def place_of(self, lane: str) -> str:
        """The server that a lane of a candidate or of the request leads to; empty: not known."""
        ...

    def claim_these(self, request: ClaimRequest, identifiers: Collection[UUID]) -> Leased[W]:
        """Lease these, as far as they are still due and may go out; committed on return."""
        ...


def is_embedded() -> bool:
    """Whether workers do everything themselves."""
    return bool(settings.ENISHI_CARRIER == EMBEDDED)


def chosen() -> Carrier:
    """The carrier that the settings name."""
    factory: Callable[[], Any] = import_string(FACTORIES[settings.ENISHI_CARRIER])
    carrier: Carrier = factory()
    return carrier
