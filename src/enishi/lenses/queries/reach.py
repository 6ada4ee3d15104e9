"""SNS↔CNS reach, and what was spent and earned at each level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from enishi.accounts.permissions import Actor
from enishi.analytics.kpi import Window
from enishi.channels import taxonomy
from enishi.lenses import evidence
from enishi.lenses.core import levels as core
from enishi.lenses.core.levels import Item, Place
from enishi.lenses.core.reach import NOTHING, Reach
from enishi.lenses.models import Placement
from enishi.lenses.queries.asking import Asked, View, look

DAYS = 28
_LEVEL_DAYS = 90


@dataclass(frozen=True, slots=True)
class ChannelReach:
    """A channel's measured reach beside the weight that is declared for it."""

    channel_id: str
    name: str
    weight: float
    reach: Reach


@dataclass(frozen=True, slots=True)
class ReachView:
    window: Window
    whole: Reach
    channels: Sequence[ChannelReach]


def reach(actor: Actor, asked: Asked) -> ReachView:
    """Where reach came from, in all and on each channel that tells."""
    view = look(actor, asked, days=DAYS)
    found = evidence.reach(view.place, view.channel_ids, view.window)
    known = {one: part for one, part in found.items() if part.sources}
    weights = _weights(view)
    return ReachView(
        view.window,
        sum(known.values(), NOTHING),
        [
            ChannelReach(one, view.name_of(one), weights.get(one, 0.5), part)
            for one, part in sorted(known.items(), key=lambda pair: view.name_of(pair[0]))
        ],
    )


def _weights(view: View) -> dict[str, float]:
    return {str(one.id): taxonomy.sns_weight_of(one) for one in view.channels}


@dataclass(frozen=True, slots=True)
class Noted:
    """A single note, and the place at which it counts."""

    metric: str
    subject: str
    value: float
    place: Place
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class LevelsView:
    window: Window
    sums: Mapping[str, Mapping[Place, float]]
    """For each metric, the sum at each place."""
    notes: Sequence[Noted]
    """The largest notes, for which a place can be chosen."""


def levels(actor: Actor, asked: Asked) -> LevelsView:
    """Spend and results at every level, each counted once."""
    view = look(actor, asked, days=_LEVEL_DAYS)
    chosen = {
        (one.metric, one.subject): Place(one.place)
        for one in Placement.objects.filter(workspace_id=actor.workspace_id)
    }
    subjects = sorted({subject for _metric, subject in chosen})
    sums, singles = evidence.spent(view.place, view.channel_ids, view.window, subjects)
    weights = _weights(view)

    def place_of(row: Mapping[str, Any]) -> Place:
        default = core.place_of(weights.get(str(row["channel_id"] or "")))
        return chosen.get((row["metric"], row.get("subject", "")), default)

    items = [Item(row["metric"], place_of(row), row["value"]) for row in (*sums, *singles)]
    notes = [
        Noted(
            row["metric"],
            row["subject"],
            row["value"],
            place_of(row),
            (row["metric"], row["subject"]) in chosen,
        )
        for row in evidence.newest_notes(view.place, view.window)
    ]
    return LevelsView(view.window, core.roll_up(items), notes)
