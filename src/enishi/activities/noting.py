"""Numbers that people note because no network tells them: costs, revenue, survey answers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities.actions import require_past
from enishi.activities.log import NewObservation, observe
from enishi.analytics.catalogue.programmes import METRICS
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError
from enishi.kernel.ids import new_id

SOURCE = "enishi"
_ANY = (0.0, 1e15)
NOTABLE: Mapping[str, tuple[float, float]] = MappingProxyType(
    {
        "spend": _ANY,
        "labour_cost": _ANY,
        "other_cost": _ANY,
        "revenue": _ANY,
        "gross_profit": (-1e15, 1e15),
        "nps": (0, 10),
        "csat": (1, 5),
        "clicks": _ANY,
        "impressions": _ANY,
        "reach": _ANY,
        "views": _ANY,
        "saves": _ANY,
        "followers": _ANY,
        "plays": _ANY,
        "full_plays": _ANY,
        "average_watch_seconds": _ANY,
        "video_seconds": _ANY,
        "views_2s": _ANY,
        "views_6s": _ANY,
        "mentions": _ANY,
        "rival_mentions": _ANY,
        "branded_searches": _ANY,
        "reach_followers": _ANY,
        "reach_reshares": _ANY,
        "reach_recommendation": _ANY,
        "reach_hashtag": _ANY,
        "reach_search": _ANY,
        "reach_paid": _ANY,
        **dict.fromkeys(METRICS, _ANY),
    }
)
"""What can be noted, with the least and the largest value."""

ABOUT_SOMEBODY = frozenset({"rival_mentions"})
"""Numbers that say nothing without the name of whom they are about."""
ONE_BY_ONE = frozenset(
    {"spend", "labour_cost", "other_cost", "revenue", "gross_profit", "nps", "csat", *METRICS}
)
"""Notes that add up or are averaged: each is about a subject of its own."""


@dataclass(frozen=True, slots=True)
class Note:
    """A number at a time.

    Amounts are whole units of the workspace's currency. `subject` names what it is about: an
    invoice, an order, a person asked, a post (its remote id); noting the same subject again
    corrects it. Without a subject, an amount is a note of its own, and other numbers are
    those of the account.
    """

    metric: str
    value: float
    subject: str = ""
    observed_at: datetime | None = None
    channel_id: UUID | None = None


@transaction.atomic
def note_number(actor: Actor, note: Note) -> str:
    """Write a number into the log; returns its subject, by which it can be corrected."""
    actor.require(Permission.LOG_WRITE)
    _check(note)
    subject = note.subject or (str(new_id()) if note.metric in ONE_BY_ONE else "")
    observe(
        [
            NewObservation(
                workspace_id=actor.workspace_id,
                channel_id=note.channel_id,
                subject=subject,
                metric=note.metric,
                value=float(note.value),
                observed_at=note.observed_at or clock.now(),
                source=SOURCE,
            )
        ]
    )
    return subject


def _check(note: Note) -> None:
    if note.metric not in NOTABLE:
        raise InvalidInputError(
            _("“%s” is not a number that can be noted.") % note.metric,
            field="metric",
            remedy=_("Use one of: %s.") % ", ".join(NOTABLE),
        )
    least, most = NOTABLE[note.metric]
    if not math.isfinite(note.value) or not least <= note.value <= most:
        raise InvalidInputError(
            _("%(metric)s lies between %(least)s and %(most)s.")
            % {"metric": note.metric, "least": f"{least:g}", "most": f"{most:g}"},
            field="value",
        )
    if note.metric in ABOUT_SOMEBODY and not note.subject.strip():
        raise InvalidInputError(
            _("Say whom the number is about."),
            field="subject",
            remedy=_("Give the competitor's name as the subject."),
        )
    if note.observed_at is not None:
        require_past(note.observed_at, "observed_at")
