"""REST: recurring slots, queues, and posts whose time has passed."""

from __future__ import annotations

from datetime import date, time
from functools import partial
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from enishi.accounts.permissions import Actor
from enishi.accounts.terminal import to_plain
from enishi.publishing import actions, overdue, slot_queries
from enishi.publishing.actions import Drafts, Overdue
from enishi.publishing.core.slots import Pattern, QueueInput, SeriesInput, WeeklyTime

router = Router(tags=["Publishing"])


class SeriesIn(Schema):
    """A slot that comes again. `rule` is an RRULE that chooses days."""

    name: str
    channel_ids: list[UUID]
    times: list[time]
    time_zone: str
    starts_on: date
    ends_on: date | None = None
    rule: str = "FREQ=DAILY"
    topic: str = ""
    text: str = ""
    checklist: list[str] = Field(default_factory=list)
    owner_id: UUID | None = None
    skips_holidays: bool = False
    days_ahead: int = 14
    warn_hours: int = 24

    def value(self) -> SeriesInput:
        return SeriesInput(
            name=self.name,
            channel_ids=self.channel_ids,
            pattern=Pattern(self.rule, self.times, self.time_zone, self.starts_on, self.ends_on),
            topic=self.topic,
            text=self.text,
            checklist=self.checklist,
            owner_id=self.owner_id,
            skips_holidays=self.skips_holidays,
            days_ahead=self.days_ahead,
            warn_hours=self.warn_hours,
        )


class SeriesChange(SeriesIn):
    """All of it anew. `version` is the one that was read."""

    version: int | None = None


class WallIn(Schema):
    """One time of a slot, by what its clock shows: `2027-04-01T21:00`."""

    wall: str


class WeeklyIn(Schema):
    """A time of every week; weekday 0 is Monday."""

    weekday: int = Field(ge=0, le=6)
    at: time


class QueueIn(Schema):
    """A queue with its times of the week."""

    name: str
    times: list[WeeklyIn]
    time_zone: str
    closes_gaps: bool = True
    skips_holidays: bool = False

    def value(self) -> QueueInput:
        times = [WeeklyTime(each.weekday, each.at) for each in self.times]
        return QueueInput(self.name, times, self.time_zone, self.closes_gaps, self.skips_holidays)


class QueuedIn(Schema):
    """A post for a queue."""

    post_id: UUID
    version: int | None = None
    first: bool = False
    valid_until: str | None = None


class PlaceIn(Schema):
    """Where a waiting post goes: 0 is the front."""

    post_id: UUID
    place: int = 0


class ResumeIn(Schema):
    """What to resume, and what becomes of posts whose time has passed."""

    channel_id: UUID | None = None
    waiting: Overdue = Overdue.SEND
    minutes: int = 15


class PostponeIn(Schema):
    """A new time."""

    at: str


class SpreadIn(Schema):
    """Posts in the order of their new times: the first at `start`, each `minutes` later."""

    post_ids: list[UUID]
    start: str
    minutes: int = 1440


class QueueMissedIn(Schema):
    """Posts for a queue, in this order."""

    post_ids: list[UUID]
    queue_id: UUID


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the token
    return actor


def _series(request: HttpRequest, series_id: UUID) -> Any:
    return to_plain(slot_queries.series_detail(_actor(request), series_id=series_id))


def _queue(request: HttpRequest, queue_id: UUID) -> Any:
    return to_plain(slot_queries.queue_detail(_actor(request), queue_id=queue_id))


@router.get("/slots", summary="Recurring slots", response=list[Any])
def list_slots(request: HttpRequest) -> Any:
    return to_plain(slot_queries.series_list(_actor(request)))


@router.post("/slots", summary="Make a recurring slot", response={201: dict[str, Any]})
def create_slot(request: HttpRequest, body: SeriesIn) -> Any:
    made = actions.create_series(_actor(request), content=body.value())
    return Status(201, _series(request, made.id))


@router.get("/slots/{series_id}", summary="A slot with its times", response=dict[str, Any])
def get_slot(request: HttpRequest, series_id: UUID) -> Any:
    return _series(request, series_id)


@router.put("/slots/{series_id}", summary="Change a slot", response=dict[str, Any])
def update_slot(request: HttpRequest, series_id: UUID, body: SeriesChange) -> Any:
    actions.update_series(
        _actor(request), series_id=series_id, content=body.value(), version=body.version
    )
    return _series(request, series_id)


@router.post("/slots/{series_id}/pause", summary="Make no more drafts", response=dict[str, Any])
def pause_slot(request: HttpRequest, series_id: UUID) -> Any:
    actions.pause_series(_actor(request), series_id=series_id)
    return _series(request, series_id)


@router.post("/slots/{series_id}/resume", summary="Make drafts again", response=dict[str, Any])
def resume_slot(request: HttpRequest, series_id: UUID) -> Any:
    actions.resume_series(_actor(request), series_id=series_id)
    return _series(request, series_id)


@router.post("/slots/{series_id}/skip", summary="Leave one time out", response=dict[str, Any])
def skip_slot(request: HttpRequest, series_id: UUID, body: WallIn) -> Any:
    actions.skip_occurrence(_actor(request), series_id=series_id, wall=body.wall)
    return _series(request, series_id)


@router.post("/slots/{series_id}/restore", summary="Take it in again", response=dict[str, Any])
def restore_slot(request: HttpRequest, series_id: UUID, body: WallIn) -> Any:
    actions.restore_occurrence(_actor(request), series_id=series_id, wall=body.wall)
    return _series(request, series_id)


@router.delete("/slots/{series_id}", summary="Delete a slot", response=dict[str, int])
def delete_slot(request: HttpRequest, series_id: UUID, drafts: Drafts = Drafts.KEEP) -> Any:
    gone = actions.delete_series(_actor(request), series_id=series_id, drafts=drafts)
    return {"drafts_deleted": gone}


@router.get("/queues", summary="Queues", response=list[Any])
def list_queues(request: HttpRequest) -> Any:
    return to_plain(slot_queries.queues(_actor(request)))


@router.post("/queues", summary="Make a queue", response={201: dict[str, Any]})
def create_queue(request: HttpRequest, body: QueueIn) -> Any:
    made = actions.create_queue(_actor(request), content=body.value())
    return Status(201, _queue(request, made.id))


@router.get("/queues/{queue_id}", summary="A queue, in order", response=dict[str, Any])
def get_queue(request: HttpRequest, queue_id: UUID) -> Any:
    return _queue(request, queue_id)


@router.put("/queues/{queue_id}", summary="Change a queue", response=dict[str, Any])
def update_queue(request: HttpRequest, queue_id: UUID, body: QueueIn) -> Any:
    actions.update_queue(_actor(request), queue_id=queue_id, content=body.value())
    return _queue(request, queue_id)


@router.delete("/queues/{queue_id}", summary="Delete a queue", response={204: None})
def delete_queue(request: HttpRequest, queue_id: UUID) -> Any:
    actions.delete_queue(_actor(request), queue_id=queue_id)
    return Status(204, None)


@router.post("/queues/{queue_id}/posts", summary="Add a post", response=dict[str, Any])
def add_to_queue(request: HttpRequest, queue_id: UUID, body: QueuedIn) -> Any:
    actions.add_to_queue(
        _actor(request),
        post_id=body.post_id,
        queue_id=queue_id,
        version=body.version,
        first=body.first,
        valid_until=body.valid_until,
    )
    return _queue(request, queue_id)


@router.post("/queues/{queue_id}/move", summary="Another place", response=dict[str, Any])
def move_in_queue(request: HttpRequest, queue_id: UUID, body: PlaceIn) -> Any:
    actions.move_in_queue(
        _actor(request), queue_id=queue_id, post_id=body.post_id, place=body.place
    )
    return _queue(request, queue_id)


@router.post("/queues/{queue_id}/shuffle", summary="An order of chance", response=dict[str, Any])
def shuffle_queue(request: HttpRequest, queue_id: UUID) -> Any:
    actions.shuffle_queue(_actor(request), queue_id=queue_id)
    return _queue(request, queue_id)


@router.get("/publishing/missed", summary="Posts whose time has passed", response=list[Any])
def list_missed(request: HttpRequest) -> Any:
    return to_plain(overdue.overdue_posts(_actor(request)))


@router.post(
    "/publishing/missed/spread", summary="New times, one after the other", response=dict[str, Any]
)
def spread_missed(request: HttpRequest, body: SpreadIn) -> Any:
    done, refused = actions.spread_overdue(
        _actor(request), post_ids=body.post_ids, start=body.start, minutes=body.minutes
    )
    return {"done": done, "refused": [str(error) for error in refused]}


@router.post(
    "/publishing/missed/queue", summary="The next free times of a queue", response=dict[str, Any]
)
def queue_missed(request: HttpRequest, body: QueueMissedIn) -> Any:
    action = partial(actions.queue_overdue, queue_id=body.queue_id)
    done, refused = actions.each_overdue(_actor(request), body.post_ids, action)
    return {"done": done, "refused": [str(error) for error in refused]}


_CHOICES = {"publish": actions.publish_overdue, "drop": actions.drop_overdue}


@router.post("/publishing/missed/{post_id}/postpone", summary="Another time", response={204: None})
def postpone_missed(request: HttpRequest, post_id: UUID, body: PostponeIn) -> Any:
    actions.postpone_overdue(_actor(request), post_id=post_id, at=body.at)
    return Status(204, None)


@router.post(
    "/publishing/missed/{post_id}/{choice}", summary="publish or drop", response={204: None}
)
def decide_missed(request: HttpRequest, post_id: UUID, choice: Literal["publish", "drop"]) -> Any:
    _CHOICES[choice](_actor(request), post_id=post_id)
    return Status(204, None)


@router.get("/publishing/resume/preview", summary="What would go out at once", response=list[Any])
def preview_resume(request: HttpRequest, channel_id: UUID | None = None) -> Any:
    return to_plain(overdue.resume_preview(_actor(request), channel_id=channel_id))
