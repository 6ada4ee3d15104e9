"""Inserting hot rows: what exists is left alone, and what was new is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection

from enishi.activities.events import NewActivity, NewObservation
from enishi.activities.models import Activity, Observation
from enishi.jobs.bulk import insert_new, insert_rows
from enishi.jobs.quickrows import Among, Prepared, as_uuid

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


_values_of = attrgetter(*_SAME_NAME)
_observed_of = attrgetter(*_OBSERVED)
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def document_text(document: Mapping[str, Any]) -> str:
    """The stored form of a document: order kept, nothing escaped without need."""
    return _encoder.encode(document)


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
            *_values_of(activity),
        )
        for identifier, activity in activities.items()
    )
    return _insert(Activity, columns, values)


def insert_observations(
    observations: Mapping[UUID, NewObservation], *, recorded_at: datetime
) -> set[UUID]:
    """Insert what the database does not hold yet; returns the identifiers inserted."""
    values = (
        (identifier, recorded_at, *_observed_of(observation))
        for identifier, observation in observations.items()
    )
    return _insert(Observation, ("id", "recorded_at", *_OBSERVED), values)


_Model = type[Activity] | type[Observation]
_Row = tuple[Any, ...]


def _insert(model: _Model, columns: Sequence[str], values: Iterable[_Row]) -> set[UUID]:
    if connection.vendor != "sqlite":
        return insert_new(model, columns, "id", values)
    inserted: set[UUID] = set()
    iterator = iter(values)
    while batch := list(islice(iterator, _ROWS_PER_STATEMENT)):
        inserted.update(_insert_unknown(model, columns, batch))
    return inserted


def _insert_unknown(model: _Model, columns: Sequence[str], batch: Sequence[_Row]) -> list[UUID]:
    """Writers of SQLite wait for each other: what is not there now comes from nobody else."""
    stored = _STORED[model].rows(ids=[values[0] for values in batch])
    known = {as_uuid(identifier) for (identifier,) in stored}
    fresh = [values for values in batch if values[0] not in known] if known else batch
    insert_rows(model, columns, fresh)
    return [values[0] for values in fresh]


_STORED: Mapping[_Model, Prepared[Any]] = {
    Activity: Prepared(lambda: Activity.objects.filter(Among("id", "ids")).values_list("id")),
    Observation: Prepared(lambda: Observation.objects.filter(Among("id", "ids")).values_list("id")),
}
