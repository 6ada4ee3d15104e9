"""What programs ask for, in the words of the addresses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.analytics.kpi import KPIS
from enishi.kernel.errors import InvalidInputError
from enishi.reports.core.asking import Asked, BoardKind
from enishi.reports.core.periods import Against, Preset, Span


def asked_of(  # noqa: PLR0913 - each part of what can be asked for
    *,
    board: BoardKind = BoardKind.BOSS,
    subject: UUID | None = None,
    period: Preset | None = None,
    first: date | None = None,
    last: date | None = None,
    against: Against = Against.PREVIOUS,
    against_first: date | None = None,
    against_last: date | None = None,
    channel: Sequence[UUID] = (),
    group: str = "",
    level: str = "",
    scheme: str = "",
    chart: str = "",
) -> Asked:
    """What the single values ask for; an objective's dashboard shows its own days by default."""
    usual = Preset.PLAN if board is BoardKind.OBJECTIVE else Preset.DAYS_28
    own = span_between(first, last, "last")
    against_own = span_between(against_first, against_last, "against_last")
    if against is Against.OWN and against_own is None:
        against = Against.PREVIOUS
    return Asked(
        kind=board,
        subject_id=subject,
        preset=period or usual,
        own=own,
        against=against,
        against_own=against_own,
        channel_ids=tuple(channel),
        group=group,
        level=level,
        scheme=scheme or Asked().scheme,
        chart=chart if chart in KPIS else "",
    )


def span_between(first: date | None, last: date | None, field: str) -> Span | None:
    """The days between two that were given; one alone is that day; none when none was."""
    begin, end = first or last, last or first
    if begin is None or end is None:
        return None
    if end < begin:
        raise InvalidInputError(_("The last day lies before the first."), field=field)
    return Span(begin, end)
