"""Do the forecasts beat repeating the last season? A back-test in one table.

    python benchmarks/forecasts.py [--m4 FOLDER] [--take 60]

On the sample workspace: each KPI that is counted day by day, the last 28 days forecast from
the rest, at six cuts. On M4, the public competition data (github.com/Mcompetitions/M4-methods,
folder Dataset; `FOLDER` holds Hourly-train.csv, Hourly-test.csv, Weekly-train.csv and
Weekly-test.csv): every n-th series so that `--take` remain, forecast over the competition's
horizon. MASE is relative to the in-sample error of repeating the season; lower is better.
"""

from __future__ import annotations

import argparse
import csv
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import numpy as np

os.environ.setdefault("OMP_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from enishi.analytics.forecasting import METHODS, forecast

DAYS, CUTS = 28, 6
M4 = {"Hourly": 24, "Weekly": 52}


@dataclass(slots=True)
class Tally:
    """The errors of every contender over a set of series."""

    name: str
    mase: dict[str, list[float]] = field(default_factory=dict)
    covered: list[float] = field(default_factory=list)
    chosen: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    def add(self, past: list[float], future: list[float], season: int) -> None:
        truth, seen = np.array(future), np.array(past)
        season = season if len(past) >= 2 * season else 1
        scale = np.abs(seen[season:] - seen[:-season]).mean()
        if not scale:
            return
        for name, method in METHODS.items():
            if len(past) >= method.least(season):
                self._note(name, method.predict(seen, len(truth), season), truth, scale)
        begun = time.perf_counter()
        outlook = forecast(past, len(truth), season=season)
        self.seconds += time.perf_counter() - begun
        self._note("chosen by back-test", np.array(outlook.mean), truth, scale)
        inside = (truth >= outlook.lower) & (truth <= outlook.upper)
        self.covered.append(float(inside.mean()))
        self.chosen[outlook.method] += 1

    def _note(self, name: str, predicted: np.ndarray, truth: np.ndarray, scale: float) -> None:
        self.mase.setdefault(name, []).append(float(np.abs(truth - predicted).mean() / scale))


def m4(folder: Path, kind: str, take: int) -> Tally:
    """A part of the competition's series."""
    past, future = _rows(folder / f"{kind}-train.csv"), _rows(folder / f"{kind}-test.csv")
    names = sorted(past)[:: max(1, len(past) // take)]
    tally = Tally(f"M4 {kind.lower()}, {len(names)} of {len(past)} series")
    for name in names:
        tally.add(past[name], future[name], M4[kind])
    return tally


def _rows(path: Path) -> dict[str, list[float]]:
    with path.open(newline="") as file:
        rows = csv.reader(file)
        next(rows)
        return {
            row[0]: [float(value) for value in row[1:] if value not in {"", "NA"}] for row in rows
        }


def sample() -> Tally:
    """The KPIs of the sample workspace, made in a data folder of its own."""
    tally = Tally("sample workspace, daily KPIs")
    for series in _series_of_sample():
        for cut in range(CUTS):
            end = len(series) - cut * DAYS // 2
            tally.add(series[: end - DAYS], series[end - DAYS : end], 7)
    return tally


def _series_of_sample() -> Iterator[list[float]]:
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"ENISHI_HOME": home, "DJANGO_SETTINGS_MODULE": "enishi.site.settings"}
        import django

        django.setup()
        from django.core.management import call_command

        from enishi.accounts.models import User
        from enishi.activities import queries as log
        from enishi.analytics.kpi import KPIS, Scope, Window
        from enishi.analytics.metrics.definition import Grain
        from enishi.kernel import clock
        from enishi.sample.actions import create_sample

        call_command("migrate", interactive=False, verbosity=0)
        workspace_id = create_sample(User.objects.create_user("bench@example.org", "x")).pk
        yesterday = clock.now().date() - timedelta(days=1)
        window = Window(yesterday - timedelta(days=360), yesterday, "Asia/Tokyo")
        lake = log.lake([workspace_id])
        for kpi in KPIS.values():
            if kpi.definition.grain is Grain.RATE:
                continue
            points = kpi.series(lake, Scope(workspace_id, None), window)
            values = [point.value for point in points if point.value is not None]
            if len(values) == len(points) and any(np.diff(values)):
                yield values


def show(tally: Tally) -> None:
    print(f"\n{tally.name}")
    naive = float(np.mean(tally.mase["seasonal_naive"]))
    for name, errors in tally.mase.items():
        mean = float(np.mean(errors))
        print(
            f"  {name:<22} MASE {mean:6.3f}   median {np.median(errors):6.3f}   {mean / naive:5.0%}"
        )
    chosen = ", ".join(f"{name} {count}" for name, count in tally.chosen.most_common())
    each = tally.seconds / max(1, sum(tally.chosen.values()))
    print(f"  80 % interval held {np.mean(tally.covered):.0%}; chosen: {chosen}; {each:.2f} s each")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--m4", type=Path, help="folder with the competition's CSV files")
    parser.add_argument("--take", type=int, default=60, help="how many series of each kind")
    options = parser.parse_args()
    if options.m4:
        for kind in M4:
            show(m4(options.m4, kind, options.take))
    show(sample())


if __name__ == "__main__":
    main()
