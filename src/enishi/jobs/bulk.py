"""Many rows in one statement: what Django's own way does takes most of a worker's time.

Values are given as Python holds them (UUIDs, aware times, JSON values) and are adapted by
the model's fields. Call these inside a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, islice
from typing import Any

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

_PARAMETERS = 900
"""In one statement: older SQLite takes no more than 999."""
Convert = Callable[[Any], Any]


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows. What is not among `columns` must have a default in the database."""
    table, names, convert, _types = _shape(connection.vendor, model, tuple(columns))
    one = f"({', '.join(['%s'] * len(columns))})"
    head = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608 - names come from the model
    with connection.cursor() as cursor:
        for batch in _batches(rows, _rows_at_once(columns)):
            statement = head + ", ".join([one] * len(batch))
            cursor.execute(statement, [*_adapted(batch, convert)])


def insert_new(
    model: type[models.Model], columns: Sequence[str], key: str, rows: Iterable[Sequence[Any]]
) -> set[Any]:
    """Insert what no unique column holds already; returns the values of `key` that were new."""
    table, names, convert, _types = _shape(connection.vendor, model, tuple(columns))
    one = f"({', '.join(['%s'] * len(columns))})"
    head = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608 - names come from the model
    tail = f" ON CONFLICT DO NOTHING RETURNING {names[list(columns).index(key)]}"
    found: set[Any] = set()
    with connection.cursor() as cursor:
        for batch in _batches(rows, _rows_at_once(columns)):
            statement = head + ", ".join([one] * len(batch)) + tail
            cursor.execute(statement, [*_adapted(batch, convert)])
            found |= {row[0] for row in cursor.fetchall()}
    return found


def update_rows(
    model: type[models.Model],
    keys: Sequence[str],
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
) -> None:
    """Give each row its own values: a row holds the values of `keys`, then of `columns`."""
    write = _update_one_by_one if connection.vendor == "sqlite" else _update_by_join
    with connection.cursor() as cursor:
        for batch in _batches(rows, _rows_at_once([*keys, *columns])):
            write(cursor, model, (tuple(keys), tuple(columns)), batch)


_Columns = tuple[tuple[str, ...], tuple[str, ...]]


def _update_one_by_one(
    cursor: CursorWrapper, model: type[models.Model], columns: _Columns, batch: list[Sequence[Any]]
) -> None:
    """SQLite prepares a statement once; going to it costs nothing."""
    keys, changed = columns
    table, names, convert, _types = _shape(connection.vendor, model, keys + changed)
    sets = ", ".join(f"{name} = %s" for name in names[len(keys) :])
    where = " AND ".join(f"{name} = %s" for name in names[: len(keys)])
    rows = (list(_adapted([row], convert)) for row in batch)
    cursor.executemany(
        f"UPDATE {table} SET {sets} WHERE {where}",  # noqa: S608 - names come from the model
        [row[len(keys) :] + row[: len(keys)] for row in rows],
    )


def _update_by_join(
    cursor: CursorWrapper, model: type[models.Model], columns: _Columns, batch: list[Sequence[Any]]
) -> None:
    """PostgreSQL plans one statement for all of them; the first row tells it the types."""
    keys, changed = columns
    table, names, convert, types = _shape(connection.vendor, model, keys + changed)
    first = f"({', '.join(f'%s::{kind}' for kind in types)})"
    more = f"({', '.join(['%s'] * len(names))})"
    sets = ", ".join(f"{name} = given.{name}" for name in names[len(keys) :])
    where = " AND ".join(f"{table}.{name} = given.{name}" for name in names[: len(keys)])
    cursor.execute(
        f"UPDATE {table} SET {sets} "  # noqa: S608 - names come from the model
        f"FROM (VALUES {', '.join([first, *[more] * (len(batch) - 1)])}) "
        f"AS given ({', '.join(names)}) WHERE {where}",
        [*_adapted(batch, convert)],
    )


def _rows_at_once(columns: Sequence[str]) -> int:
    return 1000 if connection.vendor != "sqlite" else max(_PARAMETERS // len(columns), 1)


def _batches(rows: Iterable[Sequence[Any]], size: int) -> Iterable[list[Sequence[Any]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def _adapted(rows: Sequence[Sequence[Any]], convert: Sequence[Convert | None]) -> Iterable[Any]:
    return chain.from_iterable(
        [
            value if adapt is None or value is None else adapt(value)
            for adapt, value in zip(convert, row, strict=True)
        ]
        for row in rows
    )


@lru_cache(maxsize=64)
def _shape(
    _vendor: str, model: type[models.Model], columns: tuple[str, ...]
) -> tuple[str, list[str], list[Convert | None], list[str]]:
    """Table, columns, how the database wants their values, and their types."""
    meta = model._meta  # noqa: SLF001 - Django documents it as public
    by_name = {field.name: field for field in meta.concrete_fields}
    fields = [by_name[name] for name in columns]
    quote = connection.ops.quote_name
    return (
        quote(meta.db_table),
        [quote(str(field.column)) for field in fields],
        [_adapter(field) for field in fields],
        [str(field.db_type(connection)).partition("(")[0] for field in fields],
    )


def _adapter(field: Any) -> Convert | None:
    """How the database wants the values of a field; None if as they are."""
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, models.UUIDField):
        return None if connection.features.has_native_uuid_field else _hex
    if isinstance(kind, models.DateTimeField):
        sqlite = connection.vendor == "sqlite"
        return _utc_text if sqlite else connection.ops.adapt_datetimefield_value
    if isinstance(kind, models.JSONField):
        return _json
    return None


def _hex(value: Any) -> str:
    return str(value.hex)


def _utc_text(value: datetime) -> str:
    """As Django has SQLite keep an aware time."""
    return str(value.astimezone(UTC).replace(tzinfo=None))


def _json(value: Any) -> str:
    if value == {}:
        return "{}"
    return "[]" if value == [] else json.dumps(value)
