"""Recurring slots: drafts ahead, exactly once, and what becomes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor
from enishi.activities.models import Activity
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from enishi.publishing import actions, queries, slot_queries, slot_watch
from enishi.publishing.actions import Drafts, PostInput, VariantInput
from enishi.publishing.core.slots import Pattern, SeriesInput
from enishi.publishing.models import Post
from enishi.publishing.slot_models import Series, SeriesTime
from enishi.publishing.slot_words import in_words

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 25, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """`now(moment)`: have it be that time; at first it is noon in Tokyo, in March 2027."""

    def be(moment: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: moment)

    be(NOW)
    return be


@pytest.fixture
def content(channel: Channel) -> SeriesInput:
    """Every evening at nine in April."""
    pattern = Pattern("FREQ=DAILY", (time(21),), "Asia/Tokyo", date(2027, 4, 1), date(2027, 4, 30))
    return SeriesInput("Evening photo", [channel.id], pattern, topic="Sweets", days_ahead=60)


@pytest.fixture
def series(owner: Actor, content: SeriesInput) -> Series:
    return actions.create_series(owner, content=content)


def drafts(series: Series) -> list[Post]:
    return list(Post.objects.filter(series_time__series=series).order_by("due_at"))


def walls(series: Series) -> list[str]:
    return [
        f"{post.due_at.astimezone(ZoneInfo('Asia/Tokyo')):%m-%d %H:%M}"
        for post in drafts(series)
        if post.due_at
    ]


@pytest.mark.requirement("R048")
def test_it_makes_a_draft_for_each_evening_of_april(owner: Actor, series: Series) -> None:
    made = drafts(series)
    assert len(made) == 30
    assert {post.state for post in made} == {"draft"}
    assert made[0].due_at == datetime(2027, 4, 1, 12, 0, tzinfo=UTC)
    in_new_york = {
        f"{post.due_at.astimezone(ZoneInfo('America/New_York')):%H:%M}"
        for post in made
        if post.due_at
    }
    assert in_new_york == {"08:00"}
    days = queries.calendar(owner, first=date(2027, 4, 1), last=date(2027, 4, 30))
    assert [len(day.posts) for day in days] == [1] * 30
    assert {card.slot and card.slot.name for day in days for card in day.posts} == {"Evening photo"}


@pytest.mark.requirement("R048")
def test_changing_one_instance_leaves_the_other_twenty_nine(owner: Actor, series: Series) -> None:
    before = drafts(series)
    actions.move_post(owner, post_id=before[4].id, at="2027-04-05T07:30")
    after = {post.id: post for post in drafts(series)}
    changed = [post.id for post in before if after[post.id].due_at != post.due_at]
    assert changed == [before[4].id]
    assert after[before[4].id].version == 2


def test_it_makes_nothing_twice_however_often_it_looks(series: Series) -> None:
    assert slot_watch.fill_all(NOW) == 0
    assert len(drafts(series)) == 30
    drafts(series)[0].delete()
    assert slot_watch.fill_all(NOW) == 0
    assert len(drafts(series)) == 29


def test_it_makes_drafts_only_for_the_days_ahead(
    owner: Actor, content: SeriesInput, now: Callable[[datetime], None]
) -> None:
    series = actions.create_series(owner, content=replace(content, days_ahead=10))
    assert len(drafts(series)) == 3
    now(NOW + timedelta(days=2))
    slot_watch.tick()
    assert walls(series) == [
        "04-01 21:00",
        "04-02 21:00",
        "04-03 21:00",
        "04-04 21:00",
        "04-05 21:00",
    ]
    ghosts = slot_queries.ghosts(owner, NOW, NOW + timedelta(days=60))
    assert sum(len(each) for each in ghosts.values()) == 25


def test_it_skips_public_holidays(owner: Actor, content: SeriesInput) -> None:
    series = actions.create_series(owner, content=replace(content, skips_holidays=True))
    assert len(drafts(series)) == 29
    assert "04-29 21:00" not in walls(series)


@pytest.mark.requirement("R048")
def test_editing_the_series_changes_only_what_nobody_has_touched(
    owner: Actor, content: SeriesInput, series: Series
) -> None:
    touched, other = drafts(series)[0], drafts(series)[1]
    actions.update_post(
        owner,
        post_id=touched.id,
        version=1,
        content=PostInput("Sakura mochi", [VariantInput(content.channel_ids[0])]),
    )
    pattern = replace(content.pattern, times=(time(21),), ends_on=date(2027, 4, 10))
    followed = actions.update_series(
        owner, series_id=series.id, content=replace(content, text="Today: ", pattern=pattern)
    )
    assert followed == 9
    texts = {post.id: post.text for post in drafts(series)}
    assert texts[touched.id] == "Sakura mochi"
    assert texts[other.id] == "Today:"
    assert len(texts) == 10


def test_a_new_time_moves_untouched_drafts_and_keeps_the_touched(
    owner: Actor, content: SeriesInput, series: Series
) -> None:
    touched = drafts(series)[0]
    actions.move_post(owner, post_id=touched.id, at="2027-04-01T20:00")
    pattern = replace(content.pattern, times=(time(18),), ends_on=date(2027, 4, 3))
    actions.update_series(owner, series_id=series.id, content=replace(content, pattern=pattern))
    assert walls(series) == ["04-01 18:00", "04-01 20:00", "04-02 18:00", "04-03 18:00"]


def test_two_editors_of_a_series_cannot_overwrite_each_other(
    owner: Actor, content: SeriesInput, series: Series
) -> None:
    actions.update_series(owner, series_id=series.id, content=content, version=1)
    with pytest.raises(ConflictError):
        actions.update_series(owner, series_id=series.id, content=content, version=1)


def test_it_skips_and_restores_one_time(owner: Actor, series: Series) -> None:
    actions.skip_occurrence(owner, series_id=series.id, wall="2027-04-05T21:00")
    slot_watch.tick()
    assert len(drafts(series)) == 29
    assert "skipped" in [
        item.state for item in slot_queries.series_detail(owner, series_id=series.id).times
    ]
    actions.restore_occurrence(owner, series_id=series.id, wall="2027-04-05T21:00")
    assert len(drafts(series)) == 30


def test_it_skips_a_time_that_has_no_draft_yet(owner: Actor, content: SeriesInput) -> None:
    series = actions.create_series(owner, content=replace(content, days_ahead=10))
    actions.skip_occurrence(owner, series_id=series.id, wall="2027-04-20T21:00")
    with pytest.raises(NotFoundError):
        actions.skip_occurrence(owner, series_id=series.id, wall="2027-04-20T21:30")
    actions.update_series(owner, series_id=series.id, content=content)
    assert len(drafts(series)) == 29


def test_it_does_not_skip_what_is_scheduled(owner: Actor, series: Series) -> None:
    post = filled(owner, drafts(series)[0])
    actions.schedule_post(owner, post_id=post.id, at="2027-04-01T21:00")
    with pytest.raises(ConflictError):
        actions.skip_occurrence(owner, series_id=series.id, wall="2027-04-01T21:00")


def filled(owner: Actor, post: Post) -> Post:
    channels = [VariantInput(item.channel_id) for item in post.variants.all()]
    return actions.update_post(
        owner, post_id=post.id, version=post.version, content=PostInput("Dango", channels)
    )


def test_a_paused_series_makes_nothing_until_it_goes_on(
    owner: Actor, content: SeriesInput, now: Callable[[datetime], None]
) -> None:
    series = actions.create_series(owner, content=replace(content, days_ahead=10))
    actions.pause_series(owner, series_id=series.id)
    now(NOW + timedelta(days=5))
    slot_watch.tick()
    assert len(drafts(series)) == 3
    actions.resume_series(owner, series_id=series.id)
    assert len(drafts(series)) == 8


@pytest.mark.parametrize(
    ("choice", "left"), [(Drafts.KEEP, 30), (Drafts.DROP_EMPTY, 2), (Drafts.DROP, 1)]
)
def test_deleting_a_series_does_what_was_chosen_with_its_drafts(
    owner: Actor, series: Series, choice: Drafts, left: int
) -> None:
    first, second = drafts(series)[:2]
    filled(owner, first)
    filled(owner, second)
    actions.schedule_post(owner, post_id=second.id, at="2027-04-02T21:00")
    gone = actions.delete_series(owner, series_id=series.id, drafts=choice)
    assert gone == 30 - left
    assert Post.objects.count() == left
    assert not Series.objects.exists()
    assert not SeriesTime.objects.exists()


def test_it_warns_once_of_a_slot_that_is_due_soon_and_empty(
    owner: Actor, series: Series, now: Callable[[datetime], None]
) -> None:
    now(datetime(2027, 4, 1, 0, 0, tzinfo=UTC))
    slot_watch.tick()
    slot_watch.tick()
    flags = [row.document for row in Activity.objects.filter(type="Flag")]
    assert [flag["enishi:reason"] for flag in flags] == ["empty_slot"]
    [card] = slot_queries.empty_soon(owner)
    assert card.slot is not None
    assert card.slot.urgent
    assert card.id == drafts(series)[0].id


@pytest.mark.requirement("R048")
def test_an_empty_slot_is_never_published_and_asks_instead(
    owner: Actor, series: Series, now: Callable[[datetime], None]
) -> None:
    now(datetime(2027, 4, 1, 12, 1, tzinfo=UTC))
    slot_watch.tick()
    post = drafts(series)[0]
    assert post.state == "missed"
    assert not post.deliveries.exists()
    assert [card.id for card in queries.needs_attention(owner)] == [post.id]
    actions.move_post(owner, post_id=post.id, at="2027-04-01T23:00")
    post.refresh_from_db()
    assert post.state == "draft"


def test_it_takes_the_missed_slot_away_when_a_person_drops_it(
    owner: Actor, series: Series, now: Callable[[datetime], None]
) -> None:
    now(datetime(2027, 4, 1, 12, 1, tzinfo=UTC))
    slot_watch.tick()
    actions.drop_overdue(owner, post_id=drafts(series)[0].id)
    slot_watch.tick()
    assert len(drafts(series)) == 29


def test_the_owner_of_a_series_is_the_author_of_its_drafts(
    owner: Actor, member: Actor, content: SeriesInput
) -> None:
    series = actions.create_series(owner, content=replace(content, owner_id=member.user_id))
    assert {post.author_id for post in drafts(series)} == {member.user_id}


def test_it_refuses_what_makes_no_sense_and_keeps_nothing(
    owner: Actor, stranger: Actor, content: SeriesInput
) -> None:
    wrong = [
        replace(content, name=" "),
        replace(content, channel_ids=[]),
        replace(content, days_ahead=0),
        replace(content, days_ahead=500),
        replace(content, pattern=replace(content.pattern, rule="FREQ=HOURLY")),
    ]
    for each in wrong:
        with pytest.raises(InvalidInputError):
            actions.create_series(owner, content=each)
    with pytest.raises(NotFoundError):
        actions.create_series(owner, content=replace(content, owner_id=stranger.user_id))
    assert not Series.objects.exists()


def test_strangers_find_nothing_and_analysts_change_nothing(
    stranger: Actor, owner: Actor, series: Series, workspace: Workspace, content: SeriesInput
) -> None:
    with pytest.raises(NotFoundError):
        slot_queries.series_detail(stranger, series_id=series.id)
    with pytest.raises(NotFoundError):
        actions.delete_series(stranger, series_id=series.id)
    with pytest.raises(NotFoundError):
        actions.create_series(stranger, content=content)
    reader = replace(owner, scopes=frozenset())
    with pytest.raises(NotAllowedError):
        actions.pause_series(reader, series_id=series.id)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "Every day · 21:00"),
        ("FREQ=WEEKLY;BYDAY=MO,TH", "Mon, Thu · 21:00"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", "Every 2 weeks: Sun · 21:00"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-1", "Every month, on: 1, the last day · 21:00"),
    ],
)
def test_it_says_a_pattern_in_words(rule: str, words: str) -> None:
    with translation.override("en"):
        assert in_words(rule, ["21:00"]) == words
