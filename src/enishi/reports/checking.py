"""Whether a dashboard that somebody asks to keep or to send exists for them."""

from __future__ import annotations

from enishi.accounts.permissions import Actor
from enishi.reports import scopes
from enishi.reports.core.asking import Asked, BoardKind
from enishi.reports.errors import no_such_board
from enishi.strategy import queries as strategy
from enishi.strategy.core.nodes import Level


def require_board(actor: Actor, asked: Asked) -> None:
    """Refuse what cannot be shown, without reading a number."""
    scopes.require_known(asked)
    scopes.chosen(asked, scopes.channels_of(actor))
    if asked.kind is BoardKind.OBJECTIVE:
        if asked.subject_id is None:
            raise no_such_board()
        strategy.node(actor, Level.OBJECTIVE, asked.subject_id)
