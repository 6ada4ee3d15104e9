"""People hear of what needs them: once, in their language, in the ways they chose."""

from __future__ import annotations

from datetime import timedelta
from smtplib import SMTPServerDisconnected
from unittest.mock import patch

import pytest
from django.core import mail
from django.db import transaction
from django.utils import translation

from enishi.accounts.models import User
from enishi.accounts.permissions import Role
from enishi.activities import log
from enishi.channels.core.lifecycle import ChannelState
from enishi.channels.health import change_state
from enishi.inbox.events import happened
from enishi.inbox.models import Conversation
from enishi.jobs.testing import run_task, run_until_idle, time_moved
from enishi.kernel import clock
from enishi.kernel.errors import NotFoundError
from enishi.notifications import actions, queries
from enishi.notifications.actions import News
from enishi.notifications.core.kinds import Choice, Kind, Mail
from enishi.notifications.models import Letter, Notification
from enishi.publishing import actions as publishing
from enishi.publishing.models import Post

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def news(owner, count=1, cause="delivery_failed:x:refused", kind=Kind.DELIVERY_FAILED) -> News:
    return News(
        workspace_id=owner.workspace_id,
        kind=kind,
        cause=cause,
        user_ids=[owner.user_id],
        path="posts/1/",
        path_of_many="posts/?show=attention",
        parameters={
            "channel": "喫茶えにし",
            "state": "failed",
            "reason": "refused",
            "text": "春のメニュー",
        },
        count=count,
    )


def own(owner) -> list[Notification]:
    return list(Notification.objects.filter(user_id=owner.user_id).order_by("first_at"))


@pytest.fixture
def fail(owner, make_post):
    """`fail()`: a post that its network refuses."""

    def one(*channels) -> Post:
        post = make_post("Fits for now", *channels)
        publishing.publish_now(owner, post_id=post.id)
        Post.objects.filter(id=post.id).update(text="x" * 5000)
        run_until_idle()
        return post

    return one


def test_it_tells_those_who_can_act_and_the_author_that_a_post_failed(
    owner, member, make_actor, fail
):
    manager = make_actor(Role.MANAGER)
    post = fail()
    for actor in (owner, manager):
        [item] = queries.listed(actor).items
        assert (item.kind, item.path, item.unread) == (
            Kind.DELIVERY_FAILED,
            f"posts/{post.id}/",
            True,
        )
    assert queries.listed(member).items == []


def test_it_counts_failures_of_one_cause_on_one_row_and_mails_once(owner, channel, fail):
    for _number in range(3):
        fail()
    [row] = own(owner)
    assert (row.count, row.path) == (3, "posts/?show=attention")
    run_until_idle(after=2 * MINUTE)
    [letter] = mail.outbox
    assert letter.to == [User.objects.get(id=owner.user_id).email]
    assert "3" in letter.subject
    assert str(channel) in letter.subject


def test_it_sends_one_letter_for_five_hundred_failures_and_the_next_after_six_hours(owner):
    for _number in range(5):
        actions.tell([news(owner, count=100)])
    run_until_idle(after=2 * MINUTE)
    actions.tell([news(owner)])
    run_until_idle(after=5 * MINUTE)
    assert len(mail.outbox) == 1
    assert "500" in mail.outbox[0].subject
    run_until_idle(after=7 * HOUR)
    assert len(mail.outbox) == 2
    assert "501" in mail.outbox[1].subject
    run_until_idle(after=48 * HOUR)
    assert len(mail.outbox) == 2


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", "投稿できませんでした"), ("en", "a post was not published")],
)
def test_it_writes_in_the_language_of_the_person(owner, language, words):
    User.objects.filter(id=owner.user_id).update(language=language)
    with translation.override("en" if language == "ja" else "ja"):
        actions.tell([news(owner)])
        run_until_idle(after=2 * MINUTE)
    [letter] = mail.outbox
    assert words in letter.subject
    assert "春のメニュー" in letter.body
    assert "/posts/1/" in letter.body
    assert "settings/notifications/" in letter.body
    with translation.override(language):
        assert words in queries.listed(owner).items[0].title


def test_it_begins_a_new_row_after_the_last_was_read(owner):
    actions.tell([news(owner)])
    assert actions.mark_read(owner) == 1
    actions.tell([news(owner)])
    assert [row.count for row in own(owner)] == [1, 1]
    assert queries.unread_count(owner) == 1


def test_it_mails_nothing_that_was_read_meanwhile(owner):
    actions.tell([news(owner)])
    actions.mark_read(owner)
    run_until_idle(after=2 * MINUTE)
    assert mail.outbox == []


def test_it_keeps_nothing_that_was_rolled_back(owner):
    with transaction.atomic():
        actions.tell([news(owner)])
        transaction.set_rollback(True)
    run_until_idle(after=2 * MINUTE)
    assert own(owner) == []
    assert mail.outbox == []


def test_it_heeds_what_people_chose(owner):
    off = Choice(in_app=False, mail=Mail.OFF)
    actions.choose(owner, choices={Kind.DELIVERY_FAILED: off})
    actions.tell([news(owner)])
    assert own(owner) == []
    by_mail = Choice(in_app=False, mail=Mail.EACH)
    actions.choose(owner, choices={Kind.DELIVERY_FAILED: by_mail})
    actions.tell([news(owner)])
    run_until_idle(after=2 * MINUTE)
    assert queries.unread_count(owner) == 0
    assert len(mail.outbox) == 1
    assert queries.choices(owner)[Kind.DELIVERY_FAILED] == by_mail


def test_it_gathers_the_day_into_one_letter(owner):
    daily = Choice(in_app=True, mail=Mail.DAILY)
    actions.choose(owner, choices={Kind.DELIVERY_FAILED: daily})
    actions.tell([news(owner), news(owner, cause="other")])
    run_until_idle(after=2 * MINUTE)
    assert mail.outbox == []
    for later in (DAY, DAY + 12 * HOUR, DAY + 12 * HOUR):
        with time_moved(later):
            run_task("notifications.daily")
        run_until_idle(after=later)
    [letter] = mail.outbox
    assert Letter.objects.get().key.startswith("daily:")
    assert letter.body.count("■") == 2


def test_it_sends_a_letter_again_when_the_mail_server_was_away_and_never_twice(owner):
    actions.tell([news(owner)])
    away = patch(
        "django.core.mail.backends.locmem.EmailBackend.send_messages",
        side_effect=SMTPServerDisconnected("away"),
    )
    with away:
        run_until_idle(after=2 * MINUTE)
    assert mail.outbox == []
    run_until_idle(after=HOUR)
    assert len(mail.outbox) == 1
    run_task("notifications.send", {"letter": str(Letter.objects.get().id)})
    assert len(mail.outbox) == 1
    assert mail.outbox[0].extra_headers["Message-ID"].startswith(f"<{Letter.objects.get().id}@")


def test_it_writes_to_nobody_without_an_address(owner):
    User.objects.filter(id=owner.user_id).update(email="owner@enishi.invalid")
    actions.tell([news(owner)])
    run_until_idle(after=2 * MINUTE)
    assert mail.outbox == []
    assert queries.unread_count(owner) == 1


def test_it_tells_that_posts_wait_for_a_channel_but_not_that_somebody_paused_it(
    owner, channel, make_post
):
    posts = [make_post(f"Post {number}") for number in range(2)]
    for post in posts:
        publishing.schedule_post(owner, post_id=post.id, at=clock.now() + HOUR)
    change_state(channel.id, ChannelState.RECONNECT)
    run_until_idle(after=2 * HOUR)
    [row] = own(owner)
    assert (row.kind, row.path) == (Kind.DELIVERY_HELD, f"channels/{channel.id}/")
    actions.mark_read(owner)
    change_state(channel.id, ChannelState.ACTIVE)
    change_state(channel.id, ChannelState.PAUSED)
    run_until_idle(after=3 * HOUR)
    assert queries.unread_count(owner) == 0


def test_it_tells_a_colleague_that_a_conversation_is_theirs(owner, make_actor, channel):
    colleague = make_actor(Role.RESPONDER)
    conversation = Conversation.objects.create(
        workspace_id=owner.workspace_id,
        channel=channel,
        root_id="root",
        person_name="はな",
        last_message_at=clock.now(),
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    for actor, user in ((owner, colleague.user_id), (owner, owner.user_id)):
        log.record([happened(actor, "Offer", conversation, target=f"urn:uuid:{user}")])
    [item] = queries.listed(colleague).items
    assert item.kind is Kind.CONVERSATION_ASSIGNED
    assert "Olga" in item.title
    assert item.path == f"inbox/{conversation.id}/"
    assert queries.unread_count(owner) == 0


def test_it_shows_and_opens_only_what_is_ones_own(owner, stranger, member):
    actions.tell([news(owner)])
    [item] = queries.listed(owner).items
    for other in (stranger, member):
        assert queries.listed(other).items == []
        with pytest.raises(NotFoundError):
            actions.open_one(other, notification_id=item.id)
    assert actions.open_one(owner, notification_id=item.id).path == "posts/1/"
    assert queries.unread_count(owner) == 0


def test_it_lists_page_by_page(owner):
    actions.tell([news(owner, cause=f"cause {number}") for number in range(5)])
    first = queries.listed(owner, limit=3)
    second = queries.listed(owner, limit=3, cursor=first.cursor)
    assert (len(first.items), len(second.items), second.cursor) == (3, 2, "")
    assert not {item.id for item in first.items} & {item.id for item in second.items}
