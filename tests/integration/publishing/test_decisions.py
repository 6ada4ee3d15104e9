"""What people decide about deliveries whose outcome nobody knows, and taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation

from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.jobs.testing import run_until_idle
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotAllowedError
from enishi.publishing import actions, queries
from enishi.publishing.core.states import DeliveryState, PostState
from enishi.publishing.models import Attempt, Delivery, Post

CANDIDATE = {
    "remote_id": "post-9",
    "url": "https://town.example/post-9",
    "text": "Spring menu",
    "created_at": "2027-04-01T00:00:00+00:00",
    "media": 0,
}


@pytest.fixture
def unknown(owner, make_post) -> Delivery:
    """A delivery that stopped because nobody knows whether it arrived."""
    post = make_post("Spring menu")
    actions.schedule_post(owner, post_id=post.id, at=clock.now() + timedelta(hours=1))
    delivery = Delivery.objects.get(post=post)
    now = clock.now()
    Attempt.objects.create(
        delivery=delivery, number=1, started_at=now, ended_at=now, outcome="unknown"
    )
    Delivery.objects.filter(id=delivery.id).update(
        state="unknown", reason="not_confirmed", attempts=1, candidates=[CANDIDATE]
    )
    Post.objects.filter(id=post.id).update(state="unknown")
    delivery.refresh_from_db()
    return delivery


def state_of(delivery: Delivery) -> tuple[str, str, str]:
    delivery.refresh_from_db()
    return delivery.state, delivery.remote_id, delivery.remote_url


def test_it_takes_a_candidate_for_the_post_by_its_address_or_its_id(owner, unknown):
    seen = ("published", "post-9", "https://town.example/post-9")
    actions.mark_published(owner, delivery_id=unknown.id, url=str(CANDIDATE["url"]))
    assert state_of(unknown) == seen
    actions.undo_decision(owner, delivery_id=unknown.id)
    assert state_of(unknown) == ("unknown", "", "")
    actions.mark_published(owner, delivery_id=unknown.id, url="", remote_id="post-9")
    assert state_of(unknown) == seen


@pytest.mark.parametrize("url", ["", "nonsense", "ftp://town.example/x", "https://", "http://[x"])
def test_it_refuses_what_is_no_address(owner, unknown, url):
    with pytest.raises(InvalidInputError) as caught:
        actions.mark_published(owner, delivery_id=unknown.id, url=url)
    assert caught.value.field == "url"
    assert state_of(unknown)[0] == "unknown"


def test_it_refuses_the_address_of_another_post(owner, unknown, make_post):
    other = make_post("Another")
    actions.publish_now(owner, post_id=other.id)
    run_until_idle()
    stands = Delivery.objects.get(post=other)
    Delivery.objects.filter(id=stands.id).update(remote_url="https://town.example/other")
    with pytest.raises(ConflictError):
        actions.mark_published(owner, delivery_id=unknown.id, url="https://town.example/other")


def test_it_takes_back_giving_up(owner, unknown):
    actions.give_up(owner, delivery_id=unknown.id)
    view = queries.delivery_detail(owner, delivery_id=unknown.id)
    assert (view.state, "undo" in view.can) == (DeliveryState.FAILED, True)
    actions.undo_decision(owner, delivery_id=unknown.id)
    assert state_of(unknown)[0] == "unknown"
    assert queries.post_state(owner, post_id=unknown.post_id) is PostState.UNKNOWN
    with pytest.raises(ConflictError):
        actions.undo_decision(owner, delivery_id=unknown.id)


def test_it_sends_again_when_a_person_says_that_nothing_arrived(owner, unknown):
    actions.retry_delivery(owner, delivery_id=unknown.id)
    run_until_idle()
    assert state_of(unknown)[0] == "published"
    with pytest.raises(ConflictError):
        actions.undo_decision(owner, delivery_id=unknown.id)


def test_it_lets_only_those_decide_who_may_publish(member, unknown):
    with pytest.raises(NotAllowedError):
        actions.undo_decision(member, delivery_id=unknown.id)


def test_it_tells_why_in_the_language_of_whoever_reads(owner, make_post, only_delivery, town):
    town.arm(Fault(FaultKind.BROKEN, operation="publish", after=False))
    post = make_post("Only once")
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    told = {}
    for language in ("ja", "en"):
        with translation.override(language):
            view = queries.delivery_detail(owner, delivery_id=only_delivery(post).id)
            told[language] = (view.problem, str(view.timeline[-1].text), str(view.next.text))
    assert told["ja"] != told["en"]
    assert all(all(words) for words in told.values())
    assert told["en"][0].isascii()
