"""`/metrics`: what Prometheus reads, and who may."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from enishi.jobs import heartbeat, metrics
from enishi.jobs.actions import enqueue
from enishi.jobs.exposition import REMEMBERED
from enishi.jobs.models import Worker
from enishi.jobs.testing import run_until_idle
from enishi.kernel import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics, "store", metrics.Store())


def told(client: Client) -> dict[tuple[str, ...], float]:
    """`(name, label values…)` → value, as a reader of the format understands it."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def test_it_tells_how_much_is_due_and_since_when(client: Client) -> None:
    enqueue("jobs.tidy", {}, due_at=clock.now() - timedelta(minutes=5))
    found = told(client)
    assert found["enishi_due", "tasks"] == 1
    assert found["enishi_due", "deliveries"] == 0
    assert found["enishi_oldest_due_seconds", "tasks"] >= 300
    assert found["enishi_workers",] == 0
    assert found["enishi_database_up",] == 1


def test_it_tells_what_every_worker_counted_until_its_last_heartbeat(client: Client) -> None:
    enqueue("jobs.tidy", {})
    run_until_idle()
    metrics.LATENESS.observe(0.3, "deliveries")
    heartbeat.beat(heartbeat.sign_in())
    worker = str(Worker.objects.get())
    found = told(client)
    assert found["enishi_tasks_total", "done", "jobs.tidy", worker] == 1
    assert found["enishi_lateness_seconds_bucket", "0.25", "deliveries", worker] == 0
    assert found["enishi_lateness_seconds_bucket", "0.5", "deliveries", worker] == 1
    assert found["enishi_lateness_seconds_bucket", "+Inf", "deliveries", worker] == 1
    assert found["enishi_lateness_seconds_count", "deliveries", worker] == 1
    assert found["enishi_worker_cpu_seconds_total", worker] > 0
    assert found["enishi_heartbeat_age_seconds", worker] < 5


def test_it_forgets_a_worker_some_time_after_it_stopped(client: Client) -> None:
    heartbeat.sign_out(heartbeat.sign_in())
    worker = str(Worker.objects.get())
    assert ("enishi_worker_cpu_seconds_total", worker) in told(client)
    Worker.objects.update(beat_at=clock.now() - REMEMBERED)
    assert ("enishi_worker_cpu_seconds_total", worker) not in told(client)


def test_it_tells_each_series_once_although_a_process_number_comes_again(client: Client) -> None:
    for _number in range(2):
        heartbeat.beat(heartbeat.sign_in())
    lines = [
        line
        for line in client.get("/metrics").content.decode().splitlines()
        if line.startswith("enishi_worker_cpu_seconds_total{")
    ]
    assert len(lines) == 1


def test_it_leaves_out_what_a_worker_of_another_release_measured(client: Client) -> None:
    heartbeat.sign_in()
    Worker.objects.update(metrics={metrics.LATENESS.name: [[["deliveries"], [1, 2], 3.0]]})
    assert not [key for key in told(client) if key[0].startswith("enishi_lateness")]


def test_it_says_so_when_the_database_is_away(client: Client) -> None:
    with patch.object(Worker.objects, "filter", side_effect=OperationalError("gone")):
        assert told(client) == {("enishi_database_up",): 0}
    assert told(client)["enishi_database_up",] == 1


@pytest.mark.parametrize(
    "headers",
    [{"REMOTE_ADDR": "203.0.113.7"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.7"}, {"REMOTE_ADDR": ""}],
)
def test_it_answers_this_machine_only_when_no_token_is_set(
    client: Client, headers: dict[str, str]
) -> None:
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", **headers).status_code == 403  # type: ignore[arg-type]


def test_it_answers_who_shows_the_token(client: Client, settings: object) -> None:
    settings.ENISHI_METRICS_TOKEN = "naisho"
    far = {"REMOTE_ADDR": "203.0.113.7"}
    assert client.get("/metrics").status_code == 403
    assert client.get("/metrics", headers={"Authorization": "Bearer other"}).status_code == 403
    shown = {"HTTP_AUTHORIZATION": "Bearer naisho"}
    answer = client.get("/metrics", **far | shown)  # type: ignore[arg-type]
    assert answer.status_code == 200
