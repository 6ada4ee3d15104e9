"""The first migration of a slice with many tables, quick on an empty database."""

from __future__ import annotations

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import Migration
from django.db.migrations.state import ProjectState


class NewTables(Migration):
    """Makes all its tables from one rendering of the models.

    Django renders what is related to a model again after each operation, which for a hundred
    related tables is most of a first start. Its operations may only be `CreateModel` and the
    `AddField` of a many-to-many field whose table has a model of its own: nothing that needs
    the state between two of them.
    """

    def apply(
        self,
        project_state: ProjectState,
        schema_editor: BaseDatabaseSchemaEditor,
        collect_sql: bool = False,  # noqa: ARG002, FBT001, FBT002 - Django's signature
    ) -> ProjectState:
        """See Django's `Migration.apply`."""
        project_state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(self.app_label, project_state)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, project_state, project_state)
        return project_state
