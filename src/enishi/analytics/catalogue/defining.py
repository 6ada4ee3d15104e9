"""Short ways to write a definition."""

from __future__ import annotations

from enishi.analytics.metrics.definition import Better, Definition, Grain, Pack, Unit


def operation(
    key: str,
    name: str,
    description: str,
    formula: str,
    *,
    unit: Unit = Unit.COUNT,
    grain: Grain = Grain.FLOW,
    better: Better = Better.UP,
    sources: tuple[str, ...] = (),
) -> Definition:
    """A KPI of running the accounts (SNS運用)."""
    return Definition(key, name, description, formula, unit, better, grain, Pack.OPERATION, sources)


def marketing(
    key: str,
    name: str,
    description: str,
    formula: str,
    *,
    unit: Unit = Unit.COUNT,
    grain: Grain = Grain.FLOW,
    better: Better = Better.UP,
    sources: tuple[str, ...] = (),
) -> Definition:
    """A KPI of marketing (SNSマーケティング)."""
    return Definition(key, name, description, formula, unit, better, grain, Pack.MARKETING, sources)
