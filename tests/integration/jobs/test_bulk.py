"""Many rows in one statement."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enishi.jobs.bulk import insert_new, insert_rows, update_rows
from enishi.jobs.models import Budget, Task
from enishi.kernel import clock
from enishi.kernel.ids import new_id

pytestmark = pytest.mark.django_db


def test_it_inserts_more_than_fits_into_one_statement():
    now = clock.now()
    insert_rows(Budget, ("key", "arrival_at"), [(f"k{n}", now) for n in range(2100)])
    assert Budget.objects.count() == 2100
    assert Budget.objects.get(key="k2099").arrival_at == now


def test_it_gives_each_row_its_own_values_and_leaves_others_alone():
    now = clock.now()
    rows = [
        Task(id=new_id(), name=f"n{number}", due_at=now, payload={"old": number})
        for number in range(1200)
    ]
    Task.objects.bulk_create(rows)
    changed = [
        (row.id, row.name, {"縁": [n, None]}, now + timedelta(seconds=n), new_id(), "x" * 500)
        for n, row in enumerate(rows[:1100])
    ]
    columns = ("payload", "due_at", "worker_id", "problem")
    update_rows(Task, ("id", "name"), columns, [*changed, (new_id(), "n0", {}, now, None, "")])
    stored = Task.objects.in_bulk()
    for identifier, name, payload, due_at, worker_id, problem in changed:
        row = stored[identifier]
        assert (row.name, row.payload, row.due_at) == (name, payload, due_at)
        assert (row.worker_id, row.problem) == (worker_id, problem)
    assert [stored[row.id].payload for row in rows[1100:]] == [
        {"old": n} for n in range(1100, 1200)
    ]
    update_rows(Task, ("id",), ("worker_id",), [(rows[0].id, None)])
    assert Task.objects.get(id=rows[0].id).worker_id is None
    update_rows(Task, ("id",), ("worker_id",), [])


def test_it_tells_which_rows_were_new():
    now = clock.now()
    columns = ("key", "arrival_at")
    insert_rows(Budget, columns, [("k1", now), ("k300", now)])
    new = insert_new(Budget, columns, "key", [(f"k{n}", clock.now()) for n in range(600)])
    assert new == {f"k{n}" for n in range(600)} - {"k1", "k300"}
    assert Budget.objects.get(key="k1").arrival_at == now
