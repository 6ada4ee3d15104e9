"""The registry of known networks as pages and programs show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from enishi.channels import registry, taxonomy
from enishi.channels.core import taxonomy as core
from enishi.channels.taxonomy import Judgement


@dataclass(frozen=True, slots=True)
class SchemeView:
    """A way to classify, with who says so and since when."""

    id: str
    name: str
    source: str
    publisher: str
    published: date
    scope: str


@dataclass(frozen=True, slots=True)
class NetworkView:
    """A network that the field talks of."""

    id: str
    name: str
    since: str
    until: str
    ownership: str
    tie_model: str
    is_invitation: bool
    has_official_account: bool
    tie_note: str
    tie_source: str
    tie_published: date
    sns_weight: float
    judgements: Sequence[Judgement]
    can_connect: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The networks of one class."""

    class_id: str
    name: object
    metrics: Sequence[str]
    networks: Sequence[NetworkView]


def schemes() -> list[SchemeView]:
    """Every scheme, with its source."""
    return [
        SchemeView(
            id=scheme.id,
            name=taxonomy.words(scheme.name),
            source=taxonomy.words(scheme.source.title),
            publisher=taxonomy.words(scheme.source.publisher),
            published=scheme.source.published,
            scope=taxonomy.words(scheme.source.scope),
        )
        for scheme in taxonomy.registry().schemes
    ]


def known_networks() -> list[NetworkView]:
    """Every known network, by name."""
    views = [_view(network) for network in taxonomy.registry().networks]
    return sorted(views, key=lambda view: view.name.casefold())


def known_network(network_id: str) -> NetworkView | None:
    found = taxonomy.registry().network(network_id)
    return _view(found) if found else None


def networks_by(scheme_id: str) -> list[Group]:
    """All networks once, by their class in a scheme; those it does not classify come last."""
    scheme = taxonomy.registry().scheme(scheme_id)
    networks = sorted(taxonomy.registry().networks, key=lambda one: one.name.en.casefold())
    grouped = core.group(networks, scheme, lambda one: one.classes.get(scheme_id, ""))
    classes = {found.id: found for found in scheme.classes}
    return [
        Group(
            class_id=class_id,
            name=taxonomy.words(classes[class_id].name)
            if class_id
            else _("Not classified by this scheme"),
            metrics=classes[class_id].metrics if class_id else (),
            networks=[_view(network) for network in members],
        )
        for class_id, members in grouped.items()
        if members
    ]


def _view(network: core.Network) -> NetworkView:
    tie = network.tie
    return NetworkView(
        id=network.id,
        name=taxonomy.words(network.name),
        since=network.since,
        until=network.until,
        ownership=network.ownership,
        tie_model=tie.model,
        is_invitation=tie.invitation,
        has_official_account=tie.official_account,
        tie_note=taxonomy.words(tie.note) if tie.note else "",
        tie_source=taxonomy.words(tie.source.title),
        tie_published=tie.source.published,
        sns_weight=network.sns_weight,
        judgements=[one for one in taxonomy.judgements_of(network) if one.class_id],
        can_connect=any(found.manifest.id == network.id for found in registry.all()),
    )
