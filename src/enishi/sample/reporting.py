"""What the roaster does with its numbers: remarks on days, a view, a report that waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from enishi.accounts.permissions import Actor
from enishi.channels.models import Channel
from enishi.reports import actions as reports
from enishi.reports.core.asking import BY_CHANNEL, Asked, BoardKind
from enishi.reports.core.formats import Format
from enishi.reports.core.periods import Against, Preset
from enishi.reports.core.timing import Every
from enishi.sample.writing import ZONE, brand

_AGO = {"tasting": 6, "paper": 19, "autumn": 44}
_RECIPIENT = "owner@hinode-coffee.example"


def report(actor: Actor, channels: Sequence[Channel], language: str, now: datetime) -> None:
    """Annotate a few days, keep a view for all, and prepare a report that is paused."""
    _annotate(actor, channels, language, now.astimezone(ZONE).date())
    weekly = Asked(kind=BoardKind.OPERATION, preset=Preset.DAYS_28, group=BY_CHANNEL)
    reports.save_view(actor, name=_words("view", language), asked=weekly, is_shared=True)
    monthly = Asked(
        kind=BoardKind.BOSS, preset=Preset.LAST_MONTH, against=Against.PREVIOUS, group=BY_CHANNEL
    )
    plan = reports.Plan(
        name=_words("schedule", language),
        asked=monthly,
        recipients=[_RECIPIENT],
        time_zone=str(ZONE),
        language=language,
        every=Every.MONTH,
        month_day=1,
        wall_time=time(9),
        formats=[Format.PDF, Format.XLSX],
        note=_words("note", language),
    )
    reports.create_schedule(actor, plan, is_paused=True)


def _annotate(actor: Actor, channels: Sequence[Channel], language: str, today: date) -> None:
    for key, days in _AGO.items():
        channel_id = channels[0].id if key == "tasting" else None
        day = today - timedelta(days=days)
        reports.annotate(actor, day=day, text=_words(key, language), channel_id=channel_id)


def _words(key: str, language: str) -> str:
    return brand().words("reports", key, language)
