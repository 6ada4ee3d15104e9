"""What people give to the lenses; the same on all four surfaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.analytics.kpi import KPIS
from enishi.kernel.errors import InvalidInputError
from enishi.lenses.core.approach import MOST_TOPICS, Approach, clean_topics
from enishi.lenses.core.stages import MOST_CONDITIONS, QUALITY_FOLLOWERS, Condition

TITLE_LENGTH = 200
_WHOLE = 100


@dataclass(frozen=True, slots=True)
class PlanInput:
    """A plan of approach. Shares are per cent; `networking` None is not declared."""

    title: str
    approach: str
    topics: Sequence[str] = ()
    channel_ids: tuple[UUID, ...] = ()
    objective_id: UUID | None = None
    influencers: int = 0
    networking: int | None = None
    sns_share: int = 30

    def require_valid(self) -> list[str]:
        """The topics without their hashes; raises InvalidInputError for what cannot be kept."""
        if not 1 <= len(self.title.strip()) <= TITLE_LENGTH:
            raise InvalidInputError(
                _("A title is needed."), field="title", remedy=_("Use 1 to 200 characters.")
            )
        if self.approach not in set(Approach):
            raise InvalidInputError(
                _("There is no such approach."), field="approach", remedy=", ".join(Approach)
            )
        require_share(self.sns_share, "sns_share")
        if self.networking is not None:
            require_share(self.networking, "networking")
        if self.influencers < 0:
            raise InvalidInputError(_("This cannot be negative."), field="influencers")
        topics = clean_topics(self.topics)
        if len(topics) > MOST_TOPICS:
            raise InvalidInputError(_("Name %d topics at most.") % MOST_TOPICS, field="topics")
        return topics


def require_share(value: int, field: str) -> None:
    """Raise InvalidInputError unless the value is a share in per cent."""
    if not 0 <= value <= _WHOLE:
        raise InvalidInputError(_("A share lies between 0 and 100 %."), field=field)


def require_conditions(conditions: Sequence[Condition]) -> None:
    """Raise InvalidInputError for conditions that could never be read."""
    if not 1 <= len(conditions) <= MOST_CONDITIONS:
        raise InvalidInputError(
            _("A rule has one to %d conditions.") % MOST_CONDITIONS, field="conditions"
        )
    for one in conditions:
        if one.metric != QUALITY_FOLLOWERS and one.metric not in KPIS:
            raise InvalidInputError(
                _("“%(key)s” is not a KPI.") % {"key": one.metric},
                field="conditions",
                remedy=_("Choose one of: %(values)s.")
                % {"values": ", ".join([QUALITY_FOLLOWERS, *KPIS])},
            )
