"""What the queries of publishing return: frozen, ready to be shown or turned into JSON."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from enishi.publishing.core.states import DeliveryKind, DeliveryState, PostState
from enishi.publishing.core.timeline import Moment, NextStep


@dataclass(frozen=True, slots=True)
class ChannelMark:
    """A channel of a post, and where its delivery stands (empty while a draft)."""

    channel_id: UUID
    name: str
    handle: str
    adapter: str
    avatar_url: str
    delivery_id: UUID | None = None
    state: DeliveryState | None = None
    remote_url: str = ""
    url: str = ""
    """Where people see the account."""


@dataclass(frozen=True, slots=True)
class SlotMark:
    """That a post belongs to a slot: shown on its card."""

    series_id: UUID
    wall: str
    name: str
    topic: str
    empty: bool
    """Nobody has filled it in."""
    urgent: bool
    """Empty, and due soon."""
    checklist: Sequence[str]
    ticked: Sequence[str] = ()
    """What of the checklist is done."""


@dataclass(frozen=True, slots=True)
class PostCard:
    """A post in the calendar or a list. `local` is `due_at` in the workspace's zone."""

    id: UUID
    text: str
    state: PostState
    version: int
    due_at: datetime | None
    local: datetime | None
    author_name: str
    adopted: bool
    movable: bool
    """Whether it may be given another time."""
    media_ids: Sequence[UUID]
    channels: Sequence[ChannelMark]
    updated_at: datetime
    slot: SlotMark | None = None
    """The recurring slot that it is for."""
    unchanged: bool = False
    """Whether a change of it did not reach a network, and a person must decide."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day of the workspace's calendar and its posts in order of time."""

    day: date
    posts: Sequence[PostCard]


@dataclass(frozen=True, slots=True)
class PostPage:
    """A page of a list; `cursor` leads to the next one, empty at the end."""

    items: Sequence[PostCard]
    cursor: str


@dataclass(frozen=True, slots=True)
class MediaView:
    """A media file in a post."""

    id: UUID
    name: str
    media_type: str
    width: int
    height: int
    size: int
    alt: str = ""
    focus: tuple[float, float] | None = None
    poster_id: UUID | None = None

    @property
    def is_film(self) -> bool:
        return self.media_type.startswith("video/")


@dataclass(frozen=True, slots=True)
class VariantView:
    """A post as one channel gets it. An empty `own_text` means the post's text."""

    channel: ChannelMark
    own_text: str
    text: str
    options: dict[str, object]


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One try of a delivery."""

    number: int
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    detail: str
    """What Enishi says about it, in the reader's language."""
    quote: str = ""
    """What the network said, verbatim."""
    worker: str = ""
    """The process that made it, as host:pid."""


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A recent post of the account. `media` is None when the network does not say."""

    remote_id: str
    url: str
    text: str
    created_at: datetime
    media: int | None = None


_FIRST, _LAST = 2, 3
"""Moments that a page shows of a long history."""


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery, what happened to it and what comes next, in plain words."""

    id: UUID
    kind: DeliveryKind
    state: DeliveryState
    channel: ChannelMark
    text: str
    """What a reply says."""
    key: str
    planned_at: datetime
    due_at: datetime
    wall_time: str
    time_zone: str
    valid_until: datetime | None
    published_at: datetime | None
    remote_id: str
    remote_url: str
    problem: str
    """What is wrong, in the reader's language."""
    quote: str
    """What the network said, verbatim."""
    attempts: Sequence[AttemptView]
    timeline: Sequence[Moment]
    next: NextStep
    can: Collection[str]
    """Which of retry, check, mark, give_up, cancel and delete make sense now."""
    reconcile: str = ""
    """How the network can be asked whether it arrived: key, readback or person."""
    candidates: Sequence[CandidateView] = ()
    post_id: UUID | None = None

    @property
    def told_before(self) -> Sequence[Moment]:
        """The middle of a long history, which a page may fold away."""
        return self.timeline[_FIRST:-_LAST] if self._is_long else ()

    @property
    def told_first(self) -> Sequence[Moment]:
        """How it began; all of a short history."""
        return self.timeline[:_FIRST] if self._is_long else self.timeline

    @property
    def told_last(self) -> Sequence[Moment]:
        """What happened lately, of a long history."""
        return self.timeline[-_LAST:] if self._is_long else ()

    @property
    def _is_long(self) -> bool:
        return len(self.timeline) > _FIRST + _LAST + 1

    """Posts of the account that may be this delivery, for a person to decide."""


@dataclass(frozen=True, slots=True)
class PostDetail:
    """Everything about one post."""

    card: PostCard
    text: str
    thread: Sequence[str]
    first_comment: str
    language: str
    audience: str
    link: str
    wall_time: str
    time_zone: str
    valid_until: datetime | None
    created_at: datetime
    editable: bool
    revisable: bool
    """Whether its words can be changed where it stands on networks."""
    stiff: Sequence[str]
    """Channels on which it stands and whose network lets nobody change it."""
    media: Sequence[MediaView]
    variants: Sequence[VariantView]
    deliveries: Sequence[DeliveryView]
