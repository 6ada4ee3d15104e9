"""Making and moving the drafts of recurring slots. Called inside the transactions of actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from enishi.accounts.permissions import Actor
from enishi.activities import log
from enishi.kernel import clock
from enishi.publishing import events
from enishi.publishing.core.schedule import of_instant
from enishi.publishing.core.slots import (
    Occurrence,
    Pattern,
    days_between,
    occurrences,
    parse_times,
)
from enishi.publishing.core.states import PostState
from enishi.publishing.home import days_off
from enishi.publishing.models import Post, Variant
from enishi.publishing.slot_models import Series, SeriesTime


def pattern_of(series: Series) -> Pattern:
    """When a series happens."""
    return Pattern(
        rule=series.rule,
        times=parse_times(series.times),
        time_zone=series.time_zone,
        starts_on=series.starts_on,
        ends_on=series.ends_on,
    )


def written(times: Iterable[time]) -> list[str]:
    """Times of day as the database holds them."""
    return [f"{each:%H:%M}" for each in times]


def between(series: Series, after: datetime, until: datetime) -> list[Occurrence]:
    """When a series happens in a span, whether it has made its posts for it or not."""
    days = days_between(after, until, series.time_zone)
    without = days_off(series.workspace, days, skips_holidays=series.skips_holidays)
    return occurrences(pattern_of(series), after, until, without)


def fill(series: Series, now: datetime) -> int:
    """Make the drafts of the days ahead that are not there yet; returns how many.

    A time that had a post once, or is skipped, is left alone: its row stands for it.
    """
    if series.paused:
        return 0
    wanted = between(series, now, now + timedelta(days=series.days_ahead))
    known = set(
        series.occurrences.filter(wall__in=[item.wall for item in wanted]).values_list(
            "wall", flat=True
        )
    )
    return sum(_made(series, item) for item in wanted if item.wall not in known)


def _made(series: Series, item: Occurrence) -> bool:
    """One draft; False when another worker was faster."""
    try:
        with transaction.atomic():
            row = SeriesTime.objects.create(series=series, wall=item.wall, due_at=item.due_at)
    except IntegrityError:
        return False
    post = Post.objects.create(
        workspace_id=series.workspace_id,
        author_id=series.owner_id,
        text=series.text,
        **_place(series, item),
    )
    _write_channels(series, post)
    SeriesTime.objects.filter(id=row.id).update(post_id=post.id, post_version=post.version)
    maker = replace(Actor.system(series.workspace_id), name=series.name)
    log.record([events.house(maker, "Create", post)])
    return True


def _write_channels(series: Series, post: Post) -> None:
    Variant.objects.filter(post=post).delete()
    Variant.objects.bulk_create(
        Variant(post=post, channel=channel) for channel in series.channels.all()
    )


def _place(series: Series, item: Occurrence) -> dict[str, object]:
    slot = of_instant(item.due_at, series.time_zone)
    return {"due_at": slot.due_at, "wall_time": slot.wall_time, "time_zone": slot.time_zone}


def follow(series: Series, now: datetime) -> int:
    """Bring the drafts that nobody has touched in step with an edited series.

    1. Those at times that it no longer has are thrown away.
    2. The others say, and stand, as the series says now.
    3. Times that are new get their drafts. Returns how many drafts follow.
    """
    horizon = now + timedelta(days=series.days_ahead)
    wanted = {item.wall: item for item in between(series, now, horizon)}
    followed = 0
    for row in untouched(series, now):
        if row.wall in wanted:
            _renew(series, row, wanted[row.wall])
            followed += 1
        else:
            drop(row)
    series.occurrences.filter(skipped=True, due_at__gt=now).exclude(wall__in=wanted).delete()
    return followed + fill(series, now)


def untouched(series: Series, now: datetime) -> list[SeriesTime]:
    """The times to come whose drafts are as they were made."""
    rows = series.occurrences.filter(
        due_at__gt=now, post__state=PostState.DRAFT.value, post__version=F("post_version")
    )
    return list(rows.select_related("post").order_by("due_at"))


def drop(row: SeriesTime) -> None:
    """Throw away the draft of a time together with the time itself."""
    if row.post is not None:
        row.post.delete()
    row.delete()


def _renew(series: Series, row: SeriesTime, item: Occurrence) -> None:
    if row.post is None:
        return
    changed = Post.objects.filter(id=row.post.id, version=row.post_version).update(
        text=series.text,
        author_id=series.owner_id,
        version=F("version") + 1,
        updated_at=clock.now(),
        **_place(series, item),
    )
    if changed:
        _write_channels(series, row.post)
        SeriesTime.objects.filter(id=row.id).update(
            due_at=item.due_at, post_version=F("post_version") + 1
        )
