"""Whether a dashboard that somebody asks to keep or to send exists for them."""

from __future__ import annotations

from enishi.accounts.permissions import Actor
from enishi.reports import scopes
from enishi.reports.core.asking import FUNCTIONS, Asked, BoardKind
from enishi.reports.errors import no_such_board
from enishi.strategy import queries as strategy
from enishi.strategy.core.nodes import Level


def sees(actor: Actor, kind: BoardKind) -> bool:
    """Whether a dashboard is of the actor's functions of the company, or of everybody (R028)."""
    return kind not in FUNCTIONS or actor.serves([FUNCTIONS[kind]])


def require_function(actor: Actor, asked: Asked) -> None:
    """Refuse the dashboard of another function of the company than the actor's."""
    if not sees(actor, asked.kind):
        actor.require_function(FUNCTIONS[asked.kind])


def require_shown(asked: Asked) -> None:
    """Refuse what is a file only, and no dashboard."""
    if asked.kind is BoardKind.PLAN:
        raise no_such_board()


def require_board(actor: Actor, asked: Asked) -> None:
    """Refuse what cannot be shown, without reading a number."""
    require_shown(asked)
    scopes.require_known(asked)
    require_function(actor, asked)
    scopes.chosen(asked, scopes.channels_of(actor))
    if asked.kind is BoardKind.OBJECTIVE:
        if asked.subject_id is None:
            raise no_such_board()
        strategy.node(actor, Level.OBJECTIVE, asked.subject_id)
