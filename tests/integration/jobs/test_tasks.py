"""Tasks: once per key, again after failure, never two of a repeating one."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from enishi.jobs import actions, queries, registry
from enishi.jobs.errors import TryLaterError
from enishi.jobs.models import Task, TaskState, Worker
from enishi.jobs.registry import TaskType
from enishi.jobs.sources import ClaimRequest, Stranded
from enishi.jobs.taskrows import TaskSource
from enishi.jobs.testing import run_task, run_until_idle, time_moved
from enishi.kernel import clock

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
OTHER = UUID(int=7)


@pytest.fixture
def register(monkeypatch):
    """`register("name", handler)`: a kind of task for one test."""

    def add(name, handler, *, attempts=3, every=None):
        monkeypatch.setitem(registry._task_types, name, TaskType(name, handler, attempts, every))

    return add


@pytest.fixture
def calls(register):
    """What the task `note` was called with."""
    seen = []
    register("note", seen.append)
    return seen


def run(**options) -> int:
    return run_until_idle(sources=[TaskSource()], **options)


def test_it_calls_plain_functions_and_coroutines(register, calls):
    async def note_too(payload):
        calls.append(payload)

    register("note too", note_too)
    actions.enqueue("note", {"n": 1})
    actions.enqueue("note too", {"n": 2})
    assert run() == 2
    assert sorted(call["n"] for call in calls) == [1, 2]
    assert set(Task.objects.values_list("state", flat=True)) == {TaskState.DONE}


def test_it_waits_for_the_time(calls):
    actions.enqueue("note", due_at=clock.now() + HOUR)
    assert run() == 0
    assert run(after=HOUR) == 1


def test_it_adds_a_key_once_while_it_waits(calls):
    assert actions.enqueue("note", key="a")
    assert actions.enqueue("note", key="a") is None
    assert actions.enqueue("note", key="b")
    run()
    assert actions.enqueue("note", key="a")


def test_it_refuses_a_task_that_nobody_handles():
    with pytest.raises(LookupError):
        actions.enqueue("no such thing")


def test_it_tries_again_and_then_fails_with_the_reason(register):
    def fail(_payload):
        raise RuntimeError("no luck")

    register("fail", fail)
    actions.enqueue("fail")
    for hours in range(5):
        run(after=HOUR * hours)
    task = Task.objects.get()
    assert (task.state, task.attempts) == (TaskState.FAILED, 3)
    assert "no luck" in task.problem


def test_it_recovers_after_a_failure(register):
    answers = [TryLaterError("busy", wait=timedelta(minutes=10)), None]

    def moody(_payload):
        if error := answers.pop(0):
            raise error

    register("moody", moody)
    actions.enqueue("moody")
    run()
    assert Task.objects.get().due_at >= clock.now() + timedelta(minutes=9)
    run(after=HOUR)
    assert Task.objects.get().state == TaskState.DONE


def test_it_repeats_with_one_row(register, calls):
    register("tick", calls.append, every=timedelta(minutes=5))
    for _number in range(2):
        actions.ensure_repeating(clock.now())
    assert Task.objects.filter(name="tick").count() == 1
    Task.objects.exclude(name="tick").delete()
    run()
    run(after=timedelta(minutes=6))
    assert len(calls) == 2
    with time_moved(HOUR):
        actions.ensure_repeating(clock.now())
    assert Task.objects.filter(name="tick").count() == 1


def test_it_forgets_repeating_tasks_that_no_longer_exist(calls):
    Task.objects.create(name="gone", repeats=True, due_at=clock.now())
    actions.ensure_repeating(clock.now())
    assert not Task.objects.filter(name="gone").exists()


def test_it_frees_the_tasks_of_a_dead_worker_only_after_a_while(calls):
    actions.enqueue("note")
    source, now = TaskSource(), clock.now()
    assert len(source.claim(ClaimRequest(OTHER, now, 5)).works) == 1
    early = Stranded(UUID(int=1), [OTHER], claimed_before=now - HOUR)
    late = Stranded(UUID(int=1), [OTHER], claimed_before=now + HOUR)
    assert source.recover(early, now) == 0
    assert source.recover(late, now) == 1
    assert run() == 1


def test_it_lets_the_newer_of_two_with_one_key_stand_for_both(calls):
    actions.enqueue("note", key="a")
    source, now = TaskSource(), clock.now()
    source.claim(ClaimRequest(OTHER, now, 5))
    actions.enqueue("note", key="a")
    source.recover(Stranded(UUID(int=1), [OTHER], claimed_before=now + HOUR), now)
    assert run() == 1
    assert Task.objects.filter(state=TaskState.DONE).count() == 2


def test_it_gives_no_task_to_two_workers(calls):
    actions.enqueue("note")
    source, now = TaskSource(), clock.now()
    first, second = (source.claim(ClaimRequest(UUID(int=n), now, 5)).works for n in (1, 2))
    assert (len(first), len(second)) == (1, 0)


def test_it_tells_how_it_goes(calls):
    assert not queries.health().alive
    now = clock.now()
    Worker.objects.create(host="a", pid=1, started_at=now, beat_at=now)
    actions.enqueue("note", due_at=now - HOUR)
    health = queries.health()
    assert health.alive
    assert health.due == 1
    assert health.lag_seconds >= 3600
    assert health.as_dict()["workers"] == 1


def test_it_forgets_what_was_done_long_ago(calls):
    actions.enqueue("note")
    run()
    with time_moved(timedelta(days=3)):
        run_task("jobs.tidy")
    assert not Task.objects.exists()
