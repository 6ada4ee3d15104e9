"""What a KPI answers: a value that can show its working."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from enishi.analytics.lake import Lake, to_sql
from enishi.analytics.metrics import followers, posts
from enishi.analytics.metrics.definition import Definition
from enishi.analytics.rollups import Rollup
from enishi.analytics.schema import Kind
from enishi.analytics.settled import Settled
from enishi.analytics.statements import Question, statements
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
        tables: set[str] = set(self.lake.usable(self.scope.workspace_id, self.window.zone))
        if self.settles:
            tables |= {"settled", "late"} if self.lake.some_late else {"settled"}
        asked = Question(self.kpi, question, self.scope, self.window, frozenset(tables))
        return self.lake.run_sql(statements.sql(asked, lambda: to_sql(build())))

    @property
    def activities(self) -> Any:
        return self.scope.of(self.lake.activities)

    @property
    def observations(self) -> Any:
        return self.scope.of(self.lake.observations)

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

    def fresh(self, kind: Kind) -> Any:
        """What in scope is newer than the settled results."""
        return self.scope.of(self.lake.fresh(kind))

    @property
    def published(self) -> Any:
        """The posts of the window."""
        rolled = self.rollup(Rollup.PUBLISHED)
        own = posts.own(self.activities) if rolled is None else rolled
        return posts.published(own, self.window)

    @property
    def follow_moves(self) -> Any:
        """Each follow and unfollow."""
        rolled = self.rollup(Rollup.MOVES)
        return followers.follow_moves(self.activities) if rolled is None else rolled

    @property
    def reports(self) -> Any:
        """Reports on single posts, at least the last of each metric."""
        rolled = self.rollup(Rollup.REPORTED)
        return self.observations if rolled is None else rolled

    def newest(self, activities: Any, limit: int, before: str) -> list[dict[str, Any]]:
        """A page of activities."""
        if before:
            activities = activities.filter(activities.id < before)
        return self.lake.run(activities.order_by(activities.id.desc()).limit(limit))

    def latest(self, observations: Any, limit: int) -> list[dict[str, Any]]:
        """The latest of some reports."""
        ordered = observations.order_by(observations.observed_at.desc(), observations.id)
        return self.lake.run(ordered.limit(limit))


def plain(value: float) -> str:
    """A number as formulas write it: 1,250 or 2.5."""
    rounded = round(value, 2)
    return f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.2f}".rstrip("0")


def percent(value: float) -> str:
    """A ratio as formulas write it: 3.25 %."""
    return f"{value * 100:.2f} %"


def total(values: Sequence[float]) -> str:
    """A sum with its working: 3 + 4 = 7. Long ones show the ends only."""
    shown = [plain(value) for value in values]
    if len(shown) > 6:  # noqa: PLR2004 - as many as fit a line
        shown = [*shown[:3], "…", *shown[-2:]]
    result = plain(sum(values))
    return result if len(values) <= 1 else f"{' + '.join(shown)} = {result}"


def newest_time(times: Iterable[datetime | None]) -> datetime | None:
    """The latest of some times."""
    return max((moment for moment in times if moment is not None), default=None)
