"""What an adapter promises: small capability protocols over ActivityStreams values.

An adapter is a class built from a `Connection`; it implements the protocols that its
manifest declares. All calls are asynchronous and raise the errors of `channels.errors`
only. Text, people and posts cross this border as `vocab.Node` values.
"""

from __future__ import annotations

from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Iterable,
    Mapping,
    Sequence,
)
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
    STREAM = "stream"
    FOLLOW = "follow"
    LISTEN = "listen"


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
Renew = Callable[[Secrets, Callable[[Secrets], Awaitable[Secrets]]], Awaitable[Secrets]]
SaveLearnt = Callable[[Mapping[str, Any]], Awaitable[None]]


async def _learn_nothing(learnt: Mapping[str, Any]) -> None:
    """Where there is no channel yet, there is nothing to note it on."""


@dataclass(frozen=True, slots=True)
class Connection:
    """All that an adapter may know of the channel it serves."""

    service_url: str
    remote_id: str
    handle: str
    secrets: Secrets
    http: Http
    save_secrets: SaveSecrets
    learnt: Mapping[str, Any] = field(default_factory=dict)
    """What an adapter found out about the server behind the channel (limits, what it lacks),
    as JSON of its own design; see `Account.learnt` and `save_learnt`."""
    save_learnt: SaveLearnt = _learn_nothing
    renew: Renew | None = None

    async def renewed(
        self, used: Secrets, exchange: Callable[[Secrets], Awaitable[Secrets]]
    ) -> Secrets:
        """Credentials that are newer than those that were found to have run out.

        `exchange` makes the network's call; it is made once, however many find out at the
        same time. What it gives is stored.
        """
        if self.renew is not None:
            return await self.renew(used, exchange)
        fresh = await exchange(used)
        await self.save_secrets(fresh)
        return fresh


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
    learnt: Mapping[str, Any] | None = None
    """What to remember of the server; None leaves what is known."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A media file to be sent. `content` is read when it is needed."""

    media_type: str
    alt: str
    width: int
    height: int
    size: int
    content: Callable[[], bytes]
    focus: tuple[float, float] | None = None
    """The point that stays visible in a crop: right and up from the centre, from -1 to 1."""
    poster: Attachment | None = None
    """The picture that stands for a film until it plays."""


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
    known: Collection[str] = ()
    """Remote ids that are other deliveries', for networks whose recent posts are compared."""
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


@dataclass(frozen=True, slots=True)
class Fact:
    """Something about the server behind a channel that people may want to know."""

    label: object
    value: object
    lacking: bool = False
    """Whether it tells of something that the server does not offer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a sign-in on the network's own site is asked with (OAuth 2, PKCE)."""

    redirect_uri: str
    state: str
    challenge: str
    """The S256 challenge of a verifier that only we know."""


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


@runtime_checkable
class Edits(Protocol):
    """Changes what a post says that stands on the network; files stay as they are."""

    async def edit(self, remote_id: str, outgoing: Outgoing) -> Receipt:
        """Have it say what `outgoing` says; the same again changes nothing."""
        ...

    async def edited(self, remote_id: str, outgoing: Outgoing) -> Receipt | None:
        """The receipt if it says so already: asked before every attempt after the first."""
        ...


@runtime_checkable
class Limited(Protocol):
    """Knows the limit of its own server, where that differs from the manifest's."""

    def limit(self) -> int:
        """The longest text, in the units of `length`; 0 when there is no limit."""
        ...


@runtime_checkable
class Describes(Protocol):
    """Tells what was learnt of the server, without asking it."""

    def facts(self) -> Sequence[Fact]: ...


@runtime_checkable
class Authorises(Protocol):
    """Connects by OAuth: the person signs in on the network's own site.

    Called on an adapter without credentials; the secrets of the app are kept per server.
    """

    async def register(self, redirect_uri: str) -> Secrets:
        """Make Enishi known to the server as an app."""
        ...

    def sign_in_url(self, app: Secrets, asked: Asked) -> str:
        """Where the person signs in and agrees."""
        ...

    async def exchange(self, app: Secrets, code: str, redirect_uri: str, verifier: str) -> Secrets:
        """Credentials for the code that the site gave back."""
        ...


@runtime_checkable
class Revokes(Protocol):
    """Gives back the access that it was given, when the account is disconnected."""

    async def revoke(self) -> None: ...


@runtime_checkable
class Streams(Protocol):
    """Is told at once when something happens to the account.

    Only that something happened: what it was is read by `inbox` from its cursor, so that
    nothing is lost or doubled when a stream breaks off.
    """

    def happenings(self) -> AsyncIterator[str]:
        """A first name when the stream is open, then one for each event as it comes.

        Ends when the server closes the stream.
        """
        ...


@runtime_checkable
class Follows(Protocol):
    """Follows accounts and stops doing so; both may be repeated."""

    async def follow(self, account_id: str) -> None: ...

    async def unfollow(self, account_id: str) -> None: ...


class Tie(StrEnum):
    """How far our following of an account is."""

    NONE = ""
    PENDING = "pending"
    """Asked; they decide."""
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Person:
    """An account of a network, as one looks at it before following it."""

    account_id: str
    address: str
    """As people write it, such as `@name@host`."""
    name: str
    url: str = ""
    about: str = ""
    """Plain text."""
    tie: Tie = Tie.NONE
    follows_us: bool | None = None
    """None: the network does not tell."""
    asks_first: bool = False
    blocked: bool = False


@dataclass(frozen=True, slots=True)
class People:
    """A page of accounts; `cursor` leads to the next one, empty at the end."""

    items: Sequence[Person]
    cursor: str = ""


@runtime_checkable
class KnowsPeople(Protocol):
    """Finds accounts by their address, and lists those that the account follows."""

    async def look(self, account_id: str) -> Person: ...

    async def following(self, cursor: str) -> People: ...


@runtime_checkable
class Listens(Protocol):
    """Reads what strangers say: posts found by words, and those under a hashtag."""

    async def search(self, query: str, cursor: str) -> Page: ...

    async def hashtag(self, tag: str, cursor: str) -> Page: ...
