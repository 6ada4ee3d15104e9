"""Celery as the carrier, over Redis or RabbitMQ.

Messages are acknowledged when a worker starts on them and need not outlive the broker: the
row is the truth, and what nobody leased in time is sent again. A worker process waits in
threads, which cost little, and does everything in one event loop (`fleet.Fleet`).

`enishi carrier worker` starts one; `celery -A enishi.jobs.carriers.celery_app worker` is the
same.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django
from celery import Celery, signals
from django.apps import apps
from django.conf import settings
from kombu.exceptions import OperationalError

from enishi.jobs import metrics
from enishi.jobs.carriers import CarrierError
from enishi.jobs.carriers.fleet import Fleet
from enishi.jobs.carriers.handovers import THREADS

QUEUE = "enishi.deliveries"
DELIVER = "enishi.deliver"
_TIMEOUT = 10

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
if not apps.ready:
    django.setup()

_REDIS = {
    "socket_timeout": _TIMEOUT,
    "socket_connect_timeout": _TIMEOUT,
    "socket_keepalive": True,
    "health_check_interval": 30,
}
_AMQP = {"connect_timeout": _TIMEOUT, "read_timeout": None, "write_timeout": _TIMEOUT}

_ONCE_MORE = {"max_retries": 2, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.4}
"""A connection that the broker closed is opened again; an outage is the feeder's to wait for."""


def make_app(url: str) -> Celery:
    """The Celery application for a broker."""
    application = Celery("enishi", broker=url, fixups=[], set_as_current=True)
    application.conf.update(
        accept_content=["json"],
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_connection_timeout=_TIMEOUT,
        broker_transport_options=_REDIS if url.startswith("redis") else _AMQP,
        task_acks_late=False,
        task_default_delivery_mode="transient",
        task_default_queue=QUEUE,
        task_ignore_result=True,
        task_publish_retry_policy=_ONCE_MORE,
        task_serializer="json",
        worker_cancel_long_running_tasks_on_connection_loss=False,
        worker_concurrency=THREADS,
        worker_hijack_root_logger=False,
        worker_pool="threads",
        worker_prefetch_multiplier=1,
    )
    return application


app = make_app(settings.ENISHI_CARRIER_URL)


class _Here:
    """This process's part of the fleet, once it is asked for something."""

    fleet: Fleet | None = None

    @classmethod
    def started(cls) -> Fleet:
        if cls.fleet is None:
            cls.fleet = Fleet()
            cls.fleet.start()
        return cls.fleet


def deliver(identifier: str) -> None:
    """Lease a delivery and send it; what is not due any more is left alone."""
    _Here.started().deliver(UUID(identifier))


_deliver = app.task(name=DELIVER)(deliver)


class CeleryCarrier:
    """Sends one message for each identifier."""

    def send(self, identifiers: Sequence[UUID]) -> None:
        try:
            with app.producer_pool.acquire(block=True, timeout=_TIMEOUT) as producer:
                for identifier in identifiers:
                    _deliver.apply_async((str(identifier),), producer=producer)
        except (OperationalError, OSError) as error:
            raise CarrierError(str(error)) from error


def carrier() -> CeleryCarrier:
    """What `ENISHI_CARRIER=celery` stands for."""
    return CeleryCarrier()


def _start(sender: Any = None, **_told: Any) -> None:
    metrics.CARRIER_THREADS.set(int(getattr(sender, "concurrency", None) or THREADS))
    _Here.started()


def _drain(**_told: Any) -> None:
    """Asked to stop: begin nothing, let what is in hand end; a second signal ends at once."""
    if _Here.fleet is not None:
        _Here.fleet.drain()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: os._exit(1))


def _stop(sender: Any = None, **_told: Any) -> None:
    if _Here.fleet is None:
        return
    _Here.fleet.stop()
    if _Here.fleet.broken and sender is not None:
        sender.exitcode = 1


signals.worker_init.connect(_start, weak=False)
signals.worker_shutting_down.connect(_drain, weak=False)
signals.worker_shutdown.connect(_stop, weak=False)
