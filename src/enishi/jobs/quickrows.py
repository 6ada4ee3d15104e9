"""Reading many rows: the query is Django's, what comes back is converted in fewer steps.

Django builds every query anew, asks every field of every row how its value is to be read, and
adapts every identifier of a long list on its own. In a worker that takes more time than the
database does. So a query that is asked again and again is compiled once (`Prepared`), with
places for what is `Given` each time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from django.db.models.expressions import Expression
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler

from enishi.jobs.bulk import adapter

M = TypeVar("M", bound=models.Model)
_Convert = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Slot:
    """The place of a value among the parameters of a prepared statement."""

    name: str
    adapt: _Convert | None


class Given(models.Value):
    """A value that is told when a prepared query is asked."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(None, output_field=field)
        self.name = name
        self._field = field

    def as_sql(
        self,
        compiler: SQLCompiler,  # noqa: ARG002 - Django's signature
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
    ) -> tuple[str, tuple[Any, ...]]:
        return "%s", (_Slot(self.name, adapter(self._field)),)


class Among(Expression):
    """A condition: a column of identifiers holds one of these, or of those given by this name.

    They are one parameter, however many they are: the statement stays the same.
    """

    conditional = True

    def __init__(self, column: str, identifiers: Collection[UUID] | str) -> None:
        super().__init__(output_field=models.BooleanField())
        self._column: Any = models.F(column)
        self._identifiers = identifiers

    def get_source_expressions(self) -> list[Any]:
        return [self._column]

    def set_source_expressions(self, exprs: Sequence[Any]) -> None:
        (self._column,) = exprs

    def _parameter(self, adapt: Callable[[Collection[UUID]], str]) -> tuple[Any, ...]:
        given = self._identifiers
        return (_Slot(given, adapt) if isinstance(given, str) else adapt(given),)

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
    ) -> tuple[str, tuple[Any, ...]]:
        column, _none = compiler.compile(self._column)
        condition = f"{column} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - Django's name
        return condition, self._parameter(_as_json_list)

    def as_postgresql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
    ) -> tuple[str, tuple[Any, ...]]:
        column, _none = compiler.compile(self._column)
        return f"{column} = ANY(%s::uuid[])", self._parameter(_as_array)


def _as_json_list(identifiers: Collection[UUID]) -> str:
    if not identifiers:
        return "[]"
    return '["' + '","'.join([identifier.hex for identifier in identifiers]) + '"]'


def _as_array(identifiers: Collection[UUID]) -> str:
    return "{" + ",".join([identifier.hex for identifier in identifiers]) + "}"


@dataclass(frozen=True, slots=True)
class _Statement:
    text: str
    parameters: tuple[Any, ...]
    fields: Sequence[tuple[str, _Convert | None]]
    """Of the columns that are read: names, and how they are read."""

    def bound(self, given: dict[str, Any]) -> list[Any]:
        return [_bound(item, given) if type(item) is _Slot else item for item in self.parameters]


def _bound(slot: _Slot, given: dict[str, Any]) -> Any:
    value = given[slot.name]
    return value if slot.adapt is None or value is None else slot.adapt(value)


class Prepared(Generic[M]):
    """A query that is built and compiled when it is first asked, once for each database.

    `columns` are read, all of the model's by default; no joins but those that filter. With
    `changes` it is an update instead. What differs from time to time is `Given`.
    """

    def __init__(
        self, make: Callable[[], models.QuerySet[M, Any]], *columns: str, **changes: Any
    ) -> None:
        self._make = make
        self._columns = columns
        self._changes = changes
        self._statements: dict[str, _Statement] = {}

    def rows(self, **given: Any) -> list[tuple[Any, ...]]:
        """The rows as the database gives them: see the functions below."""
        statement = self._statement()
        with connection.cursor() as cursor:
            cursor.execute(statement.text, statement.bound(given))
            return list(cursor.fetchall())

    def instances(self, **given: Any) -> list[M]:
        """The rows as instances of the model."""
        rows = self.rows(**given)
        return _made(self._make().model, self._statement().fields, rows) if rows else []

    def change(self, **given: Any) -> int:
        """Make the changes; how many rows had them."""
        statement = self._statement()
        with connection.cursor() as cursor:
            cursor.execute(statement.text, statement.bound(given))
            return int(cursor.rowcount)

    def plan(self, **given: Any) -> list[str]:
        """How the database would find the rows, in its own words."""
        statement = self._statement()
        explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
        with connection.cursor() as cursor:
            cursor.execute(explain + statement.text, statement.bound(given))
            return [str(row[-1]) for row in cursor.fetchall()]

    def _statement(self) -> _Statement:
        vendor = connection.vendor
        if vendor not in self._statements:
            self._statements[vendor] = self._compiled(vendor)
        return self._statements[vendor]

    def _compiled(self, vendor: str) -> _Statement:
        rows, fields = self._make(), list[tuple[str, _Convert | None]]()
        query: Any = rows.query
        if self._changes:
            query = query.chain(UpdateQuery)
            query.add_update_values(self._changes)
        elif not query.values_select and not query.annotation_select:
            fields = _fields(vendor, rows.model, self._columns)
            query = rows.values_list(*(name for name, _read in fields)).query
        text, parameters = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        return _Statement(*_with_constants(text, parameters), fields)


_CONSTANT = re.compile(r"[a-z_]*")


def _with_constants(text: str, parameters: Sequence[Any]) -> tuple[str, tuple[Any, ...]]:
    """Words that never change are written into a statement: partial indexes are found by them.

    SQLite would plan anew at every call, since other words might find others.
    """
    pieces, left = text.split("%s"), list[Any]()
    written = pieces[0]
    for piece, value in zip(pieces[1:], parameters, strict=True):
        if isinstance(value, str) and _CONSTANT.fullmatch(value):
            written += f"'{value}'{piece}"
        else:
            written += f"%s{piece}"
            left.append(value)
    return written, tuple(left)


def unread(rows: models.QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows of a query as the database gives them: see the functions below."""
    statement, parameters = rows.query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def _made(
    model: type[M], fields: Sequence[tuple[str, _Convert | None]], rows: Sequence[tuple[Any, ...]]
) -> list[M]:
    """Instances as `Model.from_db` makes them, without asking every field what it thinks.

    Nothing here listens to the making of instances. Columns that are left out are deferred.
    """
    names = [name for name, _read in fields]
    readers = [(place, read) for place, (_name, read) in enumerate(fields) if read is not None]
    found = []
    for row in rows:
        values = list(row)
        for place, read in readers:
            if values[place] is not None:
                values[place] = read(values[place])
        made = model.__new__(model)
        made.__dict__.update(zip(names, values, strict=True))
        made._state = state = ModelState()  # noqa: SLF001 - what from_db does
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        found.append(made)
    return found


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
