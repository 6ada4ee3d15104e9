"""What a worker counts and measures, in memory; its heartbeat carries it into its row.

Every metric is declared here, which is also where the reference page comes from. Adding to
one costs a dictionary look-up; nothing is written until the next heartbeat.
"""

from __future__ import annotations

import os
import resource
import threading
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHORT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
"""Seconds: what a database or an event loop takes."""
LONG = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0)
"""Seconds: what people wait for."""

_Key = tuple[str, tuple[str, ...]]
Snapshot = dict[str, list[list[Any]]]
"""By metric name: `[labels, value]`, or `[labels, counts, sum]` of a histogram."""


class Store:
    """The numbers of this process. Threads may add to it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: dict[_Key, float] = {}
        self._histograms: dict[_Key, list[int]] = {}
        self._sums: dict[_Key, float] = {}

    def add(self, name: str, labels: tuple[str, ...], amount: float) -> None:
        with self._lock:
            key = (name, labels)
            self._numbers[key] = self._numbers.get(key, 0.0) + amount

    def set(self, name: str, labels: tuple[str, ...], value: float) -> None:
        with self._lock:
            self._numbers[name, labels] = value

    def observe(
        self, name: str, labels: tuple[str, ...], bounds: tuple[float, ...], value: float
    ) -> None:
        with self._lock:
            key = (name, labels)
            if key not in self._histograms:
                self._histograms[key], self._sums[key] = [0] * (len(bounds) + 1), 0.0
            self._histograms[key][bisect_left(bounds, value)] += 1
            self._sums[key] += value

    def snapshot(self) -> Snapshot:
        """Everything so far, as JSON."""
        found: Snapshot = {}
        with self._lock:
            for (name, labels), value in self._numbers.items():
                found.setdefault(name, []).append([list(labels), value])
            for (name, labels), counts in self._histograms.items():
                total = round(self._sums[name, labels], 6)
                found.setdefault(name, []).append([list(labels), list(counts), total])
        return found

    def clear(self) -> None:
        """Forget everything: for tests."""
        with self._lock:
            self._numbers.clear()
            self._histograms.clear()
            self._sums.clear()


store = Store()


@dataclass(frozen=True, slots=True)
class Counter:
    """Only grows, as long as the worker lives."""

    name: str
    help: str
    labels: tuple[str, ...] = ()

    def add(self, *labels: str, amount: float = 1.0) -> None:
        store.add(self.name, labels, amount)


@dataclass(frozen=True, slots=True)
class Gauge:
    """A value of now."""

    name: str
    help: str
    labels: tuple[str, ...] = ()

    def set(self, value: float, *labels: str) -> None:
        store.set(self.name, labels, value)


@dataclass(frozen=True, slots=True)
class Histogram:
    """How values are spread over buckets with upper bounds."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    bounds: tuple[float, ...] = SHORT

    def observe(self, value: float, *labels: str) -> None:
        store.observe(self.name, labels, self.bounds, value)

    @contextmanager
    def timed(self, *labels: str) -> Iterator[None]:
        """Measure how long the block takes, in seconds."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.observe(time.perf_counter() - begun, *labels)


Metric = Counter | Gauge | Histogram

# ── Kept by each worker ────────────────────────────────────────────────────────────────

LATENESS = Histogram(
    "enishi_lateness_seconds",
    "From when it was due to the first call for it, first attempts only.",
    ("source",),
    LONG,
)
DURATION = Histogram(
    "enishi_attempt_seconds",
    "From the first call of an attempt to its outcome.",
    ("source", "kind"),
    LONG,
)
CLAIM = Histogram("enishi_claim_seconds", "One claim: the database's part of it.", ("source",))
SETTLE = Histogram("enishi_settle_seconds", "One batch written down.", ("source",))
SETTLED = Counter("enishi_settled_total", "Works written down, in all batches.", ("source",))
OUTCOMES = Counter(
    "enishi_delivery_outcomes_total",
    "Attempts of deliveries by how they ended.",
    ("adapter", "outcome"),
)
TASKS = Counter(
    "enishi_tasks_total", "Runs of background tasks by how they ended.", ("task", "outcome")
)
BUDGET_WAITS = Counter(
    "enishi_budget_waits_total",
    "Deliveries that were due and had to wait for a rate budget, counted at each claim.",
    ("adapter",),
)
FREED = Counter("enishi_freed_total", "Works taken over from workers that died.", ("source",))
IN_FLIGHT = Gauge("enishi_in_flight", "Works in hand.", ("source",))
LOOP_LAG = Gauge(
    "enishi_loop_lag_seconds", "The longest delay of the event loop since the last heartbeat."
)
CPU = Counter("enishi_worker_cpu_seconds_total", "CPU time of the process.")
MEMORY = Gauge("enishi_worker_resident_bytes", "Memory of the process.")
HANDED = Counter(
    "enishi_carrier_handed_total", "Deliveries handed to the fleet's broker.", ("source",)
)
HANDED_AGAIN = Counter(
    "enishi_carrier_handed_again_total",
    "Deliveries handed over once more because nobody took them in time.",
    ("source",),
)
CARRIER_THREADS = Gauge(
    "enishi_carrier_threads", "Deliveries that a process of the fleet has in hand at most."
)

OF_WORKERS: tuple[Metric, ...] = (
    LATENESS,
    DURATION,
    CLAIM,
    SETTLE,
    SETTLED,
    OUTCOMES,
    TASKS,
    BUDGET_WAITS,
    FREED,
    IN_FLIGHT,
    LOOP_LAG,
    CPU,
    MEMORY,
    HANDED,
    HANDED_AGAIN,
    CARRIER_THREADS,
)
"""Each has the further label `worker`, which is `host:process`."""

# ── Asked of the database when somebody looks ──────────────────────────────────────────

DUE = Gauge("enishi_due", "Works that are due and wait.", ("source",))
LEASED = Gauge("enishi_leased", "Works that workers have in hand.", ("source",))
OLDEST_DUE = Gauge(
    "enishi_oldest_due_seconds", "For how long the oldest of them is due.", ("source",)
)
WORKERS = Gauge("enishi_workers", "Workers heard of in the last 30 seconds.")
HEARTBEAT = Gauge(
    "enishi_heartbeat_age_seconds", "Since the last heartbeat of a worker.", ("worker",)
)
DATABASE = Gauge("enishi_database_up", "1 when the database answered.")

LIVE: tuple[Metric, ...] = (DUE, LEASED, OLDEST_DUE, WORKERS, HEARTBEAT, DATABASE)

_STATM = Path("/proc/self/statm")


def note_process() -> None:
    """Measure this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    store.set(CPU.name, (), round(used.ru_utime + used.ru_stime, 3))
    if _STATM.exists():
        MEMORY.set(int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"))
