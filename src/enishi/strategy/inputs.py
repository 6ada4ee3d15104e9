"""What people give about a node; the same on all four surfaces."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.analytics.kpi import KPIS
from enishi.kernel.errors import InvalidInputError
from enishi.strategy.core.nodes import Status
from enishi.strategy.core.pacing import Plan
from enishi.strategy.core.smart import Proposal

TITLE_LENGTH = 200
LONGEST_PLAN = 3660


@dataclass(frozen=True, slots=True)
class Details:
    """What every node has."""

    title: str
    description: str = ""
    owner_id: UUID | None = None
    status: str = Status.ACTIVE.value

    def require_valid(self) -> None:
        """Raise InvalidInputError for the first field that cannot be kept."""
        if not 1 <= len(self.title.strip()) <= TITLE_LENGTH:
            raise InvalidInputError(
                _("A title is needed."), field="title", remedy=_("Use 1 to 200 characters.")
            )
        if self.status not in set(Status):
            raise InvalidInputError(
                _("“%(status)s” is not a status.") % {"status": self.status},
                field="status",
                remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(Status)},
            )


@dataclass(frozen=True, slots=True)
class Measure:
    """How an objective is measured; None is what is not decided yet."""

    metric: str = ""
    baseline: float | None = None
    target: float | None = None
    start: date | None = None
    end: date | None = None
    relevance: str = ""
    channel_ids: tuple[UUID, ...] = ()
    upstream_id: UUID | None = None

    def require_valid(self) -> None:
        """Raise InvalidInputError for the first field that cannot be kept."""
        if self.metric and self.metric not in KPIS:
            raise InvalidInputError(
                _("“%(key)s” is not a KPI.") % {"key": self.metric},
                field="metric",
                remedy=_("Choose one of: %(values)s.") % {"values": ", ".join(KPIS)},
            )
        for field, value in (("baseline", self.baseline), ("target", self.target)):
            if value is not None and not math.isfinite(value):
                raise InvalidInputError(_("This must be a number."), field=field)
        self._require_valid_dates()

    def _require_valid_dates(self) -> None:
        if self.start is None or self.end is None:
            return
        if self.end < self.start:
            raise InvalidInputError(
                _("The last day lies before the first."),
                field="end",
                remedy=_("Choose a day from %(start)s on.") % {"start": self.start.isoformat()},
            )
        if (self.end - self.start).days > LONGEST_PLAN:
            raise InvalidInputError(_("An objective spans ten years at most."), field="end")

    def plan(self) -> Plan | None:
        """What is paced, once baseline, target and both days are known."""
        if self.baseline is None or self.target is None or self.start is None or self.end is None:
            return None
        return Plan(self.baseline, self.target, self.start, self.end)

    def proposal(self, serves: str) -> Proposal:
        """The measure as the SMART check sees it."""
        return Proposal(
            metric=self.metric or None,
            baseline=self.baseline,
            target=self.target,
            start=self.start,
            end=self.end,
            relevance=self.relevance,
            serves=serves,
        )
