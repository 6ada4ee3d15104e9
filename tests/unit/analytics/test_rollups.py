"""Numbers by rollup are the numbers of the raw rows, whatever lies in which segment."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from math import isclose
from pathlib import Path
from shutil import rmtree

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from enishi.analytics import settled
from enishi.analytics.connection import Connection
from enishi.analytics.kpi import KPIS, Scope, Window
from enishi.analytics.lake import Lake, Sources
from enishi.analytics.rollups import Rollup
from enishi.analytics.schema import COLUMNS, Kind
from enishi.analytics.settled import Covered, Results
from tests.unit.analytics.town import (
    GRAM,
    KISSA,
    OTHER,
    SKY,
    TOKYO,
    Town,
    activity,
    observation,
    sources_of,
)

WINDOWS = [
    Window(date(2026, 3, 31), date(2026, 4, 1), TOKYO),
    Window(date(2026, 3, 28), date(2026, 4, 1), "Europe/Berlin"),
]
SCOPES = [Scope(KISSA), Scope(KISSA, (SKY,))]
KEYS = [
    "posts",
    "likes",
    "followers",
    "follower_growth",
    "engagements",
    "reach",
    "engagement_rate_by_views",
    "response_rate",
    "response_time_mean",
    "engagement_rate_by_followers",
    "average_engagement_rate_by_reach",
    "spend",
    "returning_people",
]
EXAMPLES = max(2, int(os.environ.get("ENISHI_HISTORIES", "0")) // 50)
"""Hypothesis begins with the least that there can be; the next are at random."""
EDGES = [moment for window in WINDOWS for moment in (window.start, window.end)]
POSTS = {"p": SKY, "q": GRAM, "r": SKY}

times = st.one_of(
    st.builds(
        lambda edge, step: edge + step * timedelta(microseconds=1),
        st.sampled_from(EDGES),
        st.integers(-1, 1),
    ),
    st.integers(-30, 100).map(lambda n: datetime(2026, 3, 30, tzinfo=UTC) + timedelta(hours=n)),
)
places = st.sampled_from([KISSA, KISSA, KISSA, OTHER])
own_posts = st.tuples(places, st.sampled_from(sorted(POSTS)), times)
acts = st.tuples(
    places,
    st.sampled_from(sorted(POSTS)),
    times,
    st.sampled_from(["Like", "Like", "Announce", "Create", "Undo", "Follow"]),
    st.sampled_from(["inbound", "inbound", "inbound", "outbound"]),
    st.sampled_from(["", "ada", "bo", "cy"]),
)
reports = st.tuples(
    places,
    st.sampled_from(["", *sorted(POSTS)]),
    times,
    st.sampled_from(["likes", "replies", "reshares", "reach", "views", "followers", "spend"]),
    st.integers(0, 9),
)


def town_of(
    posts: list[tuple[object, ...]], acts: list[tuple[object, ...]], told: list[tuple[object, ...]]
) -> Town:
    """Rows from drawn values, each observation once."""
    town = Town()
    for number, (place, post, at) in enumerate(posts):
        named = {"workspace_id": place, "channel_id": POSTS[str(post)], "object_key": post}
        assert isinstance(at, datetime)
        town.activities.append(
            activity(at, "Create", direction="outbound", key=f"post {number}", **named)
        )
    for number, (place, post, at, type_, direction, person) in enumerate(acts):
        where = "target_key" if type_ == "Create" else "object_key"
        named = {"workspace_id": place, "channel_id": POSTS[str(post)], where: post}
        named |= {"object_type": "Like" if type_ == "Undo" else "Note", "direction": direction}
        named["actor_key"] = person
        assert isinstance(at, datetime)
        town.activities.append(activity(at, str(type_), key=f"act {number}", **named))
    for place, post, at, metric, value in told:
        named = {"workspace_id": place, "channel_id": POSTS.get(str(post), SKY), "subject": post}
        assert isinstance(at, datetime)
        assert isinstance(value, int)
        town.observations.append(observation(at, str(metric), float(value), **named))
    town.observations = list({row["id"]: row for row in town.observations}.values())
    return town


@pytest.mark.parametrize(
    "asked", list(product(SCOPES, WINDOWS)), ids=["all", "all-other-zone", "one", "one-other-zone"]
)
@settings(
    max_examples=EXAMPLES,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    posts=st.lists(own_posts, min_size=2, max_size=6),
    received=st.lists(acts, min_size=12, max_size=40),
    told=st.lists(reports, min_size=8, max_size=25),
    sealed=st.sampled_from([0.0, 0.5, 0.8, 1.0]),
    way=st.sampled_from(["rolled", "settled", "settled, files unread"]),
)
def test_rollups_and_rows_tell_the_same(
    connection: Connection,
    tmp_path_factory: pytest.TempPathFactory,
    asked: tuple[Scope, Window],
    posts: list[tuple[object, ...]],
    received: list[tuple[object, ...]],
    told: list[tuple[object, ...]],
    sealed: float,
    way: str,
) -> None:
    root = tmp_path_factory.mktemp("lake")
    town = town_of(posts, received, told)
    sources = sources_of(town, root, connection, sealed, TOKYO, 2)
    if way.endswith("unread"):  # as when too much was sealed since to be read into memory
        sources = replace(sources, rows={})
    settle = way != "rolled" and bool(sources.segments[Kind.ACTIVITY])
    if settle:
        sources = replace(sources, settled=settled_by_half(connection, sources))
    lake = Lake(connection, sources)
    assert lake.usable(KISSA, TOKYO) == set(Rollup)
    assert lake.settles(KISSA, all_channels=True) == settle
    try:
        compare(lake, *asked)
    finally:
        lake.close()
        rmtree(root)


def settled_by_half(connection: Connection, sources: Sources) -> Results:
    """Results over about half of the files: the rest was sealed since."""
    covered = {
        kind: [Covered(path, 1, str(KISSA), str(OTHER)) for path in paths[: (len(paths) + 1) // 2]]
        for kind, paths in sources.segments.items()
    }
    return settled.build(connection, sources.root, covered)


def compare(lake: Lake, scope: Scope, window: Window) -> None:
    """Every reading, with all of its working, by rollup and by rows."""
    for key in KEYS:
        found = []
        for lake.uses_rollups in (True, False):
            reading = KPIS[key].value(lake, scope, window)
            points = [point.value for point in KPIS[key].series(lake, scope, window)]
            found.append((replace(reading, value=None), points, reading.value))
        (rolled, days, value), (raw, raw_days, raw_value) = found
        assert (rolled, key) == (raw, key)
        assert all(map(alike, [value, *days], [raw_value, *raw_days]))


def alike(one: float | None, other: float | None) -> bool:
    """The same but for the order in which engines add."""
    return one == other if one is None or other is None else isclose(one, other, rel_tol=1e-12)


def test_a_report_that_comes_late_lies_among_follows_that_were_summed_up(
    connection: Connection, tmp_path: Path
) -> None:
    town = Town()
    for second in range(6):
        at = datetime(2026, 3, 31, 3, 0, second, tzinfo=UTC)
        town.activities.append(activity(at, "Follow", key=f"follow {second}"))
    early, late = (
        observation(datetime(2026, 3, 31, hour, 0, 2, tzinfo=UTC), "followers", value)
        for hour, value in ((1, 100.0), (3, 150.0))
    )
    town.observations = [early]
    sources = sources_of(town, tmp_path, connection, 1.0, TOKYO, 1)
    covered = {
        kind: [Covered(path, 1, str(KISSA), str(OTHER)) for path in paths]
        for kind, paths in sources.segments.items()
    }
    sources = replace(sources, settled=settled.build(connection, tmp_path, covered))
    row = tuple(late[name] for name in COLUMNS[Kind.OBSERVATION])
    for hot, expected in (([], 106.0), ([row], 153.0)):
        lake = Lake(connection, replace(sources, hot={Kind.OBSERVATION: hot}))
        assert KPIS["followers"].value(lake, SCOPES[0], WINDOWS[0]).value == expected
        lake.close()


def test_segments_without_a_newer_rollup_are_read_raw(
    connection: Connection, tmp_path: Path, town: Town
) -> None:
    window = Window(date(2026, 3, 5), date(2026, 4, 10), TOKYO)
    sources = sources_of(town, tmp_path, connection, 0.7, TOKYO, 2)
    whole = Lake(connection, sources)
    keys = ("engagements", "engagement_rate_by_reach")
    expected = [KPIS[key].value(whole, SCOPES[0], window) for key in keys]
    next((tmp_path / Rollup.RECEIVED).rglob("*.parquet")).unlink()
    rmtree(tmp_path / Rollup.REPORTED)
    older = Lake(connection, sources)
    left = {Rollup.RECEIVED, Rollup.REPORTED}
    assert older.usable(KISSA, TOKYO) == set(Rollup) - left
    assert [KPIS[key].value(older, SCOPES[0], window) for key in keys] == expected
