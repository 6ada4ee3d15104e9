"""What was heard, where it belongs, and what state follows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID, uuid4

import pytest

from enishi import vocab
from enishi.inbox.core.heard import Kind, foldable, hear, person_of, shortened, withdrawn
from enishi.inbox.core.states import (
    LIFECYCLE,
    ConversationState,
    Sending,
    sending_of,
    state_after_heard,
)
from enishi.inbox.core.threading import Board, messages_of, place, threads_of
from enishi.publishing.core.states import DeliveryState

NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)
HANA = vocab.build(
    "Person",
    id="did:hana",
    name="花",
    preferred_username="hana.example",
    url="https://net.example/hana",
    icon=vocab.build("Image", url="https://net.example/hana.png"),
)


def said(remote_id="r1", *, minutes=0, actor=HANA, reason="reply", **thing):
    note = vocab.build(
        "Note",
        id=remote_id,
        content=thing.pop("content", "こんにちは"),
        published=NOON + timedelta(minutes=minutes),
        **thing,
    )
    more = {"enishi:reason": reason} if reason else {}
    return vocab.build("Create", id=f"a-{remote_id}", actor=actor, object=note, **more)


def heard(*args, **kwargs):
    found = hear(uuid4(), said(*args, **kwargs))
    assert found is not None
    return found


def test_it_hears_a_reply_with_all_that_the_adapter_tells():
    one = heard(
        in_reply_to="our-post",
        context="root",
        url="https://net.example/r1",
        attachment=[vocab.build("Image", url="https://net.example/1.png", name="a cup")],
        **{"enishi:reference": {"cid": "c1"}},
    )
    assert (one.remote_id, one.kind, one.in_reply_to, one.root) == (
        "r1",
        Kind.REPLY,
        "our-post",
        "root",
    )
    assert (one.text, one.published, one.url) == ("こんにちは", NOON, "https://net.example/r1")
    assert one.reference == {"cid": "c1"}
    assert one.images == ({"url": "https://net.example/1.png", "alt": "a cup"},)
    assert (one.person.key, one.person.name, one.person.handle) == (
        "did:hana",
        "花",
        "hana.example",
    )
    assert one.person.avatar_url == "https://net.example/hana.png"


@pytest.mark.parametrize(
    ("thing", "kind"),
    [
        ({"in_reply_to": "p"}, Kind.REPLY),
        ({"quoteUrl": "https://net.example/p"}, Kind.QUOTE),
        ({}, Kind.MENTION),
    ],
)
def test_it_tells_the_kind_itself_when_the_adapter_does_not(thing, kind):
    assert heard(reason="", **thing).kind is kind


@pytest.mark.parametrize(
    "activity",
    [
        vocab.build("Like", actor=HANA, object="our-post", published=NOON),
        vocab.build("Follow", actor=HANA, object="us", published=NOON),
        vocab.build("Announce", actor=HANA, object="our-post", published=NOON),
        vocab.build("Create", actor=HANA, object="only-an-id", published=NOON),
        vocab.build("Create", actor=HANA, object=vocab.build("Note", id="no-time")),
        said(reason="follow"),
    ],
    ids=["like", "follow", "reshare", "object without words", "no time", "other reason"],
)
def test_it_hears_no_conversation_in_acts_without_words(activity):
    assert hear(uuid4(), activity) is None


def test_a_bare_actor_is_known_by_its_id_only():
    activity = vocab.build("Create", actor="did:someone", object=vocab.build("Note", id="n"))
    assert person_of(activity).key == "did:someone"
    assert person_of(activity).name == ""


def test_a_delete_tells_what_was_taken_back():
    gone = vocab.build("Delete", actor=HANA, object=vocab.build("Tombstone", id="r1"))
    assert withdrawn(gone) == "r1"
    assert withdrawn(said()) == ""


def test_matching_ignores_width_and_case():
    assert foldable("ﾊﾟﾝ ＡＢＣ") == foldable("パン abc")


def test_the_first_words_fit_on_one_line():
    assert shortened("a\n b\tc") == "a b c"
    assert len(shortened("長" * 500)) == 200
    assert shortened("長" * 500).endswith("…")


def ids():
    numbers = count(1)
    return lambda: UUID(int=next(numbers))


def test_two_people_below_one_post_are_two_conversations():
    ken = vocab.build("Person", id="did:ken", name="Ken")
    placed = place(
        [heard("r1", in_reply_to="post"), heard("r2", in_reply_to="post", actor=ken)],
        Board(),
        ids(),
    )
    assert len({one.conversation_id for one in placed}) == 2
    assert [one.opens for one in placed] == [("post", "did:hana"), ("post", "did:ken")]


def test_a_second_reply_of_a_person_joins_the_first_whatever_the_order():
    later = heard("r2", minutes=5, in_reply_to="r1", context="post")
    first = heard("r1", in_reply_to="post", context="post")
    placed = place([later, first], Board(), ids())
    assert [one.heard.remote_id for one in placed] == ["r1", "r2"]
    assert len({one.conversation_id for one in placed}) == 1
    assert [one.opens is None for one in placed] == [False, True]


def test_whoever_answers_a_known_message_joins_its_conversation():
    home = uuid4()
    board = Board(by_message={"our-answer": home})
    ken = vocab.build("Person", id="did:ken")
    [placed] = place([heard("r9", in_reply_to="our-answer", actor=ken)], board, ids())
    assert (placed.conversation_id, placed.opens) == (home, None)


def test_what_is_known_is_not_placed_again():
    one = heard("r1", in_reply_to="post")
    board = Board()
    assert len(place([one, one], board, ids())) == 1
    assert place([one], board, ids()) == []


def test_a_mention_out_of_the_blue_is_its_own_root():
    [placed] = place([heard("m1", reason="mention")], Board(), ids())
    assert placed.opens == ("m1", "did:hana")


def test_it_knows_what_to_look_up_beforehand():
    batch = [heard("r1", in_reply_to="post"), heard("m1", reason="mention")]
    assert messages_of(batch) == {"r1", "post", "m1"}
    assert threads_of(batch) == {("post", "did:hana"), ("m1", "did:hana")}


@pytest.mark.parametrize("old", list(ConversationState))
def test_new_words_bring_any_conversation_back(old):
    assert state_after_heard(old, is_latest=True, last_is_ours=True) is ConversationState.NEW


def test_old_words_that_were_answered_do_not_reopen():
    resolved = ConversationState.RESOLVED
    assert state_after_heard(resolved, is_latest=False, last_is_ours=True) is resolved


def test_every_state_can_be_left():
    assert LIFECYCLE.terminal == frozenset()


@pytest.mark.parametrize(
    ("delivery", "sending"),
    [
        (None, Sending.SENT),
        (DeliveryState.SCHEDULED, Sending.SENDING),
        (DeliveryState.PUBLISHING, Sending.SENDING),
        (DeliveryState.PUBLISHED, Sending.SENT),
        (DeliveryState.UNKNOWN, Sending.UNKNOWN),
        (DeliveryState.FAILED, Sending.FAILED),
        (DeliveryState.HELD, Sending.FAILED),
        (DeliveryState.MISSED, Sending.FAILED),
    ],
)
def test_a_delivery_tells_how_far_an_answer_came(delivery, sending):
    assert sending_of(delivery) is sending
