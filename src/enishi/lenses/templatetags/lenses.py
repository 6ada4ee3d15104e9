"""How templates write shares, counts and codes of the lenses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils import formats
from django.utils.translation import gettext as _

from enishi.analytics.kpi import Reading
from enishi.lenses import words
from enishi.lenses.core.experiments import TrialState
from enishi.lenses.core.stages import Checked, Condition
from enishi.strategy import texts

register = template.Library()

_WORDS: Mapping[type, Mapping[Any, object]] = {
    type(next(iter(mapping))): mapping
    for mapping in (
        words.LENSES,
        words.GROUPS,
        words.PLACES,
        words.EVIDENCE,
        words.QUESTIONS,
        words.VERDICTS,
        words.LIKELIHOODS,
        words.PLAN_STATES,
        words.TRIGGER_STATES,
        words.MISSING,
        words.KINDS,
    )
}


@register.filter
def word(code: Any) -> object:
    """A code in the reader's words."""
    return _WORDS[type(code)][code]


@register.filter
def pct(value: float | None, digits: int = 0) -> str:
    """A share as per cent; a dash where it is unknown."""
    return "–" if value is None else f"{value * 100:.{digits}f} %"


@register.filter
def points(value: float) -> str:
    """A difference of shares, with its sign."""
    return _("%(value)s points") % {"value": f"{value * 100:+.0f}"}


@register.filter
def plain(value: float | None) -> str:
    """A number as people write it: 1,250 or 2.5; a dash where it is unknown."""
    if value is None:
        return "–"
    rounded = round(float(value), 2)
    digits = 0 if rounded == int(rounded) else 2
    return formats.number_format(rounded, decimal_pos=digits, use_l10n=True, force_grouping=True)


@register.filter
def times(value: float | None) -> str:
    """How many times as much."""
    return "–" if value is None else f"× {value:.2f}"


@register.filter
def signed_pct(value: float) -> str:
    """A relative difference with its sign; beyond tenfold it is said in times."""
    most = 10
    return f"{value * 100:+.0f} %" if value < most else f"× {value + 1:,.0f}"


@register.filter
def kpi_name(key: str) -> str:
    """A KPI in the reader's words."""
    return str(words.METRICS.get(key) or texts.kpi_name(key))


@register.filter
def kpi_value(reading: Reading, key: str) -> str:
    """A reading as its KPI writes it."""
    return _("Not observed") if reading.value is None else texts.number(reading.value, key)


@register.filter
def of_key(mapping: Mapping[Any, Any], key: Any) -> Any:
    """The value of a mapping; nothing where it has none."""
    return mapping.get(key)


@register.filter
def threshold(condition: Condition) -> str:
    """The least value of a condition as its KPI writes it."""
    return texts.number(condition.least, condition.metric)


@register.filter
def checked_value(checked: Checked) -> str:
    """What a condition read."""
    if checked.value is None:
        return _("Not observed")
    return texts.number(checked.value, checked.condition.metric)


@register.filter
def trial_state(state: str) -> object:
    """How far a trial has come."""
    return words.TRIAL_STATES[TrialState(state)]


@register.filter
def measured(value: float, measure: str) -> str:
    """A post's number as its measure writes it."""
    return plain(value) if measure == "engagements" else pct(value, 2)


@register.filter
def surely(risk: float) -> str:
    """What the interval of a look holds, for its risk: 97.4 %."""
    held = (1 - risk) * 100
    digits = 2 if held > 99.9 else 1  # noqa: PLR2004 - so that 99.99 does not become 100.0
    return f"{held:.{digits}f} %"
