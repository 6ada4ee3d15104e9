"""What people do with our posts for each of them, and how they are answered."""

from __future__ import annotations

from enishi.analytics.catalogue.defining import operation
from enishi.analytics.kpis.answers import Answer, AnswerKpi
from enishi.analytics.kpis.daily import DailyRateKpi
from enishi.analytics.kpis.quotients import QuotientKpi
from enishi.analytics.metrics.definition import Better, Grain, Unit
from enishi.analytics.metrics.definition import gettext_noop as _
from enishi.analytics.readings import Kpi

_ANSWERS = ("Create",)


def conversations(
    likes: Kpi, replies: Kpi, reshares: Kpi, posts: Kpi, followers: Kpi
) -> tuple[Kpi, ...]:
    """KPIs that are made of others.

    Conversation, amplification and applause rate are Avinash Kaushik's (2011); love and talk
    rate are those of Facebook practice. The engagement rate by day looks at the account instead
    of at single posts.
    """
    return (
        _each(
            "applause_rate",
            _("Applause rate"),
            _("Likes for each post."),
            _("likes ÷ posts"),
            (likes, posts),
        ),
        _each(
            "conversation_rate",
            _("Conversation rate"),
            _("Replies for each post."),
            _("replies ÷ posts"),
            (replies, posts),
        ),
        _each(
            "amplification_rate",
            _("Amplification rate"),
            _("Reshares for each post."),
            _("reshares ÷ posts"),
            (reshares, posts),
        ),
        _each(
            "love_rate",
            _("Love rate"),
            _("Likes as a share of the followers."),
            _("likes ÷ followers"),
            (likes, followers),
            Unit.RATIO,
        ),
        _each(
            "talk_rate",
            _("Talk rate"),
            _("Replies as a share of the followers."),
            _("replies ÷ followers"),
            (replies, followers),
            Unit.RATIO,
        ),
        _by_day((likes, replies, reshares), followers),
    )


def _by_day(acts: tuple[Kpi, ...], followers: Kpi) -> Kpi:
    parts = (*acts, followers)
    sources = tuple(dict.fromkeys(source for one in parts for source in one.definition.sources))
    definition = operation(
        "engagement_rate_by_day",
        _("Engagement rate by day"),
        _(
            "What came in on a day, on posts of any age, by the followers of that day; "
            "averaged over the days."
        ),
        _("average over days of ((likes + replies + reshares) ÷ followers)"),
        unit=Unit.RATIO,
        grain=Grain.RATE,
        sources=sources,
    )
    return DailyRateKpi(definition, acts, followers)


def _each(
    key: str,
    name: str,
    description: str,
    formula: str,
    parts: tuple[Kpi, Kpi],
    unit: Unit = Unit.EACH,
) -> Kpi:
    above, below = parts
    sources = (*above.definition.sources, *below.definition.sources)
    definition = operation(
        key, name, description, formula, unit=unit, grain=Grain.RATE, sources=sources
    )
    return QuotientKpi(definition, above, below)


ANSWERING: tuple[Kpi, ...] = (
    AnswerKpi(
        operation(
            "response_rate",
            _("Response rate"),
            _("Replies, mentions and messages of the window that were answered, up to now."),
            _("answered messages ÷ received messages"),
            unit=Unit.RATIO,
            grain=Grain.RATE,
            sources=_ANSWERS,
        ),
        Answer.RATE,
    ),
    AnswerKpi(
        operation(
            "response_time_median",
            _("First response time (median)"),
            _("Half of the answered messages were answered sooner, around the clock."),
            _("median of (first answer − message), of answered messages"),
            unit=Unit.MINUTES,
            grain=Grain.RATE,
            better=Better.DOWN,
            sources=_ANSWERS,
        ),
        Answer.MEDIAN,
    ),
    AnswerKpi(
        operation(
            "response_time_mean",
            _("First response time (average)"),
            _("Average over the answered messages, around the clock; a few late ones weigh much."),
            _("average of (first answer − message), of answered messages"),
            unit=Unit.MINUTES,
            grain=Grain.RATE,
            better=Better.DOWN,
            sources=_ANSWERS,
        ),
        Answer.MEAN,
    ),
)
