"""Short videos."""

from __future__ import annotations

from enishi.analytics.catalogue.defining import operation, reported
from enishi.analytics.kpis.videos import VideoKpi
from enishi.analytics.metrics.definition import Grain, Unit
from enishi.analytics.metrics.definition import gettext_noop as _
from enishi.analytics.metrics.videos import FULL_PLAYS, LENGTH, PLAYS, WATCHED
from enishi.analytics.readings import Kpi

VIDEOS: tuple[Kpi, ...] = (
    reported("views_2s", _("2-second views"), _("How often a video was watched for 2 seconds.")),
    reported("views_6s", _("6-second views"), _("How often a video was watched for 6 seconds.")),
    VideoKpi(
        operation(
            "average_watch_time",
            _("Average watch time"),
            _("Seconds for each play, repeats included; videos that are played more weigh more."),
            _("seconds watched ÷ plays"),
            unit=Unit.SECONDS,
            grain=Grain.RATE,
            sources=(PLAYS, WATCHED, LENGTH),
        ),
        "watched",
        "plays",
    ),
    VideoKpi(
        operation(
            "video_retention",
            _("Retention of videos"),
            _("Average watch time as a share of the video's length."),
            _("seconds watched ÷ (plays × length)"),
            unit=Unit.RATIO,
            grain=Grain.RATE,
            sources=(PLAYS, WATCHED, LENGTH),
        ),
        "watched",
        "length",
    ),
    VideoKpi(
        operation(
            "video_completion",
            _("Completion of videos"),
            _("Plays to the end as a share of all plays."),
            _("full plays ÷ plays"),
            unit=Unit.RATIO,
            grain=Grain.RATE,
            sources=(PLAYS, FULL_PLAYS),
        ),
        "full",
        "plays",
    ),
)
