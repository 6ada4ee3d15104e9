"""MCP: dashboards, annotations and exports."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.accounts.terminal import to_plain
from enishi.kernel.surfaces import ToolServer
from enishi.reports import actions, files, plain, queries, remarks
from enishi.reports.core.asking import BoardKind
from enishi.reports.core.formats import Format
from enishi.reports.core.periods import Against, Preset
from enishi.reports.inputs import asked_of


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""
    _register_reading(server, actor)
    _register_writing(server, actor)


def _register_reading(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def dashboard(
        board: BoardKind = BoardKind.BOSS,
        subject: UUID | None = None,
        period: Preset | None = None,
        first: date | None = None,
        last: date | None = None,
        against: Against = Against.PREVIOUS,
        group: str = "",
    ) -> Any:
        """A dashboard with every figure, its comparison and its working.

        null means not observed: that is not zero. `group` is channel, level, or a scheme such
        as mic-2015 or function-4.
        """
        asked = asked_of(
            board=board,
            subject=subject,
            period=period,
            first=first,
            last=last,
            against=against,
            group=group,
        )
        return plain.board(queries.board(actor(), asked))

    @server.tool()
    def annotations() -> Any:
        """What was noted on days, the newest first."""
        return to_plain(remarks.every(actor()))

    @server.tool()
    def report_exports() -> Any:
        """The newest exported files with their state."""
        return to_plain(files.exports(actor()))


def _register_writing(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def annotate(day: date, text: str, channel_id: UUID | None = None, metric: str = "") -> Any:
        """Note what happened on a day, so that charts explain themselves."""
        made = actions.annotate(actor(), day=day, text=text, channel_id=channel_id, metric=metric)
        return {"id": made.id, "day": made.day, "text": made.text}

    @server.tool()
    def export_report(
        board: BoardKind = BoardKind.BOSS,
        subject: UUID | None = None,
        period: Preset | None = None,
        file_format: Format = Format.PDF,
        language: str = "en",
    ) -> Any:
        """Have a dashboard made into a file; it appears among the exports when it is ready."""
        asked = asked_of(board=board, subject=subject, period=period)
        made = actions.request_export(
            actor(), asked=asked, file_format=file_format, language=language
        )
        return to_plain(files.export(actor(), made.id))
