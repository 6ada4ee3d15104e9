"""Inserting hot rows: one statement that ignores what exists and tells what was new."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, models

from enishi.activities.events import NewActivity, NewObservation
from enishi.activities.models import Activity, Observation

_ROWS_PER_STATEMENT = 500
_SAME_NAME = (
    "workspace_id",
    "channel_id",
    "user_id",
    "occurred_at",
    "type",
    "source",
    "key",
    "actor_key",
    "actor_name",
    "object_type",
    "object_key",
    "target_key",
    "text",
    "language",
    "via",
)
_OBSERVED = ("workspace_id", "channel_id", "subject", "metric", "value", "observed_at", "source")


def document_text(document: Mapping[str, Any]) -> str:
    """The stored form of a document: order kept, nothing escaped without need."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def insert_activities(
    activities: Mapping[UUID, NewActivity], *, recorded_at: datetime
) -> set[UUID]:
    """Insert what the database does not hold yet; returns the identifiers inserted."""
    columns = ("id", "recorded_at", "direction", "document_json", *_SAME_NAME)
    values = (
        (
            identifier,
            recorded_at,
            activity.direction.value,
            document_text(activity.document),
            *(getattr(activity, name) for name in _SAME_NAME),
        )
        for identifier, activity in activities.items()
    )
    return _insert(Activity, columns, values)


def insert_observations(
    observations: Mapping[UUID, NewObservation], *, recorded_at: datetime
) -> set[UUID]:
    """Insert what the database does not hold yet; returns the identifiers inserted."""
    values = (
        (identifier, recorded_at, *(getattr(observation, name) for name in _OBSERVED))
        for identifier, observation in observations.items()
    )
    return _insert(Observation, ("id", "recorded_at", *_OBSERVED), values)


def _insert(
    model: type[models.Model], columns: Sequence[str], values: Iterable[Sequence[Any]]
) -> set[UUID]:
    inserted: set[UUID] = set()
    iterator = iter(values)
    while batch := list(islice(iterator, _ROWS_PER_STATEMENT)):
        inserted.update(_insert_batch(model, columns, batch))
    return inserted


def _insert_batch(
    model: type[models.Model], columns: Sequence[str], batch: Sequence[Sequence[Any]]
) -> Iterator[UUID]:
    meta = model._meta  # noqa: SLF001 - Django documents it as public
    adapt = [_adapter(meta.get_field(column)) for column in columns]
    names = ", ".join(f'"{column}"' for column in columns)
    row = f"({', '.join(['%s'] * len(columns))})"
    statement = (
        f'INSERT INTO "{meta.db_table}" ({names}) '  # noqa: S608 - names come from the model
        f'VALUES {", ".join([row] * len(batch))} ON CONFLICT DO NOTHING RETURNING "id"'
    )
    parameters = [
        convert(value) if convert and value is not None else value
        for values in batch
        for convert, value in zip(adapt, values, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        for (identifier,) in cursor.fetchall():
            yield identifier if isinstance(identifier, UUID) else UUID(identifier)


def _adapter(field: Any) -> Callable[[Any], Any] | None:
    """How the database wants the values of a field; None if as they are.

    Django's own way does the same and takes most of the time of a large recording.
    """
    if isinstance(field, models.UUIDField):
        return None if connection.features.has_native_uuid_field else _hex
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    return None


def _hex(identifier: UUID) -> str:
    return identifier.hex
