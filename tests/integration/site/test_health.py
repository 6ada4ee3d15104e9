from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

from enishi import __version__
from enishi.jobs import heartbeat, queries
from enishi.jobs.actions import enqueue
from enishi.jobs.models import Role, Worker
from enishi.kernel import clock

pytestmark = pytest.mark.django_db


def test_it_is_ok_while_a_worker_beats(client: Client) -> None:
    heartbeat.sign_in()
    answer = client.get("/healthz")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "ok"
    assert body["version"] == __version__
    assert body["database"]["ok"] is True
    assert body["worker"]["heartbeat_age"] < 5
    assert body["worker"]["lag_seconds"] == 0


def test_it_is_degraded_without_a_worker(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "degraded"
    assert answer.json()["worker"]["heartbeat_age"] is None


def test_it_needs_a_fleet_when_a_carrier_brings_the_work(client: Client, settings: object) -> None:
    settings.ENISHI_CARRIER = "celery"
    heartbeat.sign_in()
    assert client.get("/healthz").json()["status"] == "degraded"
    heartbeat.sign_in(Role.FLEET)
    body = client.get("/healthz").json()
    assert body["status"] == "ok"
    assert (body["worker"]["workers"], body["worker"]["fleet"]) == (1, 1)


def test_it_is_degraded_when_the_worker_went_silent(client: Client) -> None:
    heartbeat.sign_in()
    Worker.objects.update(beat_at=clock.now() - 2 * queries.ALIVE)
    assert client.get("/healthz").json()["status"] == "degraded"


def test_it_is_degraded_when_work_is_late(client: Client) -> None:
    heartbeat.sign_in()
    enqueue("jobs.tidy", {}, due_at=clock.now() - timedelta(minutes=5))
    body = client.get("/healthz").json()
    assert body["status"] == "degraded"
    assert body["worker"]["lag_seconds"] >= 300


def test_it_is_unavailable_without_a_database_and_recovers(client: Client) -> None:
    heartbeat.sign_in()
    with patch.object(queries, "health", side_effect=OperationalError("gone")):
        answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unavailable"
    assert client.get("/healthz").json()["status"] == "ok"
