"""A post of which something stands already is neither changed nor called cancelled."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.channels.errors import OutcomeUnknownError, TransientError
from enishi.channels.manifest import Reconcile
from enishi.channels.parts import media
from enishi.jobs.testing import run_until_idle
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError
from enishi.publishing import actions, queries
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.models import Delivery, Post
from tests.integration.publishing.paper import PAPER

HOUR = timedelta(hours=1)


def say(owner, post, text: str) -> Post:
    """Change what a post says."""
    return actions.update_post(
        owner,
        post_id=post.id,
        version=Post.objects.get(id=post.id).version,
        content=replace(queries.content_of(owner, post_id=post.id), text=text),
    )


@pytest.fixture
def broken_off(owner, make_post, town, on_paper) -> Post:
    """A thread of which the first part stands; the rest is tried again later."""
    town.arm(Fault(FaultKind.SLOW, operation="publish", times=1))
    town.arm(Fault(FaultKind.TOO_MANY, operation="publish"))
    post = make_post("first", thread=["second"])
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    return post


@pytest.fixture
def in_doubt(owner, make_post, on_paper) -> Post:
    """A post that arrived, while the answer got lost."""
    errors = [OutcomeUnknownError("lost")]

    def lose(_text: str) -> None:
        if errors:
            raise errors.pop()

    PAPER.after = lose
    post = make_post("first", on_paper(Reconcile.READBACK))
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    return post


@pytest.fixture(params=["broken_off", "in_doubt"])
def half(request) -> Post:
    """A post of which something stands, or may."""
    return request.getfixturevalue(request.param)


def test_it_is_not_changed(owner, half, only_delivery):
    assert only_delivery(half).state == DeliveryState.SCHEDULED
    with pytest.raises(ConflictError) as refused:
        say(owner, half, "other")
    assert "write a new post" in str(refused.value.remedy)
    assert not queries.post_detail(owner, post_id=half.id).editable
    run_until_idle(after=HOUR)
    assert only_delivery(half).state == DeliveryState.PUBLISHED


def test_it_asks_when_it_is_cancelled(owner, half, only_delivery, arrived):
    actions.cancel_post(owner, post_id=half.id)
    delivery = only_delivery(half)
    assert (delivery.state, delivery.reason) == (DeliveryState.UNKNOWN, Reason.PARTLY)
    run_until_idle(after=HOUR)
    assert [*arrived(), *PAPER.texts] == ["first"]
    shown = queries.delivery_detail(owner, delivery_id=delivery.id)
    assert "a part of it is on the network" in str(shown.next.text)
    assert {"mark", "retry", "give_up"} <= set(shown.can)


def test_it_asks_when_its_delivery_is_given_up_too(owner, half, only_delivery):
    actions.give_up(owner, delivery_id=only_delivery(half).id)
    assert only_delivery(half).state == DeliveryState.UNKNOWN
    actions.give_up(owner, delivery_id=only_delivery(half).id)
    assert only_delivery(half).state == DeliveryState.FAILED


def test_it_sends_the_rest_when_a_person_wants_so(owner, broken_off, only_delivery, arrived):
    actions.cancel_post(owner, post_id=broken_off.id)
    actions.retry_delivery(owner, delivery_id=only_delivery(broken_off).id)
    run_until_idle(after=HOUR)
    assert arrived() == ["first", "second"]


def test_it_is_not_thrown_away(owner, broken_off, only_delivery):
    actions.cancel_post(owner, post_id=broken_off.id)
    actions.give_up(owner, delivery_id=only_delivery(broken_off).id)
    with pytest.raises(ConflictError):
        actions.delete_post(owner, post_id=broken_off.id)
    with pytest.raises(ConflictError):
        say(owner, broken_off, "other")


def test_it_can_be_changed_once_a_person_gave_up_what_was_in_doubt(owner, in_doubt, only_delivery):
    actions.cancel_post(owner, post_id=in_doubt.id)
    actions.give_up(owner, delivery_id=only_delivery(in_doubt).id)
    say(owner, in_doubt, "other")


def test_it_is_cancelled_when_nothing_of_it_arrived(owner, make_post, on_paper, only_delivery):
    PAPER.before = lambda _text: (_ for _ in ()).throw(TransientError("not now"))
    post = make_post("first", on_paper())
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    say(owner, post, "other")
    actions.cancel_post(owner, post_id=post.id)
    assert only_delivery(post).state == DeliveryState.CANCELLED


def test_it_hands_files_over_anew_after_an_edit(owner, make_post, channel, only_delivery):
    post = make_post("first")
    actions.schedule_post(owner, post_id=post.id, at=clock.now() + timedelta(days=1))
    rows = Delivery.objects.filter(post=post)
    rows.update(progress={media(0): "upload-1"}, attempts=1, attempts_before=1)
    say(owner, post, "other")
    assert only_delivery(post).progress == {}
