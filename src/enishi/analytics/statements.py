"""The SQL of questions, made once and asked of any window and scope of the same shape.

Ibis takes 30–100 ms to make a statement, and DuckDB often 5 ms to answer it. So the moments
and identifiers of the question that first needed a statement are taken out of it, and those of
later questions put in. A statement that names a moment which is none of the window's own is
not kept for others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from enishi.analytics.windows import Scope, Window

_MADE_AT_MOST = 2_000
_TIMES = re.compile(r"MAKE_TIMESTAMP\(([^()]*)\)|MAKE_DATE\(([^()]*)\)")
_PLAIN = re.compile(r"[a-z0-9 -]{1,40}")
_MICROSECOND, _DAY = timedelta(microseconds=1), timedelta(days=1)

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, and of which part of the log; `tables` are the rollups at hand."""

    kpi: str
    name: str
    scope: Scope
    window: Window
    tables: frozenset[str]

    @property
    def digest(self) -> str:
        """A name for the scope and the window: what is kept for them is called by it."""
        return digest(self.scope, self.window)

    @property
    def shape(self) -> Key | None:
        """What two questions have in common that differ in moments and identifiers only.

        None where the zone's offset changes within the window, as its days are cut by more
        moments, and where the name shows that people's own words are asked for.
        """
        offsets = self.window.offsets()
        if len(offsets) != 1 or not _PLAIN.fullmatch(self.name):
            return None
        channels = -1 if self.scope.channels is None else len(self.scope.channels)
        return (
            self.kpi,
            self.name,
            channels,
            int(offsets[0][0].total_seconds()),
            "+".join(sorted(self.tables)),
        )


class Statements:
    """The statements of a process; those kept in a file serve the next process too."""

    def __init__(self) -> None:
        self._exact: dict[Question, str] = {}
        self._shaped: dict[Key, str] = {}
        self._file: Path | None = None
        self._lock = Lock()

    def sql(self, question: Question, make: Callable[[], str]) -> str:
        """The SQL of a question, by `make` where no question of its shape came before."""
        if (known := self._exact.get(question)) is not None:
            return known
        shape = question.shape
        pattern = self._shaped.get(shape) if shape is not None else None
        if pattern is None:
            made = make()
            if shape is not None and (pattern := _pattern(made, question)) is not None:
                self._keep(shape, pattern)
        else:
            made = _filled(pattern, question)
        if len(self._exact) >= _MADE_AT_MOST:
            self._exact.clear()
        self._exact[question] = made
        return made

    def keep_in(self, folder: Path) -> None:
        """Read what an earlier process of the same code made, and add to it from now on."""
        file = folder / f"statements-{_fingerprint()}.jsonl"
        with self._lock:
            if self._file == file:
                return
            folder.mkdir(parents=True, exist_ok=True)
            for old in folder.glob("statements-*.jsonl"):
                if old != file:
                    old.unlink(missing_ok=True)
            if file.exists():
                self._shaped = dict(_read(file)) | self._shaped
            self._file = file

    def forget(self) -> None:
        """Make every statement anew."""
        self._exact.clear()
        self._shaped.clear()

    def _keep(self, shape: Key, pattern: str) -> None:
        with self._lock:
            self._shaped[shape] = pattern
            if self._file is not None:
                with self._file.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps([*shape, pattern]) + "\n")


statements = Statements()
"""Those of this process."""


def _moments(window: Window) -> dict[str, datetime | date]:
    """The moments that a statement may name."""
    return {
        "start": window.start,
        "end": window.end,
        "eve": window.start - _MICROSECOND,
        "first": window.first,
        "last": window.last,
        "before": window.first - _DAY,
    }


def _pattern(sql: str, question: Question) -> str | None:
    """The statement with marks for what is this question's own; None if that is not clear."""
    marks: dict[str, str] = {}
    for name, moment in _moments(question.window).items():
        if marks.setdefault(_written(moment), _mark(name)) != _mark(name):
            return None
    found = [_read_moment(match) for match in _TIMES.finditer(sql)]
    if any(moment not in marks for moment in found):
        return None
    sql = _TIMES.sub(lambda match: marks[_read_moment(match)], sql)
    for name, identifier in _identifiers(question).items():
        sql = sql.replace(identifier, _mark(name))
    return sql


def _filled(pattern: str, question: Question) -> str:
    for name, moment in _moments(question.window).items():
        pattern = pattern.replace(_mark(name), _written(moment))
    for name, identifier in _identifiers(question).items():
        pattern = pattern.replace(_mark(name), identifier)
    return pattern


def _identifiers(question: Question) -> Mapping[str, str]:
    scope = question.scope
    channels = {f"channel {at}": str(one) for at, one in enumerate(scope.channels or ())}
    return {"workspace": str(scope.workspace_id), "digest": question.digest} | channels


@lru_cache(maxsize=1024)
def digest(scope: Scope, window: Window) -> str:
    """A short name for a scope and a window."""
    return sha256(repr((scope, window)).encode()).hexdigest()[:24]


def _mark(name: str) -> str:
    return f"«{name}»"


def _written(moment: datetime | date) -> str:
    if isinstance(moment, datetime):
        return f"TIMESTAMP '{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}'"
    return f"DATE '{moment:%Y-%m-%d}'"


def _read_moment(match: re.Match[str]) -> str:
    """A literal as Ibis writes it for DuckDB, in our own writing."""
    if match[2] is not None:
        return _written(date(*(int(part) for part in match[2].split(","))))
    *whole, seconds = match[1].split(",")
    micros = round(float(seconds) * 1_000_000)
    year, month, day, hour, minute = (int(part) for part in whole)
    moment = datetime(year, month, day, hour, minute, tzinfo=UTC)
    return _written(moment + micros * _MICROSECOND)


def _fingerprint() -> str:
    """Changes with the code that makes statements."""
    folder = Path(__file__).parent
    files = sorted(folder.rglob("*.py"))
    told = "".join(f"{file.relative_to(folder)}{file.stat().st_mtime_ns}" for file in files)
    return sha256(told.encode()).hexdigest()[:16]


def _read(file: Path) -> list[tuple[Key, str]]:
    """The lines that are whole: two processes may have written at once."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            *shape, pattern = json.loads(line)
        except ValueError:
            continue
        found.append((tuple(shape), pattern))
    return found
