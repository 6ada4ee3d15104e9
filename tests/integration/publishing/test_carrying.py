"""Deliveries that a carrier takes to a fleet: the rows stay the truth."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from asgiref.sync import async_to_sync

from enishi.accounts.permissions import Actor
from enishi.jobs.carriers import CarrierError, handovers
from enishi.jobs.carriers.feeder import Feeder
from enishi.jobs.carriers.fleet import CarriedSource, Inbox
from enishi.jobs.core.fairness import Candidate
from enishi.jobs.database import CallersThread
from enishi.jobs.models import Handover, Worker
from enishi.jobs.sources import Claimed, ClaimRequest
from enishi.jobs.timing import Timing
from enishi.kernel import clock
from enishi.publishing import actions, delivery
from enishi.publishing.delivery import WIDTH, DeliverySource
from enishi.publishing.models import Delivery, Post

pytestmark = pytest.mark.django_db
AGAIN = timedelta(seconds=60)


@pytest.fixture
def due(owner: Actor, make_post: Callable[..., Post]) -> Callable[[int], list[UUID]]:
    """`due(3)`: deliveries of the channel that are due now."""

    def make(count: int) -> list[UUID]:
        for number in range(count):
            actions.publish_now(owner, post_id=make_post(f"No. {number}").id)
        return list(Delivery.objects.order_by("due_at", "id").values_list("id", flat=True))

    return make


def choose(at: datetime | None = None, window: int = 100) -> list[UUID]:
    """What a feeder hands over."""
    terms = handovers.Terms(DeliverySource(), uuid4(), AGAIN, window)
    return list(handovers.choose(terms, at or clock.now()).ids)


def carried(*identifiers: UUID) -> tuple[CarriedSource, Claimed]:
    """What a process of the fleet leases of what the carrier brought."""
    inbox = Inbox()
    for identifier in identifiers:
        inbox.put(identifier)
    source = CarriedSource(DeliverySource(), inbox)
    return source, source.claim(ClaimRequest(uuid4(), clock.now(), 50))


async def finish(source: CarriedSource, claimed: Claimed) -> None:
    results = [await source.deliver(work) for work in claimed.works]
    await CallersThread().run(source.settle, results)
    await source.close()


def test_it_hands_over_what_is_due_once(due: Callable[[int], list[UUID]]) -> None:
    ids = due(2)
    assert choose() == ids
    assert choose() == []


def test_it_hands_over_again_what_nobody_took_in_time(due: Callable[[int], list[UUID]]) -> None:
    ids = due(2)
    choose()
    carried(ids[0])
    assert choose(clock.now() + AGAIN + timedelta(seconds=1)) == [ids[1]]


def test_it_keeps_to_the_width_of_a_channel_in_the_whole_fleet(
    due: Callable[[int], list[UUID]],
) -> None:
    ids = due(WIDTH + 3)
    assert choose() == ids[:WIDTH]
    _source, claimed = carried(*ids[:2])
    assert len(claimed.works) == 2
    assert choose() == [], "what is leased counts as well"


def test_it_hands_over_no_more_than_its_window(due: Callable[[int], list[UUID]]) -> None:
    ids = due(3)
    assert choose(window=2) == ids[:2]
    assert choose(window=2) == []


def test_it_sends_once_although_the_message_came_twice(
    due: Callable[[int], list[UUID]], town: object
) -> None:
    (identifier,) = due(1)
    choose()
    first, claimed = carried(identifier)
    _second, nothing = carried(identifier)
    assert [work.id for work in claimed.works] == [identifier]
    assert nothing.works == []
    async_to_sync(finish)(first, claimed)
    _third, nothing = carried(identifier)
    assert nothing.works == []
    assert Delivery.objects.get().state == "published"
    assert not Handover.objects.exists()


def test_it_leaves_alone_what_waits_for_a_retry(due: Callable[[int], list[UUID]]) -> None:
    (identifier,) = due(1)
    choose()
    Delivery.objects.update(due_at=clock.now() + timedelta(minutes=1))
    _source, claimed = carried(identifier)
    assert claimed.works == []
    assert Delivery.objects.get().state == "scheduled"
    assert not Handover.objects.exists(), "it is handed over when it is due"


def test_it_brings_back_what_is_over_a_budget_when_that_opens(
    due: Callable[[int], list[UUID]], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = due(2)
    choose()
    opens = clock.now() + timedelta(seconds=20)

    def one_only(self: DeliverySource, rows: Sequence[Delivery], now: datetime) -> list[Delivery]:
        self._shut[rows[0].channel_id] = opens
        return list(rows[:1])

    monkeypatch.setattr(delivery.DeliverySource, "_within_budget", one_only)
    _source, claimed = carried(*ids)
    assert [work.id for work in claimed.works] == ids[:1]
    assert choose(opens - timedelta(seconds=1)) == []
    assert choose(opens) == ids[1:]


def test_it_lets_nothing_wait_for_a_channel_whose_budget_is_used_up(
    due: Callable[[int], list[UUID]],
) -> None:
    ids = due(2)
    assert choose(window=1) == ids[:1]
    handovers.arrived(ids[:1], {ids[0]: clock.now() + timedelta(seconds=20)})
    assert choose(window=1) == [], "the channel is closed until then"
    Delivery.objects.filter(id=ids[0]).delete()
    Handover.objects.all().delete()
    assert choose(window=1) == ids[1:]


class Town:
    """A source with many channels on one server, all due before the one on another."""

    name, width = "town", 4

    def __init__(self, slow: int) -> None:
        lanes = [f"slow {number}" for number in range(slow) for _each in range(4)]
        self.waiting = [Candidate(uuid4(), "a workspace", lane) for lane in lanes]
        self.quick = [Candidate(uuid4(), "a workspace", "quick 1") for _each in range(4)]

    def candidates(self, _request: ClaimRequest) -> list[Candidate[UUID]]:
        return self.waiting + self.quick

    def leased_lanes(self) -> dict[str, int]:
        return {}

    def place_of(self, lane: str) -> str:
        return lane.split(maxsplit=1)[0]


def test_it_does_not_let_a_server_with_many_channels_fill_the_fleet() -> None:
    town, now = Town(slow=400), clock.now()
    quick, town.quick = town.quick, []
    for number, threads in enumerate((20, 40)):
        metrics = {"enishi_carrier_threads": [[[], threads]]}
        Worker.objects.create(
            host="a", pid=number, started_at=now, beat_at=now, role="fleet", metrics=metrics
        )
    terms = handovers.Terms(cast(Any, town), uuid4(), AGAIN)
    chosen = handovers.choose(terms, now)
    assert (len(chosen.ids), chosen.more) == (40, True), "two thirds of the fleet"
    assert handovers.choose(terms, now).ids == [], "and no more, however often it is asked"
    town.quick = quick
    assert set(handovers.choose(terms, now).ids) == {item.item for item in quick}


def test_it_holds_what_was_paused_on_its_way(due: Callable[[int], list[UUID]]) -> None:
    (identifier,) = due(1)
    choose()
    channel = Delivery.objects.get().channel
    channel.state = "paused"
    channel.save(update_fields=["state"])
    _source, claimed = carried(identifier)
    assert claimed.works == []
    assert Delivery.objects.get().state == "held"


class Broker:
    """A carrier in memory that can be away."""

    def __init__(self) -> None:
        self.sent: list[UUID] = []
        self.away = 0

    def send(self, identifiers: Sequence[UUID]) -> None:
        if self.away:
            self.away -= 1
            raise CarrierError("gone")
        self.sent.extend(identifiers)


def test_it_waits_for_a_broker_that_is_away_and_recovers(
    due: Callable[[int], list[UUID]], monkeypatch: pytest.MonkeyPatch, settings: SimpleNamespace
) -> None:
    monkeypatch.setattr("enishi.jobs.carriers.feeder._REST_AFTER_ERROR", 0.01)
    settings.ENISHI_CARRIER_AGAIN = 60
    ids, broker = due(2), Broker()
    broker.away = 2

    async def feed() -> None:
        timing, stopping = Timing(poll=0.01, gather=0.01), asyncio.Event()
        feeder = Feeder(DeliverySource(), uuid4(), CallersThread(), timing, broker)
        serving = asyncio.create_task(feeder.serve(stopping))
        async with asyncio.timeout(5):
            while not broker.sent:  # noqa: ASYNC110 - a plain list is polled
                await asyncio.sleep(0.01)
        stopping.set()
        await serving

    async_to_sync(feed)()
    assert broker.sent == ids
