from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from enishi.adapters.sandbox import reactions, store, town
from enishi.adapters.sandbox.network import Draft, Network, WrongPasswordError

NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
"""12:00 in the town."""


class World:
    """A town whose clock the test turns."""

    def __init__(self, path):
        self.now = NOON
        self.network = Network(path, now=lambda: self.now)
        self.account = self.network.account(self.network.sign_in("hinode", "kouji")).id

    def publish(self, text="朝のコーヒー #coffee", **more):
        return self.network.publish(self.account, [Draft(text, language="ja", **more)])[0]

    def acts(self, after=0):
        return self.network.acts(self.account, after=after, limit=10_000)

    def counts(self):
        return Counter(act.kind for act in self.acts())


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "town.sqlite3")


def test_a_new_account_is_answered_within_half_a_minute(world):
    world.publish()
    assert world.counts() == {}
    world.now += timedelta(seconds=30)
    counts = world.counts()
    assert counts["like"] >= 2
    assert counts["reply"] >= 1
    assert counts["follow"] >= 1


def test_reactions_go_on_for_days(world):
    post = world.publish()
    world.now += timedelta(minutes=2)
    soon = sum(world.counts().values())
    world.now += timedelta(days=6)
    assert sum(world.counts().values()) > soon
    measured = {m.metric: m.value for m in world.network.measure(world.account, [post.number])}
    assert measured["impressions"] >= measured["reach"] > 0
    assert measured["likes"] == sum(
        act.subject == post.number for act in world.acts() if act.kind == "like"
    )


def test_who_is_answered_reacts(world):
    world.publish()
    world.now += timedelta(minutes=1)
    reply = next(act for act in world.acts() if act.kind == "reply")
    before = sum(world.counts().values())
    for number in range(12):  # by the key, each rolls the dice anew
        world.publish("ありがとうございます！", key=f"k{number}", reply_to=reply.post.number)
    world.now += timedelta(minutes=10)
    assert sum(world.counts().values()) > before


def test_a_deleted_post_gets_no_more_reactions(world):
    post = world.publish()
    world.network.delete(world.account, post.number)
    world.now += timedelta(days=3)
    assert {act.kind for act in world.acts() if act.subject == post.number} <= {"follow"}


def test_the_same_seed_gives_the_same_town(tmp_path):
    first = list(town.residents(store.SEED))
    assert first == list(town.residents(store.SEED))
    assert len({who.handle for who in first}) == len(first) == town.POPULATION


def test_more_people_look_in_the_evening_than_at_night():
    evening = datetime(2026, 11, 20, 11, 30, tzinfo=UTC).timestamp()
    night = datetime(2026, 11, 20, 18, 30, tzinfo=UTC).timestamp()
    assert reactions.hour_factor(evening) > 3 * reactions.hour_factor(night)


def test_time_passes_without_posts_too(world):
    world.now += timedelta(days=60)
    assert world.counts()["follow"] > 5


def test_cursors_never_repeat_an_act(world):
    world.publish()
    world.now += timedelta(hours=1)
    first = world.acts()
    world.now += timedelta(days=2)
    later = world.acts(after=first[-1].number)
    assert not {act.number for act in first} & {act.number for act in later}


def test_two_processes_share_one_town(world, tmp_path):
    world.publish()
    other = Network(tmp_path / "town.sqlite3", now=lambda: world.now)
    assert len(other.own_posts(world.account)) == 1


def test_a_name_belongs_to_who_came_first(world):
    with pytest.raises(WrongPasswordError):
        world.network.sign_in("hinode", "another")
    resident = next(iter(town.residents(store.SEED)))
    with pytest.raises(WrongPasswordError):
        world.network.sign_in(resident.handle, "kouji")


def test_a_forgotten_account_leaves_nothing(world):
    world.publish()
    world.now += timedelta(days=1)
    assert world.acts()
    world.network.forget("hinode")
    with store.opened(world.network.path) as db:
        for table in ("acts", "views", "plans", "posts", "follows", "tokens"):
            assert db.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,)


@pytest.mark.parametrize(
    ("text", "topic"),
    [("今日のコーヒー豆", "coffee"), ("Join us at the workshop", "event"), ("おはよう", "general")],
)
def test_people_notice_what_a_post_is_about(text, topic):
    assert town.topic_of(text) == topic
