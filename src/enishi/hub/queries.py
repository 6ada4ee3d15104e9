"""What members see of the hub's company, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from enishi.accounts.permissions import Actor, Permission
from enishi.hub import directory
from enishi.hub.federation import rules
from enishi.hub.models import (
    Direction,
    Follow,
    FollowState,
    HubActor,
    Inbound,
    RemoteActor,
    RemoteObject,
    Report,
    Rule,
    Shipment,
    Verdict,
)
from enishi.hub.protocol import texts
from enishi.kernel.errors import InvalidInputError
from enishi.vocab import Node

PAGE = 50

_SUSPICIONS: Mapping[str, object] = {
    "we do not know this account yet": gettext_lazy("Never wrote to us before"),
    "names many people": gettext_lazy("Names many people at a time"),
    "a new account without a face sends links": gettext_lazy(
        "A new account without a picture sends links"
    ),
    "a new account sends many links": gettext_lazy("A new account sends many links"),
    "a new account sends links in private": gettext_lazy("A new account sends links in private"),
}


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody elsewhere and what ties them to an account of ours."""

    id: UUID
    """Of the tie."""
    address: str
    name: str
    url: str
    uri: str
    account: str
    """Which of ours."""
    direction: str
    state: str
    since: datetime

    @property
    def waits(self) -> bool:
        return self.state == FollowState.PENDING


@dataclass(frozen=True, slots=True)
class People:
    """A part of a list of people, and how many there are in all."""

    items: Sequence[Person]
    total: int
    cursor: str
    """Where the next part begins; empty at the end."""


@dataclass(frozen=True, slots=True)
class Profile:
    """An account elsewhere, looked at before one follows or blocks it."""

    address: str
    name: str
    about: str
    """Plain text."""
    url: str
    uri: str
    asks_first: bool
    state: str
    """Of our following: pending, accepted, rejected, or empty."""
    follows_us: bool
    verdicts: Sequence[str]


@dataclass(frozen=True, slots=True)
class Held:
    """Something in quarantine."""

    id: int
    address: str
    name: str
    url: str
    text: str
    reason: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided about a server or an account."""

    id: UUID
    kind: str
    value: str
    verdict: str
    verdict_name: str
    comment: str
    source: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Decisions:
    """A part of the decisions."""

    items: Sequence[Decision]
    total: int
    cursor: str


@dataclass(frozen=True, slots=True)
class Complaint:
    """A report that another server sent."""

    id: UUID
    host: str
    reporter: str
    content: str
    objects: Sequence[str]
    note: str
    created_at: datetime
    handled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """One of the hub's own accounts."""

    id: UUID
    address: str
    name: str
    url: str
    kind: str
    locked: bool
    keys_since: datetime | None
    """None: it has not signed anything yet, its keys are made when it does."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How open the hub is."""

    signed_reads: bool
    allowed_only: bool
    quarantine: str
    locked: bool
    accounts: Sequence[Account]


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person."""

    followers: int
    held: int
    reports: int

    @property
    def both(self) -> int:
        """What moderators decide about."""
        return self.held + self.reports


# ── people ──


def people(
    actor: Actor,
    *,
    direction: str = "in",
    state: str = "",
    search: str = "",
    cursor: str = "",
    limit: int = PAGE,
) -> People:
    """Followers (`in`) or those whom we follow (`out`), the latest first."""
    actor.require(Permission.CHANNELS_VIEW)
    if direction not in Direction.values or (state and state not in FollowState.values):
        raise InvalidInputError(_("There is no such list."), field="direction")
    rows = Follow.objects.filter(actor__hub=directory.hub_of(actor), direction=direction)
    if state:
        rows = rows.filter(state=state)
    rows = _named(rows, search)
    total = rows.count()
    start = _start(cursor)
    found = list(
        rows.select_related("remote", "actor").order_by("-created_at", "-id")[
            start : start + limit + 1
        ]
    )
    return People([_person(tie) for tie in found[:limit]], total, _next(start, limit, len(found)))


def _named(rows: QuerySet[Follow], search: str) -> QuerySet[Follow]:
    name, _at, host = search.strip().lstrip("@").partition("@")
    if host:
        return rows.filter(remote__handle__icontains=name, remote__host__icontains=host)
    if not name:
        return rows
    return rows.filter(
        Q(remote__handle__icontains=name)
        | Q(remote__name__icontains=name)
        | Q(remote__host__icontains=name)
    )


def _person(tie: Follow) -> Person:
    remote = tie.remote
    return Person(
        id=tie.id,
        address=str(remote),
        name=remote.name or remote.handle,
        url=remote.url or remote.uri,
        uri=remote.uri,
        account=str(tie.actor),
        direction=tie.direction,
        state=tie.state,
        since=tie.created_at,
    )


def profile(actor: Actor, *, address: str) -> Profile:
    """Look at an account elsewhere; asks its server when we do not know it."""
    actor.require(Permission.CHANNELS_VIEW)
    hub = directory.hub_of(actor)
    remote = directory.find(address)
    ties = list(Follow.objects.filter(actor__hub=hub, remote=remote))
    ours = next((tie.state for tie in ties if tie.direction == Direction.OUT), "")
    return Profile(
        address=str(remote),
        name=remote.name or remote.handle,
        about=texts.to_text(remote.summary),
        url=remote.url or remote.uri,
        uri=remote.uri,
        asks_first=remote.locked,
        state=ours,
        follows_us=any(_follows(tie) for tie in ties),
        verdicts=sorted(rules.verdicts(hub.id, host=remote.host, actor=remote.uri)),
    )


def _follows(tie: Follow) -> bool:
    return tie.direction == Direction.IN and tie.state == FollowState.ACCEPTED


# ── moderation ──


def waiting(actor: Actor) -> Waiting:
    """How much waits for a person."""
    actor.require(Permission.CHANNELS_VIEW)
    hub = directory.hub_of(actor)
    asking = Follow.objects.filter(
        actor__hub=hub, direction=Direction.IN, state=FollowState.PENDING
    )
    reports = Report.objects.filter(hub=hub, handled_at=None)
    return Waiting(asking.count(), sum(1 for _row in directory.all_held(hub)), reports.count())


def held(actor: Actor) -> list[Held]:
    """What waits in quarantine, the oldest first."""
    actor.require(Permission.INBOX_MANAGE)
    return [_held(row) for row in directory.all_held(directory.hub_of(actor))]


def _held(row: Inbound) -> Held:
    thing = directory.words_of(row) or Node.trusted({"type": "Object"})
    reason = row.problem.partition(": ")[2]
    return Held(
        id=row.id,
        address=str(row.remote),
        name=row.remote.name or row.remote.handle,
        url=row.remote.url or row.remote.uri,
        text=texts.to_text(thing.text("content"))[:2000],
        reason=str(_SUSPICIONS.get(reason, reason)),
        received_at=row.received_at,
    )


def decisions(actor: Actor, *, search: str = "", cursor: str = "", limit: int = PAGE) -> Decisions:
    """Blocks and other decisions of this hub, in the order of the alphabet."""
    actor.require(Permission.INBOX_MANAGE)
    rows = Rule.objects.filter(hub=directory.hub_of(actor))
    if search.strip():
        rows = rows.filter(
            Q(value__icontains=search.strip()) | Q(comment__icontains=search.strip())
        )
    total, start = rows.count(), _start(cursor)
    found = list(rows.order_by("value", "id")[start : start + limit + 1])
    addresses = _addresses([rule.value for rule in found if rule.kind == "actor"])
    return Decisions(
        [_decision(rule, addresses) for rule in found[:limit]],
        total,
        _next(start, limit, len(found)),
    )


def _addresses(uris: Sequence[str]) -> dict[str, str]:
    return {remote.uri: str(remote) for remote in RemoteActor.objects.filter(uri__in=uris)}


def _decision(rule: Rule, addresses: Mapping[str, str]) -> Decision:
    return Decision(
        id=rule.id,
        kind=rule.kind,
        value=addresses.get(rule.value, rule.value),
        verdict=rule.verdict,
        verdict_name=str(Verdict(rule.verdict).label),
        comment=rule.comment,
        source=rule.source,
        created_at=rule.created_at,
    )


def reports(actor: Actor, *, handled: bool = False) -> list[Complaint]:
    """Reports of other servers, the latest first: those that are open, or those dealt with."""
    actor.require(Permission.INBOX_MANAGE)
    rows = Report.objects.filter(
        hub=directory.hub_of(actor), handled_at__isnull=not handled
    ).select_related("reporter")
    return [
        Complaint(
            id=row.id,
            host=row.host,
            reporter=str(row.reporter or ""),
            content=row.content,
            objects=[str(one) for one in row.objects_named],
            note=row.note,
            created_at=row.created_at,
            handled_at=row.handled_at,
        )
        for row in rows.order_by("-created_at", "-id")[:200]
    ]


# ── ourselves ──


def manner(actor: Actor) -> Manner:
    """How open the hub is, and its accounts."""
    actor.require(Permission.CHANNELS_VIEW)
    hub = directory.hub_of(actor)
    rows = hub.actors.prefetch_related("keys").order_by("created_at", "id")
    accounts = [_account(row) for row in rows]
    return Manner(
        signed_reads=hub.signed_reads,
        allowed_only=hub.allowed_only,
        quarantine=hub.quarantine,
        locked=any(one.locked for one in accounts),
        accounts=accounts,
    )


def _account(row: HubActor) -> Account:
    made = [key.created_at for key in row.keys.all() if key.retired_at is None]
    return Account(
        id=row.id,
        address=str(row),
        name=row.name,
        url=row.url,
        kind=row.type,
        locked=row.locked,
        keys_since=max(made, default=None),
    )


def reactions(actor: Actor, *, channel_id: UUID, uris: Sequence[str]) -> set[tuple[str, str]]:
    """How the channel's account reacted: pairs of uri and like, share or the emoji."""
    actor.require(Permission.INBOX_VIEW)
    rows = Shipment.objects.filter(
        actor__channel_id=channel_id,
        actor__hub__workspace_id=actor.workspace_id,
        type__in=["Like", "Announce", "EmojiReact"],
        document__object__in=list(uris),
    )
    names = {"Like": "like", "Announce": "share"}
    return {
        (str(row.document["object"]), names.get(row.type) or str(row.document.get("content")))
        for row in rows
    }


def polls_among(actor: Actor, *, uris: Sequence[str]) -> set[str]:
    """Which of these posts of others are polls."""
    actor.require(Permission.INBOX_VIEW)
    rows = RemoteObject.objects.filter(uri__in=list(uris), type="Question", deleted_at=None)
    return set(rows.values_list("uri", flat=True))


# ── cursors ──


def _start(cursor: str) -> int:
    if cursor and not cursor.isdecimal():
        raise InvalidInputError(_("This is not a cursor of this list."), field="cursor")
    return min(int(cursor or 0), 1_000_000)


def _next(start: int, limit: int, found: int) -> str:
    return str(start + limit) if found > limit else ""
