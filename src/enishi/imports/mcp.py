"""MCP: imports."""

from __future__ import annotations

import io
from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor
from enishi.imports import actions, queries
from enishi.imports.actions import TableChoices
from enishi.imports.queries import ImportDetail, ImportSummary
from enishi.kernel.errors import NotFoundError
from enishi.kernel.surfaces import ToolServer


def _identifier(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFoundError(_("There is no such import.")) from error


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""

    @server.tool()
    def list_imports() -> list[ImportSummary]:
        """The newest imports of the workspace with their states and counts."""
        return queries.imports(actor())

    @server.tool()
    def show_import(import_id: str) -> ImportDetail:
        """One import: counts, first rows, problems by row with remedies, mapping of columns."""
        return queries.detail(actor(), _identifier(import_id))

    @server.tool()
    def upload_import(file_name: str, content: str, kind: str = "") -> ImportDetail:
        """Upload the text of a CSV, outbox.json or tweets.js and have it checked.

        Nothing is in the log before `confirm_import`. `kind` may be posts, metrics, outbox
        or tweets; leave it empty to have it found out.
        """
        job = actions.upload_import(
            actor(), name=file_name, content=io.BytesIO(content.encode()), kind=kind
        )
        return queries.detail(actor(), job.pk)

    @server.tool()
    def map_import(import_id: str, columns: dict[str, str], date_order: str = "") -> ImportDetail:
        """Say which column of a table holds what (field → header), and check it again."""
        actions.set_mapping(
            actor(),
            _identifier(import_id),
            fields=columns,
            choices=TableChoices(date_order=date_order),
        )
        return queries.detail(actor(), _identifier(import_id))

    @server.tool()
    def confirm_import(import_id: str, only_good: bool = False) -> ImportSummary:  # noqa: FBT001, FBT002
        """Write a checked file into the log. `only_good` leaves rows with problems out.

        Ask the person first. It happens in the background: see `show_import`.
        """
        actions.confirm_import(actor(), _identifier(import_id), only_good=only_good)
        return queries.one(actor(), _identifier(import_id))

    @server.tool()
    def cancel_import(import_id: str) -> ImportSummary:
        """Give an import up; nothing of it stays in the log."""
        actions.cancel_import(actor(), _identifier(import_id))
        return queries.one(actor(), _identifier(import_id))
