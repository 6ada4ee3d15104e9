"""The starter templates: whole branches of a plan to begin with (R027, R043)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from enishi.kernel.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class TacticStart:
    title: str
    scope: str
    minutes: int
    """Needed each week."""


@dataclass(frozen=True, slots=True)
class ObjectiveStart:
    title: str
    metric: str
    facets: Mapping[str, Any]
    tactics: Sequence[TacticStart]
    is_second_level: bool
    """It goes on from the objective before it."""


@dataclass(frozen=True, slots=True)
class Starter:
    """A template in one language."""

    key: str
    group: str
    """`purpose` (one of the five business purposes) or `goal` (one of the six sample goals)."""
    icon: str
    name: str
    note: str
    pillar: str
    goal: str
    strategy: str
    strategy_facets: Mapping[str, Any]
    objectives: Sequence[ObjectiveStart]

    @property
    def kpis(self) -> tuple[str, ...]:
        """All KPIs of its objectives, once each."""
        keys = (key for one in self.objectives for key in one.facets["kpis"])
        return tuple(dict.fromkeys(keys))


@lru_cache(maxsize=1)
def _data() -> list[dict[str, Any]]:
    text = Path(__file__).with_name("starters.toml").read_text(encoding="utf-8")
    return list(tomllib.loads(text)["starter"])


def all_starters(language: str = "") -> list[Starter]:
    """Every template, in the language asked for or the reader's."""
    chosen = "ja" if (language or get_language() or "en").startswith("ja") else "en"
    return [_starter(one, chosen) for one in _data()]


def starter(key: str, language: str = "") -> Starter:
    """The template with this key, or NotFoundError."""
    for one in all_starters(language):
        if one.key == key:
            return one
    raise NotFoundError(_("There is no such template."), field="template")


def _starter(one: dict[str, Any], language: str) -> Starter:
    fields = {name: one[name][language] for name in ("what", "how", "why")}
    scopes = {objective["scope"] for objective in one["objectives"]}
    return Starter(
        key=one["key"],
        group=one["group"],
        icon=one["icon"],
        name=one["name"][language],
        note=one["note"][language],
        pillar=one["pillar"],
        goal=one["goal"][language],
        strategy=one["strategy"][language],
        strategy_facets=fields | {"scope": "marketing" if "marketing" in scopes else "operation"},
        objectives=[
            _objective(each, language, one.get("purpose", "")) for each in one["objectives"]
        ],
    )


def _objective(one: dict[str, Any], language: str, purpose: str) -> ObjectiveStart:
    facets = {name: one[name] for name in ("boxes", "function", "kpis")}
    return ObjectiveStart(
        title=one["title"][language],
        metric=one["metric"],
        facets=facets | {"kind": one.get("kind", ""), "purpose": purpose},
        tactics=[
            TacticStart(each["title"][language], each["scope"], each["minutes"])
            for each in one["tactics"]
        ],
        is_second_level=bool(one.get("second_level", False)),
    )
