"""How channels are classified: the registry, the adapter's manifest, and people's overrides."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language

from enishi.channels import registry as adapters
from enishi.channels.core import taxonomy as core
from enishi.channels.core.taxonomy import Network, Scheme, Taxonomy, Words
from enishi.channels.manifest import Manifest
from enishi.channels.manifest import Scheme as ManifestScheme
from enishi.channels.models import Channel

DATA = Path(__file__).with_name("data") / "taxonomy.toml"


@lru_cache(maxsize=1)
def registry() -> Taxonomy:
    """The registry of schemes and known networks."""
    return core.parse(tomllib.loads(DATA.read_text(encoding="utf-8")))


def words(text: Words) -> str:
    """A bilingual text of the registry in the reader's language."""
    return text.in_language(get_language() or "en")


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one dated scheme says of a channel or network."""

    scheme_id: str
    scheme: str
    class_id: str
    class_name: str
    is_sns: bool | None
    """None when the scheme does not speak of SNS, or not of this network."""
    source: str
    published: date | None
    is_override: bool = False


@dataclass(frozen=True, slots=True)
class Classification:
    """Everything that is said of one channel, side by side."""

    judgements: tuple[Judgement, ...]
    is_social_media: bool
    ownership: str
    tie_model: str
    sns_weight: float
    is_weight_override: bool
    metrics: tuple[str, ...]
    """The numbers that matter for its functional category (R004)."""


def classes_of(channel: Channel) -> dict[str, str]:
    """The channel's class in each scheme: overrides, then the manifest, then the registry."""
    manifest = adapters.get(channel.adapter).manifest
    return _defaults(manifest) | dict(channel.taxonomy.get("classes", {}))


def sns_weight_of(channel: Channel) -> float:
    """1: connects by people only; 0: by content only (R013)."""
    default = adapters.get(channel.adapter).manifest.taxonomy.sns_weight
    return float(channel.taxonomy.get("sns_weight", default))


def tree_path(channel: Channel, scheme_id: str) -> tuple[str, ...]:
    """Where the channel hangs in the tree Social media > SNS / other, by a scheme (R002)."""
    if not adapters.get(channel.adapter).manifest.taxonomy.is_social_media:
        return ()
    return core.frame(classes_of(channel), registry().scheme(scheme_id))


def classify(channel: Channel) -> Classification:
    """What every scheme says of a channel."""
    manifest = adapters.get(channel.adapter).manifest
    overrides = channel.taxonomy.get("classes", {})
    classes = classes_of(channel)
    ours = [judge(classes, scheme, overrides) for scheme in registry().schemes]
    named = {one.scheme_id for one in ours if one.class_id}
    theirs = [_declared(one) for one in manifest.taxonomy.schemes if one.name not in named]
    function = registry().scheme("function-4").find(classes.get("function-4", ""))
    return Classification(
        judgements=(*(one for one in ours if one.class_id), *theirs),
        is_social_media=manifest.taxonomy.is_social_media,
        ownership=manifest.taxonomy.ownership,
        tie_model=str(channel.taxonomy.get("tie_model", manifest.taxonomy.tie_model)),
        sns_weight=sns_weight_of(channel),
        is_weight_override="sns_weight" in channel.taxonomy,
        metrics=function.metrics if function else (),
    )


def judge(
    classes: Mapping[str, str], scheme: Scheme, overrides: Mapping[str, str] | None = None
) -> Judgement:
    """What a scheme says, given the classes of a channel or network."""
    found = scheme.find(classes.get(scheme.id, ""))
    return Judgement(
        scheme_id=scheme.id,
        scheme=words(scheme.name),
        class_id=found.id if found else "",
        class_name=words(found.name) if found else "",
        is_sns=found.is_sns if found and scheme.tells_sns else None,
        source=words(scheme.source.title),
        published=scheme.source.published,
        is_override=scheme.id in (overrides or {}),
    )


def judgements_of(network: Network) -> Sequence[Judgement]:
    """What every scheme says of a known network."""
    return [judge(network.classes, scheme) for scheme in registry().schemes]


def _defaults(manifest: Manifest) -> dict[str, str]:
    known = registry().network(manifest.id)
    declared = {
        "mic-2015": manifest.taxonomy.mic_2015.value,
        "function-4": manifest.taxonomy.function_4.value,
    }
    return (dict(known.classes) if known else {}) | declared


def _declared(scheme: ManifestScheme) -> Judgement:
    """What an adapter's manifest adds: a yes or no with its source."""
    known = next((one for one in registry().schemes if one.id == scheme.name), None)
    found = (
        next((one for one in known.classes if one.is_sns is scheme.is_sns), None) if known else None
    )
    return Judgement(
        scheme_id=scheme.name,
        scheme=words(known.name) if known else scheme.name,
        class_id=found.id if found else "",
        class_name=words(found.name) if found else str(scheme.note or ""),
        is_sns=scheme.is_sns,
        source=scheme.source,
        published=scheme.published,
    )
