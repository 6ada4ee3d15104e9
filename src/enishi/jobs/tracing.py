"""Traces of single works, for an OpenTelemetry collector: claim → deliver → calls → settle.

Off, and without cost, unless OTEL_EXPORTER_OTLP_ENDPOINT is set and the packages of
`enishi[otel]` are installed. The other OTEL_… variables (sampling, headers, service name)
are read by the library. Networks never see an identifier of a trace.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from opentelemetry.trace import Span, Tracer
    from opentelemetry.util.types import AnyValue

logger = logging.getLogger(__name__)

ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
SERVICE = "enishi-worker"


@dataclass(slots=True)
class _State:
    """What is set up in this process."""

    tracer: Tracer | None = None
    provider: Any = None
    open: dict[UUID, Span] = field(default_factory=dict)
    """Works whose outcome is not written down yet."""


_state = _State()


def is_on() -> bool:
    """Whether anything is traced."""
    return _state.tracer is not None


def start() -> bool:
    """Send traces to the collector that the environment names; whether there is one."""
    if not any(os.environ.get(name) for name in ENDPOINTS):
        return False
    os.environ.setdefault("OTEL_SERVICE_NAME", SERVICE)
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - optional
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - optional
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - optional
    except ImportError:
        logger.warning("tracing.missing: install enishi[otel] to send traces")
        return False
    provider = TracerProvider()
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    use(provider)
    return True


def use(provider: Any) -> None:
    """Trace by a provider of the OpenTelemetry SDK."""
    _state.provider, _state.tracer = provider, provider.get_tracer("enishi")


def stop() -> None:
    """Send what is left; nothing is traced afterwards."""
    if _state.provider is not None:
        _state.provider.shutdown()
    _state.provider = _state.tracer = None
    _state.open.clear()


def claimed(source: str, works: Iterable[Any], begun: int, ended: int) -> None:
    """Works were taken; times are nanoseconds since 1970. Opens one trace for each."""
    if (tracer := _state.tracer) is None:
        return
    for work in works:
        attributes: dict[str, AnyValue] = {
            "enishi.source": source,
            "enishi.id": str(work.id),
            "enishi.kind": str(getattr(work, "label", "")),
            "enishi.attempt": int(getattr(work, "attempt", 1)),
        }
        whole = tracer.start_span(
            f"enishi.{source}", start_time=begun, attributes=attributes, context=_no_parent()
        )
        _piece(tracer, whole, "claim", begun, ended)
        _state.open[work.id] = whole


@contextmanager
def delivering(work: Any) -> Iterator[None]:
    """The block delivers a work; calls inside it belong to its trace."""
    tracer, whole = _state.tracer, _state.open.get(work.id)
    if tracer is None or whole is None:
        yield
        return
    from opentelemetry.trace import use_span  # noqa: PLC0415 - optional

    with use_span(whole, end_on_exit=False), tracer.start_as_current_span("deliver"):
        yield


def called(method: str, host: str, outcome: str, seconds: float) -> None:
    """A call of the HTTP client just ended. Paths may hold secrets and are not told."""
    if (tracer := _state.tracer) is None:
        return
    ended = time.time_ns()
    span = tracer.start_span(
        f"HTTP {method}",
        start_time=ended - int(seconds * 1e9),
        attributes={
            "http.request.method": method,
            "server.address": host,
            "enishi.outcome": outcome,
        },
    )
    span.end(ended)


def settled(outcomes: Mapping[UUID, str], begun: int, ended: int) -> None:
    """Outcomes were written down; closes their traces."""
    if (tracer := _state.tracer) is None:
        return
    for identifier, outcome in outcomes.items():
        if (whole := _state.open.pop(identifier, None)) is not None:
            whole.set_attribute("enishi.outcome", outcome)
            _piece(tracer, whole, "settle", begun, ended)
            whole.end(ended)


def _piece(tracer: Tracer, whole: Span, name: str, begun: int, ended: int) -> None:
    from opentelemetry.trace import set_span_in_context  # noqa: PLC0415 - optional

    tracer.start_span(name, context=set_span_in_context(whole), start_time=begun).end(ended)


def _no_parent() -> Any:
    from opentelemetry.context import Context  # noqa: PLC0415 - optional

    return Context()
