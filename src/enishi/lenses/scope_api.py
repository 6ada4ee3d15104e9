"""REST: which days and channels are asked for."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from ninja import Field, Schema

from enishi.lenses.queries import Asked


class Scope(Schema):
    """Which days and channels."""

    first: date | None = None
    last: date | None = None
    channel_id: list[UUID] = Field(default_factory=list)

    def asked(self) -> Asked:
        return Asked(self.first, self.last, tuple(self.channel_id))
