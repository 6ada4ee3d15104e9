"""The same job by plain Celery and by plain Huey: a call for each message, and no more.

Both get as many threads as Enishi has deliveries in flight to one server, and the cheapest
HTTP client that there is. Neither keeps a row, an attempt or a log.
"""

from __future__ import annotations

import http.client
import json
import os
import threading

from celery import Celery
from huey import SqliteHuey

PORT = int(os.environ.get("BENCH_PORT", "0"))
_mine = threading.local()


def call(key: str) -> None:
    """Post one text over a kept connection."""
    if not hasattr(_mine, "connection"):
        _mine.connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=60)
    body = json.dumps({"key": key, "text": f"Post {key} of a benchmark"})
    _mine.connection.request("POST", "/posts", body, {"Content-Type": "application/json"})
    _mine.connection.getresponse().read()


celery = Celery("bench", broker=f"redis://{os.environ.get('BENCH_REDIS', '127.0.0.1:0')}/0")
celery.conf.update(
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=4,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
)
huey = SqliteHuey("bench", filename=os.environ.get("BENCH_HUEY", ":memory:"), results=False)


@celery.task(name="bench.celery")
def by_celery(key: str) -> None:
    """One message of Celery."""
    call(key)


@huey.task(name="bench_huey")
def by_huey(key: str) -> None:
    """One message of Huey."""
    call(key)
