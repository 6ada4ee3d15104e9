"""What an adapter promises: small capability protocols over ActivityStreams values.

An adapter is a class built from a `Connection`; it implements the protocols that its
manifest declares. All calls are asynchronous and raise the errors of `channels.errors`
only. Text, people and posts cross this border as `vocab.Node` values.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from enishi.channels.http import Http
from enishi.channels.parts import MemoryParts, Parts
from enishi.vocab import Node


class Capability(StrEnum):
    """What an adapter can do; the manifest lists them and the class proves them."""

    PUBLISH = "publish"
    DELETE = "delete"
    EDIT = "edit"
    INBOX = "inbox"
    REPLY = "reply"
    METRICS = "metrics"
    HISTORY = "history"
    FEED = "feed"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Credentials in clear: lives in memory only, never printed."""

    values: Mapping[str, str]

    def __repr__(self) -> str:
        return "Secrets(…)"

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def get(self, name: str, default: str = "") -> str:
        return self.values.get(name, default)


SaveSecrets = Callable[[Secrets], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Connection:
    """All that an adapter may know of the channel it serves."""

    service_url: str
    remote_id: str
    handle: str
    secrets: Secrets
    http: Http
    save_secrets: SaveSecrets


@dataclass(frozen=True, slots=True)
class Account:
    """The account behind a channel, as the network describes it."""

    remote_id: str
    handle: str
    name: str
    url: str
    service_url: str = ""
    avatar_url: str = ""
    description: str = ""
    secrets: Secrets | None = None
    """New credentials to store instead of what was typed (a session for a password)."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A media file to be sent. `content` is read when it is needed."""

    media_type: str
    alt: str
    width: int
    height: int
    size: int
    content: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Reference:
    """A thing on a network: what a reply answers or a quote quotes.

    `extra` is what the adapter itself put there (a record's hash, a thread's root).
    """

    remote_id: str
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One delivery. `key` is chosen by us, stable over all attempts."""

    key: str
    text: str
    created_at: datetime
    attachments: Sequence[Attachment] = ()
    language: str = ""
    link: str = ""
    thread: Sequence[str] = ()
    """Further parts of a thread, after `text`, in order."""
    first_comment: str = ""
    """An answer of our own to the first post, sent right after everything else."""
    in_reply_to: Reference | None = None
    quotes: Reference | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    parts: Parts = field(default_factory=MemoryParts, compare=False, repr=False)
    """What of it already stands; see `channels.parts`."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a delivery stands on the network."""

    remote_id: str
    url: str
    extra: Mapping[str, Any] = field(default_factory=dict)
    parts: Sequence[str] = ()
    """The further parts of a thread, after `remote_id`, in order."""
    comment: str = ""
    """The first comment, if one was asked for."""


@dataclass(frozen=True, slots=True)
class Page:
    """Activities in the order in which they happened, and where to go on."""

    items: Sequence[Node]
    cursor: str
    more: bool = False


@dataclass(frozen=True, slots=True)
class Metric:
    """One measured value: `metric` is a name of the KPI glossary (`followers`, `likes`…).

    An empty `subject` is the account itself, else it is the remote id of a post.
    """

    subject: str
    metric: str
    value: float
    observed_at: datetime


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in an `Outgoing` that the network would refuse, found beforehand."""

    field: str
    message: object


@runtime_checkable
class Adapter(Protocol):
    """The least that every adapter does."""

    def __init__(self, connection: Connection) -> None: ...

    async def verify(self) -> Account:
        """Prove that the credentials work; called before a channel is saved."""
        ...


@runtime_checkable
class Publishes(Protocol):
    """Sends posts, and can find out whether a post was already sent."""

    def length(self, text: str) -> int:
        """The length of a text as this network counts it."""
        ...

    def problems(self, outgoing: Outgoing) -> Sequence[Problem]:
        """What the network would refuse, without asking it."""
        ...

    async def publish(self, outgoing: Outgoing) -> Receipt:
        """Send it; what is in `outgoing.parts` stands already and is not sent again."""
        ...

    async def find(self, outgoing: Outgoing) -> Receipt | None:
        """The receipt if all of this delivery already stands on the network.

        Called as the manifest's `[publishing] reconcile` says: never for `person`. Raises
        UncertainError when something there may be this delivery and may be another.
        """
        ...


@runtime_checkable
class Deletes(Protocol):
    """Takes a post off the network, with the thread sent below it; gone counts as done."""

    async def delete(self, remote_id: str) -> None: ...


@runtime_checkable
class ReadsInbox(Protocol):
    """Reads what people did to us: replies, mentions, quotes, likes, reshares, follows."""

    async def inbox(self, cursor: str) -> Page: ...


@runtime_checkable
class ReadsHistory(Protocol):
    """Reads what the account itself published, newest page first."""

    async def history(self, cursor: str) -> Page: ...


@runtime_checkable
class ReportsMetrics(Protocol):
    """Reads numbers of the account (no subjects) and of its posts."""

    async def metrics(self, subjects: Sequence[str]) -> Iterable[Metric]: ...
