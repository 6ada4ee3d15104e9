"""Slots that come again: saving, pausing, skipping a time, and what the worker does for them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from enishi.accounts.models import Membership
from enishi.accounts.permissions import Actor, Permission
from enishi.activities import log
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.publishing import events, slotting
from enishi.publishing.actions.posts import require_channels
from enishi.publishing.core.slots import SeriesInput, checked
from enishi.publishing.core.states import PostState
from enishi.publishing.models import Post
from enishi.publishing.slot_models import Series, SeriesTime

MOST_DAYS_AHEAD = 92
_MOST_CHECKS = 20


class Drafts(StrEnum):
    """What becomes of the drafts to come of a series that is deleted."""

    KEEP = "keep"
    DROP_EMPTY = "drop_empty"
    DROP = "drop"


@transaction.atomic
def create_series(actor: Actor, *, content: SeriesInput) -> Series:
    """Keep a slot that comes again, and make its first drafts at once."""
    actor.require(Permission.POSTS_EDIT)
    channels = _channels(actor, content)
    series = Series.objects.create(workspace_id=actor.workspace_id, **_fields(actor, content))
    series.channels.set(channels)
    slotting.fill(series, clock.now())
    return series


@transaction.atomic
def update_series(
    actor: Actor, *, series_id: UUID, content: SeriesInput, version: int | None = None
) -> int:
    """Change a slot; returns how many drafts follow.

    Only drafts that nobody has touched follow: what people have written stays as it is.
    """
    actor.require(Permission.POSTS_EDIT)
    channels = _channels(actor, content)
    series = _claim(actor, series_id, version)
    for name, value in _fields(actor, content).items():
        setattr(series, name, value)
    series.save(update_fields=list(_fields(actor, content)))
    series.channels.set(channels)
    return slotting.follow(series, clock.now())


@transaction.atomic
def pause_series(actor: Actor, *, series_id: UUID) -> Series:
    """Make no more drafts; those that are there stay."""
    return _pause(actor, series_id, paused=True)


@transaction.atomic
def resume_series(actor: Actor, *, series_id: UUID) -> Series:
    """Make drafts again, from now on."""
    series = _pause(actor, series_id, paused=False)
    slotting.fill(series, clock.now())
    return series


@transaction.atomic
def delete_series(actor: Actor, *, series_id: UUID, drafts: Drafts = Drafts.KEEP) -> int:
    """End a slot for good; returns how many of its drafts to come went with it.

    What is scheduled or published stays in any case.
    """
    actor.require(Permission.POSTS_EDIT)
    series = get_series(actor, series_id)
    now = clock.now()
    if drafts is Drafts.DROP_EMPTY:
        gone = [row.post for row in slotting.untouched(series, now)]
    elif drafts is Drafts.DROP:
        rows = series.occurrences.filter(due_at__gt=now, post__state=PostState.DRAFT.value)
        gone = [row.post for row in rows.select_related("post")]
    else:
        gone = []
    posts = [post for post in gone if post is not None]
    log.record([events.house(actor, "Delete", post) for post in posts])
    Post.objects.filter(id__in=[post.id for post in posts]).delete()
    series.delete()
    return len(posts)


@transaction.atomic
def tick_checklist(actor: Actor, *, post_id: UUID, done: Iterable[str]) -> None:
    """Keep what of its slot's checklist is done for a post; other sentences are left out."""
    actor.require(Permission.POSTS_EDIT)
    row = (
        SeriesTime.objects.select_related("series")
        .filter(post_id=post_id, series__workspace_id=actor.workspace_id)
        .first()
    )
    if row is None:
        raise NotFoundError(_("This post belongs to no slot."), field="post")
    given = set(done)
    row.ticked = [item for item in row.series.checklist if item in given]
    row.save(update_fields=["ticked"])


@transaction.atomic
def skip_occurrence(actor: Actor, *, series_id: UUID, wall: str) -> SeriesTime:
    """Leave one time out; its draft is thrown away. `wall` is as `2027-04-01T21:00`."""
    actor.require(Permission.POSTS_EDIT)
    series = get_series(actor, series_id)
    row = series.occurrences.select_related("post").filter(wall=wall).first()
    if row is None:
        row = SeriesTime(series=series, wall=wall, due_at=_due_at(series, wall))
    post = row.post
    if post is not None and post.state not in {PostState.DRAFT, PostState.MISSED}:
        raise ConflictError(
            _("Its post is no longer a draft."), remedy=_("Take the post out of the schedule.")
        )
    row.post, row.skipped = None, True
    row.save()
    if post is not None:
        log.record([events.house(actor, "Delete", post)])
        post.delete()
    return row


@transaction.atomic
def restore_occurrence(actor: Actor, *, series_id: UUID, wall: str) -> Series:
    """Take a time in again that was left out."""
    actor.require(Permission.POSTS_EDIT)
    series = get_series(actor, series_id)
    row = series.occurrences.filter(wall=wall, post=None, due_at__gt=clock.now()).first()
    if row is None:
        raise NotFoundError(_("There is no such time to restore."), field="wall")
    row.delete()
    slotting.fill(series, clock.now())
    return series


def _due_at(series: Series, wall: str) -> datetime:
    """The instant of a time to come that has no draft yet."""
    now = clock.now()
    for item in slotting.between(series, now, now + timedelta(days=400)):
        if item.wall == wall:
            return item.due_at
    raise NotFoundError(_("The slot has no such time to come."), field="wall")


def get_series(actor: Actor, series_id: UUID) -> Series:
    """A slot of the actor's workspace, locked until the transaction ends."""
    rows = Series.objects.select_for_update(of=("self",)).select_related("workspace")
    found = rows.filter(id=series_id, workspace_id=actor.workspace_id).first()
    if found is None:
        raise NotFoundError(_("There is no such slot."), field="series")
    return found


def _claim(actor: Actor, series_id: UUID, version: int | None) -> Series:
    series = get_series(actor, series_id)
    expected = series.version if version is None else version
    taken = Series.objects.filter(id=series.id, version=expected).update(version=F("version") + 1)
    if not taken:
        raise ConflictError(
            _("Somebody else changed this slot meanwhile."),
            field="version",
            remedy=_("Reload it and make your change again; theirs is not lost."),
        )
    return series


def _pause(actor: Actor, series_id: UUID, *, paused: bool) -> Series:
    actor.require(Permission.POSTS_EDIT)
    series = get_series(actor, series_id)
    series.paused = paused
    series.save(update_fields=["paused"])
    return series


def _channels(actor: Actor, content: SeriesInput) -> list[Channel]:
    if not content.channel_ids:
        raise InvalidInputError(
            _("The slot has no channel."),
            field="channels",
            remedy=_("Choose at least one channel."),
        )
    return list(require_channels(actor, content.channel_ids).values())


def _fields(actor: Actor, content: SeriesInput) -> dict[str, object]:
    pattern = checked(content.pattern)
    _require_numbers(content)
    return {
        "name": _named(content.name),
        "topic": content.topic.strip()[:120],
        "text": content.text.strip(),
        "checklist": [item.strip() for item in content.checklist if item.strip()][:_MOST_CHECKS],
        "owner_id": _owner(actor, content.owner_id),
        "rule": pattern.rule,
        "times": slotting.written(pattern.times),
        "time_zone": pattern.time_zone,
        "starts_on": pattern.starts_on,
        "ends_on": pattern.ends_on,
        "skips_holidays": content.skips_holidays,
        "days_ahead": content.days_ahead,
        "warn_hours": content.warn_hours,
    }


def _named(name: str) -> str:
    if not name.strip():
        raise InvalidInputError(_("Give it a name."), field="name")
    return name.strip()[:120]


def _require_numbers(content: SeriesInput) -> None:
    if not 1 <= content.days_ahead <= MOST_DAYS_AHEAD:
        raise InvalidInputError(
            _("Drafts can be made 1 to %(most)s days ahead.") % {"most": MOST_DAYS_AHEAD},
            field="days_ahead",
        )
    if content.warn_hours < 0:
        raise InvalidInputError(_("This cannot be less than nothing."), field="warn_hours")


def _owner(actor: Actor, owner_id: UUID | None) -> UUID | None:
    if owner_id is None:
        return actor.user_id
    if not Membership.objects.filter(workspace_id=actor.workspace_id, user_id=owner_id).exists():
        raise NotFoundError(_("There is no such member."), field="owner")
    return owner_id
