"""Budgets of accounts, of the application and of servers, on the real source."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest

from enishi.channels.errors import RateLimitedError
from enishi.channels.http import quotas
from enishi.channels.http.quotas import Quota
from enishi.channels.manifest import RateLimit, Reconcile, Scope
from enishi.jobs.models import Budget
from enishi.jobs.sources import ClaimRequest
from enishi.jobs.testing import TEST_WORKER, run_until_idle, time_moved
from enishi.kernel import clock
from enishi.publishing import actions, pacing
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.delivery import DeliverySource
from enishi.publishing.models import Delivery
from tests.integration.publishing import paper
from tests.integration.publishing.paper import PAPER


@pytest.fixture
def limited(on_paper, monkeypatch):
    """`limited(Scope.NETWORK, 4)`: two channels on a server with such a limit."""

    def make(scope: Scope, amount: int):
        limit = RateLimit(name="posts", amount=amount, seconds=3600, scope=scope)
        kind = paper.kind

        def limited_kind(reconcile: Reconcile):
            found = kind(reconcile)
            manifest = found.manifest.model_copy(update={"rate_limits": (limit,)})
            return type(found)(manifest, found.factory, found.folder)

        monkeypatch.setattr(paper, "kind", limited_kind)
        fields = {"service_url": "https://paper.test"}
        return on_paper(**fields), on_paper(**fields)

    return make


def claim(source: DeliverySource) -> Counter:
    works = source.claim(ClaimRequest(TEST_WORKER, clock.now(), 100)).works
    return Counter(work.delivery.channel_id for work in works)


def fill(owner, make_post, *channels, many: int = 4) -> None:
    for number in range(many):
        actions.publish_now(owner, post_id=make_post(f"post {number}", *channels).id)


@pytest.mark.parametrize(
    ("scope", "each"), [(Scope.ACCOUNT, 2), (Scope.NETWORK, 1), (Scope.APP, 1)]
)
def test_channels_share_what_is_their_servers_in_turns(owner, make_post, limited, scope, each):
    one, other = limited(scope, 4)
    fill(owner, make_post, one, other)
    assert claim(DeliverySource()) == {one.id: each, other.id: each}


def test_another_worker_finds_the_budget_used_up(owner, make_post, limited):
    one, other = limited(Scope.NETWORK, 4)
    fill(owner, make_post, one, other)
    claim(DeliverySource())
    assert claim(DeliverySource()) == {}
    assert Budget.objects.filter(key="network:paper:paper.test:posts").exists()


def test_a_wait_that_the_network_asks_for_is_kept_and_spread(owner, make_post, on_paper):
    channel = on_paper(Reconcile.READBACK)

    def slow_down(_text: str) -> None:
        raise RateLimitedError("slow down", retry_after=600)

    PAPER.before = slow_down
    fill(owner, make_post, channel, many=2)
    now = clock.now()
    run_until_idle()
    waits = [row.due_at - now for row in Delivery.objects.filter(channel=channel, attempts=1)]
    assert all(timedelta(seconds=600) <= wait < timedelta(seconds=670) for wait in waits)
    PAPER.before = lambda _text: None
    run_until_idle(after=timedelta(seconds=590))
    assert PAPER.texts == []
    run_until_idle(after=timedelta(seconds=1400))
    assert sorted(PAPER.texts) == ["post 0", "post 1"]
    states = Delivery.objects.filter(channel=channel).values_list("state", flat=True)
    assert set(states) == {DeliveryState.PUBLISHED}


def test_what_a_tighter_budget_stopped_goes_back():
    one, other = uuid4(), uuid4()
    left = Counter({"wide": 6, "tight": 1})
    given = pacing.share({one: 3, other: 3}, {one: ["wide", "tight"], other: ["wide"]}, left)
    assert given == {one: 1, other: 3}
    assert left == {"wide": 2, "tight": 0}


def test_it_heeds_what_the_server_says_is_left(limited, owner, make_post):
    one, other = limited(Scope.NETWORK, 100)
    now = clock.now()
    quota = Quota(limit=100, remaining=3, reset_at=now + timedelta(minutes=10))
    assert pacing.correct(one, quota, now)
    fill(owner, make_post, one, other)
    assert sum(claim(DeliverySource()).values()) == 3
    assert not pacing.correct(one, Quota(77, 0, now), now)


def test_it_waits_for_the_reset_when_nothing_is_left(limited, owner, make_post):
    one, other = limited(Scope.NETWORK, 100)
    now = clock.now()
    pacing.correct(one, Quota(100, 0, now + timedelta(minutes=10)), now)
    fill(owner, make_post, one, other)
    assert claim(DeliverySource()) == {}
    with time_moved(timedelta(minutes=11)):
        assert claim(DeliverySource())


def test_it_leaves_an_account_with_nothing_left_to_its_gate(limited):
    one, _other = limited(Scope.ACCOUNT, 100)
    now = clock.now()
    assert not pacing.correct(one, Quota(100, 0, now + timedelta(minutes=10)), now)


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({"ratelimit-limit": "10", "ratelimit-remaining": "3", "ratelimit-reset": "60"}, 3),
        (
            {
                "x-ratelimit-limit": "10;w=60",
                "x-ratelimit-remaining": "0",
                "x-ratelimit-reset": "5",
            },
            0,
        ),
        ({"ratelimit-limit": "many", "ratelimit-remaining": "3", "ratelimit-reset": "60"}, None),
        ({"ratelimit-limit": "10"}, None),
        ({}, None),
    ],
)
def test_it_reads_quotas_from_headers(headers, left):
    found = quotas.read(headers, clock.now())
    assert (found.remaining if found else None) == left
