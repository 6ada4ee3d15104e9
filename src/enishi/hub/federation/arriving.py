"""An activity to act upon, and what acting upon it brings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from enishi.hub.federation.notices import Note
from enishi.hub.models import Inbound, InboundState, Reaction, RemoteActor, RemoteObject, Vote
from enishi.hub.protocol.errors import RefusedError
from enishi.vocab import Node


class QuarantineError(RefusedError):
    """It waits until a moderator lets it through."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An activity to act upon, with what had to be fetched for it."""

    row: Inbound
    activity: Node
    remote: RemoteActor
    fetched: Node | None = None

    @property
    def thing(self) -> Node | None:
        """The object, embedded or fetched."""
        return self.fetched or self.activity.node("object")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an activity brings: at most one row of ours, and notices for those concerned."""

    notes: Sequence[Note] = ()
    said: RemoteObject | None = None
    reaction: Reaction | None = None
    vote: Vote | None = None

    @property
    def state(self) -> InboundState:
        """Whether it concerned anybody."""
        return InboundState.DONE if self.notes else InboundState.IGNORED
