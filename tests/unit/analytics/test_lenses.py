"""What the lenses count, against SQL that was written by hand for SQLite."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from enishi.analytics import facts
from enishi.analytics.kpi import KPIS, Scope
from enishi.analytics.metrics import balance, events, growth, notes, reach_sources, topics
from enishi.analytics.metrics.mentions import RIVAL
from enishi.analytics.readings import View
from tests.unit.analytics.conftest import witness_of
from tests.unit.analytics.test_kpis import ALL, EACH_SCOPE, SOME, bounds, channels, post_sql
from tests.unit.analytics.town import (
    GRAM,
    KISSA,
    MARCH,
    OTHER,
    SKY,
    Town,
    activity,
    lake_of,
    observation,
)

WORDS = ["", "何がいいですか？", "https://x.example/?a=1", "@taro どうも", "coffee #V60", "COFFEE"]


@pytest.fixture(scope="module")
def talk():
    """Forty days of posts, messages, answers to answers, mentions, notes and rivals."""
    chance, town = random.Random(15), Town()
    for workspace in (KISSA, OTHER):
        for channel in (SKY, GRAM):
            here = {"workspace_id": workspace, "channel_id": channel}
            place = f"{workspace}/{channel}"
            for day in range(40):
                _a_day(town, chance, MARCH + timedelta(days=day), f"{place}/{day}", here)
    return town


def _a_day(town, chance, day, place, here):  # noqa: C901, PLR0912 - all that may happen
    def moment():
        return day + timedelta(seconds=chance.randrange(86_400))

    def say(at, key, **fields):
        fields = {"object_key": key, "text": chance.choice(WORDS)} | fields
        town.activities.append(activity(at, "Create", **fields, **here))

    for number in range(chance.randint(0, 2)):
        say(moment(), f"{place}/post/{number}", direction="outbound")
    for number in range(chance.randint(0, 3)):
        at, key, who = moment(), f"{place}/said/{number}", f"p{chance.randrange(30)}"
        answered = chance.choice(["", f"{place}/post/0"])
        say(at, key, actor_key=who, target_key=answered)
        for depth in range(chance.randint(0, 3)):
            at += timedelta(minutes=chance.randint(-10, 2000))
            ours = {"direction": "outbound"} if depth % 2 == 0 else {"actor_key": who}
            say(at, f"{key}/{depth}", target_key=f"{key}/{depth - 1}" if depth else key, **ours)
    if chance.random() < 0.2:
        found = f"{place}/found"
        say(moment(), found, direction="outbound", target_key=f"{place}/not-sent-to-us")
        if chance.random() < 0.6:
            say(moment() + timedelta(days=1), f"{found}/reply", target_key=found, actor_key="new")
    for kind in ("Like", "Announce", "Follow"):
        for _ in range(chance.randint(0, 4)):
            about = "" if kind == "Follow" else f"{place}/post/0"
            who = f"p{chance.randrange(30)}"
            said = chance.choice(WORDS) if kind == "Announce" else ""
            town.activities.append(
                activity(moment(), kind, actor_key=who, object_key=about, text=said, **here)
            )
    for metric in ("spend", "revenue"):
        subject = f"{place}/{chance.randrange(2)}"
        for _ in range(chance.randint(0, 2)):
            value = chance.randint(1, 900)
            town.observations.append(observation(moment(), metric, value, subject=subject, **here))
    if chance.random() < 0.7:
        for rival in ("A", "B"):
            value = chance.randint(0, 5)
            town.observations.append(observation(moment(), RIVAL, value, subject=rival, **here))
    for source in ("reach_followers", "reach_search", "reach"):
        if chance.random() < 0.5:
            subject = f"{place}/post/0"
            town.observations.append(
                observation(moment(), source, chance.randint(1, 500), subject=subject, **here)
            )


@pytest.fixture(scope="module")
def talk_lake(talk, connection, tmp_path_factory):
    return lake_of(talk, tmp_path_factory.mktemp("talk"), connection)


@pytest.fixture(scope="module")
def told(talk):
    return witness_of(talk)


def view_of(lake, scope, window):
    return View(lake, scope, window, "test")


def where(scope, window):
    start, end = bounds(window)
    return (
        f"workspace_id = '{scope.workspace_id}' AND {channels(scope)} "
        f"AND occurred_at >= '{start}' AND occurred_at < '{end}'"
    )


@pytest.mark.requirement("R015")
@ALL
@EACH_SCOPE
def test_it_counts_what_we_wrote(talk_lake, told, scope, window):
    (found,) = talk_lake.run(balance.written(view_of(talk_lake, scope, window).activities, window))
    ((posts, answers, asking),) = told(f"""
        SELECT sum(target_key = ''), sum(target_key <> ''),
               sum(target_key = '' AND (text LIKE '%？%' OR text LIKE '%@%'))
        FROM activities WHERE {where(scope, window)} AND type = 'Create' AND direction = 'outbound'
    """)
    ((links,),) = told(f"""
        SELECT count(*) FROM activities WHERE {where(scope, window)} AND type = 'Create'
        AND direction = 'outbound' AND target_key = '' AND text LIKE 'http%'
    """)
    assert (found["posts"], found["answers"]) == (posts or 0, answers or 0)
    assert (found["inviting"], found["promoting"]) == (asking or 0, links)


@pytest.mark.requirement("R015")
@ALL
@EACH_SCOPE
def test_it_counts_threads_in_which_both_sides_wrote(talk_lake, told, scope, window):
    (found,) = talk_lake.run(balance.two_way(view_of(talk_lake, scope, window).activities, window))
    mine = f"workspace_id = '{scope.workspace_id}' AND {channels(scope)} AND type = 'Create'"
    ((theirs,),) = told(f"""
        SELECT count(DISTINCT object_key) FROM activities m
        WHERE {where(scope, window)} AND type = 'Create' AND direction = 'inbound'
        AND EXISTS (SELECT 1 FROM activities a WHERE {mine} AND a.direction = 'outbound'
            AND a.target_key = m.object_key AND a.occurred_at >= m.occurred_at)
        AND NOT EXISTS (SELECT 1 FROM activities o WHERE {mine} AND o.direction = 'outbound'
            AND o.target_key <> '' AND o.object_key = m.target_key)
    """)
    ((ours,),) = told(f"""
        SELECT count(DISTINCT object_key) FROM activities o
        WHERE {where(scope, window)} AND type = 'Create' AND direction = 'outbound'
        AND target_key <> ''
        AND NOT EXISTS (SELECT 1 FROM activities m WHERE {mine} AND m.direction = 'inbound'
            AND m.object_key = o.target_key)
        AND EXISTS (SELECT 1 FROM activities r WHERE {mine} AND r.direction = 'inbound'
            AND r.target_key = o.object_key)
    """)
    assert (found["theirs"], found["ours"]) == (theirs, ours)


@SOME
@EACH_SCOPE
def test_it_counts_what_was_answered_in_time(talk_lake, told, scope, window):
    acts = view_of(talk_lake, scope, window).activities
    (found,) = talk_lake.run(balance.answered(acts, window, 1440))
    rows = told(f"""
        SELECT m.object_key, (julianday(min(a.occurred_at)) - julianday(m.occurred_at)) * 1440
        FROM activities m LEFT JOIN activities a ON a.target_key = m.object_key
            AND a.direction = 'outbound' AND a.occurred_at >= m.occurred_at
            AND a.workspace_id = m.workspace_id
        WHERE {
        where(scope, window)
        .replace("workspace_id", "m.workspace_id")
        .replace("channel_id", "m.channel_id")
        .replace("occurred_at", "m.occurred_at")
    }
            AND m.type = 'Create' AND m.direction = 'inbound' GROUP BY m.object_key
    """)
    minutes = [value for _key, value in rows if value is not None]
    assert found["received"] == len(rows)
    assert found["in_time"] == sum(value <= 1440.001 for value in minutes)


@pytest.mark.requirement("R081")
@SOME
@EACH_SCOPE
def test_it_finds_who_comes_back_with_and_without_rollups(talk_lake, told, scope, window):
    rows = told(f"""
        SELECT actor_key, count(*), group_concat(occurred_at) FROM activities
        WHERE {where(scope, window)} AND direction = 'inbound' AND actor_key <> ''
        GROUP BY actor_key
    """)
    assert rows
    found = KPIS["returning_people"].value(talk_lake, scope, window)
    talk_lake.uses_rollups = False
    try:
        again = KPIS["returning_people"].value(talk_lake, scope, window)
    finally:
        talk_lake.uses_rollups = True
    assert found.value == again.value
    assert found.denominator == len(rows)
    assert found.rows_count == sum(count for _who, count, _times in rows)


@SOME
@EACH_SCOPE
def test_it_counts_every_event_once_with_and_without_rollups(talk_lake, told, scope, window):
    view = view_of(talk_lake, scope, window)
    found = talk_lake.run(events.counted(view.activities, window))
    ((count,),) = told(f"SELECT count(*) FROM activities WHERE {where(scope, window)}")
    assert sum(row["acts"] for row in found) == count
    groups = told(f"""
        SELECT DISTINCT channel_id, direction, type, CASE WHEN type <> 'Create' THEN object_type
            WHEN target_key = '' THEN 'post' ELSE 'reply' END
        FROM activities WHERE {where(scope, window)}
    """)
    keys = {(row["channel_id"], row["direction"], row["type"], row["kind"]) for row in found}
    assert keys == set(groups)


@pytest.mark.requirement("R052")
@ALL
@EACH_SCOPE
def test_it_attributes_each_follow_to_the_last_touch_within_72_hours(
    talk_lake, told, scope, window
):
    acts = view_of(talk_lake, scope, window).activities
    found = talk_lake.run(growth.attributed(acts, window))
    follows = told(f"""
        SELECT id, channel_id, actor_key, occurred_at FROM activities
        WHERE {where(scope, window)} AND type = 'Follow' AND direction = 'inbound'
    """)
    known = 0
    for _id, channel, who, at in follows:
        ((touches,),) = told(
            """
            SELECT count(*) FROM activities WHERE workspace_id = ? AND channel_id = ?
            AND actor_key = ? AND direction = 'inbound' AND type IN ('Like', 'Announce', 'Create')
            AND occurred_at <= ? AND julianday(?) - julianday(occurred_at) <= 3.0000001
            """,
            str(scope.workspace_id), channel, who, at, at,
        )  # fmt: skip
        known += touches > 0
    assert sum(row["gained"] for row in found) == len(follows)
    assert sum(row["gained"] for row in found if row["source"]) == known


@pytest.mark.requirement("R039")
@SOME
@EACH_SCOPE
def test_it_adds_each_note_once_with_its_last_value(talk_lake, told, scope, window):
    each = notes.each(view_of(talk_lake, scope, window).observations, window)
    found = talk_lake.run(notes.by_channel(each))
    start, end = bounds(window)
    rows = told(f"""
        SELECT channel_id, metric, sum(value) FROM (
            SELECT channel_id, metric, subject, value, max(observed_at), (
                SELECT min(observed_at) FROM observations f WHERE f.subject = o.subject
                AND f.metric = o.metric AND f.workspace_id = o.workspace_id
                AND f.channel_id = o.channel_id) AS first
            FROM observations o WHERE workspace_id = '{scope.workspace_id}' AND {channels(scope)}
            AND metric IN ('spend', 'revenue') GROUP BY channel_id, metric, subject)
        WHERE first >= '{start}' AND first < '{end}' GROUP BY channel_id, metric
    """)
    assert {(row["channel_id"], row["metric"]): row["value"] for row in found} == {
        (channel, metric): value for channel, metric, value in rows
    }


@pytest.mark.requirement("R036")
@SOME
def test_it_counts_posts_reshares_and_people_of_a_topic(talk_lake, told, window):
    acts = view_of(talk_lake, Scope(KISSA), window).activities
    found = {
        row["topic"]: row
        for row in talk_lake.run(topics.spoken_of(acts, window, ["Coffee", "v60"]))
    }
    for topic, row in found.items():
        ((posts, reshares, people),) = told(f"""
            SELECT sum(type = 'Create'), sum(type = 'Announce'),
                   count(DISTINCT CASE WHEN type = 'Create' THEN nullif(actor_key, '') END)
            FROM activities WHERE {where(Scope(KISSA), window)} AND direction = 'inbound'
            AND type IN ('Create', 'Announce') AND lower(text) LIKE '%{topic.lower()}%'
        """)
        assert (row["posts"], row["reshares"], row["people"]) == (posts or 0, reshares or 0, people)


@pytest.mark.requirement("R013")
@SOME
@EACH_SCOPE
def test_it_sums_the_reach_of_posts_of_which_a_source_is_known(talk_lake, told, scope, window):
    view = view_of(talk_lake, scope, window)
    found = view.run(reach_sources.of_posts(view.published, view.reports))
    known = "metric IN ('reach_followers', 'reach_search')"
    rows = told(f"""
        {post_sql(scope, window)}
        SELECT p.channel_id, r.metric, sum(r.value) FROM posts p JOIN reports r ON r.post = p.post
        WHERE r.metric IN ('reach', 'reach_followers', 'reach_search')
        AND p.post IN (SELECT post FROM reports WHERE {known}) GROUP BY 1, 2
    """)
    assert {(row["channel_id"], row["metric"]): row["value"] for row in found} == {
        (channel, metric): value for channel, metric, value in rows
    }


@SOME
@EACH_SCOPE
def test_it_knows_of_each_post_what_the_engagement_kpi_adds_up(lake, scope, window):
    found = facts.of_posts(view_of(lake, scope, window))
    assert all(first.published_at <= then.published_at for first, then in pairwise(found))
    assert len(found) == KPIS["posts"].value(lake, scope, window).value
    whole = KPIS["engagements"].value(lake, scope, window).value or 0
    assert sum(one.engagements for one in found) == pytest.approx(whole)
    rate = KPIS["engagement_rate_by_reach"].value(lake, scope, window)
    below = sum(one.reported["reach"] for one in found if one.rate("reach") is not None)
    assert below == pytest.approx(rate.denominator or 0)


@pytest.mark.requirement("R081")
@ALL
@EACH_SCOPE
def test_it_shares_the_voice_over_days_known_of_both(talk_lake, told, scope, window):
    found = KPIS["share_of_voice"].value(talk_lake, scope, window)
    own = {
        point.day: point.value
        for point in KPIS["mentions"].series(talk_lake, scope, window)
        if point.value is not None
    }
    start, end = bounds(window)
    rows = told(f"""
        SELECT subject, observed_at, value FROM observations WHERE metric = '{RIVAL}'
        AND workspace_id = '{scope.workspace_id}' AND observed_at >= '{start}'
        AND observed_at < '{end}' ORDER BY observed_at
    """)
    last = {}
    for rival, at, value in rows:
        moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
        last[rival, moment.astimezone(ZoneInfo(window.zone)).date()] = value
    theirs = sum(value for (_rival, day), value in last.items() if day in own)
    ours = sum(own[day] for day in {day for _rival, day in last} if day in own)
    if ours + theirs:
        assert found.value == pytest.approx(ours / (ours + theirs))
    else:
        assert found.value is None
