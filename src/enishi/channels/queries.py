"""Every read of channels, as frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.channels import registry, service, signals, stream_state, taxonomy
from enishi.channels.actions import finding
from enishi.channels.contract import Capability, Describes, Fact
from enishi.channels.core import pace
from enishi.channels.core.freshness import Age, age
from enishi.channels.core.lifecycle import ChannelState, Item, ItemState
from enishi.channels.core.reach import ReachSources, ReachSplit, split_reach
from enishi.channels.manifest import Manifest
from enishi.channels.models import ITEMS, Channel, ChannelQuerySet, Reading
from enishi.channels.taxonomy import Classification
from enishi.kernel import clock
from enishi.kernel.errors import NotFoundError

_REACH = ("followers", "reshares", "recommendation", "hashtag", "search", "paid")
_METRICS = Capability.METRICS.value


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who answers for a channel."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """A channel in a list."""

    id: UUID
    adapter: str
    network: str
    name: str
    handle: str
    url: str
    service_url: str
    state: str
    state_label: object
    owner: Person | None
    backup_owner: Person | None
    audience: str
    """`external`, or `internal` when only people of the company read it."""
    function: str
    """The function of the company that it serves; empty: everybody's."""
    last_read_at: datetime | None
    last_publish_at: datetime | None
    last_error: str
    last_error_at: datetime | None
    freshness: Age | None
    """Only for media of our own, which are forgotten when nothing new comes."""
    open_items: int
    posts_per_week: int | None
    can_publish: bool
    is_social_media: bool
    path: tuple[str, ...]
    """Where it hangs in the tree Social media > SNS / other, by MIC 2015."""

    @property
    def is_connected(self) -> bool:
        return self.state != ChannelState.ARCHIVED

    @property
    def is_healthy(self) -> bool:
        return not self.last_error and self.state in {ChannelState.ACTIVE, ChannelState.DRAFT}


@dataclass(frozen=True, slots=True)
class ReadingView:
    """How reading one kind of thing goes."""

    capability: str
    label: object
    read_at: datetime | None
    problem: str
    failed_at: datetime | None
    failures: int


@dataclass(frozen=True, slots=True)
class ItemView:
    """One point of the activation list."""

    item: str
    label: object
    state: str
    note: str
    by: str
    at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state == ItemState.OPEN


@dataclass(frozen=True, slots=True)
class CredentialView:
    """What may be told of credentials: that there are some, since when, until when."""

    stored_at: datetime
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChannelDetail:
    """A channel's page."""

    card: ChannelCard
    description: str
    connected_at: datetime
    credential: CredentialView | None
    readings: Sequence[ReadingView]
    activation: Sequence[ItemView]
    classification: Classification
    reach: ReachSplit | None
    reach_at: datetime | None
    manifest: Manifest
    facts: Sequence[Fact] = ()
    streams: bool | None = None
    """Whether its stream is open; None where there are no streams."""

    @property
    def waived(self) -> int:
        """How many points of the activation list were waived instead of decided."""
        return sum(point.state == ItemState.WAIVED for point in self.activation)


@dataclass(frozen=True, slots=True)
class Brief:
    """How a channel is doing, where nothing more is shown of it."""

    id: UUID
    adapter: str
    name: str
    state: str
    last_error: str
    last_error_at: datetime | None

    @property
    def ails(self) -> bool:
        """Whether a person should look."""
        return self.state == ChannelState.RECONNECT or bool(self.last_error)


def briefs(actor: Actor) -> list[Brief]:
    """The connected channels, by name, in one query."""
    actor.require(Permission.CHANNELS_VIEW)
    rows = Channel.objects.filter(workspace_id=actor.workspace_id).connected().order_by("name")
    names = [found.name for found in fields(Brief)]
    return [Brief(*row) for row in rows.values_list(*names)]


def channels(actor: Actor, *, archived: bool = False) -> list[ChannelCard]:
    """The workspace's channels, by name; disconnected ones only when asked for."""
    actor.require(Permission.CHANNELS_VIEW)
    rows = _rows(actor).order_by("name", "id")
    return [_card(channel) for channel in (rows if archived else rows.connected())]


def channel(actor: Actor, channel_id: UUID) -> ChannelDetail:
    """Everything about one channel."""
    actor.require(Permission.CHANNELS_VIEW)
    row = _rows(actor).prefetch_related("readings").filter(id=channel_id).first()
    if row is None:
        raise NotFoundError(_("There is no such channel."))
    reach, reach_at = measured_reach(row)
    return ChannelDetail(
        card=_card(row),
        description=row.description,
        connected_at=row.connected_at,
        credential=_credential(row),
        readings=[_reading(reading) for reading in row.readings.all()],
        activation=_activation(row),
        classification=taxonomy.classify(row),
        reach=reach,
        reach_at=reach_at,
        manifest=registry.get(row.adapter).manifest,
        facts=_facts(row),
        streams=_streams(row),
    )


def _facts(row: Channel) -> Sequence[Fact]:
    """What the adapter learnt of the server behind the channel."""
    adapter = service.resting(row)
    return adapter.facts() if isinstance(adapter, Describes) else ()


def _streams(row: Channel) -> bool | None:
    if not registry.get(row.adapter).manifest.supports(Capability.STREAM):
        return None
    return stream_state.is_open(getattr(row, "stream", None))


def consequences_of_disconnecting(actor: Actor, channel_id: UUID) -> list[object]:
    """What would happen to what the other slices hold, in sentences."""
    actor.require(Permission.CHANNELS_MANAGE)
    row = _rows(actor).filter(id=channel_id).first()
    if row is None:
        raise NotFoundError(_("There is no such channel."))
    answers = signals.disconnect_asked.send(Channel, channel=row)
    return [answer for _receiver, answer in answers if answer]


def without_backup(actor: Actor) -> list[ChannelCard]:
    """Channels for which nobody stands in when the owner is away (R045)."""
    return [card for card in channels(actor) if card.backup_owner is None]


def networks(actor: Actor) -> list[Manifest]:
    """What can be connected here."""
    actor.require(Permission.CHANNELS_VIEW)
    return [found.manifest for found in registry.all()]


def measured_reach(row: Channel) -> tuple[ReachSplit | None, datetime | None]:
    """The latest reach by its sources, as far as the network tells (R013)."""
    reading = next((one for one in row.readings.all() if one.capability == _METRICS), None)
    values = pace.Seen.read(reading.cursor).of_account() if reading else {}
    found = {name: int(values[f"reach_{name}"]) for name in _REACH if f"reach_{name}" in values}
    if reading is None or not found:
        return None, None
    return split_reach(ReachSources(**found)), reading.read_at


def _rows(actor: Actor) -> ChannelQuerySet:
    rows = Channel.objects.select_related("owner", "backup_owner", "credential", "stream")
    return rows.prefetch_related("activation__by").filter(workspace_id=actor.workspace_id)


def _card(row: Channel) -> ChannelCard:
    manifest = registry.get(row.adapter).manifest
    publishes = manifest.supports(Capability.PUBLISH)
    is_owned = manifest.taxonomy.ownership == "owned"
    items = finding.items_of(row) if publishes else {}
    return ChannelCard(
        id=row.id,
        adapter=row.adapter,
        network=str(manifest.name),
        name=row.name,
        handle=row.handle,
        url=row.url,
        service_url=row.service_url,
        state=row.state,
        state_label=row.get_state_display(),
        owner=_person(row.owner_id, row.owner),
        backup_owner=_person(row.backup_owner_id, row.backup_owner),
        audience=row.audience,
        function=row.function,
        last_read_at=row.last_read_at,
        last_publish_at=row.last_publish_at,
        last_error=row.last_error,
        last_error_at=row.last_error_at,
        freshness=age(row.last_post_at, clock.now()) if is_owned else None,
        open_items=sum(state is ItemState.OPEN for state in items.values()),
        posts_per_week=row.posts_per_week,
        can_publish=publishes,
        is_social_media=manifest.taxonomy.is_social_media,
        path=taxonomy.tree_path(row, "mic-2015"),
    )


def _person(user_id: UUID | None, user: object) -> Person | None:
    return Person(user_id, str(user)) if user_id is not None else None


def _credential(row: Channel) -> CredentialView | None:
    credential = getattr(row, "credential", None)
    if credential is None:
        return None
    return CredentialView(credential.updated_at, credential.expires_at)


_CAPABILITY_LABELS = {
    Capability.HISTORY.value: _("Own posts"),
    Capability.INBOX.value: _("What people do"),
    Capability.METRICS.value: _("Numbers"),
}


def _reading(row: Reading) -> ReadingView:
    return ReadingView(
        capability=row.capability,
        label=_CAPABILITY_LABELS.get(row.capability, row.capability),
        read_at=row.read_at,
        problem=row.problem,
        failed_at=row.failed_at,
        failures=row.failures,
    )


def _activation(row: Channel) -> list[ItemView]:
    told = {one.item: one for one in row.activation.all()}
    states = finding.items_of(row)
    facts = {
        Item.OWNER: str(row.owner or ""),
        Item.CADENCE: (
            str(_("%(count)d posts a week") % {"count": row.posts_per_week})
            if row.posts_per_week
            else ""
        ),
    }
    return [
        ItemView(
            item=item.value,
            label=label,
            state=states[item].value,
            note=facts.get(item) or (told[item].note if item in told else ""),
            by=str(told[item].by or "") if item in told else "",
            at=told[item].at if item in told else None,
        )
        for item, label in ITEMS
    ]
