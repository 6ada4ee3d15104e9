"""Reading many rows: the query is Django's, what comes back is converted in fewer steps.

Django asks every field of every row how its value is to be read, and adapts every identifier
of a long list on its own. In a worker that takes more time than the database does.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.expressions import Expression
from django.db.models.sql.compiler import SQLCompiler

M = TypeVar("M", bound=models.Model)
_Convert = Callable[[Any], Any]


class Among(Expression):
    """A condition: a column of identifiers holds one of these."""

    conditional = True

    def __init__(self, column: str, identifiers: Collection[UUID]) -> None:
        super().__init__(output_field=models.BooleanField())
        self._column: Any = models.F(column)
        self._identifiers = identifiers

    def get_source_expressions(self) -> list[Any]:
        return [self._column]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self._column,) = exprs

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
    ) -> tuple[str, tuple[Any, ...]]:
        """One of none is never true."""
        column, _none = compiler.compile(self._column)
        given = ", ".join(["%s"] * len(self._identifiers))
        values = tuple(identifier.hex for identifier in self._identifiers)
        return (f"{column} IN ({given})", values) if values else ("1 = 0", ())

    def as_postgresql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
    ) -> tuple[str, tuple[Any, ...]]:
        column, _none = compiler.compile(self._column)
        return f"{column} = ANY(%s)", (list(self._identifiers),)


def unread(rows: models.QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows of a query as the database gives them: see the functions below."""
    statement, parameters = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def instances(rows: models.QuerySet[M], *names: str) -> list[M]:
    """The rows of a query as instances, with these columns or with all; no joins."""
    fields = _fields(connection.vendor, rows.model, names)
    columns = [name for name, _read in fields]
    readers = [read for _name, read in fields]
    return [
        rows.model.from_db(
            DEFAULT_DB_ALIAS,
            columns,
            [
                value if read is None or value is None else read(value)
                for read, value in zip(readers, row, strict=True)
            ],
        )
        for row in unread(rows.values_list(*columns))
    ]


@lru_cache(maxsize=64)
def _fields(
    _vendor: str, model: type[models.Model], names: tuple[str, ...]
) -> list[tuple[str, _Convert | None]]:
    """Columns in the model's order, and how each is read."""
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django documents it as public
    return [
        (str(field.attname), _reader(field))
        for field in fields
        if not names or field.attname in names
    ]


def _reader(field: Any) -> _Convert | None:
    """How a field's value is read; None if it is as Python wants it."""
    kind = field.target_field if isinstance(field, models.ForeignKey) else field
    if isinstance(kind, models.JSONField):
        return as_json
    if connection.vendor != "sqlite":
        return None
    if isinstance(kind, models.UUIDField):
        return as_uuid
    if isinstance(kind, models.DateTimeField):
        return as_time
    return None


def as_uuid(value: Any) -> UUID:
    """An identifier; SQLite keeps its digits."""
    return value if isinstance(value, UUID) else UUID(int=int(value, 16))


def as_time(value: datetime) -> datetime:
    """An aware time; SQLite keeps it in UTC without saying so."""
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def as_json(value: str) -> Any:
    """A JSON value; most are empty."""
    if value == "{}":
        return {}
    return [] if value == "[]" else json.loads(value)
