"""Values of the plan in the reader's words, for templates and other surfaces."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from enishi.strategy import texts
from enishi.strategy.core.pacing import Pace
from enishi.strategy.core.smart import Verdict
from enishi.strategy.kpi_words import PACKS
from enishi.strategy.texts import number, percent, signed
from enishi.strategy.values import (
    Check,
    Explanation,
    GoalRow,
    KpiRow,
    Leaf,
    ObjectiveDetail,
    ObjectiveRow,
    OutlookRow,
    SecondLevel,
    StrategyRow,
    TacticRow,
)

_TONES = {
    Pace.ON_TRACK: ("good", "trending-up"),
    Pace.REACHED: ("good", "circle-check"),
    Pace.AT_RISK: ("warn", "alert-triangle"),
    Pace.BEHIND: ("bad", "trending-down"),
    Pace.MISSED: ("bad", "circle-x"),
}
_QUIET = ("quiet", "circle-dashed")
_VERDICTS = {
    Verdict.PASS: ("good", "circle-check"),
    Verdict.FAIL: ("bad", "circle-x"),
    Verdict.UNKNOWN: ("quiet", "help-circle"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """An objective's pacing card in words."""

    row: ObjectiveRow
    status: Pace
    label: object
    tone: str
    icon: str
    metric_name: str
    value: str
    baseline: str
    target: str
    expected: str
    actual: str
    ratio: str
    forecast: str
    needed: str
    needed_per_day: str
    sentence: str
    share: int
    explain_query: str
    """The window behind the number, for the address of its explanation."""
    as_of: datetime | None


def card(row: ObjectiveRow) -> Card:
    """Where an objective stands."""
    metric, pacing = row.measure.metric, row.pacing
    status = pacing.status if pacing else Pace.UNPLANNED
    tone, icon = _TONES.get(status, _QUIET)
    return Card(
        row=row,
        status=status,
        label=texts.PACES[status],
        tone=tone,
        icon=icon,
        metric_name=texts.kpi_name(metric) if metric else "",
        value=number(row.value, metric),
        baseline=number(row.measure.baseline, metric),
        target=number(row.measure.target, metric),
        expected=signed(pacing.expected if pacing else None, metric),
        actual=signed(pacing.actual if pacing else None, metric),
        ratio=percent(pacing.ratio if pacing else None),
        forecast=signed(pacing.forecast if pacing else None, metric),
        needed=signed(pacing.needed if pacing else None, metric),
        needed_per_day=number(pacing.needed_per_day if pacing else None, metric),
        sentence=texts.sentence(pacing, metric) if pacing else _unplanned(row),
        share=_share(row),
        explain_query=_explain_query(row),
        as_of=row.reading.as_of if row.reading else None,
    )


def _unplanned(row: ObjectiveRow) -> str:
    if not row.measure.metric:
        return _("Choose the KPI that it should move.")
    return _("Give it a starting value, a target and two days, and its pace can be told.")


def _share(row: ObjectiveRow) -> int:
    """How much of the way is done, in per cent."""
    pacing, plan = row.pacing, row.measure.plan()
    if pacing is None or plan is None or pacing.actual is None or not plan.change:
        return 0
    return max(0, min(100, round(100 * pacing.actual / plan.change)))


def _explain_query(row: ObjectiveRow) -> str:
    start, end = row.measure.start, row.measure.end
    pairs = [("first", start.isoformat())] if start else []
    pairs += [("last", end.isoformat())] if end else []
    return urlencode([*pairs, *(("channel", str(one)) for one in row.measure.channel_ids)])


# --- the outline ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ObjectiveNode:
    node: Leaf
    card: Card
    tactics: Sequence[TacticRow]


@dataclass(frozen=True, slots=True)
class StrategyNode:
    node: Leaf
    objectives: Sequence[ObjectiveNode]

    @property
    def kpis(self) -> Sequence[str]:
        """The KPIs of its objectives, by name."""
        return _names(self.objectives)


@dataclass(frozen=True, slots=True)
class GoalNode:
    node: Leaf
    strategies: Sequence[StrategyNode]

    @property
    def kpis(self) -> Sequence[str]:
        """The KPIs of all objectives below it, by name."""
        return _names([one for each in self.strategies for one in each.objectives])


def _names(objectives: Sequence[ObjectiveNode]) -> list[str]:
    names = (one.card.metric_name for one in objectives)
    return [name for name in dict.fromkeys(names) if name]


def goal(row: GoalRow) -> GoalNode:
    """A goal with all below it."""
    return GoalNode(row.node, [strategy(each) for each in row.strategies])


def strategy(row: StrategyRow) -> StrategyNode:
    """A strategy with all below it."""
    objectives = [ObjectiveNode(one.node, card(one), one.tactics) for one in row.objectives]
    return StrategyNode(row.node, objectives)


# --- the SMART check -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LetterShown:
    letter: str
    name: object
    verdict: str
    tone: str
    icon: str
    reason: str


@dataclass(frozen=True, slots=True)
class Letters:
    letters: Sequence[LetterShown]
    summary: str
    current: str
    """What the KPI reads now, if it is known."""


def letters(check: Check) -> Letters:
    """The five letters, each with the reason."""
    found = [
        LetterShown(
            letter=one.letter.value,
            name=texts.LETTERS[one.letter],
            verdict=one.verdict.value,
            tone=_VERDICTS[one.verdict][0],
            icon=_VERDICTS[one.verdict][1],
            reason=texts.reason(one, check.metric),
        )
        for one in check.findings
    ]
    passed = sum(1 for one in check.findings if one.verdict is Verdict.PASS)
    summary = ngettext("%(count)s of 5 letters passes.", "%(count)s of 5 letters pass.", passed) % {
        "count": passed
    }
    current = number(check.current, check.metric) if check.current is not None else ""
    return Letters(found, summary, current)


# --- tables and second levels --------------------------------------------------------------


def pacing_table(detail: ObjectiveDetail) -> list[tuple[date, str, str, str, str]]:
    """The chart in numbers: day, actual, expected, forecast, likely range."""
    metric = detail.row.measure.metric
    return [
        (
            one.day,
            number(one.actual, metric),
            number(one.expected, metric),
            number(one.forecast, metric),
            "" if one.low is None else f"{number(one.low, metric)} – {number(one.high, metric)}",
        )
        for one in detail.table
    ]


@dataclass(frozen=True, slots=True)
class OutlookShown:
    """A forecast in words. Without one, `sentence` says why."""

    is_forecast: bool
    sentence: str
    chance: str
    tone: str
    value: str
    interval: str
    level: str
    method: str
    folds: int
    scores: Sequence[tuple[str, str, bool]]
    """Method, its error on the past, and whether it was chosen."""
    through: date
    computed_at: datetime


_LIKELY, _UNLIKELY = 0.7, 0.3


def outlook(detail: ObjectiveDetail) -> OutlookShown | None:
    """Where the objective is heading, in words."""
    found, metric = detail.outlook, detail.row.measure.metric
    if found is None or found.refusal:
        return None if found is None else _refused(found)
    expected, low, high = (number(value, metric) for value in found.days[-1])
    probability = found.probability or 0.0
    return OutlookShown(
        is_forecast=True,
        sentence=texts.outlook_sentence(found, detail.row.measure, expected, low, high),
        chance=texts.chance(probability),
        tone="good" if probability >= _LIKELY else "bad" if probability < _UNLIKELY else "warn",
        value=expected,
        interval=f"{low} – {high}",
        level=f"{found.level:.0%}",
        method=str(texts.METHODS.get(found.method, found.method)),
        folds=found.folds,
        scores=[
            (str(texts.METHODS.get(name, name)), f"{score:.2f}", name == found.method)
            for name, score in sorted(found.scores.items(), key=lambda pair: pair[1])
        ],
        through=found.through,
        computed_at=found.computed_at,
    )


def _refused(found: OutlookRow) -> OutlookShown:
    return OutlookShown(
        is_forecast=False,
        sentence=texts.no_outlook(found),
        chance="",
        tone="quiet",
        value="",
        interval="",
        level="",
        method="",
        folds=0,
        scores=(),
        through=found.through,
        computed_at=found.computed_at,
    )


@dataclass(frozen=True, slots=True)
class SecondLevelShown:
    value: SecondLevel
    rate: str
    needed: str
    needed_rate: str


def second_level(found: SecondLevel) -> SecondLevelShown:
    """A share of one objective that goes on to another, in words."""
    conversion = found.conversion
    needed = None if conversion.needed is None else texts.decimal(conversion.needed)
    return SecondLevelShown(
        found, percent(conversion.rate), needed or "–", percent(conversion.needed_rate)
    )


# --- KPIs ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KpiShown:
    key: str
    name: str
    description: str
    formula: str
    value: str
    is_observed: bool
    as_of: datetime | None
    rows_count: int
    left_out: int


def kpi(row: KpiRow) -> KpiShown:
    """A KPI in words."""
    definition, reading = row.definition, row.reading
    return KpiShown(
        key=definition.key,
        name=_(definition.name),
        description=_(definition.description),
        formula=_(definition.formula),
        value=number(reading.value, definition.key),
        is_observed=reading.value is not None,
        as_of=reading.as_of,
        rows_count=reading.rows_count,
        left_out=reading.left_out,
    )


@dataclass(frozen=True, slots=True)
class Explained:
    kpi: KpiShown
    pack: object
    filled: str
    better: str
    """Which way is good: up, down or none."""
    sources: str
    table: Sequence[tuple[date, str]]
    observations: Sequence[tuple[datetime, str, str, str]]
    """When, what of, value, and who says so."""


def explanation(found: Explanation) -> Explained:
    """An explanation in words."""
    key = found.definition.key
    return Explained(
        kpi=kpi(KpiRow(found.definition, found.reading)),
        pack=PACKS[found.definition.pack],
        filled=found.reading.formula_filled,
        better=found.definition.better.value,
        sources=", ".join(found.definition.sources),
        table=[(day, number(value, key)) for day, value in reversed(found.table)],
        observations=[
            (
                one["observed_at"],
                one["subject"] or _("The account itself"),
                texts.decimal(one["value"]),
                one["metric"],
            )
            for one in found.observations
        ],
    )
