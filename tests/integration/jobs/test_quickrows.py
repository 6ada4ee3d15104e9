"""Questions that are built once and asked many times."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import DateTimeField, F

from enishi.jobs.models import Task
from enishi.jobs.quickrows import Among, Given, Prepared
from enishi.kernel import clock
from enishi.kernel.ids import new_id

pytestmark = pytest.mark.django_db

BY_ID = Prepared(lambda: Task.objects.filter(Among("id", "ids")).order_by("name"))
LATER = Prepared(
    lambda: Task.objects.filter(Among("id", "ids"), name="a"),
    due_at=Given("at", DateTimeField()),
    attempts=F("attempts") + 1,
)


def tasks(*names):
    now = clock.now()
    made = [Task(id=new_id(), name=name, due_at=now, payload={"n": [name]}) for name in names]
    return Task.objects.bulk_create(made)


def test_it_reads_rows_as_django_does():
    made = tasks("b", "a", "c")
    found = BY_ID.instances(ids=[row.id for row in made[:2]])
    assert [row.name for row in found] == ["a", "b"]
    for row in found:
        stored = Task.objects.get(id=row.id)
        same = [field.attname for field in Task._meta.concrete_fields]
        assert [getattr(row, name) for name in same] == [getattr(stored, name) for name in same]
        assert not row._state.adding
    assert BY_ID.instances(ids=[]) == []
    assert [row.name for row in BY_ID.instances(ids={made[2].id})] == ["c"]


def test_it_changes_what_is_meant_and_tells_how_many():
    made = tasks("a", "a", "b")
    at = clock.now() + timedelta(hours=1)
    assert LATER.change(ids=[row.id for row in made], at=at) == 2
    assert set(Task.objects.filter(name="a").values_list("due_at", "attempts")) == {(at, 1)}
    assert Task.objects.get(name="b").attempts == 0
