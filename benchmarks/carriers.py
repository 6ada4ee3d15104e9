"""How fast one process of a fleet sends over Celery (Redis), beside plain Celery.

    python benchmarks/carriers.py [--deliveries N] [--threads N] [--only enishi,celery]

The platform answers each call after 200 ms. Enishi: `enishi worker` hands over what is due and
one `enishi carrier worker` sends it, on PostgreSQL, through the whole product path. Celery: one
worker with the same number of threads makes the same calls and keeps nothing. *In flight* is
the most that the platform had under way within one answer's time. Enishi gives one server at
most two thirds of the threads, so that another would find the rest.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import delivery  # noqa: E402 - the folder is known only now
from benchmarks.delivering.platform import ask  # noqa: E402
from benchmarks.delivery import MILLISECONDS, Measured, Used, Workers  # noqa: E402
from tests.lab.postgres import postgres_server  # noqa: E402
from tests.lab.redis import redis_server  # noqa: E402

ACCOUNTS = 200


def enishi(deliveries: int, threads: int) -> Measured:
    """One feeder and one process of the fleet."""
    with (
        postgres_server() as server,
        redis_server() as redis,
        tempfile.TemporaryDirectory() as home,
        delivery.platform() as port,
    ):
        environment = delivery.product_environment(Path(home), server.url)
        environment |= {"ENISHI_CARRIER": "celery", "ENISHI_CARRIER_URL": f"redis://{redis}/0"}
        delivery.step("seed", environment, deliveries=deliveries, accounts=ACCOUNTS, port=port)
        cli = [sys.executable, "-m", "enishi.site.cli"]
        sending = [*cli, "carrier", "worker", "--threads", str(threads)]
        with (
            Workers([*cli, "worker"], environment, 1) as feeder,
            Workers(sending, environment, 1) as fleet,
        ):
            pids = [*feeder.pids, *fleet.pids]
            told = delivery.step("fire", environment, fleet, workers=pids, port=port, spread=0)
        cpu = feeder.used.cpu + fleet.used.cpu - told["started"]
        used = Used(cpu, feeder.used.memory + fleet.used.memory)
        arrivals = ask(port, "/arrivals")
    keys = Counter(key.partition(".")[0] for key, _at in arrivals)
    late = [at - told["due"][key.partition(".")[0]] for key, at in arrivals]
    remarks = [_in_flight(late), f"{sum(keys.values()) - len(keys)} doubled"]
    return Measured("Enishi over Celery (Redis)", late, told["settled"], used, remarks)


def celery(deliveries: int, threads: int) -> Measured:
    """Plain Celery with the settings of our fleet."""
    with redis_server() as redis:
        command = [sys.executable, "-m", "celery", "-A", "benchmarks.delivering.rivals:celery"]
        command += ["worker", "-P", "threads", "-c", str(threads), "-l", "ERROR"]
        command += ["--prefetch-multiplier", "1", "--without-gossip", "--without-mingle"]
        line = delivery.rival("Celery (Redis)", command, {"BENCH_REDIS": redis}, deliveries)
    return replace(line, remarks=[_in_flight(line.late), *line.remarks])


def _in_flight(arrivals: list[float]) -> str:
    """The most that came within the time of one answer."""
    ordered, first, most = sorted(arrivals), 0, 0
    for number, at in enumerate(ordered):
        while at - ordered[first] >= MILLISECONDS / 1000:
            first += 1
        most = max(most, number - first + 1)
    return f"{most} in flight"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--deliveries", type=int, default=3000)
    parser.add_argument("--threads", type=int, default=200)
    parser.add_argument("--only", default="enishi,celery")
    options = parser.parse_args()
    engines = {"enishi": enishi, "celery": celery}
    lines = [engines[name](options.deliveries, options.threads) for name in options.only.split(",")]
    delivery.show(delivery.HEAD, [line.row() for line in lines])


if __name__ == "__main__":
    main()
