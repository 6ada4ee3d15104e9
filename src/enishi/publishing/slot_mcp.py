"""Tools for assistants: recurring slots, queues, and posts whose time has passed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.kernel.surfaces import ToolServer
from enishi.publishing import actions, overdue, slot_queries
from enishi.publishing.actions import Drafts
from enishi.publishing.core.slots import (
    Pattern,
    QueueInput,
    SeriesInput,
    WeeklyTime,
    parse_times,
)
from enishi.publishing.home import workspace_of


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of slots, queues and missed posts."""
    _register_slots(server, actor)
    _register_slot_changes(server, actor)
    _register_queues(server, actor)
    _register_missed(server, actor)


def _register_slots(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def list_slots() -> Any:
        """Recurring slots: times at which drafts are made again and again."""
        return slot_queries.series_list(actor())

    @server.tool()
    def show_slot(slot_id: UUID) -> Any:
        """A recurring slot with its times to come and their drafts."""
        return slot_queries.series_detail(actor(), series_id=slot_id)

    @server.tool()
    def create_slot(
        name: str,
        channel_ids: list[UUID],
        times: list[str],
        starts_on: date,
        ends_on: date | None = None,
        rule: str = "FREQ=DAILY",
        time_zone: str = "",
        text: str = "",
    ) -> Any:
        """Make a recurring slot. `rule` is an RRULE of days, times are such as 21:00."""
        who = actor()
        zone = time_zone or workspace_of(who).time_zone
        pattern = Pattern(rule, parse_times(times), zone, starts_on, ends_on)
        content = SeriesInput(name, channel_ids, pattern, text=text)
        made = actions.create_series(who, content=content)
        return slot_queries.series_detail(who, series_id=made.id)


def _register_slot_changes(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def skip_slot_time(slot_id: UUID, wall: str) -> Any:
        """Leave one time of a slot out, such as 2027-04-01T21:00; its draft is thrown away."""
        who = actor()
        actions.skip_occurrence(who, series_id=slot_id, wall=wall)
        return slot_queries.series_detail(who, series_id=slot_id)

    @server.tool()
    def pause_slot(slot_id: UUID) -> Any:
        """Let a slot make no more drafts."""
        who = actor()
        actions.pause_series(who, series_id=slot_id)
        return slot_queries.series_detail(who, series_id=slot_id)

    @server.tool()
    def resume_slot(slot_id: UUID) -> Any:
        """Let a slot make drafts again."""
        who = actor()
        actions.resume_series(who, series_id=slot_id)
        return slot_queries.series_detail(who, series_id=slot_id)

    @server.tool()
    def delete_slot(slot_id: UUID, drafts: Drafts) -> Any:
        """Delete a slot; ask the person what becomes of its drafts: keep, drop_empty or drop."""
        return {"drafts_deleted": actions.delete_series(actor(), series_id=slot_id, drafts=drafts)}


def _register_queues(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def list_queues() -> Any:
        """Queues: times of the week that posts are put into one after the other."""
        return slot_queries.queues(actor())

    @server.tool()
    def show_queue(queue_id: UUID) -> Any:
        """What waits in a queue, in order."""
        return slot_queries.queue_detail(actor(), queue_id=queue_id)

    @server.tool()
    def create_queue(name: str, times: list[tuple[int, str]], time_zone: str = "") -> Any:
        """Make a queue. Times are pairs of a weekday (0 is Monday) and a time such as 09:30."""
        who = actor()
        week = [WeeklyTime(day, parse_times([at])[0]) for day, at in times]
        zone = time_zone or workspace_of(who).time_zone
        made = actions.create_queue(who, content=QueueInput(name, week, zone))
        return slot_queries.queue_detail(who, queue_id=made.id)

    @server.tool()
    def add_to_queue(
        queue_id: UUID,
        post_id: UUID,
        first: bool = False,  # noqa: FBT001, FBT002 - a tool's argument
        valid_until: str | None = None,
    ) -> Any:
        """Schedule a post at the next free time of a queue, or before all that wait.

        After valid_until, such as 2027-04-01T18:00, it is held instead of sent late.
        """
        who = actor()
        actions.add_to_queue(
            who, post_id=post_id, queue_id=queue_id, first=first, valid_until=valid_until
        )
        return slot_queries.queue_detail(who, queue_id=queue_id)

    @server.tool()
    def move_in_queue(queue_id: UUID, post_id: UUID, place: int) -> Any:
        """Put a waiting post at another place of its queue; 0 is the front."""
        who = actor()
        actions.move_in_queue(who, queue_id=queue_id, post_id=post_id, place=place)
        return slot_queries.queue_detail(who, queue_id=queue_id)


def _register_missed(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def list_missed_posts() -> Any:
        """Posts whose time has passed: missed, stale, or the unfinished draft of a slot."""
        return overdue.overdue_posts(actor())

    @server.tool()
    def publish_missed_post(post_id: UUID) -> Any:
        """Publish a post now whose time has passed; only after the person has said so."""
        who = actor()
        actions.publish_overdue(who, post_id=post_id)
        return overdue.overdue_posts(who)

    @server.tool()
    def spread_missed_posts(post_ids: list[UUID], start: str, minutes: int = 1440) -> Any:
        """Give missed posts new times: the first at start, each so many minutes later."""
        who = actor()
        done, refused = actions.spread_overdue(who, post_ids=post_ids, start=start, minutes=minutes)
        return {"done": done, "refused": [str(error) for error in refused]}

    @server.tool()
    def drop_missed_post(post_id: UUID) -> Any:
        """Let a post go whose time has passed; only after the person has said so."""
        who = actor()
        actions.drop_overdue(who, post_id=post_id)
        return overdue.overdue_posts(who)

    @server.tool()
    def preview_resume(channel_id: UUID | None = None) -> Any:
        """What would go out at once if a pause were lifted now."""
        return overdue.resume_preview(actor(), channel_id=channel_id)
