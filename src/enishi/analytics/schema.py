"""The two tables of the lake, column by column.

Identifiers are text and times are naive UTC in microseconds: every engine that reads
Parquet agrees on these.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from enishi.analytics.engines import arrow, ibis


class Kind(StrEnum):
    """The tables of the lake, each a folder of segments."""

    ACTIVITY = "activities"
    OBSERVATION = "observations"


COLUMNS: Mapping[Kind, Mapping[str, str]] = {
    Kind.ACTIVITY: {
        "id": "text",
        "workspace_id": "text",
        "channel_id": "text",
        "user_id": "text",
        "occurred_at": "time",
        "recorded_at": "time",
        "type": "text",
        "direction": "text",
        "source": "text",
        "key": "text",
        "actor_key": "text",
        "actor_name": "text",
        "object_type": "text",
        "object_key": "text",
        "target_key": "text",
        "text": "text",
        "language": "text",
        "via": "text",
        "document_json": "text",
    },
    Kind.OBSERVATION: {
        "id": "text",
        "workspace_id": "text",
        "channel_id": "text",
        "subject": "text",
        "metric": "text",
        "value": "number",
        "observed_at": "time",
        "recorded_at": "time",
        "source": "text",
    },
}

ROLLUP_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "daily": {
        "workspace_id": "text",
        "zone": "text",
        "day": "day",
        "channel_id": "text",
        "direction": "text",
        "type": "text",
        "kind": "text",
        "acts": "count",
        "last_at": "time",
    },
    "people": {
        "workspace_id": "text",
        "zone": "text",
        "day": "day",
        "channel_id": "text",
        "person": "person",
        "acts": "count",
    },
    "published": {
        "workspace_id": "text",
        "channel_id": "text",
        "post": "text",
        "occurred_at": "time",
    },
    "received": {
        "workspace_id": "text",
        "channel_id": "text",
        "post": "text",
        "metric": "text",
        "weight": "count",
        "acts": "count",
        "first_at": "time",
        "last_at": "time",
        "times": "times",
    },
    "moves": {
        "workspace_id": "text",
        "channel_id": "text",
        "occurred_at": "time",
        "move": "count",
    },
    "reported": {
        "workspace_id": "text",
        "channel_id": "text",
        "subject": "text",
        "metric": "text",
        "value": "number",
        "observed_at": "time",
    },
}

SETTLED_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "interactions": {
        "workspace_id": "text",
        "channel_id": "text",
        "post": "text",
        "metric": "text",
        "reported": "number",
        "reported_at": "time",
        "after": "count",
        "acted_at": "time",
    },
    "answers": {
        "workspace_id": "text",
        "channel_id": "text",
        "message": "text",
        "received_at": "time",
        "answered_at": "time",
    },
    "sent": {
        "workspace_id": "text",
        "channel_id": "text",
        "message": "text",
        "sent_at": "time",
    },
    "returns": {
        "workspace_id": "text",
        "day": "day",
        "person": "person",
        "acts": "count",
        "before": "day",
        "after": "day",
    },
}

FRESH_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "observations": COLUMNS[Kind.OBSERVATION],
    "received": ROLLUP_COLUMNS["received"],
    "people": ROLLUP_COLUMNS["people"],
    "said": {
        "workspace_id": "text",
        "channel_id": "text",
        "occurred_at": "time",
        "type": "text",
        "direction": "text",
        "object_key": "text",
        "target_key": "text",
    },
}
"""What settled results do not cover: reports, acts on posts, and who wrote to whom."""

KEPT_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "posts": {"post": "text", "channel_id": "text", "published_at": "time"},
    "counts": {"post": "text", "metric": "text", "value": "number", "last_at": "time"},
    "reports": {"subject": "text", "metric": "text", "value": "number", "observed_at": "time"},
    "bases": {"post": "text", "base": "number"},
    "noted": {
        "channel_id": "text",
        "metric": "text",
        "day": "day",
        "value": "number",
        "notes": "count",
        "last_at": "time",
    },
}
"""What several numbers of a scope and a window are made of: see `readings.View.kept`."""

TIME: Mapping[Kind, str] = {Kind.ACTIVITY: "occurred_at", Kind.OBSERVATION: "observed_at"}
"""The column that places a row in time."""

LARGE = frozenset({"document_json"})
"""Columns that no number needs; they are read one row at a time."""


def analysed(kind: Kind) -> tuple[str, ...]:
    """The columns that the tables of a lake offer to metrics."""
    return tuple(name for name in COLUMNS[kind] if name not in LARGE)


def arrow_schema(kind: Kind) -> Any:
    """The Arrow schema of a table of the lake."""
    types = {"text": arrow.string(), "time": arrow.timestamp("us"), "number": arrow.float64()}
    return arrow.schema([(name, types[type_]) for name, type_ in COLUMNS[kind].items()])


_IBIS = {
    "text": "string",
    "time": "timestamp(6)",
    "number": "float64",
    "day": "date",
    "count": "int64",
    "person": "uint64",
    "times": "array<timestamp(6)>",
}


def ibis_table(name: str, columns: Mapping[str, str]) -> Any:
    """A table of this name and shape, not bound to any engine."""
    return ibis.table({column: _IBIS[type_] for column, type_ in columns.items()}, name=name)
