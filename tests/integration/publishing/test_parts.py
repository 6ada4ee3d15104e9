"""Deliveries go on from the part that stands; where nobody can look, a person decides."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from enishi.activities.models import Activity
from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.channels.errors import HaltedError, OutcomeUnknownError, TransientError
from enishi.channels.manifest import Reconcile
from enishi.channels.parts import thread
from enishi.jobs.sources import ClaimRequest
from enishi.jobs.testing import TEST_WORKER, recover_all, run_until_idle
from enishi.kernel import clock
from enishi.publishing import actions, queries
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.delivery import DeliverySource
from enishi.publishing.models import Attempt, Delivery
from enishi.publishing.parts import DeliveryParts
from enishi.publishing.pauses import PauseWatch
from tests.integration.publishing.paper import PAPER

HOUR = timedelta(hours=1)
THREAD = ("second", "third")


def outcomes(delivery: Delivery) -> list[str]:
    rows = Attempt.objects.filter(delivery=delivery).order_by("number")
    return list(rows.values_list("outcome", flat=True))


@pytest.fixture
def send(owner, make_post, only_delivery):
    """`send(channel)`: have a thread of three go out now; gives its delivery."""

    def send(*channels, **fields) -> Delivery:
        post = make_post("first", *channels, **fields)
        actions.publish_now(owner, post_id=post.id)
        run_until_idle()
        return only_delivery(post)

    return send


def fail_once(error, *, on: str):
    """Something that goes wrong the first time it is called with a text."""
    left = [error]

    def fail(text: str) -> None:
        if text == on and left:
            raise left.pop()

    return fail


@pytest.mark.parametrize("kind", [FaultKind.DROP, FaultKind.TOO_MANY])
@pytest.mark.parametrize("spared", [0, 2, 3])
@pytest.mark.parametrize("after", [False, True])
def test_it_goes_on_with_a_thread_where_it_broke_off(send, arrived, town, kind, spared, after):
    town.arm(Fault(FaultKind.SLOW, operation="publish", times=spared)) if spared else None
    town.arm(Fault(kind, operation="publish", after=after and kind is not FaultKind.TOO_MANY))
    delivery = send(thread=THREAD, first_comment="comment")
    assert delivery.state == DeliveryState.SCHEDULED
    run_until_idle(after=HOUR)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.PUBLISHED
    assert arrived() == ["first", "second", "third", "comment"]
    assert len(delivery.receipt["parts"]) == 2
    assert delivery.receipt["comment"]


def test_it_answers_the_first_post_with_the_comment(send, town, channel):
    send(thread=("second",), first_comment="comment")
    first, second, comment = reversed(town.own_posts(channel.remote_id))
    assert (second.reply_to, comment.reply_to) == (first.number, first.number)


def test_it_does_not_take_a_comment_where_none_can_be_sent(owner, make_post, on_paper):
    post = make_post("hello", on_paper(), first_comment="more")
    (check,) = queries.check_content(owner, content=queries.content_of(owner, post_id=post.id))
    assert [problem.field for problem in check.problems] == ["first_comment"]


def test_it_saves_a_part_only_while_the_delivery_is_ours(owner, make_post, only_delivery, channel):
    post = make_post("hello", thread=["more"])
    actions.publish_now(owner, post_id=post.id)
    source = DeliverySource()
    (work,) = source.claim(ClaimRequest(TEST_WORKER, clock.now(), 10)).works
    save = async_to_sync(work.outgoing.parts.save)
    save(thread(0), "post-1")
    assert only_delivery(post).progress == {"thread:0": "post-1"}
    recover_all()
    with pytest.raises(HaltedError) as halted:
        save(thread(1), "post-2")
    assert not halted.value.paused
    assert only_delivery(post).progress == {"thread:0": "post-1"}


def test_it_writes_no_part_on_its_own_for_a_text_alone(owner, make_post, only_delivery, channel):
    post = make_post("hello")
    actions.publish_now(owner, post_id=post.id)
    (work,) = DeliverySource().claim(ClaimRequest(TEST_WORKER, clock.now(), 10)).works
    async_to_sync(work.outgoing.parts.save)(thread(0), "post-1")
    assert work.outgoing.parts.done == {"thread:0": "post-1"}
    assert only_delivery(post).progress == {}


def test_it_asks_whose_a_delivery_is_when_it_has_slept(owner, make_post, channel, monkeypatch):
    actions.publish_now(owner, post_id=make_post("hello").id)
    (work,) = DeliverySource().claim(ClaimRequest(TEST_WORKER, clock.now(), 10)).works
    begin = async_to_sync(work.outgoing.parts.begin)
    begin()
    recover_all()
    begin()
    monkeypatch.setattr("enishi.publishing.parts.boot_seconds", lambda: 1e12)
    with pytest.raises(HaltedError):
        begin()


def test_it_knows_what_was_cut_off_before_anything_was_sent(owner, make_post, only_delivery):
    post = make_post("hello")
    actions.publish_now(owner, post_id=post.id)
    source = DeliverySource()
    (work,) = source.claim(ClaimRequest(TEST_WORKER, clock.now(), 10)).works
    assert source.interrupted(work).outcome == "not_sent"
    async_to_sync(work.outgoing.parts.begin)()
    assert source.interrupted(work).outcome == "interrupted"


# ── nobody can look ──


@pytest.mark.parametrize("reconcile", [Reconcile.PERSON])
def test_it_stops_and_shows_what_may_be_it(send, on_paper, owner, reconcile):
    PAPER.after = fail_once(OutcomeUnknownError("lost"), on="first")
    delivery = send(on_paper(reconcile))
    assert delivery.state == DeliveryState.UNKNOWN
    run_until_idle(after=HOUR)
    shown = queries.delivery_detail(owner, delivery_id=delivery.id)
    assert [candidate.text for candidate in shown.candidates] == ["first"]
    assert shown.reconcile == "person"
    assert "check" not in shown.can
    assert PAPER.looked == 0
    (found,) = shown.candidates
    actions.mark_published(owner, delivery_id=delivery.id, url=found.url, remote_id=found.remote_id)
    run_until_idle(after=2 * HOUR)
    assert PAPER.texts == ["first"]


def test_it_sends_again_when_a_person_says_that_nothing_arrived(send, on_paper, owner):
    PAPER.before = fail_once(OutcomeUnknownError("lost"), on="first")
    delivery = send(on_paper())
    assert delivery.state == DeliveryState.UNKNOWN
    actions.retry_delivery(owner, delivery_id=delivery.id)
    run_until_idle()
    delivery.refresh_from_db()
    assert (delivery.state, PAPER.texts) == (DeliveryState.PUBLISHED, ["first"])
    assert PAPER.looked == 0


def test_it_tries_again_what_certainly_was_not_sent(send, on_paper):
    PAPER.before = fail_once(TransientError("not now"), on="first")
    delivery = send(on_paper())
    assert delivery.state == DeliveryState.SCHEDULED
    run_until_idle(after=HOUR)
    delivery.refresh_from_db()
    assert (delivery.state, PAPER.texts) == (DeliveryState.PUBLISHED, ["first"])


def test_it_asks_a_person_when_a_worker_died_where_nobody_can_look(
    owner, make_post, only_delivery, on_paper, workspace
):
    post = make_post("hello", on_paper())
    actions.publish_now(owner, post_id=post.id)
    DeliverySource().claim(ClaimRequest(TEST_WORKER, clock.now(), 10))
    assert recover_all() == 1
    delivery = only_delivery(post)
    assert (delivery.state, outcomes(delivery)) == (DeliveryState.UNKNOWN, ["interrupted"])
    assert Activity.objects.filter(workspace_id=workspace.id, type="Flag").count() == 1
    run_until_idle(after=HOUR)
    assert PAPER.texts == []


def test_it_asks_a_person_about_a_delivery_that_kills_workers(owner, make_post, only_delivery):
    post = make_post("deadly")
    actions.publish_now(owner, post_id=post.id)
    for _number in range(20):
        DeliverySource().claim(ClaimRequest(TEST_WORKER, clock.now(), 10))
        recover_all()
    assert only_delivery(post).state == DeliveryState.UNKNOWN
    actions.check_again(owner, delivery_id=only_delivery(post).id)
    run_until_idle()
    assert only_delivery(post).state == DeliveryState.PUBLISHED


# ── reading back ──


def test_it_finds_it_again_by_reading_back(send, on_paper):
    PAPER.after = fail_once(OutcomeUnknownError("lost"), on="first")
    delivery = send(on_paper(Reconcile.READBACK))
    run_until_idle(after=HOUR)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_id) == (DeliveryState.PUBLISHED, "paper-1")
    assert PAPER.texts == ["first"]


def test_it_does_not_take_another_delivery_for_it(send, on_paper):
    channel = on_paper(Reconcile.READBACK)
    send(channel)
    PAPER.before = fail_once(OutcomeUnknownError("lost"), on="first")
    delivery = send(channel)
    run_until_idle(after=HOUR)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_id) == (DeliveryState.PUBLISHED, "paper-2")


def test_it_asks_when_several_may_be_it(send, on_paper, owner):
    channel = on_paper(Reconcile.READBACK)

    def somebody_else_posts_the_same(text: str) -> None:
        if len(PAPER.posts) == 1:
            PAPER.posts.append(("by-hand", text, clock.now()))
            raise OutcomeUnknownError("lost")

    PAPER.after = somebody_else_posts_the_same
    delivery = send(channel)
    run_until_idle(after=HOUR)
    delivery.refresh_from_db()
    assert delivery.state == DeliveryState.UNKNOWN
    assert outcomes(delivery)[-1] == "uncertain"
    shown = queries.delivery_detail(owner, delivery_id=delivery.id)
    assert {candidate.remote_id for candidate in shown.candidates} == {"paper-1", "by-hand"}
    PAPER.posts.pop()
    actions.check_again(owner, delivery_id=delivery.id)
    run_until_idle(after=HOUR)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.remote_id) == (DeliveryState.PUBLISHED, "paper-1")


def test_a_watch_asks_the_database_twice_a_second_at_most(db, django_assert_num_queries):
    watch = PauseWatch()
    with django_assert_num_queries(1):
        for _number in range(50):
            watch.read()


def test_parts_of_an_attempt_know_whether_there_was_one_before(make_post, owner, only_delivery):
    post = make_post("hello")
    actions.publish_now(owner, post_id=post.id)
    row = only_delivery(post)
    for attempts, again in [(1, False), (2, True)]:
        row.attempts = attempts
        assert DeliveryParts(row, TEST_WORKER, PauseWatch()).again is again
