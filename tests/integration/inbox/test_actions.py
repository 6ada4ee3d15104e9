"""Answering and sorting conversations."""

from __future__ import annotations

from uuid import uuid4

import pytest

from enishi.accounts.permissions import Role
from enishi.activities.models import Activity
from enishi.inbox import actions
from enishi.inbox.core.states import ConversationState
from enishi.inbox.errors import ReplyCollisionError
from enishi.inbox.models import Conversation, Message
from enishi.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from enishi.publishing.models import Delivery
from tests.integration.inbox.conftest import deliver

pytestmark = pytest.mark.django_db


def test_an_answer_is_a_delivery_like_any_other(owner, conversation):
    message = actions.reply(owner, conversation_id=conversation.id, text="ありがとうございます")
    delivery = Delivery.objects.get()
    conversation.refresh_from_db()
    assert (delivery.kind, delivery.state, delivery.text) == (
        "reply",
        "scheduled",
        "ありがとうございます",
    )
    assert delivery.in_reply_to == {"remote_id": "r1", "extra": {"cid": "c-r1"}}
    assert message.delivery_id == delivery.id
    assert (conversation.state, conversation.version, conversation.unread) == ("pending", 1, 0)
    assert (conversation.last_text, conversation.last_is_ours) == ("ありがとうございます", True)


def test_an_answer_hangs_on_the_newest_message_of_theirs(owner, channel, say, conversation):
    deliver(channel, say("r2", by="hana"))
    actions.reply(owner, conversation_id=conversation.id, text="はい")
    assert Delivery.objects.get().in_reply_to["remote_id"] == "r2"


def test_an_answer_can_hang_on_a_chosen_message(owner, channel, say, conversation):
    deliver(channel, say("r2", by="hana"))
    first = Message.objects.get(remote_id="r1")
    actions.reply(owner, conversation_id=conversation.id, text="はい", message_id=first.id)
    assert Delivery.objects.get().in_reply_to["remote_id"] == "r1"


@pytest.mark.parametrize("text", ["", "  \n"])
def test_an_empty_answer_is_refused_and_nothing_is_left_behind(owner, conversation, text):
    with pytest.raises(InvalidInputError):
        actions.reply(owner, conversation_id=conversation.id, text=text)
    conversation.refresh_from_db()
    assert conversation.version == 0
    assert not Delivery.objects.exists()


def test_an_answer_that_the_network_would_refuse_leaves_nothing_behind(owner, conversation):
    with pytest.raises(InvalidInputError):
        actions.reply(owner, conversation_id=conversation.id, text="あ" * 100_000)
    conversation.refresh_from_db()
    assert (conversation.version, conversation.state) == (0, "new")
    assert not Message.objects.filter(is_ours=True).exists()


def test_what_was_taken_back_cannot_be_answered(owner, channel, say, conversation):
    deliver(channel, say("r1", kind="Delete", reason=""))
    with pytest.raises(ConflictError):
        actions.reply(owner, conversation_id=conversation.id, text="あら")


def test_the_second_of_two_responders_sees_the_first_ones_answer(owner, make_actor, conversation):
    second = make_actor(Role.RESPONDER, "Rin")
    actions.reply(owner, conversation_id=conversation.id, text="一人目です", seen_version=0)
    with pytest.raises(ReplyCollisionError) as refused:
        actions.reply(second, conversation_id=conversation.id, text="二人目です", seen_version=0)
    assert refused.value.earlier is not None
    assert refused.value.earlier.text == "一人目です"
    assert refused.value.earlier.author == "Olga"
    assert Delivery.objects.count() == 1
    actions.reply(
        second, conversation_id=conversation.id, text="二人目です", seen_version=0, force=True
    )
    assert Delivery.objects.count() == 2


def test_a_responder_who_saw_the_answer_can_add_another(owner, conversation):
    actions.reply(owner, conversation_id=conversation.id, text="はい", seen_version=0)
    actions.reply(owner, conversation_id=conversation.id, text="追伸", seen_version=1)
    assert Delivery.objects.count() == 2


def test_a_failed_answer_is_sent_again(owner, conversation):
    message = actions.reply(owner, conversation_id=conversation.id, text="はい")
    Delivery.objects.update(state="failed", problem="なんらかの理由")
    actions.retry_reply(owner, message_id=message.id)
    assert Delivery.objects.get().state == "scheduled"


def test_an_answer_of_unknown_outcome_is_looked_for(owner, conversation):
    message = actions.reply(owner, conversation_id=conversation.id, text="はい")
    Delivery.objects.update(state="unknown")
    actions.retry_reply(owner, message_id=message.id)
    assert Delivery.objects.get().state == "scheduled"


def test_an_answer_on_its_way_is_not_sent_again(owner, conversation):
    message = actions.reply(owner, conversation_id=conversation.id, text="はい")
    with pytest.raises(ConflictError):
        actions.retry_reply(owner, message_id=message.id)


def test_their_message_cannot_be_retried(owner, conversation):
    with pytest.raises(NotFoundError):
        actions.retry_reply(owner, message_id=conversation.messages.get().id)


def test_it_marks_as_read_and_unread(owner, conversation):
    assert actions.mark_read(owner, conversation_ids=[conversation.id]) == 1
    assert actions.mark_read(owner, conversation_ids=[conversation.id]) == 0
    conversation.refresh_from_db()
    assert conversation.unread == 0
    assert actions.mark_unread(owner, conversation_id=conversation.id).unread == 1


def test_it_assigns_to_a_colleague_and_to_nobody(owner, make_actor, conversation):
    rin = make_actor(Role.RESPONDER, "Rin")
    given = actions.assign(owner, conversation_id=conversation.id, user_id=rin.user_id)
    assert given.assignee_id == rin.user_id
    assert actions.assign(owner, conversation_id=conversation.id, user_id=None).assignee is None


def test_it_assigns_only_to_members_who_see_the_inbox(owner, stranger, make_actor, conversation):
    approver = make_actor(Role.CLIENT_APPROVER)
    for somebody in (stranger, approver):
        with pytest.raises(InvalidInputError):
            actions.assign(owner, conversation_id=conversation.id, user_id=somebody.user_id)


def test_it_resolves_parks_and_reopens(owner, conversation):
    ids = [conversation.id]
    assert actions.resolve(owner, conversation_ids=ids) == 1
    conversation.refresh_from_db()
    assert (conversation.state, conversation.unread) == ("resolved", 0)
    assert actions.resolve(owner, conversation_ids=ids) == 0
    assert actions.reopen(owner, conversation_ids=ids) == 1
    pending = ConversationState.PENDING
    assert actions.set_state(owner, conversation_ids=ids, state=pending) == 1


def test_it_resolves_many_at_once(owner, channel, say):
    deliver(channel, *[say(f"r{n}", by=f"p{n}") for n in range(20)])
    ids = list(Conversation.objects.values_list("id", flat=True))
    assert actions.resolve(owner, conversation_ids=ids) == 20


def test_all_or_none_of_many_are_changed(owner, conversation):
    with pytest.raises(NotFoundError):
        actions.resolve(owner, conversation_ids=[conversation.id, uuid4()])
    conversation.refresh_from_db()
    assert conversation.state == "new"


def test_too_many_at_once_are_refused(owner, conversation):
    with pytest.raises(InvalidInputError):
        actions.mark_read(owner, conversation_ids=[uuid4() for _ in range(1001)])


@pytest.mark.parametrize("text", ["", " ", "長" * 10_001])
def test_a_note_needs_words_and_has_an_end(owner, conversation, text):
    with pytest.raises(InvalidInputError):
        actions.add_note(owner, conversation_id=conversation.id, text=text)


def test_what_people_do_is_in_the_log(owner, conversation):
    actions.add_note(owner, conversation_id=conversation.id, text="常連さんです")
    actions.assign(owner, conversation_id=conversation.id, user_id=owner.user_id)
    actions.mark_read(owner, conversation_ids=[conversation.id])
    actions.resolve(owner, conversation_ids=[conversation.id])
    rows = Activity.objects.filter(object_key=f"urn:uuid:{conversation.id}")
    assert set(rows.values_list("type", flat=True)) == {"Create", "Offer", "Read", "Update"}
    assert set(rows.values_list("user_id", flat=True)) == {owner.user_id}


ACTS = {
    "reply": lambda actor, one: actions.reply(actor, conversation_id=one, text="はい"),
    "mark_read": lambda actor, one: actions.mark_read(actor, conversation_ids=[one]),
    "mark_unread": lambda actor, one: actions.mark_unread(actor, conversation_id=one),
    "assign": lambda actor, one: actions.assign(actor, conversation_id=one, user_id=None),
    "resolve": lambda actor, one: actions.resolve(actor, conversation_ids=[one]),
    "reopen": lambda actor, one: actions.reopen(actor, conversation_ids=[one]),
    "add_note": lambda actor, one: actions.add_note(actor, conversation_id=one, text="メモ"),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))
def test_an_owner_may_a_creator_may_not_and_a_stranger_finds_nothing(
    act, owner, member, stranger, conversation
):
    act(owner, conversation.id)
    with pytest.raises(NotAllowedError):
        act(member, conversation.id)
    with pytest.raises(NotFoundError):
        act(stranger, conversation.id)


def test_retrying_an_answer_is_held_to_the_same_rights(owner, member, stranger, conversation):
    message = actions.reply(owner, conversation_id=conversation.id, text="はい")
    with pytest.raises(NotAllowedError):
        actions.retry_reply(member, message_id=message.id)
    with pytest.raises(NotFoundError):
        actions.retry_reply(stranger, message_id=message.id)
