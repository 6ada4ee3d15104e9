"""Dashboards over a real log: totals, groups, comparisons, and what is not observed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enishi.accounts.permissions import Role
from enishi.activities.log import Direction, NewActivity, NewObservation, observe, record
from enishi.activities.models import Activity, Observation
from enishi.channels import taxonomy
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotAllowedError, NotFoundError
from enishi.reports import queries, scopes
from enishi.reports.core.asking import BY_LEVEL, Asked, BoardKind
from enishi.reports.core.grouping import adds_up
from enishi.reports.core.periods import Against, Preset, Span

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 4, 30, 3, tzinfo=UTC)
APRIL = Span(date(2026, 4, 1), date(2026, 4, 30))
CLASSES = ("blog", "sns", "video", "messaging", "information-sharing", "bookmarking", "")
FUNCTIONS = ("communication", "reviews", "knowledge", "transmission", "")


@pytest.fixture(autouse=True)
def end_of_april(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: NOW)


def channel_of(workspace, name, number=1, **classes):
    # the same ids in every example: the SQL of a scope is made once
    return Channel.objects.create(
        id=UUID(int=number),
        workspace=workspace,
        adapter="sandbox",
        name=name,
        remote_id=f"acct:{name}",
        state="active",
        connected_at=NOW,
        taxonomy={"classes": classes} if classes else {},
    )


def act(workspace, kind, key, day, channel=None, **more):
    return NewActivity(
        workspace_id=workspace.id,
        type=kind,
        key=key,
        source=str(channel.id) if channel else "enishi",
        occurred_at=datetime(2026, 4, day, 3, tzinfo=UTC),
        channel_id=channel.id if channel else None,
        direction=more.pop("direction", Direction.INBOUND),
        **more,
    )


def report(channel, metric, value, day, subject=""):
    return NewObservation(
        workspace_id=channel.workspace_id,
        channel_id=channel.id,
        subject=subject,
        metric=metric,
        value=value,
        observed_at=datetime(2026, 4, day, 2, tzinfo=UTC),
        source=str(channel.id),
    )


def fill(workspace, plan):
    """A log from a plan: for each channel, its numbers."""
    acts, numbers = [], []
    for at, (mic, function, posts, likes, followers, reach) in enumerate(plan):
        channel = channel_of(
            workspace, f"c{at}", at + 1, **{"mic-2015": mic, "function-4": function}
        )
        for number in range(posts):
            post = f"p{at}-{number}"
            acts.append(
                act(
                    workspace,
                    "Create",
                    post,
                    1 + number,
                    channel,
                    direction=Direction.OUTBOUND,
                    object_key=post,
                )
            )
            numbers.append(report(channel, "reach", 10 + number, 20, post))
        for number in range(likes):
            target = f"p{at}-{number % max(1, posts)}"
            acts.append(act(workspace, "Like", f"l{at}-{number}", 8, channel, object_key=target))
        if followers is not None:
            numbers += [report(channel, "followers", followers, day) for day in (1, 28)]
        if reach is not None:
            numbers.append(report(channel, "reach", reach, 9))
    acts += [act(workspace, "schema:BuyAction", f"shop-{n}", 5) for n in range(3)]
    acts += [act(workspace, "schema:RegisterAction", "shop-lead", 6)]
    record(acts)
    observe(numbers)


def boards_by_everything(actor, kind):
    groups = ["", *(key for key, _name in scopes.groupings())]
    for group in groups:
        for scheme in ("mic-2015", "usage-2024") if group == BY_LEVEL else ("mic-2015",):
            asked = Asked(kind=kind, own=APRIL, group=group, scheme=scheme)
            yield queries.board(actor, asked)


def figures(board):
    return {t.definition.key: t.reading.value for s in board.sections for t in s.tiles}


plans = st.lists(
    st.tuples(
        st.sampled_from(CLASSES),
        st.sampled_from(FUNCTIONS),
        st.integers(0, 4),
        st.integers(0, 6),
        st.none() | st.integers(1, 5000),
        st.none() | st.integers(1, 900),
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.requirement("R003")
@pytest.mark.requirement("R004")
@settings(
    max_examples=4,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(plan=plans)
def test_no_total_changes_when_one_switches_taxonomy_level_or_grouping(plan, owner, workspace):
    cache.clear()
    Activity.objects.all().delete()
    Observation.objects.all().delete()
    Channel.objects.all().delete()
    fill(workspace, plan)
    found = list(boards_by_everything(owner, BoardKind.OPERATION))
    tiles = [figures(one) for one in found]
    assert all(one == tiles[0] for one in tiles)
    for one in found[1:]:
        table = one.groups
        ids = [each for row in table.rows for each in row.channel_ids]
        assert sorted(ids) == sorted(Channel.objects.values_list("id", flat=True))
        for at, column in enumerate(table.columns):
            assert table.total[at] == tiles[0].get(column.key)
            parts = [row.values[at] for row in table.rows] + [table.rest[at]]
            if adds_up(column) and table.total[at] is not None:
                assert sum(part or 0 for part in parts) == pytest.approx(table.total[at])
        keys = [column.key for column in table.columns]
        assert table.rest[keys.index("purchases")] == 3
        assert table.rest[keys.index("likes")] is None


@pytest.mark.requirement("R003")
def test_the_registry_has_a_class_for_each_of_the_six():
    mic = taxonomy.registry().scheme("mic-2015")
    networks = taxonomy.registry().networks
    for one in mic.classes:
        assert any(network.classes.get("mic-2015") == one.id for network in networks)


@pytest.mark.requirement("R004")
def test_a_scheme_regroups_the_same_channels(owner, workspace):
    fill(
        workspace,
        [("blog", "transmission", 2, 1, 100, None), ("sns", "transmission", 3, 2, 50, None)],
    )
    mic, function = (
        queries.board(owner, Asked(kind=BoardKind.OPERATION, own=APRIL, group=group)).groups
        for group in ("mic-2015", "function-4")
    )
    assert [row.key for row in mic.rows] == ["blog", "sns"]
    assert [row.key for row in function.rows] == ["transmission"]
    assert list(mic.total) == list(function.total)
    everywhere = function.rows[0].values
    assert list(everywhere[:4]) == list(mic.total[:4])
    assert (everywhere[4], function.rest[4], function.total[4]) == (None, 3, 3)


@pytest.mark.requirement("R002")
def test_social_media_holds_all_of_sns(owner, workspace):
    fill(
        workspace,
        [("blog", "", 2, 3, 100, None), ("sns", "", 3, 2, 50, None), ("sns", "", 1, 1, 9, None)],
    )
    wide, narrow = (
        queries.board(owner, Asked(kind=BoardKind.OPERATION, own=APRIL, level=level))
        for level in ("social-media", "sns")
    )
    assert set(narrow.channel_ids) < set(wide.channel_ids)
    values = [figures(one) for one in (wide, narrow)]
    for key in ("posts", "likes", "followers"):
        assert values[0][key] >= values[1][key]
    assert (values[0]["posts"], values[1]["posts"]) == (6, 4)


def test_a_level_without_channels_shows_nothing_and_not_everything(owner, workspace):
    fill(workspace, [("blog", "", 2, 3, 100, None)])
    found = queries.board(owner, Asked(kind=BoardKind.OPERATION, own=APRIL, level="sns"))
    assert found.nothing_there
    assert all(not section.tiles for section in found.sections)


def test_what_was_not_observed_is_named_and_is_not_zero(owner, workspace):
    fill(workspace, [("sns", "", 1, 0, None, None)])
    found = queries.board(owner, Asked(kind=BoardKind.OPERATION, own=APRIL))
    unseen = {one.key for section in found.sections for one in section.unseen}
    assert "followers" in unseen
    tiles = figures(found)
    assert "followers" not in tiles
    assert tiles["posts"] == 1


def test_what_was_seen_before_and_is_not_any_more_stays_in_sight(owner, workspace):
    channel = channel_of(workspace, "c", 9)
    observe([report(channel, "reach", 40, 5)])
    asked = Asked(
        kind=BoardKind.OPERATION,
        own=Span(date(2026, 4, 11), date(2026, 4, 20)),
        against=Against.PREVIOUS,
    )
    found = queries.board(owner, asked)
    tiles = {t.definition.key: t for s in found.sections for t in s.tiles}
    assert tiles["reach"].reading.value is None
    assert tiles["reach"].before.value == 40
    assert tiles["reach"].change is None


def test_unequal_periods_are_compared_by_the_day(owner, workspace):
    channel = channel_of(workspace, "c", 9)
    record([act(workspace, "Like", f"l{n}", 2 + n, channel, object_key="x") for n in range(20)])
    asked = Asked(
        kind=BoardKind.OPERATION,
        own=Span(date(2026, 4, 12), date(2026, 4, 21)),
        against=Against.OWN,
        against_own=Span(date(2026, 4, 2), date(2026, 4, 6)),
    )
    tiles = {t.definition.key: t for s in queries.board(owner, asked).sections for t in s.tiles}
    assert (tiles["likes"].reading.value, tiles["likes"].before.value) == (10, 5)
    assert tiles["likes"].change.per_day
    assert tiles["likes"].change.difference == pytest.approx(0)


def test_a_channel_has_a_dashboard_of_its_own_numbers(owner, workspace):
    fill(workspace, [("blog", "", 2, 3, 100, None), ("sns", "", 3, 2, 50, None)])
    blog = Channel.objects.get(name="c0")
    found = queries.board(owner, Asked(kind=BoardKind.CHANNEL, subject_id=blog.id, own=APRIL))
    tiles = figures(found)
    assert found.title == "c0"
    assert (tiles["posts"], tiles["followers"]) == (2, 100)


def test_periods_that_have_not_come_are_not_shown(owner, workspace):
    fill(workspace, [("blog", "", 2, 3, 100, None)])
    asked = Asked(own=Span(date(2026, 4, 20), date(2026, 6, 30)))
    assert queries.board(owner, asked).window.last == date(2026, 4, 30)
    with pytest.raises(InvalidInputError, match="three years"):
        queries.board(owner, Asked(own=Span(date(2020, 1, 1), date(2026, 4, 1))))


def test_it_refuses_what_there_is_not(owner, stranger, make_actor, workspace):
    for asked in (Asked(group="x"), Asked(level="x"), Asked(scheme="x")):
        with pytest.raises(InvalidInputError):
            queries.board(owner, asked)
    channel = channel_of(workspace, "c", 9)
    for subject in (None, channel.id):
        with pytest.raises(NotFoundError):
            queries.board(stranger, Asked(kind=BoardKind.CHANNEL, subject_id=subject))
    with pytest.raises(NotAllowedError):
        queries.board(make_actor(Role.RESPONDER), Asked())


def test_a_dashboard_asks_the_database_few_questions(
    owner, workspace, django_assert_max_num_queries
):
    fill(workspace, [("blog", "", 2, 3, 100, None), ("sns", "", 3, 2, 50, None)])
    asked = Asked(preset=Preset.DAYS_28)
    queries.board(owner, asked)
    with django_assert_max_num_queries(8):
        queries.board(owner, asked)
