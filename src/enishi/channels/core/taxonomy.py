"""Several classifications of networks, side by side, each with its source and date.

There is no single truth about what "SNS" is: a scheme says who calls what so, and since
when. `parse` reads the data file into frozen values and refuses what does not fit together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

T = TypeVar("T")
UNCLASSIFIED = ""
SOCIAL_MEDIA = "social-media"
OTHER = "other"


class TaxonomyError(ValueError):
    """The data file contradicts itself; the message says where."""


@dataclass(frozen=True, slots=True)
class Words:
    """A short text in both languages of the product."""

    en: str
    ja: str

    def in_language(self, language: str) -> str:
        return self.ja if language.startswith("ja") else self.en


@dataclass(frozen=True, slots=True)
class Source:
    """Who said it, when, and how far it claims to reach."""

    id: str
    title: Words
    publisher: Words
    published: date
    scope: Words


@dataclass(frozen=True, slots=True)
class SchemeClass:
    """One class of a scheme; `metrics` are the numbers that matter for it."""

    id: str
    name: Words
    is_sns: bool
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """One way to classify networks."""

    id: str
    name: Words
    source: Source
    classes: tuple[SchemeClass, ...]

    def find(self, class_id: str) -> SchemeClass | None:
        return next((found for found in self.classes if found.id == class_id), None)

    @property
    def tells_sns(self) -> bool:
        """Whether the scheme has a class called SNS at all."""
        return any(found.is_sns for found in self.classes)


@dataclass(frozen=True, slots=True)
class Tie:
    """How accounts are tied (R010, R011)."""

    model: str
    invitation: bool
    official_account: bool
    note: Words | None
    source: Source


@dataclass(frozen=True, slots=True)
class Network:
    """A network that the field talks of, whether or not it can be connected."""

    id: str
    name: Words
    since: str
    until: str
    """When it ended; empty while it runs."""
    ownership: str
    tie: Tie
    sns_weight: float
    classes: Mapping[str, str]

    @property
    def is_gone(self) -> bool:
        return bool(self.until)


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The whole registry."""

    sources: tuple[Source, ...]
    schemes: tuple[Scheme, ...]
    networks: tuple[Network, ...]

    def scheme(self, scheme_id: str) -> Scheme:
        return _one(self.schemes, scheme_id, "scheme")

    def network(self, network_id: str) -> Network | None:
        return next((found for found in self.networks if found.id == network_id), None)


def frame(classes: Mapping[str, str], scheme: Scheme) -> tuple[str, str]:
    """The path of a network in the tree Social media > SNS / other, by one scheme (R002)."""
    found = scheme.find(classes.get(scheme.id, UNCLASSIFIED))
    return SOCIAL_MEDIA, "sns" if found is not None and found.is_sns else OTHER


def is_below(path: Sequence[str], level: str) -> bool:
    """Whether something in the tree counts when a report is filtered on a level."""
    return level in path


def group(items: Iterable[T], scheme: Scheme, class_of: Callable[[T], str]) -> dict[str, list[T]]:
    """Every item once, by class; what the scheme does not classify stands under ''."""
    groups: dict[str, list[T]] = {found.id: [] for found in scheme.classes}
    for item in items:
        class_id = class_of(item)
        key = class_id if class_id in groups else UNCLASSIFIED
        groups.setdefault(key, []).append(item)
    return groups


def reciprocity(follows: Iterable[tuple[str, str]], *, mutual: bool = False) -> float | None:
    """The share of directed ties that are returned; None without ties (R011).

    On a network of mutual friendship a tie without its return is an error in the data.
    """
    edges = {(a, b) for a, b in follows if a != b}
    returned = sum((b, a) in edges for a, b in edges)
    if mutual and returned != len(edges):
        raise ValueError("a mutual network cannot hold a one-way tie")
    return returned / len(edges) if edges else None


def parse(document: Mapping[str, Any]) -> Taxonomy:
    """Read the data file; raises TaxonomyError when references lead nowhere."""
    sources = tuple(_source(table) for table in document["source"])
    schemes = tuple(_scheme(table, sources) for table in document["scheme"])
    networks = tuple(_network(table, sources, schemes) for table in document["network"])
    for kind, rows in (("source", sources), ("scheme", schemes), ("network", networks)):
        identifiers = [row.id for row in rows]
        if len(set(identifiers)) != len(identifiers):
            raise TaxonomyError(f"a {kind} stands in the file twice")
    return Taxonomy(sources, schemes, networks)


def _one(rows: Sequence[T], wanted: str, kind: str) -> T:
    for row in rows:
        if getattr(row, "id", None) == wanted:
            return row
    raise TaxonomyError(f"there is no {kind} {wanted!r}")


def _words(value: str | Mapping[str, str]) -> Words:
    return Words(value, value) if isinstance(value, str) else Words(value["en"], value["ja"])


def _source(table: Mapping[str, Any]) -> Source:
    return Source(
        id=table["id"],
        title=_words(table["title"]),
        publisher=_words(table["publisher"]),
        published=table["published"],
        scope=_words(table["scope"]),
    )


def _scheme(table: Mapping[str, Any], sources: Sequence[Source]) -> Scheme:
    classes = tuple(
        SchemeClass(
            id=row["id"],
            name=_words(row["name"]),
            is_sns=row.get("is_sns", False),
            metrics=tuple(row.get("metrics", ())),
        )
        for row in table["classes"]
    )
    source = _one(sources, table["source"], "source")
    return Scheme(table["id"], _words(table["name"]), source, classes)


def _tie(table: Mapping[str, Any], sources: Sequence[Source]) -> Tie:
    note = table.get("note")
    return Tie(
        model=table["model"],
        invitation=table.get("invitation", False),
        official_account=table.get("official_account", False),
        note=_words(note) if note else None,
        source=_one(sources, table.get("source", "enishi-2026"), "source"),
    )


def _network(
    table: Mapping[str, Any], sources: Sequence[Source], schemes: Sequence[Scheme]
) -> Network:
    for scheme_id, class_id in table["classes"].items():
        if _one(schemes, scheme_id, "scheme").find(class_id) is None:
            raise TaxonomyError(f"{table['id']}: {scheme_id} has no class {class_id!r}")
    weight = float(table["sns_weight"])
    if not 0 <= weight <= 1:
        raise TaxonomyError(f"{table['id']}: sns_weight is not between 0 and 1")
    return Network(
        id=table["id"],
        name=_words(table["name"]),
        since=str(table["since"]),
        until=str(table.get("until", "")),
        ownership=table.get("ownership", "shared"),
        tie=_tie(table["tie"], sources),
        sns_weight=weight,
        classes=dict(table["classes"]),
    )
