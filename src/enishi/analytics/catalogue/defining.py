"""Short ways to write a definition."""

from __future__ import annotations

from functools import partial

from enishi.analytics.kpis.counts import ReportedKpi
from enishi.analytics.metrics.definition import Better, Definition, Grain, Pack, Unit
from enishi.analytics.metrics.definition import gettext_noop as _


def _define(  # noqa: PLR0913 - the fields of a definition
    key: str,
    name: str,
    description: str,
    formula: str,
    *,
    pack: Pack,
    unit: Unit = Unit.COUNT,
    grain: Grain = Grain.FLOW,
    better: Better = Better.UP,
    sources: tuple[str, ...] = (),
) -> Definition:
    return Definition(key, name, description, formula, unit, better, grain, pack, sources)


operation = partial(_define, pack=Pack.OPERATION)
"""A KPI of running the accounts (SNS運用)."""
marketing = partial(_define, pack=Pack.MARKETING)
"""A KPI of marketing (SNSマーケティング)."""


def reported(metric: str, name: str, description: str) -> ReportedKpi:
    """What only networks can tell; the key is the name of their metric."""
    formula = _("sum of the account's daily reports, else of the posts of the window")
    return ReportedKpi(operation(metric, name, description, formula, sources=(metric,)), metric)
