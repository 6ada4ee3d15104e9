"""What a worker counts, and what it costs when nobody traces."""

from __future__ import annotations

import json

import pytest

from enishi.jobs import metrics
from enishi.jobs.metrics import Counter, Gauge, Histogram

CALLS = Counter("enishi_calls_total", "Calls.", ("kind",))
SPAN = Histogram("enishi_span_seconds", "Span.", (), (0.1, 1.0))
LEVEL = Gauge("enishi_level", "Level.")


@pytest.fixture(autouse=True)
def fresh_store(monkeypatch):
    monkeypatch.setattr(metrics, "store", metrics.Store())


def test_it_counts_by_label():
    CALLS.add("a")
    CALLS.add("a", amount=2)
    CALLS.add("b")
    assert metrics.store.snapshot() == {"enishi_calls_total": [[["a"], 3.0], [["b"], 1.0]]}


def test_it_keeps_the_last_value_of_a_gauge():
    LEVEL.set(3)
    LEVEL.set(2)
    assert metrics.store.snapshot() == {"enishi_level": [[[], 2]]}


@pytest.mark.parametrize(
    ("value", "counts"), [(0.05, [1, 0, 0]), (0.1, [1, 0, 0]), (0.5, [0, 1, 0]), (7, [0, 0, 1])]
)
def test_it_puts_a_value_into_the_bucket_that_its_bound_closes(value, counts):
    SPAN.observe(value)
    assert metrics.store.snapshot() == {"enishi_span_seconds": [[[], counts, value]]}


def test_it_measures_a_block_also_when_that_fails():
    with pytest.raises(ValueError, match="no"), SPAN.timed():
        raise ValueError("no")
    assert metrics.store.snapshot()["enishi_span_seconds"][0][1] == [1, 0, 0]


def test_it_fits_into_a_row_of_the_database():
    CALLS.add("a")
    SPAN.observe(1)
    metrics.note_process()
    snapshot = metrics.store.snapshot()
    assert json.loads(json.dumps(snapshot)) == snapshot
    assert snapshot[metrics.MEMORY.name][0][1] > 1_000_000


def test_it_declares_each_metric_once_and_by_the_rules_of_prometheus():
    declared = [*metrics.OF_WORKERS, *metrics.LIVE]
    names = [metric.name for metric in declared]
    assert len(names) == len(set(names))
    assert all(name.startswith("enishi_") for name in names)
    assert all(metric.name.endswith("_total") == isinstance(metric, Counter) for metric in declared)
