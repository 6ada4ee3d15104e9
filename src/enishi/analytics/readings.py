"""What a KPI answers: a value that can show its working."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, Protocol

from enishi.analytics.lake import Lake, to_sql
from enishi.analytics.metrics import followers, posts
from enishi.analytics.metrics.definition import Definition
from enishi.analytics.rollups import Rollup
from enishi.analytics.schema import KEPT_COLUMNS, ibis_table
from enishi.analytics.settled import Settled
from enishi.analytics.statements import Question, digest, statements
from enishi.analytics.windows import Scope, Window


@dataclass(frozen=True, slots=True)
class Reading:
    """A value with its working. None means that nothing was observed, which is not zero.

    `rows_count` tells how many rows (acts, posts or reports) the value rests on, and
    `left_out` how many posts could not be counted because their denominator is unknown.
    """

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    rows_count: int = 0
    left_out: int = 0
    formula_filled: str = ""
    as_of: datetime | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """The value of one day."""

    day: date
    value: float | None


@dataclass(frozen=True, slots=True)
class Rows:
    """What is behind a value: single activities, newest first, and reports of networks."""

    activities: Sequence[dict[str, Any]]
    observations: Sequence[dict[str, Any]]


NOT_OBSERVED = Reading(value=None)


class Kpi(Protocol):
    """A number that people steer by."""

    @property
    def definition(self) -> Definition: ...

    def value(self, lake: Lake, scope: Scope, window: Window) -> Reading:
        """The value over a window."""
        ...

    def series(self, lake: Lake, scope: Scope, window: Window) -> list[Point]:
        """The value of each day of a window."""
        ...

    def rows(
        self, lake: Lake, scope: Scope, window: Window, *, limit: int = 50, before: str = ""
    ) -> Rows:
        """The newest rows behind the value; `before` is the last identifier already seen."""
        ...


Maker = Callable[["View"], Any]
_MAKERS: dict[str, Maker] = {}
_KEPT = re.compile(r"\bkept_([a-z]+)_[0-9a-f]{24}\b")


def keeps(name: str) -> Callable[[Maker], Maker]:
    """A function that makes a table of `schema.KEPT_COLUMNS` of a view."""

    def register(make: Maker) -> Maker:
        _MAKERS[name] = make
        return make

    return register


@dataclass(frozen=True, slots=True)
class View:
    """The tables of a lake cut down to a scope."""

    lake: Lake
    scope: Scope
    window: Window
    kpi: str

    def ask(self, question: str, build: Callable[[], Any]) -> list[dict[str, Any]]:
        """Compute what `build` makes of this view's tables.

        `question` names what `build` does: it must depend on nothing but the view.
        """
        asked = self._question(self.kpi, question)
        sql = statements.sql(asked, lambda: to_sql(build()))
        return self.lake.run_sql(sql, self._needed(sql))

    def run(self, expression: Any) -> list[dict[str, Any]]:
        """Compute what was made of this view's tables, once."""
        sql = to_sql(expression)
        return self.lake.run_sql(sql, self._needed(sql))

    def kept(self, name: str) -> Any:
        """What is made once for all numbers of the scope and the window: see `keeps`.

        Without rollups every number is made of the log itself.
        """
        if not self.lake.tells:
            return _MAKERS[name](self)
        table = f"kept_{name}_{digest(self.scope, self.window)}"
        return ibis_table(table, KEPT_COLUMNS[name])

    def _needed(self, sql: str) -> dict[str, str]:
        """The kept tables that a statement reads, those first that others are made of."""
        found: dict[str, str] = {}
        for name in sorted(set(_KEPT.findall(sql))):
            made = statements.sql(self._question("", f"kept {name}"), partial(self._made, name))
            found |= self._needed(made)
            found[f"kept_{name}_{digest(self.scope, self.window)}"] = made
        return found

    def _made(self, name: str) -> str:
        return to_sql(_MAKERS[name](self))

    def _question(self, kpi: str, name: str) -> Question:
        tables: set[str] = set(self.lake.usable(self.scope.workspace_id, self.window.zone))
        if self.lake.tells:
            tables.add("told")
        if self.settles:
            tables |= {"settled", "late"} if self.lake.some_late else {"settled"}
        return Question(kpi, name, self.scope, self.window, frozenset(tables))

    @property
    def activities(self) -> Any:
        return self.scope.of(self.lake.activities)

    @property
    def observations(self) -> Any:
        return self.scope.of(self.lake.told if self.lake.tells else self.lake.observations)

    def rollup(self, rollup: Rollup) -> Any | None:
        """A rollup in scope, where it can be used for the window."""
        table = self.lake.rollup(rollup, self.scope.workspace_id, self.window.zone)
        return None if table is None else self.scope.of(table)

    @property
    def settles(self) -> bool:
        """Whether settled results can be used."""
        every = self.scope.channels is None
        return self.lake.settles(self.scope.workspace_id, all_channels=every)

    def settled(self, name: Settled) -> Any:
        """Settled results in scope."""
        return self.scope.of(self.lake.settled(name))

    def fresh(self, table: str) -> Any:
        """What in scope is newer than the settled results: see `Lake.fresh`."""
        return self.scope.of(self.lake.fresh(table))

    @property
    def published(self) -> Any:
        """The posts of the window."""
        return self.kept("posts")

    @property
    def follow_moves(self) -> Any:
        """Each follow and unfollow."""
        rolled = self.rollup(Rollup.MOVES)
        return followers.follow_moves(self.activities) if rolled is None else rolled

    @property
    def reports(self) -> Any:
        """Reports on the posts of the window, at least the last of each metric."""
        return self.kept("reports")

    @property
    def all_reports(self) -> Any:
        """Reports on single posts, at least the last of each metric."""
        rolled = self.rollup(Rollup.REPORTED)
        return self.observations if rolled is None else rolled

    def newest(self, activities: Any, limit: int, before: str) -> list[dict[str, Any]]:
        """A page of activities."""
        if before:
            activities = activities.filter(activities.id < before)
        return self.run(activities.order_by(activities.id.desc()).limit(limit))

    def latest(self, observations: Any, limit: int) -> list[dict[str, Any]]:
        """The latest of some reports."""
        ordered = observations.order_by(observations.observed_at.desc(), observations.id)
        return self.run(ordered.limit(limit))


@keeps("posts")
def _published(view: View) -> Any:
    rolled = view.rollup(Rollup.PUBLISHED)
    own = posts.own(view.activities) if rolled is None else rolled
    return posts.published(own, view.window)


@keeps("reports")
def _reports(view: View) -> Any:
    found = view.all_reports.filter(lambda t: t.subject != "")
    found = found.semi_join(view.published, found.subject == view.published.post)
    return found.group_by("subject", "metric").agg(
        value=found.value.argmax(found.observed_at), observed_at=found.observed_at.max()
    )


def plain(value: float) -> str:
    """A number as formulas write it: 1,250 or 2.5."""
    rounded = round(value, 2)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.2f}".rstrip("0")


def percent(value: float) -> str:
    """A ratio as formulas write it: 3.25 %."""
    return f"{value * 100:.2f} %"


def total(values: Sequence[float]) -> str:
    """A sum with its working: 3 + 4 = 7. Long ones show the ends only."""
    return total_of(
        values[: posts.SHOWN_FIRST], values[-posts.SHOWN_LAST :], len(values), sum(values)
    )


def total_of(first: Sequence[float], last: Sequence[float], count: int, result: float) -> str:
    """The same of `count` values of which the first and the last are known."""
    shown = [plain(value) for value in first]
    if count > posts.SHOWN_FIRST:
        shown = [*shown[:3], "…", *(plain(value) for value in last)]
    return plain(result) if count <= 1 else f"{' + '.join(shown)} = {plain(result)}"


def newest_time(times: Iterable[datetime | None]) -> datetime | None:
    """The latest of some times."""
    return max((moment for moment in times if moment is not None), default=None)
