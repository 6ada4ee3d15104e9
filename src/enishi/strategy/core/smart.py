"""The SMART check: five letters, each with a verdict and the reason for it.

    S specific     a named metric and by how much it should change
    M measurable   a baseline and a target, both numbers
    A achievable   needs no more per day than the best that was ever reached
    R relevant     says which goal it serves
    T time-bound   a first and a last day

Reasons are codes with figures; `strategy.texts` says them in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from enishi.strategy.core.statement import Reading

_LEAST_SPAN = 7
IMPLAUSIBLE = 5.0
"""From so many times the best that ever was on, a target is implausible (R041)."""


class Letter(StrEnum):
    SPECIFIC = "S"
    MEASURABLE = "M"
    ACHIEVABLE = "A"
    RELEVANT = "R"
    TIME_BOUND = "T"


class Verdict(StrEnum):
    PASS = "pass"  # noqa: S105 - a verdict, no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    """It cannot be judged yet: that is no failure, and no pass."""


class Reason(StrEnum):
    NAMED = "named"
    NO_METRIC = "no_metric"
    NO_CHANGE = "no_change"
    NUMBERS = "numbers"
    NO_BASELINE = "no_baseline"
    NO_TARGET = "no_target"
    WITHIN_BEST = "within_best"
    ABOVE_BEST = "above_best"
    IMPLAUSIBLE = "implausible"
    NO_HISTORY = "no_history"
    NOT_COMPARABLE = "not_comparable"
    SAYS_WHY = "says_why"
    NO_WHY = "no_why"
    DATED = "dated"
    NO_START = "no_start"
    NO_END = "no_end"
    ENDS_BEFORE_START = "ends_before_start"


@dataclass(frozen=True, slots=True)
class Finding:
    """One letter's verdict, with the figures that its reason quotes."""

    letter: Letter
    verdict: Verdict
    reason: Reason
    figures: Mapping[str, float | str | date] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proposal:
    """An objective as it stands in the form; None is what was left empty."""

    metric: str | None = None
    baseline: float | None = None
    target: float | None = None
    start: date | None = None
    end: date | None = None
    relevance: str = ""
    serves: str = ""
    """The title of the goal above it."""

    def completed_by(self, reading: Reading) -> Proposal:
        """The proposal with its gaps filled from its own statement."""
        baseline = _first(self.baseline, reading.baseline)
        target = _first(self.target, reading.target)
        if target is None and baseline is not None and reading.change is not None:
            target = baseline + reading.change
        return Proposal(
            metric=self.metric or reading.metric,
            baseline=baseline,
            target=target,
            start=self.start or reading.start,
            end=self.end or reading.end,
            relevance=self.relevance,
            serves=self.serves,
        )


def _first(*values: float | None) -> float | None:
    return next((value for value in values if value is not None), None)


def check(
    proposal: Proposal, *, best_per_day: float | None = None, implausible: float = IMPLAUSIBLE
) -> tuple[Finding, ...]:
    """All five letters. `best_per_day` is the best change per day in the metric's history.

    A target of `implausible` times that is called so.
    """
    return (
        _specific(proposal),
        _measurable(proposal),
        _achievable(proposal, best_per_day, implausible),
        _relevant(proposal),
        _time_bound(proposal),
    )


def passes(findings: Sequence[Finding]) -> bool:
    """Whether every letter passes."""
    return all(finding.verdict is Verdict.PASS for finding in findings)


def _specific(proposal: Proposal) -> Finding:
    if not proposal.metric:
        return Finding(Letter.SPECIFIC, Verdict.FAIL, Reason.NO_METRIC)
    figures: dict[str, float | str | date] = {"metric": proposal.metric}
    if proposal.target is None:
        return Finding(Letter.SPECIFIC, Verdict.FAIL, Reason.NO_CHANGE, figures)
    return Finding(Letter.SPECIFIC, Verdict.PASS, Reason.NAMED, figures)


def _measurable(proposal: Proposal) -> Finding:
    if proposal.baseline is None:
        return Finding(Letter.MEASURABLE, Verdict.FAIL, Reason.NO_BASELINE)
    if proposal.target is None:
        return Finding(Letter.MEASURABLE, Verdict.FAIL, Reason.NO_TARGET)
    figures = {"baseline": proposal.baseline, "target": proposal.target}
    return Finding(Letter.MEASURABLE, Verdict.PASS, Reason.NUMBERS, figures)


def _achievable(proposal: Proposal, best_per_day: float | None, implausible: float) -> Finding:
    needed = _needed_per_day(proposal)
    if needed is None:
        return Finding(Letter.ACHIEVABLE, Verdict.UNKNOWN, Reason.NOT_COMPARABLE)
    if best_per_day is None:
        figures: dict[str, float | str | date] = {"needed": needed}
        return Finding(Letter.ACHIEVABLE, Verdict.UNKNOWN, Reason.NO_HISTORY, figures)
    figures = {"needed": needed, "best": best_per_day}
    if abs(needed) <= best_per_day:
        return Finding(Letter.ACHIEVABLE, Verdict.PASS, Reason.WITHIN_BEST, figures)
    if abs(needed) < implausible * best_per_day:
        return Finding(Letter.ACHIEVABLE, Verdict.FAIL, Reason.ABOVE_BEST, figures)
    return Finding(Letter.ACHIEVABLE, Verdict.FAIL, Reason.IMPLAUSIBLE, figures)


def _needed_per_day(proposal: Proposal) -> float | None:
    if proposal.baseline is None or proposal.target is None:
        return None
    if proposal.start is None or proposal.end is None or proposal.end < proposal.start:
        return None
    return (proposal.target - proposal.baseline) / ((proposal.end - proposal.start).days + 1)


def _relevant(proposal: Proposal) -> Finding:
    if proposal.relevance.strip():
        figures = {"why": proposal.relevance.strip()}
        return Finding(Letter.RELEVANT, Verdict.PASS, Reason.SAYS_WHY, figures)
    if proposal.serves.strip():
        figures = {"why": proposal.serves.strip()}
        return Finding(Letter.RELEVANT, Verdict.PASS, Reason.SAYS_WHY, figures)
    return Finding(Letter.RELEVANT, Verdict.FAIL, Reason.NO_WHY)


def _time_bound(proposal: Proposal) -> Finding:
    if proposal.end is None:
        return Finding(Letter.TIME_BOUND, Verdict.FAIL, Reason.NO_END)
    if proposal.start is None:
        return Finding(Letter.TIME_BOUND, Verdict.FAIL, Reason.NO_START)
    if proposal.end < proposal.start:
        return Finding(Letter.TIME_BOUND, Verdict.FAIL, Reason.ENDS_BEFORE_START)
    figures = {"start": proposal.start, "end": proposal.end}
    return Finding(Letter.TIME_BOUND, Verdict.PASS, Reason.DATED, figures)


def best_per_day(
    series: Sequence[tuple[date, float | None]], days: int, *, falls: bool = False
) -> float | None:
    """The fastest change per day that the level kept up over `days`, never less than a week.

    A history shorter than `days` is judged over its whole length; one shorter than a week
    gives None. With `falls`, the fastest fall is meant. The result is never negative: a
    metric that only ever went the other way has a best rate of 0.
    """
    seen = [(day, value) for day, value in series if value is not None]
    if not seen or (seen[-1][0] - seen[0][0]).days < _LEAST_SPAN:
        return None
    span = max(min(days, (seen[-1][0] - seen[0][0]).days), _LEAST_SPAN)
    sign = -1.0 if falls else 1.0
    best, left = 0.0, 0
    for day, value in seen:
        while left + 1 < len(seen) and (day - seen[left + 1][0]).days >= span:
            left += 1
        apart = (day - seen[left][0]).days
        if apart >= span:
            best = max(best, sign * (value - seen[left][1]) / apart)
    return best


def best_sum_per_day(series: Sequence[tuple[date, float | None]], days: int) -> float | None:
    """The best daily average of a counted metric over `days`, never less than a week."""
    counted = [value or 0.0 for _, value in series]
    if len(counted) < _LEAST_SPAN:
        return None
    span = min(max(days, _LEAST_SPAN), len(counted))
    total = best = sum(counted[:span])
    for index in range(span, len(counted)):
        total += counted[index] - counted[index - span]
        best = max(best, total)
    return best / span
