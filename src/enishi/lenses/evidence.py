"""What the log says, computed once for each state of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from enishi.activities import queries as log
from enishi.analytics import facts
from enishi.analytics.facts import PostFacts
from enishi.analytics.kpi import Scope, Window
from enishi.analytics.kpis.regulars import regulars
from enishi.analytics.metrics import balance, events, growth, notes, posts, reach_sources
from enishi.analytics.readings import View
from enishi.analytics.rollups import Rollup
from enishi.lenses.core.balance import Behaviour
from enishi.lenses.core.reach import Reach, of_numbers
from enishi.lenses.core.sight import Events
from enishi.strategy.readings import Place, once

Channels = Sequence[UUID]
ANSWER_MINUTES = 24 * 60
"""An answer within a day is in time."""


def _view(place: Place, channels: Channels, window: Window) -> View:
    lake = log.lake([place.workspace_id])
    lake.remembers = True
    return View(lake, Scope(place.workspace_id, tuple(channels) or None), window, "lenses")


def behaviour(place: Place, channels: Channels, window: Window) -> Behaviour:
    """What the five indicators are made of."""
    return once(
        place,
        ("behaviour", tuple(channels), window),
        lambda: _behaviour(_view(place, channels, window)),
    )


def _behaviour(view: View) -> Behaviour:
    window = view.window
    (wrote,) = view.ask("written", lambda: balance.written(view.activities, window))
    (replied,) = view.ask(
        "answered", lambda: balance.answered(view.activities, window, ANSWER_MINUTES)
    )
    (threads,) = view.ask("two-way", lambda: balance.two_way(view.activities, window))
    (people,) = regulars(view)
    counted = {**wrote, **people, "received": replied["received"], "in_time": replied["in_time"]}
    numbers = {name: int(value or 0) for name, value in counted.items()}
    return Behaviour(threads=int(threads["theirs"] + threads["ours"]), **numbers)


def all_events(place: Place, channels: Channels, window: Window) -> list[Events]:
    """Every event of a window, in sorts."""
    return once(
        place,
        ("events", tuple(channels), window),
        lambda: _events(_view(place, channels, window)),
    )


def _events(view: View) -> list[Events]:
    daily = view.rollup(Rollup.DAILY)
    if daily is None:
        found = view.ask("events", lambda: events.counted(view.activities, view.window))
    else:
        found = view.ask("events", lambda: events.counted_daily(daily, view.window))
    return [
        Events(
            str(row["channel_id"] or ""),
            row["direction"],
            row["type"],
            row["kind"] or "",
            int(row["acts"]),
        )
        for row in found
    ]


def formats(place: Place, channels: Channels, window: Window) -> list[tuple[str, int]]:
    """Our posts by format, the most frequent first."""

    def compute() -> list[tuple[str, int]]:
        view = _view(place, channels, window)
        found = view.ask("formats", lambda: events.formats(view.activities, window))
        counted = [(str(row["format"] or ""), int(row["posts"])) for row in found]
        return sorted(counted, key=lambda pair: (-pair[1], pair[0]))

    return once(place, ("formats", tuple(channels), window), compute)


def reach(place: Place, channels: Channels, window: Window) -> dict[str, Reach]:
    """Reach by source of each channel: of its posts where these were reported, else its own."""

    def compute() -> dict[str, Reach]:
        view = _view(place, channels, window)
        own = view.ask("account", lambda: reach_sources.of_account(view.observations, window))
        of_posts = view.ask("posts", lambda: reach_sources.of_posts(view.published, view.reports))
        return {
            channel: of_numbers(numbers)
            for channel, numbers in (_by_channel(own) | _by_channel(of_posts)).items()
        }

    return once(place, ("reach", tuple(channels), window), compute)


def _by_channel(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for row in rows:
        found.setdefault(str(row["channel_id"] or ""), {})[row["metric"]] = row["value"]
    return found


def post_facts(place: Place, channels: Channels, window: Window) -> list[PostFacts]:
    """What is known of each post."""
    return once(
        place,
        ("facts", tuple(channels), window),
        lambda: facts.of_posts(_view(place, channels, window)),
    )


def post_days(place: Place, channels: Channels, window: Window) -> dict[str, dict[date, int]]:
    """How many posts each channel published on each day."""

    def compute() -> dict[str, dict[date, int]]:
        view = _view(place, channels, window)
        found: dict[str, dict[date, int]] = {}
        for row in view.ask("post days", lambda: posts.by_day(view.published, window)):
            found.setdefault(str(row["channel_id"] or ""), {})[row["day"]] = int(row["value"])
        return found

    return once(place, ("post days", tuple(channels), window), compute)


def gains(
    place: Place, channels: Channels, window: Window
) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Follows by source, and how many were lost on each channel."""

    def compute() -> tuple[list[dict[str, Any]], dict[str, int]]:
        view = _view(place, channels, window)
        gained = view.ask("gains", lambda: growth.attributed(view.activities, window))
        lost = view.ask("losses", lambda: growth.unfollows(view.follow_moves, window))
        return gained, {str(row["channel_id"] or ""): int(row["lost"]) for row in lost}

    return once(place, ("gains", tuple(channels), window), compute)


def spent(
    place: Place, channels: Channels, window: Window, placed: Sequence[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Notes and results added up by channel, and one by one those with a place of their own."""

    def compute() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        view = _view(place, channels, window)

        def sums() -> Any:
            each = notes.each(view.observations, window)
            rest = each.filter(~each.subject.isin(placed)) if placed else each
            return notes.by_channel(rest)

        def single() -> Any:
            each = notes.each(view.observations, window)
            return each.filter(each.subject.isin(placed))

        results = view.ask("results", lambda: notes.results(view.activities, window))
        named = repr(tuple(placed))
        singles = view.ask(f"single {named}", single) if placed else []
        return [*view.ask(f"sums {named}", sums), *results], singles

    return once(place, ("spent", tuple(channels), window, tuple(placed)), compute)


def newest_notes(place: Place, window: Window, limit: int = 100) -> list[dict[str, Any]]:
    """The largest single notes of a window, to choose a place for."""
    view = _view(place, (), window)

    def largest() -> Any:
        each = notes.each(view.observations, window)
        return each.order_by(each.value.desc(), each.subject).limit(limit)

    return view.ask(f"largest {limit}", largest)
