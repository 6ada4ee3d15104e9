"""Heavy tasks in a process of their own: real children."""

from __future__ import annotations

import asyncio
import sys
from typing import Any
from uuid import uuid4

import pytest

from enishi.jobs import apart, registry, taskrows
from enishi.jobs.apart import ApartError, run_apart
from enishi.jobs.database import in_worker


async def test_it_tells_why_the_child_failed() -> None:
    with pytest.raises(ApartError, match=r"KeyError: 'no\.such\.task'"):
        await run_apart("no.such.task", {})


async def test_it_ends_the_child_when_the_worker_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[asyncio.subprocess.Process] = []
    began = asyncio.Event()
    start = asyncio.create_subprocess_exec

    async def sleeper(*_command: str, **pipes: Any) -> asyncio.subprocess.Process:
        child = await start(sys.executable, "-c", "import time; time.sleep(60)", **pipes)
        begun.append(child)
        began.set()
        return child

    monkeypatch.setattr(apart.asyncio, "create_subprocess_exec", sleeper)
    running = asyncio.create_task(run_apart("any", {}))
    await began.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert begun[0].returncode is not None


async def test_only_a_worker_leaves_heavy_tasks_to_children(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    children: list[str] = []

    async def noted(name: str, _payload: dict[str, object]) -> None:
        children.append(name)

    monkeypatch.setattr(taskrows, "run_apart", noted)
    here: list[object] = []
    kind = registry.TaskType(f"heavy {uuid4()}", here.append, 1, apart=True)
    token = in_worker.set(True)
    try:
        await taskrows._call(kind, {"in": "worker"})
    finally:
        in_worker.reset(token)
    assert (children, here) == ([kind.name], [])


def test_what_computes_for_seconds_runs_apart() -> None:
    heavy = {name for name, kind in registry.task_types().items() if kind.apart}
    assert heavy == {"lenses.powers", "reports.export", "reports.run", "strategy.outlook"}
