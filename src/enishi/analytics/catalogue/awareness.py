"""Awareness and loyalty: how often a brand is spoken of, searched for, and come back to."""

from __future__ import annotations

from enishi.analytics.catalogue.defining import marketing, operation
from enishi.analytics.kpis.counts import CountKpi, ReportedKpi
from enishi.analytics.kpis.regulars import RegularsKpi
from enishi.analytics.kpis.videos import ShortVideosKpi
from enishi.analytics.kpis.voice import VoiceKpi
from enishi.analytics.metrics.acts import Acts
from enishi.analytics.metrics.definition import Grain, Unit
from enishi.analytics.metrics.definition import gettext_noop as _
from enishi.analytics.metrics.mentions import RIVAL
from enishi.analytics.metrics.videos import LENGTH
from enishi.analytics.readings import Kpi

MENTIONED = Acts(("Create",), "inbound", replies=False, metric="mentions")
MENTIONS = CountKpi(
    marketing(
        "mentions",
        _("Mentions"),
        _("Posts of others that speak of us and answer no post of ours. Reshares do not count."),
        _("for each channel and day: the reported total, else the mentions in the log"),
        sources=("Create", "mentions"),
    ),
    MENTIONED,
)
AWARENESS: tuple[Kpi, ...] = (
    MENTIONS,
    VoiceKpi(
        marketing(
            "share_of_voice",
            _("Share of voice (SOV)"),
            _(
                "Mentions of us as a share of all mentions in the set, on days on which those of "
                "competitors were observed. Reshares do not count."
            ),
            _("our mentions ÷ (our mentions + mentions of the competitors)"),
            unit=Unit.RATIO,
            grain=Grain.RATE,
            sources=("Create", "mentions", RIVAL),
        ),
        MENTIONS,
    ),
    ReportedKpi(
        marketing(
            "branded_searches",
            _("Branded searches"),
            _("How often people searched for the brand by its name, as imported day by day."),
            _("sum of the imported days; days without a number are gaps, not zeros"),
            sources=("branded_searches",),
        ),
        "branded_searches",
    ),
    RegularsKpi(
        marketing(
            "returning_people",
            _("Share of people who come back"),
            _("People who did something on two days or more, of all who did something."),
            _("people active on two days or more ÷ active people"),
            unit=Unit.RATIO,
            grain=Grain.RATE,
            sources=("Like", "Announce", "Create", "Follow"),
        )
    ),
    ShortVideosKpi(
        operation(
            "short_videos",
            _("Short videos"),
            _("Posts with a video of up to three minutes, as far as lengths were reported."),
            _("number of posts whose video lasts up to 180 seconds"),
            sources=("Create", LENGTH),
        )
    ),
)
