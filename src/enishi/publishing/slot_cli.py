"""`enishi post slot …`, `enishi post queue …` and `enishi post missed …`."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Annotated
from uuid import UUID

import typer

from enishi.accounts.permissions import Actor
from enishi.accounts.terminal import current_actor, show
from enishi.kernel import clock
from enishi.publishing import actions, overdue, slot_queries
from enishi.publishing.actions import Drafts
from enishi.publishing.core.slots import (
    Pattern,
    QueueInput,
    SeriesInput,
    WeeklyTime,
    parse_times,
    weekly,
)
from enishi.publishing.home import workspace_of
from enishi.publishing.terminal import channels_named

slots = typer.Typer(no_args_is_help=True, help="Recurring slots: drafts at the same times.")
queues = typer.Typer(no_args_is_help=True, help="Queues: the next free time of the week.")
missed = typer.Typer(no_args_is_help=True, help="Posts whose time has passed.")

_SERIES = ("id", "name", "when", "time_zone", "next_at", "empty", "paused")
_TIMES = ("wall", "due_at", "state")
_QUEUES = ("id", "name", "when", "time_zone", "waiting", "next_free")
_Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]
_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@slots.command("list")
def list_slots(context: typer.Context) -> None:
    """All recurring slots."""
    show(context, slot_queries.series_list(current_actor(context)), columns=_SERIES)


@slots.command("show")
def show_slot(context: typer.Context, series_id: UUID) -> None:
    """The times to come of a slot."""
    _show_series(context, current_actor(context), series_id)


def _show_series(context: typer.Context, actor: Actor, series_id: UUID) -> None:
    found = slot_queries.series_detail(actor, series_id=series_id)
    show(context, list(found.times), columns=_TIMES)


@slots.command("create")
def create_slot(  # noqa: PLR0913 - options of a command
    context: typer.Context,
    name: str,
    *,
    channel: Annotated[list[str], typer.Option(help="Id, handle or name; may be repeated.")],
    time: Annotated[list[str], typer.Option(help="Such as 21:00; may be repeated.")],
    day: Annotated[list[str] | None, typer.Option(help="mon … sun; all when left out.")] = None,
    rule: Annotated[str, typer.Option(help="An RRULE instead of days.")] = "",
    first: _Day = None,
    last: _Day = None,
    time_zone: Annotated[str, typer.Option(help="Else the workspace's.")] = "",
    topic: str = "",
    text: Annotated[str, typer.Option(help="What drafts begin with.")] = "",
    days_ahead: int = 14,
    skip_holidays: Annotated[bool, typer.Option("--skip-holidays")] = False,
) -> None:
    """Make a slot, and its first drafts."""
    actor = current_actor(context)
    weekdays = [_weekday(each) for each in day or []]
    pattern = Pattern(
        rule=rule or weekly(weekdays),
        times=parse_times(time),
        time_zone=time_zone or workspace_of(actor).time_zone,
        starts_on=(first or clock.now()).date(),
        ends_on=last.date() if last else None,
    )
    content = SeriesInput(
        name=name,
        channel_ids=channels_named(actor, channel),
        pattern=pattern,
        topic=topic,
        text=text,
        skips_holidays=skip_holidays,
        days_ahead=days_ahead,
    )
    made = actions.create_series(actor, content=content)
    _show_series(context, actor, made.id)


def _weekday(name: str) -> int:
    try:
        return _NAMES.index(name.strip().lower()[:3])
    except ValueError as error:
        raise typer.BadParameter(", ".join(_NAMES)) from error


@slots.command("pause")
def pause_slot(context: typer.Context, series_id: UUID) -> None:
    """Make no more drafts."""
    actor = current_actor(context)
    actions.pause_series(actor, series_id=series_id)
    _show_series(context, actor, series_id)


@slots.command("resume")
def resume_slot(context: typer.Context, series_id: UUID) -> None:
    """Make drafts again."""
    actor = current_actor(context)
    actions.resume_series(actor, series_id=series_id)
    _show_series(context, actor, series_id)


@slots.command("skip")
def skip_slot(context: typer.Context, series_id: UUID, wall: str) -> None:
    """Leave one time out, such as 2027-04-01T21:00."""
    actor = current_actor(context)
    actions.skip_occurrence(actor, series_id=series_id, wall=wall)
    _show_series(context, actor, series_id)


@slots.command("restore")
def restore_slot(context: typer.Context, series_id: UUID, wall: str) -> None:
    """Take a time in again that was left out."""
    actor = current_actor(context)
    actions.restore_occurrence(actor, series_id=series_id, wall=wall)
    _show_series(context, actor, series_id)


@slots.command("delete")
def delete_slot(
    context: typer.Context,
    series_id: UUID,
    drafts: Annotated[Drafts, typer.Option(help="What becomes of its drafts.")] = Drafts.KEEP,
) -> None:
    """Delete a slot."""
    gone = actions.delete_series(current_actor(context), series_id=series_id, drafts=drafts)
    show(context, {"drafts_deleted": gone})


@queues.command("list")
def list_queues(context: typer.Context) -> None:
    """All queues."""
    show(context, slot_queries.queues(current_actor(context)), columns=_QUEUES)


@queues.command("create")
def create_queue(
    context: typer.Context,
    name: str,
    *,
    time: Annotated[list[str], typer.Option(help="Such as mon@09:30; may be repeated.")],
    time_zone: Annotated[str, typer.Option(help="Else the workspace's.")] = "",
    keep_gaps: Annotated[bool, typer.Option("--keep-gaps")] = False,
    skip_holidays: Annotated[bool, typer.Option("--skip-holidays")] = False,
) -> None:
    """Make a queue."""
    actor = current_actor(context)
    pairs = [each.partition("@") for each in time]
    content = QueueInput(
        name=name,
        times=[WeeklyTime(_weekday(day), parse_times([at])[0]) for day, _sign, at in pairs],
        time_zone=time_zone or workspace_of(actor).time_zone,
        closes_gaps=not keep_gaps,
        skips_holidays=skip_holidays,
    )
    made = actions.create_queue(actor, content=content)
    _show_queue(context, actor, made.id)


def _show_queue(context: typer.Context, actor: Actor, queue_id: UUID) -> None:
    found = slot_queries.queue_detail(actor, queue_id=queue_id)
    rows = [
        {"post_id": item.card.id, "due_at": item.due_at, "text": item.card.text}
        for item in found.posts
    ]
    show(context, rows, columns=("post_id", "due_at", "text"))


@queues.command("show")
def show_queue(context: typer.Context, queue_id: UUID) -> None:
    """What waits in a queue, in order."""
    _show_queue(context, current_actor(context), queue_id)


@queues.command("add")
def add_to_queue(
    context: typer.Context,
    queue_id: UUID,
    post_id: UUID,
    *,
    first: Annotated[bool, typer.Option("--first", help="Before all that wait.")] = False,
    valid_until: Annotated[
        str | None, typer.Option(help="After this it is held instead of sent late.")
    ] = None,
) -> None:
    """Give a post the next free time."""
    actor = current_actor(context)
    actions.add_to_queue(
        actor, post_id=post_id, queue_id=queue_id, first=first, valid_until=valid_until
    )
    _show_queue(context, actor, queue_id)


@queues.command("move")
def move_in_queue(context: typer.Context, queue_id: UUID, post_id: UUID, place: int) -> None:
    """Put a waiting post at another place; 0 is the front."""
    actor = current_actor(context)
    actions.move_in_queue(actor, queue_id=queue_id, post_id=post_id, place=place)
    _show_queue(context, actor, queue_id)


@queues.command("shuffle")
def shuffle_queue(context: typer.Context, queue_id: UUID) -> None:
    """Put what waits into an order of chance."""
    actor = current_actor(context)
    actions.shuffle_queue(actor, queue_id=queue_id)
    _show_queue(context, actor, queue_id)


@queues.command("delete")
def delete_queue(context: typer.Context, queue_id: UUID) -> None:
    """Delete a queue; its posts stay scheduled."""
    actions.delete_queue(current_actor(context), queue_id=queue_id)


@missed.command("list")
def list_missed(context: typer.Context) -> None:
    """What was missed, is stale, or was never finished."""
    _show_missed(context, current_actor(context))


def _show_missed(context: typer.Context, actor: Actor) -> None:
    rows = [
        {"post_id": item.card.id, "why": item.why, "due_at": item.due_at, "text": item.card.text}
        for item in overdue.overdue_posts(actor)
    ]
    show(context, rows, columns=("post_id", "why", "due_at", "text"))


@missed.command("publish")
def publish_missed(context: typer.Context, post_id: UUID) -> None:
    """Publish one of them now."""
    actor = current_actor(context)
    actions.publish_overdue(actor, post_id=post_id)
    _show_missed(context, actor)


@missed.command("postpone")
def postpone_missed(context: typer.Context, post_id: UUID, at: str) -> None:
    """Give one of them another time."""
    actor = current_actor(context)
    actions.postpone_overdue(actor, post_id=post_id, at=at)
    _show_missed(context, actor)


@missed.command("spread")
def spread_missed(
    context: typer.Context,
    start: str,
    post_ids: Annotated[list[UUID] | None, typer.Argument(help="All when none is named.")] = None,
    *,
    minutes: Annotated[int, typer.Option(help="Between two of them.")] = 1440,
) -> None:
    """Give several new times, the first at START, such as 2027-04-01T09:00."""
    actor = current_actor(context)
    chosen = _chosen(actor, post_ids)
    done, refused = actions.spread_overdue(actor, post_ids=chosen, start=start, minutes=minutes)
    show(context, {"done": done, "refused": [str(error) for error in refused]})


@missed.command("queue")
def queue_missed(
    context: typer.Context,
    queue_id: UUID,
    post_ids: Annotated[list[UUID] | None, typer.Argument(help="All when none is named.")] = None,
) -> None:
    """Give several the next free times of a queue."""
    actor = current_actor(context)
    action = partial(actions.queue_overdue, queue_id=queue_id)
    done, refused = actions.each_overdue(actor, _chosen(actor, post_ids), action)
    show(context, {"done": done, "refused": [str(error) for error in refused]})


def _chosen(actor: Actor, post_ids: list[UUID] | None) -> list[UUID]:
    """Those named, else all that were missed or are stale."""
    found = overdue.overdue_posts(actor)
    return post_ids or [item.card.id for item in found if item.why != "unfinished"]


@missed.command("drop")
def drop_missed(context: typer.Context, post_id: UUID) -> None:
    """Let one of them go."""
    actor = current_actor(context)
    actions.drop_overdue(actor, post_id=post_id)
    _show_missed(context, actor)
