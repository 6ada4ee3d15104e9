"""The real dispatcher with several networks and workspaces at once: nobody waits for another.

Nothing here looks at a clock: a network answers when it is told to, and what must not wait
for it is waited for first.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync

from enishi.accounts.permissions import Actor
from enishi.channels import registry
from enishi.channels.contract import Account, Connection, Outgoing, Problem, Receipt
from enishi.channels.manifest import Publishing, Reconcile
from enishi.channels.models import Channel
from enishi.channels.parts import about_to_act
from enishi.channels.registry import AdapterType
from enishi.jobs.database import CallersThread
from enishi.jobs.dispatcher import SourceLoop
from enishi.jobs.testing import TEST_WORKER
from enishi.jobs.timing import Timing
from enishi.kernel import clock
from enishi.publishing import actions, delivery
from enishi.publishing.actions import PostInput, VariantInput
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.delivery import DeliverySource
from enishi.publishing.models import Delivery
from tests.plugins.people import make_workspace

PATIENCE = 60.0
"""Only a dispatcher that stands still takes so long."""
CEILING = 12


class Networks:
    """Servers that answer at once, or only when they are told to."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, str]] = []
        """Server and text, in the order in which they came."""
        self.stuck: dict[str, asyncio.Event] = {}
        self.at_once: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    def count(self, server: str) -> int:
        return sum(where == server for where, _text in self.arrived)

    async def take(self, server: str, text: str) -> None:
        self.at_once[server] += 1
        self.most[server] = max(self.most[server], self.at_once[server])
        if server in self.stuck:
            await self.stuck[server].wait()
        self.at_once[server] -= 1
        self.arrived.append((server, text))


NETWORKS = Networks()


class SideAdapter:
    """Speaks to `NETWORKS`."""

    def __init__(self, connection: Connection) -> None:
        self._server = connection.service_url

    async def verify(self) -> Account:
        return Account("side", "side", "Side", "https://side.test")

    def length(self, text: str) -> int:
        return len(text)

    def problems(self, _outgoing: Outgoing) -> Sequence[Problem]:
        return []

    async def publish(self, outgoing: Outgoing) -> Receipt:
        await about_to_act()
        await NETWORKS.take(self._server, outgoing.text)
        return Receipt(f"{self._server}/{outgoing.key}", "")

    async def find(self, _outgoing: Outgoing) -> Receipt | None:
        return None


@pytest.fixture(autouse=True)
def networks(monkeypatch) -> Networks:
    """Fresh networks; a worker that has little room."""
    vars(NETWORKS).update(vars(Networks()))
    sandbox = registry.get("sandbox")
    manifest = sandbox.manifest.model_copy(
        update={"id": "side", "publishing": Publishing(reconcile=Reconcile.KEY), "rate_limits": ()}
    )
    known = {found.manifest.id: found for found in registry.all()}
    known["side"] = AdapterType(manifest, SideAdapter, sandbox.folder)
    monkeypatch.setattr(registry, "_found", lambda: known)
    monkeypatch.setattr(delivery, "CEILING", CEILING)
    monkeypatch.setattr(DeliverySource, "ceiling", CEILING)
    return NETWORKS


@pytest.fixture
def fill(make_channel) -> Callable[..., list[Channel]]:
    """`fill(actor, "https://slow.test", 3, 8)`: so many channels there, so many posts each."""

    def make(actor: Actor, server: str, channels: int, posts: int) -> list[Channel]:
        made = [
            make_channel(adapter="side", service_url=server, workspace_id=actor.workspace_id)
            for _number in range(channels)
        ]
        for channel in made:
            for number in range(posts):
                content = PostInput(f"{channel.id} {number}", channels=[VariantInput(channel.id)])
                post = actions.create_post(actor, content=content)
                actions.publish_now(actor, post_id=post.id)
        return made

    return make


def work_until(*conditions: Callable[[], bool], then: Callable[[], object] = lambda: None) -> None:
    """Let the dispatcher run until each condition has come true, one after the other."""

    async def work() -> None:
        stopping = asyncio.Event()
        timing = Timing(poll=0.02, gather=0.001, drain=5.0)
        loop = SourceLoop(DeliverySource(), TEST_WORKER, CallersThread(), timing)
        serving = asyncio.create_task(loop.serve(stopping))
        async with asyncio.timeout(PATIENCE):
            for condition in conditions:
                while not condition():
                    assert not serving.done()
                    await asyncio.sleep(0.005)
                then()
            stopping.set()
            await serving

    async_to_sync(work)()


def states() -> Counter[str]:
    return Counter(Delivery.objects.values_list("state", flat=True))


@pytest.mark.parametrize("slow_channels", [1, 10])
def test_a_network_that_does_not_answer_delays_no_other(owner, fill, networks, slow_channels):
    slow, quick = "https://slow.test", "https://quick.test"
    fill(owner, slow, slow_channels, 4)
    fill(owner, quick, 2, 12)
    networks.stuck[slow] = asyncio.Event()
    work_until(
        lambda: networks.count(quick) == 24,
        lambda: networks.count(slow) == slow_channels * 4,
        then=networks.stuck[slow].set,
    )
    first = [where for where, _text in networks.arrived[:24]]
    assert set(first) == {quick}
    assert networks.most[slow] <= CEILING * 2 // 3
    assert len(networks.arrived) == len(set(networks.arrived)) == 24 + slow_channels * 4
    assert states() == {DeliveryState.PUBLISHED: 24 + slow_channels * 4}


def test_two_networks_that_do_not_answer_leave_room_for_a_third(owner, fill, networks):
    stuck = ["https://one.test", "https://two.test"]
    for server in stuck:
        fill(owner, server, 5, 3)
        networks.stuck[server] = asyncio.Event()
    fill(owner, "https://quick.test", 1, 9)
    release = [networks.stuck[server].set for server in stuck]
    work_until(
        lambda: networks.count("https://quick.test") == 9,
        lambda: len(networks.arrived) == 39,
        then=lambda: [free() for free in release],
    )
    assert {where for where, _text in networks.arrived[:9]} == {"https://quick.test"}


def test_a_workspace_with_much_to_send_does_not_hold_up_a_small_one(owner, fill, networks):
    fill(owner, "https://busy.test", 8, 8)
    small = Actor.system(make_workspace("Small").id)
    fill(small, "https://small.test", 1, 6)
    work_until(lambda: len(networks.arrived) == 8 * 8 + 6)
    places = [place for place, (where, _text) in enumerate(networks.arrived) if "small" in where]
    assert places[-1] < 3 * CEILING
    assert states() == {DeliveryState.PUBLISHED: 70}


def test_no_channel_has_more_in_flight_than_its_width(owner, fill, networks):
    (channel,) = fill(owner, "https://slow.test", 1, 9)
    networks.stuck["https://slow.test"] = asyncio.Event()
    seen: list[UUID] = []

    def full() -> bool:
        if networks.at_once["https://slow.test"] == delivery.WIDTH:
            seen.append(channel.id)
        return len(seen) > 20

    work_until(
        full,
        lambda: len(networks.arrived) == 9,
        then=networks.stuck["https://slow.test"].set,
    )
    assert networks.most["https://slow.test"] == delivery.WIDTH
    last = Delivery.objects.latest("published_at").published_at
    assert last is not None
    assert clock.now() >= last
