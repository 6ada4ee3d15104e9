from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.jobs.core import fairness
from enishi.jobs.core.fairness import Candidate, Limits, Turns, allot, own_first
from enishi.jobs.core.pace import Rate, closed_until, take
from enishi.jobs.core.retry import Backoff, decide_retry

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BACKOFF = Backoff(first=10 * SECOND, longest=60 * SECOND, attempts=5)


@pytest.mark.parametrize(
    ("attempts", "jitter", "asked", "seconds"),
    [
        (1, 0.5, None, 10),
        (2, 0.5, None, 20),
        (4, 0.5, None, 60),
        (1, 0.0, None, 7.5),
        (1, 1.0, None, 12.5),
        (1, 0.5, 100, 105),
        (3, 0.0, 1, 30),
    ],
)
def test_it_waits_longer_each_time(attempts, jitter, asked, seconds):
    span = None if asked is None else asked * SECOND
    decision = decide_retry(attempts, BACKOFF, jitter=jitter, asked=span)
    assert decision.again
    assert decision.wait == seconds * SECOND


def test_it_stops_after_the_last_attempt():
    assert not decide_retry(5, BACKOFF, jitter=0.5).again


RATE = Rate(calls=5, per=SECOND, burst=3)


def test_it_lets_a_burst_pass_and_then_the_rate():
    first = take(RATE, None, NOW, 10)
    assert first.granted == 3
    assert take(RATE, first.arrival_at, NOW, 1).granted == 0
    assert take(RATE, first.arrival_at, first.next_at, 1).granted == 1


@given(st.lists(st.tuples(st.integers(0, 400), st.integers(1, 6)), max_size=60))
def test_it_never_lets_more_pass_than_calls_and_burst_in_any_window(steps):
    now, arrival, passed = NOW, None, []
    for milliseconds, wanted in steps:
        now += timedelta(milliseconds=milliseconds)
        grant = take(RATE, arrival, now, wanted)
        arrival = grant.arrival_at
        passed += [now] * grant.granted
    for at in passed:
        assert sum(at <= other < at + SECOND for other in passed) <= RATE.calls + RATE.burst


def test_it_stays_closed_as_long_as_the_network_said():
    reopen = NOW + 30 * SECOND
    closed = closed_until(RATE, reopen)
    assert take(RATE, closed, NOW + 29 * SECOND, 1).granted == 0
    assert take(RATE, closed, reopen, 1).granted == 1


def candidates(*rows):
    return [Candidate(f"{lane}{number}", lane[0], lane) for lane, number in rows]


def test_it_gives_every_workspace_its_turn():
    rows = candidates(*[(f"a{lane}", n) for lane in range(50) for n in range(4)], ("b0", 0))
    chosen = allot(rows, room=10, width=4, in_flight={})
    assert "b00" in chosen[:2]


def test_it_keeps_a_slow_channel_from_taking_the_room():
    rows = candidates(*[("a0", n) for n in range(10)], ("a1", 0))
    chosen = allot(rows, room=10, width=4, in_flight={"a0": 2})
    assert chosen == ["a00", "a10", "a01"]


def test_it_gives_no_more_than_there_is_room():
    rows = candidates(*[(f"a{lane}", 0) for lane in range(9)])
    assert len(allot(rows, room=3, width=4, in_flight={})) == 3
    assert allot([], room=3, width=4, in_flight={}) == []


def test_it_keeps_what_did_not_fit_for_the_next_turn():
    turns = Turns(candidates(*[("a0", n) for n in range(5)], ("b0", 0), ("b0", 1)))
    assert turns.take(10, Limits(2, {})) == ["a00", "b00", "a01", "b01"]
    assert turns.take(10, Limits(2, {"a0": 2})) == []
    assert len(turns) == 3
    assert turns.take(10, Limits(2, {"a0": 1})) == ["a02"]
    assert turns.take(1, Limits(2, {})) == ["a03"]
    assert turns.take(10, Limits(2, {}, is_closed=lambda lane: lane == "a0")) == []
    assert turns.take(10, Limits(2, {})) == ["a04"]
    assert len(turns) == 0


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), max_size=80), st.integers(1, 30))
def test_it_hands_out_each_candidate_once(rows, room):
    turns = Turns(Candidate(n, f"g{lane % 3}", f"{lane}") for n, (lane, _n) in enumerate(rows))
    taken = []
    while found := turns.take(room, Limits(2, {})):
        assert max(Counter(rows[n][0] for n in found).values()) <= 2
        taken += found
    assert sorted(taken) == list(range(len(rows)))


def test_it_leaves_room_for_servers_that_are_not_slow():
    rows = candidates(*[(f"a{lane}", n) for lane in range(300) for n in range(4)])
    limits = Limits(4, {}, ceiling=600, place_of=lambda lane: lane[0])
    held = Turns(rows).take(600, limits)
    assert len(held) == 400
    busy = Counter(name[:-1] for name in held)
    more = candidates(*[(f"{place}{lane}", 0) for place in "bc" for lane in range(300)])
    later = Turns(more).take(200, Limits(4, busy, ceiling=600, place_of=lambda lane: lane[0]))
    assert {"b", "c"} == {name[0] for name in later}
    assert len(later) < 200


@given(st.integers(1, 5), st.lists(st.sampled_from("abcdefgh"), max_size=40))
def test_every_lane_has_one_worker_that_begins_with_it(count, lanes):
    workers = [UUID(int=number) for number in range(count)]
    waiting = [Candidate(number, "group", lane) for number, lane in enumerate(lanes)]
    seen = {worker: own_first(waiting, worker, workers) for worker in workers}
    first: dict[str, list[UUID]] = {}
    for worker, order in seen.items():
        assert sorted(order) == waiting
        for lane in set(lanes):
            assert [one for one in order if one.lane == lane] == [
                one for one in waiting if one.lane == lane
            ]
        own = {lane for lane in lanes if fairness._owner(lane, frozenset(workers)) == worker}
        assert {one.lane for one in order[: sum(lane in own for lane in lanes)]} == own
        for lane in own:
            first.setdefault(lane, []).append(worker)
    assert {lane: len(owners) for lane, owners in first.items()} == dict.fromkeys(lanes, 1)


def test_a_worker_that_leaves_moves_only_its_own_lanes():
    workers = frozenset(UUID(int=number) for number in range(3))
    lanes = [str(number) for number in range(300)]
    before = {lane: fairness._owner(lane, workers) for lane in lanes}
    after = {lane: fairness._owner(lane, workers - {UUID(int=0)}) for lane in lanes}
    assert all(after[lane] == owner for lane, owner in before.items() if owner.int)
    assert all(60 < count < 140 for count in Counter(before.values()).values())
