"""Numbers by rollup are the numbers of the raw rows, whatever lies in which segment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
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
from enishi.analytics.schema import Kind
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
]
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
)
reports = st.tuples(
    places,
    st.sampled_from(["", *sorted(POSTS)]),
    times,
    st.sampled_from(["likes", "replies", "reshares", "reach", "views", "followers"]),
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
    for number, (place, post, at, type_, direction) in enumerate(acts):
        where = "target_key" if type_ == "Create" else "object_key"
        named = {"workspace_id": place, "channel_id": POSTS[str(post)], where: post}
        named |= {"object_type": "Like" if type_ == "Undo" else "Note", "direction": direction}
        assert isinstance(at, datetime)
        town.activities.append(activity(at, str(type_), key=f"act {number}", **named))
    for place, post, at, metric, value in told:
        named = {"workspace_id": place, "channel_id": POSTS.get(str(post), SKY), "subject": post}
        assert isinstance(at, datetime)
        assert isinstance(value, int)
        town.observations.append(observation(at, str(metric), float(value), **named))
    town.observations = list({row["id"]: row for row in town.observations}.values())
    return town


@settings(
    max_examples=5,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(
    posts=st.lists(own_posts, min_size=1, max_size=5),
    received=st.lists(acts, max_size=25),
    told=st.lists(reports, max_size=15),
    sealed=st.sampled_from([0.0, 0.5, 0.8, 1.0]),
    settle=st.booleans(),
)
def test_rollups_and_rows_tell_the_same(
    connection: Connection,
    tmp_path_factory: pytest.TempPathFactory,
    posts: list[tuple[object, ...]],
    received: list[tuple[object, ...]],
    told: list[tuple[object, ...]],
    sealed: float,
    settle: bool,  # noqa: FBT001 - drawn
) -> None:
    root = tmp_path_factory.mktemp("lake")
    town = town_of(posts, received, told)
    sources = sources_of(town, root, connection, sealed, TOKYO, 2)
    settle = settle and bool(sources.segments[Kind.ACTIVITY])
    if settle:
        sources = replace(sources, settled=settled_by_half(connection, sources))
    lake = Lake(connection, sources)
    assert lake.usable(KISSA, TOKYO) == set(Rollup)
    assert lake.settles(KISSA, all_channels=True) == settle
    try:
        for window in WINDOWS:
            for scope in SCOPES:
                compare(lake, scope, window)
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
