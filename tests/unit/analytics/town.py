"""A small seeded town: what people did on two channels in spring 2026, and what was reported."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from enishi.analytics.connection import Connection
from enishi.analytics.lake import Lake, Sources
from enishi.analytics.schema import COLUMNS, Kind
from enishi.analytics.segments import Writer
from enishi.kernel.ids import derived_id

KISSA = UUID("01900000-0000-7000-8000-000000000001")
OTHER = UUID("01900000-0000-7000-8000-000000000002")
SKY = UUID("01900000-0000-7000-8000-0000000000c1")
GRAM = UUID("01900000-0000-7000-8000-0000000000c2")
TOKYO = "Asia/Tokyo"
MARCH = datetime(2026, 3, 1, tzinfo=UTC)


def activity(at: datetime, type_: str, **values: Any) -> dict[str, Any]:
    """A row of the activities table, with empty text where nothing is said."""
    row: dict[str, Any] = dict.fromkeys(COLUMNS[Kind.ACTIVITY], "")
    row |= {"workspace_id": KISSA, "channel_id": SKY, "user_id": None, "document_json": "{}"}
    row |= {"direction": "inbound", "source": "test", "occurred_at": at, "recorded_at": at}
    row |= {"type": type_, **values}
    row["key"] = row["key"] or f"{type_}/{row['actor_key']}/{row['object_key']}/{at.isoformat()}"
    row["id"] = derived_id(at, str(row["workspace_id"]), row["source"], row["key"])
    return row


def observation(at: datetime, metric: str, value: float, **values: Any) -> dict[str, Any]:
    """A row of the observations table."""
    row: dict[str, Any] = {"workspace_id": KISSA, "channel_id": SKY, "subject": ""}
    row |= {"metric": metric, "value": value, "observed_at": at, "recorded_at": at}
    row |= {"source": "test", **values}
    natural = (str(row["channel_id"]), row["subject"], metric)
    row["id"] = derived_id(at, str(row["workspace_id"]), *natural)
    return row


@dataclass
class Town:
    """All that happened."""

    activities: list[dict[str, Any]] = field(default_factory=list)
    observations: list[dict[str, Any]] = field(default_factory=list)

    def rows(self, kind: Kind) -> list[Sequence[Any]]:
        found = self.activities if kind is Kind.ACTIVITY else self.observations
        return [tuple(row[name] for name in COLUMNS[kind]) for row in found]


def spring(seed: int = 20260301) -> Town:
    """Sixty days of two channels, some of it in another workspace."""
    chance = random.Random(seed)
    town = Town()
    for workspace in (KISSA, OTHER):
        for channel in (SKY, GRAM):
            _channel(town, chance, workspace, channel)
    return town


def _channel(town: Town, chance: random.Random, workspace: UUID, channel: UUID) -> None:
    here = {"workspace_id": workspace, "channel_id": channel}
    followers = chance.randint(100, 500)
    for number in range(60):
        day = MARCH + timedelta(days=number)
        for _ in range(chance.randint(0, 2)):
            at = day + timedelta(seconds=chance.randrange(86_400))
            post = f"{workspace}/{channel}/{at.isoformat()}"
            own = {**here, "direction": "outbound", "object_key": post, "object_type": "Note"}
            town.activities.append(activity(at, "Create", **own))
            town.activities.extend(_acts(chance, at, post, here))
            town.observations.extend(_reports(chance, at, post, here))
        for _ in range(chance.randint(0, 4)):
            at = day + timedelta(seconds=chance.randrange(86_400))
            who = f"person-{chance.randrange(50)}"
            town.activities.append(activity(at, "Follow", actor_key=who, **here))
            followers += 1
        if chance.random() < 0.1:
            at = day + timedelta(hours=20)
            undo = {"object_type": "Follow", "actor_key": "person-1", **here}
            town.activities.append(activity(at, "Undo", **undo))
        if chance.random() < 0.6 and number > 3:
            at = day + timedelta(hours=chance.randrange(24))
            town.observations.append(observation(at, "followers", followers, **here))


def _acts(
    chance: random.Random, at: datetime, post: str, here: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    for type_, most in (("Like", 6), ("Announce", 2), ("Create", 2), ("Undo", 1)):
        for _ in range(chance.randint(0, most)):
            when = at + timedelta(seconds=chance.randrange(5 * 86_400))
            named = {"target_key": post} if type_ == "Create" else {"object_key": post}
            undone = {"object_type": "Like"} if type_ == "Undo" else {"object_type": "Note"}
            who = {"actor_key": f"person-{chance.randrange(50)}"}
            yield activity(when, type_, **named, **undone, **who, **here)


def _reports(
    chance: random.Random, at: datetime, post: str, here: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    for metric in ("likes", "quotes", "reach", "impressions", "views"):
        value = 0.0
        for hours in (6, 48):
            if chance.random() < 0.5:
                value += chance.randint(1, 400 if metric in {"reach", "impressions"} else 9)
                when = at + timedelta(hours=hours)
                yield observation(when, metric, value, subject=post, **here)


def lake_of(
    town: Town,
    root: Path,
    connection: Connection,
    *,
    sealed: float = 0.7,
    zone: str = TOKYO,
    batches: int = 1,
) -> Lake:
    """A lake of which the given part of each table is sealed and the rest is hot."""
    return Lake(connection, sources_of(town, root, connection, sealed, zone, batches))


def sources_of(
    town: Town, root: Path, connection: Connection, sealed: float, zone: str, batches: int
) -> Sources:
    """What such a lake is made of, sealed in so many batches."""
    zones = {KISSA: zone, OTHER: "UTC"}
    writer = Writer(root, connection, zones)
    segments: dict[Kind, list[str]] = {kind: [] for kind in Kind}
    hot = {}
    counts: dict[str, int] = {}
    for kind in Kind:
        rows = town.rows(kind)
        cut = int(len(rows) * sealed)
        for at in range(batches):
            written = writer.write(kind, rows[:cut][at::batches])
            segments[kind] += [segment.path for segment in written]
            counts |= {segment.path: segment.rows for segment in written}
        hot[kind] = rows[cut:]
    return Sources(root, [KISSA, OTHER], segments, hot, (), zones, rows=counts)
