"""One trace for each attempt, and none at all when nobody asked for any."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from enishi.jobs import tracing
from enishi.jobs.dispatcher import SourceLoop
from enishi.jobs.sources import Backlog, Claimed
from enishi.jobs.timing import Timing


@pytest.fixture
def exporter():
    found = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(found))
    tracing.use(provider)
    yield found
    tracing.stop()


@dataclass(frozen=True)
class Item:
    id: UUID
    lane: str = "a"
    label: str = "town"
    attempt: int = 1
    first_due_at: None = None


@dataclass
class Source:
    """Works that call somebody twice."""

    waiting: list[Item]
    name: str = "deliveries"
    ceiling: int = 9
    deadline: float = 5.0
    settled: list[object] = field(default_factory=list)

    def claim(self, request):
        taken, self.waiting = self.waiting, []
        return Claimed(taken)

    async def deliver(self, work):
        for number in range(2):
            await asyncio.sleep(0.001)
            tracing.called("POST", "town.test", str(200 + number), 0.001)
        return "done"

    def interrupted(self, work):
        return "interrupted"

    def settle(self, results):
        self.settled.extend(results)

    async def close(self):
        pass

    def recover(self, stranded, now):
        return 0

    def backlog(self, now):
        return Backlog()


class Here:
    async def run(self, function, *args, **kwargs):
        return function(*args, **kwargs)


async def work_off(*items: Item) -> None:
    source, stopping = Source(list(items)), asyncio.Event()
    loop = SourceLoop(source, uuid4(), Here(), Timing(poll=0.01, gather=0.001))
    serving = asyncio.create_task(loop.serve(stopping))
    async with asyncio.timeout(5):
        while len(source.settled) < len(items):  # noqa: ASYNC110 - a plain list is polled
            await asyncio.sleep(0.005)
        stopping.set()
        await serving


async def test_it_traces_an_attempt_from_claim_to_settling(exporter: InMemorySpanExporter):
    item = Item(uuid4())
    await work_off(item)
    spans = {span.name: span for span in exporter.get_finished_spans()}
    whole = spans["enishi.deliveries"]
    assert set(spans) == {"enishi.deliveries", "claim", "deliver", "HTTP POST", "settle"}
    assert len(exporter.get_finished_spans()) == 6
    assert {span.context.trace_id for span in spans.values()} == {whole.context.trace_id}
    assert spans["HTTP POST"].parent.span_id == spans["deliver"].context.span_id
    for name in ("claim", "deliver", "settle"):
        assert spans[name].parent.span_id == whole.context.span_id
    assert whole.attributes["enishi.id"] == str(item.id)
    assert whole.attributes["enishi.kind"] == "town"
    moments = [
        whole.start_time,
        spans["claim"].end_time,
        spans["deliver"].start_time,
        spans["deliver"].end_time,
        spans["settle"].end_time,
    ]
    assert moments == sorted(moment or 0 for moment in moments)
    assert whole.end_time == moments[-1]


async def test_it_keeps_attempts_apart(exporter: InMemorySpanExporter):
    await work_off(Item(uuid4()), Item(uuid4()))
    whole = [span for span in exporter.get_finished_spans() if span.parent is None]
    assert len({span.context.trace_id for span in whole}) == 2


async def test_it_traces_nothing_unless_asked():
    await work_off(Item(uuid4()))
    assert not tracing.is_on()
    assert not tracing._state.open


def test_it_sends_traces_where_the_environment_says(monkeypatch: pytest.MonkeyPatch):
    assert tracing.start() is False
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setenv("OTEL_SERVICE_NAME", "enishi-test")
    try:
        assert tracing.start() is True
        assert tracing.is_on()
    finally:
        tracing.stop()


def test_it_does_without_the_optional_packages(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    assert tracing.start() is False
    assert not tracing.is_on()


def test_it_loads_nothing_when_it_is_off():
    code = "import sys, enishi.jobs.tracing; print('opentelemetry' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "False"
