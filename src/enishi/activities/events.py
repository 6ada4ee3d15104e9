"""The shapes of what is recorded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from enishi.kernel.ids import derived_id


class Direction(StrEnum):
    """Whether others acted on us, we acted on a network, or it stayed in the house."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


@dataclass(frozen=True, slots=True)
class NewActivity:
    """An activity to record.

    `source` is a channel's id, `enishi` or `import:<name>`; `key` is the natural key, unique
    within workspace and source. The same natural key at the same time is the same activity.
    """

    workspace_id: UUID
    type: str
    key: str
    source: str
    occurred_at: datetime
    channel_id: UUID | None = None
    direction: Direction = Direction.INTERNAL
    actor_key: str = ""
    actor_name: str = ""
    object_type: str = ""
    object_key: str = ""
    target_key: str = ""
    text: str = ""
    language: str = ""
    user_id: UUID | None = None
    via: str = ""
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> UUID:
        return derived_id(self.occurred_at, str(self.workspace_id), self.source, self.key)


@dataclass(frozen=True, slots=True)
class NewObservation:
    """A metric's value at a time; an empty `subject` is the account itself."""

    workspace_id: UUID
    channel_id: UUID | None
    subject: str
    metric: str
    value: float
    observed_at: datetime
    source: str

    @property
    def id(self) -> UUID:
        return derived_id(
            self.observed_at,
            str(self.workspace_id),
            str(self.channel_id or ""),
            self.source,
            self.subject,
            self.metric,
        )


@dataclass(frozen=True, slots=True)
class Recorded:
    """What a call of `record` did: the identifiers that were new, in order of arrival.

    `known` were in the log already; `erased` belong to people who asked to be forgotten.
    """

    new: list[UUID]
    known: int
    erased: int = 0
