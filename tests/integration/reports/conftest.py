"""Dashboards of a few KPIs: making the SQL of all of them would take these tests minutes."""

from __future__ import annotations

import pytest

from enishi.reports import layouts
from enishi.reports.core.asking import BoardKind
from enishi.reports.layouts import SectionPlan

KEYS = ("followers", "posts", "likes", "reach", "purchases")


@pytest.fixture(autouse=True)
def few_kpis(monkeypatch):
    plan = SectionPlan("some", "Some", KEYS, ("likes",))
    kinds = [one for one in BoardKind if one is not BoardKind.OBJECTIVE]
    monkeypatch.setattr(layouts, "LAYOUTS", {kind: [plan] for kind in kinds})
    monkeypatch.setattr(layouts, "GROUPED", dict.fromkeys(kinds, KEYS))
    monkeypatch.setattr(layouts, "_PACKS", {})
    monkeypatch.setattr(layouts, "CLASSES", {"transmission": ("reach",), "knowledge": ("likes",)})
