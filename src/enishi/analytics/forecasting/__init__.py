"""Forecasts of a series of equal steps, with the method that did best on its own past."""

from __future__ import annotations

from enishi.analytics.forecasting.methods import METHODS, Method
from enishi.analytics.forecasting.outlook import (
    Forecast,
    TooLittleHistoryError,
    attainment,
    forecast,
)
from enishi.analytics.forecasting.questions import Question, Refusal, ask

__all__ = [
    "METHODS",
    "Forecast",
    "Method",
    "Question",
    "Refusal",
    "TooLittleHistoryError",
    "ask",
    "attainment",
    "forecast",
]
