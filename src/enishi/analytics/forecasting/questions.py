"""Forecasts made by a process of its own.

The statistical libraries take about a second and 100 MB to load, and a forecast computes
for a second more. A worker that has posts to send asks this program instead of doing it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from enishi.analytics.child import ask_child
from enishi.analytics.forecasting.outlook import (
    Forecast,
    Score,
    TooLittleHistoryError,
    forecast,
)

_SECONDS_EACH = 60


@dataclass(frozen=True, slots=True)
class Question:
    """What to forecast; the meaning is that of `forecast`."""

    values: Sequence[float | None]
    horizon: int
    season: int = 7
    level: float = 0.8
    cumulated: bool = False
    least: float | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """There is too little history: `observed` values, of which `needed` would do."""

    observed: int
    needed: int


def ask(questions: Sequence[Question]) -> list[Forecast | Refusal]:
    """The answers, in order. Blocks while the other process computes."""
    if not questions:
        return []
    asked = [asdict(question) for question in questions]
    seconds = _SECONDS_EACH * len(questions)
    found = ask_child("enishi.analytics.forecasting", asked, seconds=seconds)
    return [_answer(one) for one in found]


def answer(asked: str) -> str:
    """What the process says to questions in JSON."""
    return json.dumps([_asdict(Question(**one)) for one in json.loads(asked)])


def _asdict(question: Question) -> dict[str, object]:
    try:
        outlook = forecast(
            question.values,
            question.horizon,
            season=question.season,
            level=question.level,
            cumulated=question.cumulated,
            least=question.least,
        )
    except TooLittleHistoryError as refusal:
        return {"observed": refusal.observed, "needed": refusal.needed}
    return asdict(outlook)


def _answer(found: dict[str, object]) -> Forecast | Refusal:
    if "method" not in found:
        return Refusal(**found)  # type: ignore[arg-type]  # our own JSON
    scores = tuple(Score(**score) for score in found.pop("scores"))  # type: ignore[attr-defined]  # our own JSON
    rows = {key: tuple(value) if isinstance(value, list) else value for key, value in found.items()}
    return Forecast(**rows, scores=scores)  # type: ignore[arg-type]  # our own JSON
