"""What an address asks for, and the address of what is asked."""

from __future__ import annotations

from enum import Enum
from typing import TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from enishi.reports.core.asking import FUNCTIONS, Asked, BoardKind, to_pairs
from enishi.reports.core.periods import Against, Preset
from enishi.reports.errors import no_such_board, no_such_channel
from enishi.reports.inputs import asked_of
from enishi.reports.layouts import LAYOUTS
from enishi.strategy.views.common import asked_day

E = TypeVar("E", bound=Enum)


def read(given: QueryDict, kind: BoardKind, subject_id: UUID | None = None) -> Asked:
    """What the query of a dashboard's address asks for."""
    return asked_of(
        board=kind,
        subject=subject_id,
        period=_known(Preset, given.get("period", "")),
        first=asked_day(given, "first"),
        last=asked_day(given, "last"),
        against=_known(Against, given.get("against", "")) or Against.PREVIOUS,
        against_first=asked_day(given, "against_first"),
        against_last=asked_day(given, "against_last"),
        channel=[_uuid(text) for text in given.getlist("channel") if text],
        group=given.get("group", ""),
        level=given.get("level", ""),
        scheme=given.get("scheme", ""),
        chart=given.get("chart", ""),
    )


def read_all(given: QueryDict) -> Asked:
    """The same where the board itself stands in the query too."""
    text = given.get("board", "") or BoardKind.BOSS
    if text not in set(BoardKind):
        raise no_such_board()
    subject = given.get("subject", "")
    return read(given, BoardKind(text), _uuid(subject) if subject else None)


def query_of(asked: Asked) -> str:
    """The query of a dashboard's address."""
    return urlencode(to_pairs(asked))


def whole_query(asked: Asked) -> str:
    """The query with the board in it, for forms that keep or send it."""
    pairs = [("board", asked.kind.value)]
    pairs += [("subject", str(asked.subject_id))] if asked.subject_id else []
    return urlencode([*pairs, *to_pairs(asked)])


def address_of(slug: str, asked: Asked, *, query: bool = True) -> str:
    """The address of a dashboard."""
    match asked.kind:
        case BoardKind.BOSS:
            path = reverse("reports:boss", args=[slug])
        case BoardKind.CHANNEL:
            path = reverse("reports:channel", args=[slug, asked.subject_id])
        case BoardKind.OBJECTIVE:
            path = reverse("reports:objective", args=[slug, asked.subject_id])
        case _:
            path = reverse("reports:function", args=[slug, asked.kind.value])
    pairs = query_of(asked) if query else ""
    return f"{path}?{pairs}" if pairs else path


def function_kind(text: str) -> BoardKind:
    """The board of a function by its name in the address."""
    found = {one.value: one for one in FUNCTIONS}.get(text)
    if found is None:
        raise no_such_board()
    return found


def sections_kind(text: str) -> BoardKind:
    """A board that has sections to choose figures for, by its name in the address."""
    if text not in set(BoardKind) or not LAYOUTS.get(BoardKind(text)):
        raise no_such_board()
    return BoardKind(text)


def _known(kind: type[E], text: str) -> E | None:
    """One of the values there are; what an address has that there is none of is left alone."""
    return next((one for one in kind if one.value == text), None)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise no_such_channel() from error
