"""What the first migrations of the slices may hold."""

from __future__ import annotations

import pytest
from django.db.migrations import AddField, CreateModel
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

from enishi.jobs.newtables import NewTables

FIRST = [
    migration
    for migration in MigrationLoader(None).disk_migrations.values()
    if isinstance(migration, NewTables)
]


def needs_nothing_between(operation: Operation) -> bool:
    if isinstance(operation, AddField):
        return bool(operation.field.many_to_many and operation.field.remote_field.through)
    return isinstance(operation, CreateModel)


@pytest.mark.parametrize("migration", FIRST, ids=str)
def test_it_holds_only_what_one_rendering_of_the_models_can_make(migration: NewTables) -> None:
    assert migration.operations
    assert all(needs_nothing_between(operation) for operation in migration.operations)
