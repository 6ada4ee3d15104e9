"""What the pages read: right, in few queries however many posts there are."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from enishi.channels.signals import history_read
from enishi.jobs.testing import run_until_idle
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError
from enishi.publishing import actions, queries
from enishi.publishing.actions import PostInput, VariantInput
from enishi.publishing.core.states import DeliveryState, PostState
from enishi.publishing.models import Delivery, Post
from enishi.vocab import build

HOUR = timedelta(hours=1)


def own_post(remote_id: str, text: str, at: datetime, **more):
    note = build("Note", id=remote_id, content=text, published=at, **more)
    return build("Create", id=f"act-{remote_id}", published=at, object=note)


def adopt(channel, *nodes):
    history_read.send(type(channel), channel=channel, activities=[(channel.id, n) for n in nodes])


def test_it_puts_posts_on_the_days_of_the_workspace(owner, make_post):
    post = make_post("Late in Tokyo")
    actions.move_post(owner, post_id=post.id, at="2027-04-01T23:30")
    days = queries.calendar(owner, first=date(2027, 3, 31), last=date(2027, 4, 2))
    assert [day.day.day for day in days] == [31, 1, 2]
    assert [len(day.posts) for day in days] == [0, 1, 0]
    card = days[1].posts[0]
    assert card.local is not None
    assert (card.local.hour, card.due_at) == (23, datetime(2027, 4, 1, 14, 30, tzinfo=UTC))
    assert card.movable


@pytest.mark.parametrize("count", [1, 12])
def test_it_reads_a_calendar_in_six_queries(
    owner, make_post, make_channel, django_assert_max_num_queries, channel, count
):
    other = make_channel()
    for number in range(count):
        post = make_post(f"Post {number}", channel, other)
        actions.schedule_post(owner, post_id=post.id, at=clock.now() + HOUR)
    today = clock.now().date()
    with django_assert_max_num_queries(6):
        found = queries.calendar(owner, first=today, last=today + timedelta(days=2))
    assert sum(len(day.posts) for day in found) == count
    assert len(next(day.posts[0].channels for day in found if day.posts)) == 2


def test_it_reads_a_post_in_few_queries(
    owner, make_post, make_channel, channel, django_assert_max_num_queries
):
    post = make_post("Hi", *[make_channel() for _ in range(4)], channel)
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    with django_assert_max_num_queries(8):
        shown = queries.post_detail(owner, post_id=post.id)
    assert len(shown.deliveries) == 5
    assert not shown.editable
    first = shown.deliveries[0]
    assert [str(moment.text) for moment in first.timeline][-1] == "The network confirmed it."
    assert first.can == {"delete"}


def test_it_pages_through_posts(owner, make_post):
    made = [make_post(f"Post {number}").id for number in range(5)]
    seen, cursor = [], ""
    for _number in range(3):
        page = queries.posts(owner, limit=2, cursor=cursor)
        seen += [card.id for card in page.items]
        cursor = page.cursor
    assert seen == made[::-1]
    assert cursor == ""
    with pytest.raises(InvalidInputError):
        queries.posts(owner, cursor="nonsense")


def test_it_finds_posts_by_state_channel_and_words(owner, make_post, make_channel, channel):
    other = make_channel()
    draft, scheduled = make_post("Tea time"), make_post("Coffee time", other)
    actions.schedule_post(owner, post_id=scheduled.id, at=clock.now() + HOUR)

    def ids(**filters):
        return [card.id for card in queries.posts(owner, **filters).items]

    assert ids(states=[PostState.DRAFT]) == [draft.id]
    assert ids(channel_ids=[other.id]) == [scheduled.id]
    assert ids(text="tea") == [draft.id]
    assert [card.id for card in queries.drafts(owner)] == [draft.id]
    assert [card.id for card in queries.up_next(owner)] == [scheduled.id]


def test_it_lists_what_needs_a_person(owner, make_post):
    post = make_post()
    actions.publish_now(owner, post_id=post.id)
    assert queries.needs_attention(owner) == []
    run_until_idle(after=timedelta(days=3))
    assert [card.id for card in queries.needs_attention(owner)] == [post.id]


def test_it_counts_a_text_as_each_channel_does(owner, channel):
    checks = queries.check_content(
        owner, content=PostInput("お茶 👩‍👩‍👧", [VariantInput(channel.id)])
    )
    assert [(check.length, check.limit, check.remaining) for check in checks] == [(4, 500, 496)]
    long = PostInput("x" * 501, [VariantInput(channel.id)])
    assert queries.check_content(owner, content=long)[0].problems


def test_it_keeps_posts_that_were_published_elsewhere(owner, channel):
    at = datetime(2026, 10, 1, 12, tzinfo=UTC)
    answer = own_post("post-8", "an answer", at, in_reply_to="post-1")
    for _number in range(2):
        adopt(channel, own_post("post-7", "From the phone", at), answer)
    post = Post.objects.get()
    assert (post.text, post.state, post.due_at, post.adopted) == (
        "From the phone",
        PostState.PUBLISHED,
        at,
        True,
    )
    shown = queries.post_detail(owner, post_id=post.id)
    assert shown.deliveries[0].can == {"delete"}
    assert not shown.card.movable


def test_it_does_not_take_its_own_post_for_somebody_elses(owner, make_post, channel, only_delivery):
    post = make_post("Ours")
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    delivery = only_delivery(post)
    adopt(channel, own_post(delivery.remote_id, "Ours", delivery.published_at))
    assert Post.objects.count() == 1


def test_it_recognises_what_was_unknown_when_it_is_read_back(
    owner, make_post, channel, only_delivery
):
    post = make_post("Perhaps")
    actions.publish_now(owner, post_id=post.id)
    run_until_idle()
    Delivery.objects.update(state=DeliveryState.UNKNOWN, remote_id="", remote_url="")
    delivery = only_delivery(post)
    adopt(channel, own_post("post-1", "Perhaps", delivery.first_attempt_at))
    delivery.refresh_from_db()
    post.refresh_from_db()
    assert Post.objects.count() == 1
    assert (delivery.state, delivery.remote_id) == (DeliveryState.PUBLISHED, "post-1")
    assert post.state == PostState.PUBLISHED
