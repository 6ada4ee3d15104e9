"""Many rows in one statement: what Django's own way does takes most of a worker's time.

Values are given as Python holds them (UUIDs, aware times, JSON values) and are adapted by
the model's fields. Call these inside a transaction.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain, islice
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models
from django.db.backends.utils import CursorWrapper

_ROWS = 1000
"""In one statement, where the database takes many at once."""
_PARAMETERS = 20_000
"""In one statement: SQLite takes no more than 32,766."""
Convert = Callable[[Any], Any]
M = TypeVar("M", bound=models.Model)


def insert_rows(
    model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Insert rows. What is not among `columns` must have a default in the database."""
    table, names, convert, _types = _shape(connection.vendor, model, tuple(columns))
    one = f"({', '.join(['%s'] * len(columns))})"
    head = f"INSERT INTO {table} ({', '.join(names)}) VALUES "  # noqa: S608 - names come from the model
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(head + one, [*_adapted(rows, convert)])
            return
        for batch in _batches(_adapted(rows, convert)):
            cursor.execute(head + ", ".join([one] * len(batch)), [*chain.from_iterable(batch)])


def insert_models(model: type[M], rows: Sequence[M]) -> None:
    """`bulk_create` for rows whose keys are known, without signals."""
    if not rows:
        return
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django documents it as public
    values = attrgetter(*(field.attname for field in fields))
    insert_rows(model, [field.name for field in fields], map(values, rows))


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
        for batch in _batches(_adapted(rows, convert), max(_PARAMETERS // len(columns), 1)):
            statement = head + ", ".join([one] * len(batch)) + tail
            cursor.execute(statement, [*chain.from_iterable(batch)])
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
        write(cursor, model, (tuple(keys), tuple(columns)), rows)


_Columns = tuple[tuple[str, ...], tuple[str, ...]]


def _update_one_by_one(
    cursor: CursorWrapper,
    model: type[models.Model],
    columns: _Columns,
    rows: Iterable[Sequence[Any]],
) -> None:
    """SQLite prepares a statement once; going to it costs nothing."""
    keys, changed = columns
    table, names, convert, _types = _shape(connection.vendor, model, keys + changed)
    sets = ", ".join(
        f"{name} = ?{place}" for place, name in enumerate(names, 1) if place > len(keys)
    )
    where = " AND ".join(f"{name} = ?{place}" for place, name in enumerate(names[: len(keys)], 1))
    cursor.executemany(
        f"UPDATE {table} SET {sets} WHERE {where}",  # noqa: S608 - names come from the model
        [*_adapted(rows, convert)],
    )


def _update_by_join(
    cursor: CursorWrapper,
    model: type[models.Model],
    columns: _Columns,
    rows: Iterable[Sequence[Any]],
) -> None:
    """PostgreSQL plans one statement for all of them; the first row tells it the types."""
    keys, changed = columns
    table, names, convert, types = _shape(connection.vendor, model, keys + changed)
    first = f"({', '.join(f'%s::{kind}' for kind in types)})"
    more = f"({', '.join(['%s'] * len(names))})"
    sets = ", ".join(f"{name} = given.{name}" for name in names[len(keys) :])
    where = " AND ".join(f"{table}.{name} = given.{name}" for name in names[: len(keys)])
    for batch in _batches(_adapted(rows, convert)):
        cursor.execute(
            f"UPDATE {table} SET {sets} "  # noqa: S608 - names come from the model
            f"FROM (VALUES {', '.join([first, *[more] * (len(batch) - 1)])}) "
            f"AS given ({', '.join(names)}) WHERE {where}",
            [*chain.from_iterable(batch)],
        )


def _batches(rows: Iterable[Sequence[Any]], size: int = _ROWS) -> Iterable[list[Sequence[Any]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def _adapted(
    rows: Iterable[Sequence[Any]], convert: Sequence[Convert | None]
) -> Iterator[list[Any]]:
    """Rows as the database wants them; only what it wants otherwise is touched."""
    adapters = [(place, adapt) for place, adapt in enumerate(convert) if adapt is not None]
    for row in rows:
        values = list(row)
        for place, adapt in adapters:
            if values[place] is not None:
                values[place] = adapt(values[place])
        yield values


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
        [adapter(field) for field in fields],
        [str(field.db_type(connection)).partition("(")[0] for field in fields],
    )


def adapter(field: Any) -> Convert | None:
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


@lru_cache(maxsize=4096)
def _utc_text(value: datetime) -> str:
    """As Django has SQLite keep an aware time. Rows of one batch share most of theirs."""
    if value.tzinfo is UTC:
        return value.isoformat(" ")[:-6]
    return str(value.astimezone(UTC).replace(tzinfo=None))


def _json(value: Any) -> str:
    if value == {}:
        return "{}"
    return "[]" if value == [] else json.dumps(value)
