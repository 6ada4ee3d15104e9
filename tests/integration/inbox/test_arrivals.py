"""What channels read becomes conversations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enishi.activities.signals import person_erased
from enishi.inbox.models import Conversation, Message
from enishi.publishing.models import Delivery
from tests.integration.inbox.conftest import NOON, deliver

pytestmark = pytest.mark.django_db


def test_a_reply_opens_a_conversation(channel, say):
    [activity] = deliver(channel, say("r1", by="hana", text="おいしかったです"))
    conversation = Conversation.objects.get()
    message = conversation.messages.get()
    assert (conversation.state, conversation.unread, conversation.kind) == ("new", 1, "reply")
    assert (conversation.person_key, conversation.person_name) == ("acct:hana", "Hana")
    assert (conversation.root_id, conversation.last_text) == ("post-1", "おいしかったです")
    assert (message.remote_id, message.activity_id) == ("r1", activity)
    assert message.reference == {"cid": "c-r1"}


def test_reading_the_same_twice_changes_nothing(channel, say):
    said = say("r1")
    deliver(channel, said)
    deliver(channel, said)
    assert Message.objects.count() == 1
    assert Conversation.objects.get().unread == 1


def test_a_like_or_a_follow_is_no_conversation(channel, say):
    deliver(channel, say("post-1", kind="Like", reason="like"))
    deliver(channel, say("acct:us", kind="Follow", reason="follow"))
    assert not Conversation.objects.exists()


def test_mentions_and_quotes_are_conversations_of_their_own(channel, say):
    deliver(
        channel,
        say("m1", to="", reason="mention"),
        say("q1", to="", reason="quote", quoteUrl="https://net.example/post-1"),
    )
    kinds = Conversation.objects.order_by("last_message_at").values_list("kind", flat=True)
    assert list(kinds) == ["mention", "quote"]


def test_each_person_below_a_post_has_a_conversation(channel, say):
    deliver(channel, say("r1", by="hana"), say("r2", by="ken"), say("r3", by="hana"))
    unread = dict(Conversation.objects.values_list("person_key", "unread"))
    assert unread == {"acct:hana": 2, "acct:ken": 1}


@pytest.mark.parametrize("state", ["resolved", "pending"])
def test_a_contacts_new_reply_returns_the_conversation_to_new(channel, say, conversation, state):
    Conversation.objects.update(state=state, unread=0, last_is_ours=True)
    deliver(channel, say("r2", by="hana", text="ところで"))
    conversation.refresh_from_db()
    assert (conversation.state, conversation.unread) == ("new", 1)
    assert (conversation.last_text, conversation.last_is_ours) == ("ところで", False)


def test_an_answer_to_our_answer_joins_even_before_it_was_read_back(channel, say, conversation):
    delivery = Delivery.objects.create(
        workspace_id=channel.workspace_id,
        channel=channel,
        kind="reply",
        state="published",
        key="3kaaaaaaaaaa2",
        planned_at=NOON,
        due_at=NOON,
        remote_id="ours-1",
    )
    Message.objects.create(
        conversation=conversation,
        channel=channel,
        is_ours=True,
        kind="reply",
        text="ありがとうございます",
        published=NOON + timedelta(minutes=30),
        delivery=delivery,
    )
    deliver(channel, say("r9", by="ken", to="ours-1", minutes=40))
    assert Conversation.objects.count() == 1
    assert Message.objects.get(remote_id="r9").conversation_id == conversation.id


def test_our_answer_read_back_is_not_added_twice(channel, say, conversation):
    delivery = Delivery.objects.create(
        workspace_id=channel.workspace_id,
        channel=channel,
        kind="reply",
        state="published",
        key="3kaaaaaaaaaa3",
        planned_at=NOON,
        due_at=NOON,
        remote_id="ours-1",
    )
    ours = Message.objects.create(
        conversation=conversation,
        channel=channel,
        is_ours=True,
        kind="reply",
        text="ありがとう",
        published=NOON + timedelta(minutes=30),
        delivery=delivery,
    )
    deliver(channel, say("ours-1", by="us", to="r1", minutes=30), own=True)
    ours.refresh_from_db()
    assert ours.remote_id == "ours-1"
    assert Message.objects.filter(is_ours=True).count() == 1


def test_an_answer_given_on_the_network_itself_is_shown_and_waits_no_more(
    channel, say, conversation
):
    deliver(channel, say("o1", by="us", to="r1", text="公式から返信", minutes=60), own=True)
    conversation.refresh_from_db()
    assert conversation.messages.get(is_ours=True).text == "公式から返信"
    assert (conversation.state, conversation.last_is_ours) == ("pending", True)


def test_own_posts_that_answer_nobody_are_not_for_the_inbox(channel, say):
    deliver(channel, say("p1", by="us", to=""), say("p2", by="us", to="p1"), own=True)
    assert not Message.objects.exists()


def test_old_words_read_late_do_not_reopen_what_was_answered(channel, say, conversation):
    deliver(channel, say("o1", by="us", to="r1", minutes=60), own=True)
    deliver(channel, say("r0", by="hana", minutes=1))
    conversation.refresh_from_db()
    assert (conversation.state, conversation.last_is_ours) == ("pending", True)


def test_what_a_person_deletes_disappears_here_too(channel, say, conversation):
    deliver(channel, say("r1", kind="Delete", reason=""))
    message = Message.objects.get()
    conversation.refresh_from_db()
    assert message.withdrawn_at is not None
    assert (message.text, message.folded, conversation.last_text) == ("", "", "")


def test_a_thousand_messages_are_filed_with_few_statements(
    channel, say, django_assert_max_num_queries
):
    batch = [say(f"r{n}", by=f"person{n % 300}", to=f"post-{n % 7}") for n in range(1000)]
    with django_assert_max_num_queries(75):
        deliver(channel, *batch)
    assert Message.objects.count() == 1000
    assert sum(Conversation.objects.values_list("unread", flat=True)) == 1000


def test_who_is_erased_is_forgotten_here_too(channel, say, conversation):
    deliver(channel, say("r2", by="ken", to="r1", text="横から失礼"))
    deliver(channel, say("r3", by="ken", to="post-9", text="別の話"))
    person_erased.send(None, workspace_id=channel.workspace_id, actor_key="acct:ken")
    conversation.refresh_from_db()
    assert list(Message.objects.values_list("author_key", flat=True)) == ["acct:hana"]
    assert list(Conversation.objects.all()) == [conversation]
    assert conversation.last_text == "おいしかったです"
