"""One delivery, handed to its network; every way in which that can end is an outcome."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeGuard
from uuid import UUID

from asgiref.sync import sync_to_async

from enishi.channels.contract import (
    Adapter,
    Deletes,
    Edits,
    Outgoing,
    Publishes,
    Receipt,
    Reference,
    Secrets,
)
from enishi.channels.core.matching import Posted
from enishi.channels.errors import (
    AdapterError,
    AuthExpiredError,
    HaltedError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
    UncertainError,
)
from enishi.channels.http import quotas
from enishi.channels.http.quotas import Quota
from enishi.channels.parts import watched
from enishi.channels.service import adapter_for, load_secrets
from enishi.jobs.quickrows import Among, Prepared, as_json, as_uuid
from enishi.kernel import clock
from enishi.kernel.errors import EnishiError
from enishi.publishing.checking import attached
from enishi.publishing.claiming import Channels
from enishi.publishing.clients import Clients
from enishi.publishing.core.schedule import is_missed, missed_after
from enishi.publishing.core.states import DeliveryKind, Outcome
from enishi.publishing.models import Delivery, PostMedia, Variant
from enishi.publishing.parts import DeliveryParts
from enishi.publishing.pauses import PauseWatch
from enishi.publishing.reconciling import can_look, others_ids

logger = logging.getLogger(__name__)


class SendWork:
    """A claimed delivery, with all that is needed to send it."""

    __slots__ = ("delivery", "id", "lane", "outgoing", "secrets", "worker_id")

    def __init__(
        self, delivery: Delivery, worker_id: UUID, outgoing: Outgoing, secrets: Secrets | None
    ) -> None:
        self.delivery = delivery
        self.worker_id = worker_id
        self.outgoing = outgoing
        self.secrets = secrets
        self.id: UUID = delivery.id
        self.lane = str(delivery.channel_id)

    @property
    def label(self) -> str:
        """What it is counted under: its adapter."""
        return self.delivery.channel.adapter

    @property
    def first_due_at(self) -> datetime | None:
        """Since when it is due, unless it was attempted before."""
        return self.delivery.due_at if self.attempt == 1 else None

    @property
    def attempt(self) -> int:
        return self.delivery.attempts


@dataclass(slots=True)
class Result:
    """How an attempt ended."""

    work: SendWork
    outcome: Outcome
    message: object = ""
    detail: str = ""
    receipt: Receipt | None = None
    asked: timedelta | None = None
    """How long the network wants us to wait."""
    can_look: bool = True
    candidates: Sequence[Posted] = ()
    """What on the network may be it."""
    quota: Quota | None = None
    """What the server said last of what is left."""
    error: AuthExpiredError | EnishiError | None = None
    ended_at: datetime = field(default_factory=lambda: clock.now())  # noqa: PLW0108 - tests move it


def works(
    rows: Sequence[Delivery], worker_id: UUID, channels: Channels, watch: PauseWatch | None = None
) -> list[SendWork]:
    """Claimed rows with their content, in two queries; one more where there are media."""
    if not rows:
        return []
    watch, known = watch or PauseWatch(), others_ids(rows)
    posts = [row.post_id for row in rows if row.post_id and row.kind in _OF_POSTS]
    own, media = _own(posts), _media(posts)
    found: list[SendWork] = []
    for row in rows:
        parts = DeliveryParts(row, worker_id, watch)
        outgoing = _outgoing(
            row,
            own.get((row.post_id, row.channel_id)),
            media,
            known=known.get(row.id, ()),
            parts=parts,
        )
        parts.only = _is_one_part(row, outgoing)
        found.append(SendWork(row, worker_id, outgoing, channels.secrets_of(row.channel_id)))
    return found


_OF_POSTS = frozenset({DeliveryKind.PUBLISH, DeliveryKind.EDIT})
"""Kinds of deliveries whose content is their post's."""


class _Own(NamedTuple):
    """What a channel gets that others do not."""

    text: str
    options: dict[str, Any]


def _own(posts: Collection[UUID]) -> dict[tuple[UUID | None, UUID], _Own]:
    return {
        (as_uuid(post), as_uuid(channel)): _Own(text, as_json(options))
        for post, channel, text, options in _VARIANTS.rows(posts=posts)
    }


_VARIANTS = Prepared(
    lambda: Variant.objects.filter(Among("post_id", "posts")).values_list(
        "post_id", "channel_id", "text", "options"
    )
)


def _is_one_part(row: Delivery, outgoing: Outgoing) -> bool:
    """Whether it is a text alone that could be asked for: no part of it is written on its own."""
    more = outgoing.attachments or outgoing.thread or outgoing.first_comment
    return not more and can_look(row)


_Media = dict[UUID | None, list[PostMedia]]


def _media(posts: Collection[UUID]) -> _Media:
    found: _Media = defaultdict(list)
    having = _HAVING_MEDIA.rows(posts=posts)
    if not having:
        return found
    links = PostMedia.objects.filter(Among("id", [as_uuid(row[0]) for row in having]))
    for link in links.select_related("media", "poster").order_by("position"):
        found[link.post_id].append(link)
    return found


_HAVING_MEDIA = Prepared(
    lambda: PostMedia.objects.filter(Among("post_id", "posts")).order_by().values_list("id")
)


def _outgoing(row: Delivery, variant: _Own | None, media: _Media, **fields: Any) -> Outgoing:
    """What the network gets: the same on every attempt, as long as nobody edits the post."""
    created_at = row.first_attempt_at or row.planned_at
    language = row.language or row.channel.workspace.language
    post = row.post
    if post is None or row.kind not in _OF_POSTS:
        return Outgoing(
            row.key,
            row.text,
            created_at,
            language=language,
            in_reply_to=reference(row.in_reply_to),
            **fields,
        )
    return Outgoing(
        key=row.key,
        text=(variant.text if variant else "") or post.text,
        created_at=created_at,
        attachments=tuple(attached(link) for link in media[post.id]),
        language=post.language or language,
        link=post.link,
        thread=tuple(post.thread),
        first_comment=post.first_comment,
        options=variant.options if variant else {},
        **fields,
    )


def reference(stored: dict[str, object] | None) -> Reference | None:
    """What a reply answers, from its stored form."""
    if not stored:
        return None
    extra = stored.get("extra")
    return Reference(str(stored["remote_id"]), extra if isinstance(extra, dict) else {})


async def send(work: SendWork, clients: Clients) -> Result:
    """Make one attempt. Never raises what a network did; bugs of adapters count as unknown."""
    with quotas.collected() as said:
        result = await _sent(work, clients)
    if said:
        result.quota = said[-1]
    return result


async def _sent(work: SendWork, clients: Clients) -> Result:
    stage, channel = _Stage(), work.delivery.channel
    try:
        with clients.borrow(channel) as http:
            secrets = work.secrets or await sync_to_async(load_secrets)(channel.id)
            return await _attempt(work, adapter_for(channel, secrets, http), stage)
    except AdapterError as error:
        return _failed(work, error, stage)
    except EnishiError as error:
        return _result(work, Outcome.AUTH_EXPIRED, error.message, error=error)
    except Exception as error:
        logger.exception("delivery.broken", extra={"delivery": str(work.id)})
        return _result(work, _broken(work, stage), detail=f"{type(error).__name__}: {error}")


def cut_off(work: SendWork) -> Result:
    """The result of an attempt that was cancelled, or that took too long."""
    sent = work.delivery.kind == DeliveryKind.DELETE or _begun(work)
    return _result(work, Outcome.INTERRUPTED if sent else Outcome.NOT_SENT)


def _result(work: SendWork, outcome: Outcome, message: object = "", **fields: Any) -> Result:
    fields.setdefault("can_look", can_look(work.delivery))
    return Result(work, outcome, message, **fields)


def _begun(work: SendWork) -> bool:
    """Whether anything visible may have been asked of the network in this attempt."""
    parts = work.outgoing.parts
    return parts.begun if isinstance(parts, DeliveryParts) else True


def _broken(work: SendWork, stage: _Stage) -> Outcome:
    """What a bug of an adapter leaves behind."""
    if stage.looking:
        return Outcome.BLIND
    return Outcome.UNKNOWN if _begun(work) else Outcome.TRANSIENT


@dataclass(slots=True)
class _Stage:
    """How far an attempt got: what goes wrong while looking says nothing about sending."""

    looking: bool = False


async def _attempt(work: SendWork, adapter: Adapter, stage: _Stage) -> Result:
    """Every attempt after the first looks before it sends, if the network can be asked.

    Where it cannot, no attempt follows one with an unclear outcome unless a person said that
    nothing arrived.
    """
    with watched(work.outgoing.parts):
        if work.delivery.kind == DeliveryKind.DELETE:
            return await _take_down(work, adapter)
        if work.delivery.kind == DeliveryKind.EDIT:
            return await _change(work, adapter, stage)
        if not _publishes(adapter):
            return _result(work, Outcome.REFUSED, detail="This adapter does not publish.")
        if work.attempt > 1:
            if can_look(work.delivery):
                stage.looking = True
                found = await adapter.find(work.outgoing)
                stage.looking = False
                if found is not None:
                    return _result(work, Outcome.FOUND, receipt=found)
            if work.delivery.kind == DeliveryKind.PUBLISH and _too_late(work):
                return _result(work, Outcome.LATE)
        receipt = await adapter.publish(work.outgoing)
        return _result(work, Outcome.DONE, receipt=receipt)


def _publishes(adapter: Adapter) -> TypeGuard[Publishes]:
    """Looking for the methods of a protocol takes long; classes do not change."""
    kind = type(adapter)
    if kind not in _PUBLISHING:
        _PUBLISHING[kind] = isinstance(adapter, Publishes)
    return _PUBLISHING[kind]


_PUBLISHING: dict[type, bool] = {}


def _too_late(work: SendWork) -> bool:
    delivery = work.delivery
    after = missed_after(delivery.channel.workspace.missed_after_hours)
    return is_missed(delivery.planned_at, clock.now(), after)


async def _take_down(work: SendWork, adapter: Adapter) -> Result:
    if not isinstance(adapter, Deletes):
        return _result(work, Outcome.REFUSED, detail="This adapter does not delete.")
    await adapter.delete(work.delivery.target_id)
    return _result(work, Outcome.DONE)


async def _change(work: SendWork, adapter: Adapter, stage: _Stage) -> Result:
    """Tell the network how a published post reads now, unless it shows that already."""
    if not isinstance(adapter, Edits):
        return _result(work, Outcome.REFUSED, detail="This adapter does not edit.")
    target = work.delivery.target_id
    if work.attempt > 1:
        stage.looking = True
        found = await adapter.edited(target, work.outgoing)
        stage.looking = False
        if found is not None:
            return _result(work, Outcome.FOUND, receipt=found)
    return _result(work, Outcome.DONE, receipt=await adapter.edit(target, work.outgoing))


def _failed(work: SendWork, error: AdapterError, stage: _Stage) -> Result:
    """The outcome that an error stands for.

    While looking, only a clear answer counts: anything else leaves the delivery as unknown
    as it was, and it is looked for again; a network that refuses to be asked cannot be.
    """
    wait = error.retry_after if isinstance(error, TransientError) else None
    said: dict[str, Any] = {"message": error.message, "detail": error.detail, "asked": _span(wait)}
    outcome = _outcome(error)
    if stage.looking and outcome in _UNSEEN:
        return Result(work, Outcome.BLIND, can_look=outcome is not Outcome.REFUSED, **said)
    if isinstance(error, HaltedError):
        outcome = Outcome.PAUSED if error.paused else Outcome.INTERRUPTED
    return _result(
        work,
        outcome,
        **said,
        error=error if isinstance(error, AuthExpiredError) else None,
        candidates=error.candidates if isinstance(error, UncertainError) else (),
    )


def _outcome(error: AdapterError) -> Outcome:
    for kind, outcome in _OUTCOMES:
        if isinstance(error, kind):
            return outcome
    return Outcome.UNKNOWN


_OUTCOMES: tuple[tuple[type[AdapterError], Outcome], ...] = (
    (RateLimitedError, Outcome.RATE_LIMITED),
    (TransientError, Outcome.TRANSIENT),
    (AuthExpiredError, Outcome.AUTH_EXPIRED),
    (RejectedError, Outcome.REFUSED),
    (OutcomeUnknownError, Outcome.UNKNOWN),
    (UncertainError, Outcome.UNCERTAIN),
)


_UNSEEN = frozenset({Outcome.REFUSED, Outcome.TRANSIENT, Outcome.UNKNOWN})


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
