"""Who may do what to a post: an owner, a creator, and a stranger from next door."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image

from enishi.accounts.permissions import Actor, Role
from enishi.channels.contract import Reference
from enishi.channels.models import Channel
from enishi.jobs.testing import run_until_idle
from enishi.kernel import clock
from enishi.kernel.errors import NotAllowedError, NotFoundError
from enishi.publishing import actions, queries
from enishi.publishing.actions import PostInput
from enishi.publishing.models import Delivery, Post

Act = Callable[[Actor, Post, Delivery], Any]
TOMORROW = timedelta(days=1)


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (2, 2)).save(target, "PNG")
    return target.getvalue()


ACTIONS: dict[str, tuple[Act, bool]] = {
    # name: (call, whether a creator may)
    "create": (lambda who, p, d: actions.create_post(who, content=PostInput("a")), True),
    "upload": (lambda who, p, d: actions.upload_media(who, content=picture()), True),
    "update": (
        lambda who, p, d: actions.update_post(
            who, post_id=p.id, version=p.version, content=PostInput("b")
        ),
        True,
    ),
    "delete": (lambda who, p, d: actions.delete_post(who, post_id=p.id), True),
    "move draft": (
        lambda who, p, d: actions.move_post(who, post_id=p.id, at=clock.now() + TOMORROW),
        True,
    ),
    "schedule": (
        lambda who, p, d: actions.schedule_post(who, post_id=p.id, at=clock.now() + TOMORROW),
        False,
    ),
    "publish": (lambda who, p, d: actions.publish_now(who, post_id=p.id), False),
    "cancel": (lambda who, p, d: actions.cancel_post(who, post_id=d.post.id), False),
    "retry": (lambda who, p, d: actions.retry_delivery(who, delivery_id=d.id), False),
    "check": (lambda who, p, d: actions.check_again(who, delivery_id=d.id), False),
    "mark": (
        lambda who, p, d: actions.mark_published(who, delivery_id=d.id, url="https://a.test"),
        False,
    ),
    "give up": (lambda who, p, d: actions.give_up(who, delivery_id=d.id), False),
    "take down": (lambda who, p, d: actions.delete_on_network(who, delivery_id=d.id), False),
    "read": (lambda who, p, d: queries.post_detail(who, post_id=p.id), True),
    "read delivery": (lambda who, p, d: queries.delivery_detail(who, delivery_id=d.id), True),
    "read content": (lambda who, p, d: queries.content_of(who, post_id=p.id), True),
}
NEEDS = {
    "cancel": "failed",
    "retry": "failed",
    "check": "unknown",
    "mark": "unknown",
    "give up": "unknown",
    "take down": "published",
}
OF_NOBODY = {"create", "upload"}


@pytest.fixture
def stage(owner, make_post):
    """A draft, and the delivery of another post in a state that the action needs."""

    def prepare(name: str) -> tuple[Post, Delivery]:
        draft, sent = make_post("Draft"), make_post("Sent")
        actions.publish_now(owner, post_id=sent.id)
        run_until_idle()
        delivery = Delivery.objects.get(post=sent)
        if name in NEEDS:
            Delivery.objects.filter(id=delivery.id).update(state=NEEDS[name])
        return draft, delivery

    return prepare


@pytest.mark.parametrize("name", ACTIONS)
def test_it_lets_an_owner(name, stage, owner):
    draft, delivery = stage(name)
    ACTIONS[name][0](owner, draft, delivery)


@pytest.mark.parametrize("name", ACTIONS)
@pytest.mark.requirement("R056")
def test_it_lets_a_creator_write_but_not_publish(name, stage, member):
    draft, delivery = stage(name)
    act, allowed = ACTIONS[name]
    if allowed:
        act(member, draft, delivery)
        return
    with pytest.raises(NotAllowedError):
        act(member, draft, delivery)


@pytest.mark.parametrize("name", [name for name in ACTIONS if name not in OF_NOBODY])
def test_it_shows_nothing_to_a_stranger(name, stage, stranger):
    draft, delivery = stage(name)
    with pytest.raises(NotFoundError):
        ACTIONS[name][0](stranger, draft, delivery)


def test_it_lets_a_responder_answer_but_not_post(make_actor, channel: Channel, make_post):
    responder = make_actor(Role.RESPONDER)
    made = actions.send_reply(
        responder, channel_id=channel.id, in_reply_to=Reference("post-1"), text="Thanks"
    )
    assert made.author_id == responder.user_id
    with pytest.raises(NotAllowedError):
        actions.publish_now(responder, post_id=make_post().id)


def test_it_lets_no_stranger_and_no_creator_answer(stranger, member, channel):
    for who, refusal in ((stranger, NotFoundError), (member, NotAllowedError)):
        with pytest.raises(refusal):
            actions.send_reply(
                who, channel_id=channel.id, in_reply_to=Reference("post-1"), text="Thanks"
            )
