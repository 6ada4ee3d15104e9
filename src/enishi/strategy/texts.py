"""Findings and figures in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from enishi.analytics.kpi import KPIS
from enishi.analytics.metrics.definition import Unit
from enishi.strategy.core.mixup import Mixup
from enishi.strategy.core.pacing import Pace, Pacing
from enishi.strategy.core.smart import Finding, Letter, Reason
from enishi.strategy.inputs import Measure
from enishi.strategy.values import OutlookRow

PACES: Mapping[Pace, object] = {
    Pace.UNPLANNED: gettext_lazy("No plan yet"),
    Pace.NOT_STARTED: gettext_lazy("Not started"),
    Pace.NOT_OBSERVED: gettext_lazy("Not observed"),
    Pace.ON_TRACK: gettext_lazy("On track"),
    Pace.AT_RISK: gettext_lazy("At risk"),
    Pace.BEHIND: gettext_lazy("Behind"),
    Pace.REACHED: gettext_lazy("Reached"),
    Pace.MISSED: gettext_lazy("Missed"),
}
LETTERS: Mapping[Letter, object] = {
    Letter.SPECIFIC: gettext_lazy("Specific"),
    Letter.MEASURABLE: gettext_lazy("Measurable"),
    Letter.ACHIEVABLE: gettext_lazy("Achievable"),
    Letter.RELEVANT: gettext_lazy("Relevant"),
    Letter.TIME_BOUND: gettext_lazy("Time-bound"),
}
_REASONS: Mapping[Reason, object] = {
    Reason.NAMED: gettext_lazy("It names what should change: %(metric)s."),
    Reason.NO_METRIC: gettext_lazy("No KPI is named. Choose the number that should change."),
    Reason.NO_CHANGE: gettext_lazy("It does not say by how much %(metric)s should change."),
    Reason.NUMBERS: gettext_lazy("From %(baseline)s to %(target)s."),
    Reason.NO_BASELINE: gettext_lazy("The starting value is missing."),
    Reason.NO_TARGET: gettext_lazy("The target value is missing."),
    Reason.WITHIN_BEST: gettext_lazy("It needs %(needed)s a day; your best so far is %(best)s."),
    Reason.ABOVE_BEST: gettext_lazy(
        "It needs %(needed)s a day, more than your best so far (%(best)s). "
        "Plan longer, aim lower, or say what will be different."
    ),
    Reason.IMPLAUSIBLE: gettext_lazy(
        "Implausible: it needs %(needed)s a day, your best so far is %(best)s. Followers grow "
        "slowly and talks cannot be automated: aim lower, or say what will be entirely different."
    ),
    Reason.NO_HISTORY: gettext_lazy(
        "It needs %(needed)s a day. There is no week of history yet to compare with."
    ),
    Reason.NOT_COMPARABLE: gettext_lazy("It can be judged once the numbers and days are set."),
    Reason.SAYS_WHY: gettext_lazy("It serves: %(why)s"),
    Reason.NO_WHY: gettext_lazy("It does not say which goal it serves, or why it matters."),
    Reason.DATED: gettext_lazy("From %(start)s to %(end)s."),
    Reason.NO_START: gettext_lazy("The first day is missing."),
    Reason.NO_END: gettext_lazy("There is no last day: until when?"),
    Reason.ENDS_BEFORE_START: gettext_lazy("The last day lies before the first."),
}


def reason(finding: Finding, metric: str) -> str:
    """Why a letter passes or fails."""
    shown = {name: _figure(name, value, metric) for name, value in finding.figures.items()}
    return str(_REASONS[finding.reason]) % shown


def _figure(name: str, value: float | str | date, metric: str) -> str:
    if name == "metric":
        return kpi_name(str(value))
    if isinstance(value, date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    return value if isinstance(value, str) else number(value, metric)


def kpi_name(key: str) -> str:
    """A KPI in the reader's language."""
    return _(KPIS[key].definition.name) if key in KPIS else key


def number(value: float | None, metric: str) -> str:
    """A value as its KPI writes it: 4,630, 3.25 % or 5.2; a dash when not observed."""
    if value is None:
        return "–"
    unit = KPIS[metric].definition.unit if metric in KPIS else Unit.COUNT
    if unit is Unit.RATIO:
        return f"{value * 100:,.2f} %"
    if unit is Unit.EACH:
        return f"{value:,.2f}"
    return decimal(value) if unit not in _SUFFIXES else str(_SUFFIXES[unit]) % decimal(value)


_SUFFIXES: Mapping[Unit, object] = {
    Unit.MINUTES: gettext_lazy("%s min"),
    Unit.SECONDS: gettext_lazy("%s s"),
    Unit.DAYS: gettext_lazy("%s days"),
}


def decimal(value: float) -> str:
    """A number with at most one decimal below 1,000 and none above."""
    rounded = round(value, 1)
    if rounded == int(rounded) or abs(rounded) >= 1000:  # noqa: PLR2004 - where decimals stop to matter
        return f"{rounded:,.0f}".replace("-", "−")
    return f"{rounded:,.1f}".replace("-", "−")


def signed(value: float | None, metric: str) -> str:
    """A change: +430 or −12."""
    shown = number(value, metric)
    return f"+{shown}" if value is not None and value > 0 else shown


def percent(ratio: float | None) -> str:
    """A pace: 107.5 %."""
    return "–" if ratio is None else f"{ratio * 100:,.1f} %"


def sentence(pacing: Pacing, metric: str) -> str:
    """How an objective paces, in one sentence."""
    match pacing.status:
        case Pace.NOT_STARTED:
            return _("It has not started yet.")
        case Pace.NOT_OBSERVED:
            return _("Nothing was observed yet, so nothing can be said. That is not zero.")
        case Pace.REACHED:
            return _("The target is reached.")
        case Pace.MISSED:
            return _("The time is over; %(needed)s was missing.") % {
                "needed": number(_size(pacing.needed), metric)
            }
        case _:
            return _on_the_way(pacing, metric)


def _on_the_way(pacing: Pacing, metric: str) -> str:
    parts = [
        _("Expected %(expected)s by day %(day)s, actual %(actual)s.")
        % {
            "expected": signed(pacing.expected, metric),
            "day": pacing.day,
            "actual": signed(pacing.actual, metric),
        },
        _("If it goes on like this: %(forecast)s at the end.")
        % {"forecast": signed(pacing.forecast, metric)},
    ]
    if pacing.needed and pacing.needed_per_day is not None:
        parts.append(_still_needed(pacing, metric))
    return " ".join(parts)


def _still_needed(pacing: Pacing, metric: str) -> str:
    return ngettext(
        "Still needed: %(needed)s in %(days)s day (%(daily)s/day).",
        "Still needed: %(needed)s in %(days)s days (%(daily)s/day).",
        pacing.days_left,
    ) % {
        "needed": signed(pacing.needed, metric),
        "days": pacing.days_left,
        "daily": number(pacing.needed_per_day, metric),
    }


_MIXUPS: Mapping[Mixup, object] = {
    Mixup.NO_BUSINESS_KPI: gettext_lazy(
        "This marketing plan has only KPIs of operation. Add a business KPI that it should move: "
        "leads, purchases or revenue."
    ),
    Mixup.NO_OPERATION_KPI: gettext_lazy(
        "This plan of operation is judged by business results alone. Add what running the "
        "accounts can move by itself: followers, an engagement rate or the posting frequency."
    ),
    Mixup.NO_KPI: gettext_lazy("This plan has no KPI yet, so nobody can tell whether it works."),
    Mixup.UNTAGGED: gettext_lazy("Is this operation or marketing? It has no tag yet."),
}


def mixup(found: Mixup) -> str:
    """What is mixed up, and what to do about it."""
    return str(_MIXUPS[found])


METHODS: Mapping[str, object] = {
    "seasonal_naive": gettext_lazy("last week again (seasonal naive)"),
    "theta": gettext_lazy("Theta"),
    "ets": gettext_lazy("exponential smoothing (ETS)"),
}


def outlook_sentence(
    found: OutlookRow, measure: Measure, expected: str, low: str, high: str
) -> str:
    """What a forecast says, with its interval and the chance."""
    return _(
        "By %(end)s it heads for %(expected)s, with %(level)s likelihood between %(low)s and "
        "%(high)s. The chance to reach %(target)s is %(chance)s."
    ) % {
        "end": formats.date_format(measure.end, "SHORT_DATE_FORMAT") if measure.end else "",
        "expected": expected,
        "level": f"{found.level:.0%}",
        "low": low,
        "high": high,
        "target": number(measure.target, measure.metric),
        "chance": chance(found.probability or 0.0),
    }


_NEARLY_NONE, _NEARLY_CERTAIN = 0.01, 0.99


def chance(probability: float) -> str:
    """A probability without false certainty: never 0 % or 100 %."""
    if probability < _NEARLY_NONE:
        return _("below 1 %")
    if probability > _NEARLY_CERTAIN:
        return _("above 99 %")
    return f"{probability:.0%}".replace("%", " %")


def no_outlook(found: OutlookRow) -> str:
    """Why there is no forecast."""
    if found.refusal == "rate":
        return _("Rates are not forecast: they depend on two numbers that move by themselves.")
    if found.refusal == "not_started":
        return _("The forecast begins on the first day.")
    return _(
        "Too little is known for a forecast: %(observed)s days were observed, "
        "%(needed)s are needed."
    ) % {"observed": found.observed, "needed": found.needed}


def _size(value: float | None) -> float | None:
    return None if value is None else abs(value)
