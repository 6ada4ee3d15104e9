"""What `/metrics` answers: the numbers of all workers' rows, and the queues as they are now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from django.db import DatabaseError
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family

from enishi.jobs import metrics, registry
from enishi.jobs.metrics import Counter, Gauge, Histogram, Metric
from enishi.jobs.models import Worker
from enishi.jobs.queries import ALIVE
from enishi.kernel import clock

REMEMBERED = timedelta(minutes=15)
"""For how long the numbers of a worker that stopped are still told."""
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def text() -> bytes:
    """Prometheus' text format. Without a database it only says that there is none."""
    prometheus = CollectorRegistry(auto_describe=False)
    prometheus.register(_Told(_families()))
    return generate_latest(prometheus)


class _Told:
    """Families that are ready, in the shape that prometheus_client collects."""

    def __init__(self, families: Iterable[Family]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Family]:
        return self._families


def _families() -> list[Family]:
    now = clock.now()
    up = GaugeMetricFamily(metrics.DATABASE.name, metrics.DATABASE.help)
    try:
        rows = list(Worker.objects.filter(beat_at__gt=now - REMEMBERED).order_by("started_at"))
        found = [*_kept(rows), *_queues(now), *_workers(rows, now)]
    except DatabaseError:
        up.add_metric([], 0)
        return [up]
    up.add_metric([], 1)
    return [*found, up]


def _kept(rows: Iterable[Worker]) -> Iterator[Family]:
    """What workers counted and wrote down with their heartbeats."""
    told = {str(row): row.metrics for row in rows}  # of two with one name, the younger
    for metric in metrics.OF_WORKERS:
        family = _family(metric)
        for worker, snapshot in told.items():
            for labels, *values in snapshot.get(metric.name, []):
                _add(family, metric, [worker, *labels], values)
        yield family


def _family(metric: Metric) -> Family:
    labels = ["worker", *metric.labels]
    if isinstance(metric, Counter):
        return CounterMetricFamily(metric.name, metric.help, labels=labels)
    if isinstance(metric, Histogram):
        return HistogramMetricFamily(metric.name, metric.help, labels=labels)
    return GaugeMetricFamily(metric.name, metric.help, labels=labels)


def _add(family: Family, metric: Metric, labels: list[str], values: list[Any]) -> None:
    if isinstance(family, HistogramMetricFamily) and isinstance(metric, Histogram):
        if buckets := _cumulated(metric.bounds, values[0]):
            family.add_metric(labels, buckets, values[1])
    elif isinstance(family, CounterMetricFamily | GaugeMetricFamily):
        family.add_metric(labels, values[0])


def _cumulated(bounds: Iterable[float], counts: Iterable[int]) -> list[tuple[str, float]]:
    """Each bucket with all below it; a worker of another release may have other buckets."""
    names = [*map(str, bounds), "+Inf"]
    sums = list(accumulate(counts))
    return list(zip(names, map(float, sums), strict=True)) if len(sums) == len(names) else []


def _queues(now: datetime) -> Iterator[Family]:
    due, leased, oldest = (
        _live(gauge) for gauge in (metrics.DUE, metrics.LEASED, metrics.OLDEST_DUE)
    )
    for source in registry.sources():
        backlog = source.backlog(now)
        due.add_metric([source.name], backlog.due)
        leased.add_metric([source.name], backlog.leased)
        oldest.add_metric([source.name], round(backlog.lag(now).total_seconds(), 3))
    yield from (due, leased, oldest)


def _workers(rows: Iterable[Worker], now: datetime) -> Iterator[Family]:
    running = [row for row in rows if row.stopped_at is None]
    alive, age = _live(metrics.WORKERS), _live(metrics.HEARTBEAT)
    alive.add_metric([], sum(row.beat_at > now - ALIVE for row in running))
    for row in running:
        age.add_metric([str(row)], round((now - row.beat_at).total_seconds(), 3))
    yield from (alive, age)


def _live(gauge: Gauge) -> GaugeMetricFamily:
    return GaugeMetricFamily(gauge.name, gauge.help, labels=list(gauge.labels))
