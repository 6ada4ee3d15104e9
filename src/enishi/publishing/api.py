"""REST: posts, media and deliveries."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Field, File, Query, Router, Schema, Status
from ninja.files import UploadedFile

from enishi.accounts.permissions import Actor, Permission
from enishi.accounts.terminal import to_plain
from enishi.kernel.errors import InvalidInputError
from enishi.publishing import actions, media, queries
from enishi.publishing.actions import AttachmentInput, PostInput, VariantInput
from enishi.publishing.core.states import PostState
from enishi.publishing.inputs import Changes, apply
from enishi.publishing.slot_api import ResumeIn
from enishi.publishing.slot_api import router as slot_router

router = Router(tags=["Publishing"])
router.add_router("", slot_router)


class VariantIn(Schema):
    """A channel of the post; an empty text means the post's own."""

    channel_id: UUID
    text: str = ""
    options: dict[str, Any] = Field(default_factory=dict)

    def value(self) -> VariantInput:
        return VariantInput(self.channel_id, self.text, self.options)


class AttachmentIn(Schema):
    """An uploaded image or film, with its text for those who cannot see it."""

    media_id: UUID
    alt: str = ""
    focus: tuple[float, float] | None = None
    """What stays visible when it is cropped: right and up from the centre, from -1 to 1."""
    poster_id: UUID | None = None
    """The image that stands for a film until it plays."""

    def value(self) -> AttachmentInput:
        return AttachmentInput(self.media_id, self.alt, self.focus, self.poster_id)


class PostIn(Schema):
    """What a post says, and where."""

    text: str = ""
    channels: list[VariantIn] = Field(default_factory=list)
    attachments: list[AttachmentIn] = Field(default_factory=list)
    thread: list[str] = Field(default_factory=list)
    language: str = ""
    link: str = ""
    first_comment: str = ""
    audience: Literal["external", "internal"] = "external"
    """Internal posts are refused on channels that people outside read."""

    def value(self) -> PostInput:
        return PostInput(
            text=self.text,
            channels=[item.value() for item in self.channels],
            attachments=[item.value() for item in self.attachments],
            thread=self.thread,
            language=self.language,
            link=self.link,
            first_comment=self.first_comment,
            audience=self.audience,
        )


class PostPatch(Schema):
    """Fields that are left out stay as they are. `version` is the one that was read."""

    version: int
    text: str | None = None
    channels: list[VariantIn] | None = None
    attachments: list[AttachmentIn] | None = None
    thread: list[str] | None = None
    language: str | None = None
    link: str | None = None
    first_comment: str | None = None
    audience: Literal["external", "internal"] | None = None

    def changes(self) -> Changes:
        return Changes(
            text=self.text,
            channels=None if self.channels is None else [item.value() for item in self.channels],
            attachments=None
            if self.attachments is None
            else [item.value() for item in self.attachments],
            thread=self.thread,
            language=self.language,
            link=self.link,
            first_comment=self.first_comment,
            audience=self.audience,
        )


class WhenIn(Schema):
    """A time: with an offset an instant, without one wall-clock time in `time_zone`."""

    at: str
    time_zone: str = ""
    version: int | None = None


class ScheduleIn(WhenIn):
    """Also until when the post makes sense: later it is held instead of sent."""

    valid_until: str | None = None


class VersionIn(Schema):
    """The version that was read; leave it out to act on whichever is newest."""

    version: int | None = None


class PublishedIn(Schema):
    """Where a person has seen the post on the network."""

    url: str = ""
    remote_id: str = ""


class PauseIn(Schema):
    """What to pause or resume: one channel, or the whole workspace."""

    channel_id: UUID | None = None
    reason: str = ""


class PostFilter(Schema):
    """Which posts."""

    state: list[PostState] = Field(default_factory=list)
    channel: list[UUID] = Field(default_factory=list)
    text: str = ""
    cursor: str = ""
    limit: int = Field(50, ge=1, le=200)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the token
    return actor


def _post(request: HttpRequest, post_id: UUID) -> Any:
    return to_plain(queries.post_detail(_actor(request), post_id=post_id))


def _delivery(request: HttpRequest, delivery_id: UUID) -> Any:
    return to_plain(queries.delivery_detail(_actor(request), delivery_id=delivery_id))


@router.get("/posts", summary="Posts, the one changed last first", response=dict[str, Any])
def list_posts(request: HttpRequest, found: Query[PostFilter]) -> Any:
    return to_plain(
        queries.posts(
            _actor(request),
            states=found.state,
            channel_ids=found.channel,
            text=found.text,
            cursor=found.cursor,
            limit=found.limit,
        )
    )


@router.get("/calendar", summary="The days of a range, with their posts", response=list[Any])
def calendar(request: HttpRequest, first: date, last: date) -> Any:
    return to_plain(queries.calendar(_actor(request), first=first, last=last))


@router.post("/posts", summary="Write a draft", response={201: dict[str, Any]})
def create_post(request: HttpRequest, body: PostIn) -> Any:
    post = actions.create_post(_actor(request), content=body.value())
    return Status(201, _post(request, post.id))


@router.post("/posts/check", summary="Length and problems on each channel", response=list[Any])
def check_post(request: HttpRequest, body: PostIn) -> Any:
    return to_plain(queries.check_content(_actor(request), content=body.value()))


@router.get("/posts/{post_id}", summary="A post with its deliveries", response=dict[str, Any])
def get_post(request: HttpRequest, post_id: UUID) -> Any:
    return _post(request, post_id)


@router.patch(
    "/posts/{post_id}",
    summary="Edit a post, published ones too",
    response=dict[str, Any],
)
def edit_post(request: HttpRequest, post_id: UUID, body: PostPatch) -> Any:
    actor = _actor(request)
    content = apply(body.changes(), queries.content_of(actor, post_id=post_id))
    actions.update_post(actor, post_id=post_id, version=body.version, content=content)
    return _post(request, post_id)


@router.delete("/posts/{post_id}", summary="Throw a post away", response={204: None})
def delete_post(request: HttpRequest, post_id: UUID) -> Any:
    actions.delete_post(_actor(request), post_id=post_id)
    return Status(204, None)


@router.post("/posts/{post_id}/schedule", summary="Schedule a post", response=dict[str, Any])
def schedule_post(request: HttpRequest, post_id: UUID, body: ScheduleIn) -> Any:
    actions.schedule_post(
        _actor(request),
        post_id=post_id,
        at=body.at,
        time_zone=body.time_zone,
        valid_until=body.valid_until,
        version=body.version,
    )
    return _post(request, post_id)


@router.post("/posts/{post_id}/move", summary="Give a post another time", response=dict[str, Any])
def move_post(request: HttpRequest, post_id: UUID, body: WhenIn) -> Any:
    actions.move_post(
        _actor(request),
        post_id=post_id,
        at=body.at,
        time_zone=body.time_zone,
        version=body.version,
    )
    return _post(request, post_id)


@router.post("/posts/{post_id}/publish", summary="Publish a post now", response=dict[str, Any])
def publish_post(request: HttpRequest, post_id: UUID, body: VersionIn | None = None) -> Any:
    version = body.version if body else None
    actions.publish_now(_actor(request), post_id=post_id, version=version)
    return _post(request, post_id)


@router.post("/posts/{post_id}/cancel", summary="Cancel a scheduled post", response=dict[str, Any])
def cancel_post(request: HttpRequest, post_id: UUID, body: VersionIn | None = None) -> Any:
    version = body.version if body else None
    actions.cancel_post(_actor(request), post_id=post_id, version=version)
    return _post(request, post_id)


@router.post("/media", summary="Upload an image or film", response={201: dict[str, Any]})
def upload_media(request: HttpRequest, file: File[UploadedFile]) -> Any:
    media.require_small(file.size or 0, file.content_type or "")
    stored = actions.upload_media(
        _actor(request), content=file.read(), name=(file.name or "")[:200]
    )
    return Status(201, to_plain(queries.media_view(_actor(request), media_id=stored.id)))


@router.get("/publishing/pauses", summary="The pauses in force", response=list[Any])
def list_pauses(request: HttpRequest) -> Any:
    actor = _actor(request)
    actor.require(Permission.POSTS_VIEW)
    return to_plain(queries.pauses(actor.workspace_id))


@router.post("/publishing/pause", summary="Stop what is planned", response=list[Any])
def pause_publishing(request: HttpRequest, body: PauseIn) -> Any:
    actor = _actor(request)
    actions.pause_publishing(actor, channel_id=body.channel_id, reason=body.reason)
    return to_plain(queries.pauses(actor.workspace_id))


@router.post("/publishing/resume", summary="Let it go on", response=list[Any])
def resume_publishing(request: HttpRequest, body: ResumeIn) -> Any:
    actor = _actor(request)
    actions.resume_with(
        actor, channel_id=body.channel_id, waiting=body.waiting, minutes=body.minutes
    )
    return to_plain(queries.pauses(actor.workspace_id))


@router.get(
    "/posts/{post_id}/timeline",
    summary="What happened to each delivery of a post, what comes next and when",
    response=list[Any],
)
def post_timeline(request: HttpRequest, post_id: UUID) -> Any:
    return to_plain(queries.post_detail(_actor(request), post_id=post_id).deliveries)


@router.get("/deliveries/{delivery_id}", summary="A delivery", response=dict[str, Any])
def get_delivery(request: HttpRequest, delivery_id: UUID) -> Any:
    return _delivery(request, delivery_id)


@router.post(
    "/deliveries/{delivery_id}/mark-published",
    summary="Confirm that it is published",
    response=dict[str, Any],
)
def mark_published(request: HttpRequest, delivery_id: UUID, body: PublishedIn) -> Any:
    actions.mark_published(
        _actor(request), delivery_id=delivery_id, url=body.url, remote_id=body.remote_id
    )
    return _delivery(request, delivery_id)


_STEPS = {
    "retry": actions.retry_delivery,
    "check": actions.check_again,
    "give-up": actions.give_up,
    "undo": actions.undo_decision,
    "delete": actions.delete_on_network,
}


@router.post(
    "/deliveries/{delivery_id}/{step}",
    summary="retry, check, give-up, undo or delete (on the network)",
    response=dict[str, Any],
)
def decide(request: HttpRequest, delivery_id: UUID, step: str) -> Any:
    action = _STEPS.get(step)
    if action is None:
        raise InvalidInputError(_("Use one of: %s.") % ", ".join(_STEPS), field="step")
    changed = action(_actor(request), delivery_id=delivery_id)
    return _delivery(request, changed.id)
