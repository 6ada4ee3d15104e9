"""What a batch of activities brought, written in a few statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from enishi.channels.tasks import request_sync
from enishi.hub.federation import counts, polling
from enishi.hub.federation.arriving import Outcome
from enishi.hub.federation.notices import Note
from enishi.hub.models import (
    HubActor,
    Inbound,
    InboundState,
    Notice,
    Reaction,
    RemoteObject,
    Vote,
)
from enishi.jobs import bulk
from enishi.kernel import clock

_SAID = tuple(
    one.name
    for one in RemoteObject._meta.concrete_fields  # noqa: SLF001 - Django documents it as public
)
_CHANGING = tuple(name for name in _SAID if name not in {"id", "uri", "actor", "hidden"})


@dataclass
class Ledger:
    """Rows to be written; `write` belongs into a transaction."""

    outcomes: list[Outcome] = field(default_factory=list)
    finished: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    notices: list[tuple[UUID, int, dict[str, Any]]] = field(default_factory=list)

    def add(self, row: Inbound, outcome: Outcome) -> None:
        """What an activity brought."""
        self.outcomes.append(outcome)
        self.finish(row, outcome.state)
        self.notices += [(one.actor.id, row.id, one.document) for one in outcome.notes]

    def finish(self, row: Inbound, state: InboundState, problem: str = "") -> None:
        """How an activity ended."""
        self.finished[state.value, problem[:300]].append(row.id)

    def write(self) -> None:
        """Write everything, and have the channels of those concerned read."""
        self._write_said()
        self._write_reactions()
        self._write_votes()
        tell(self.notices)
        now = clock.now()
        for (state, problem), ids in self.finished.items():
            rows = Inbound.objects.filter(id__in=ids)
            rows.update(state=state, problem=problem, handled_at=now)

    def _write_said(self) -> None:
        said = {one.said.uri: one.said for one in self.outcomes if one.said is not None}
        new = [one for one in said.values() if one._state.adding]  # noqa: SLF001 - public in Django's documents
        bulk.insert_models(RemoteObject, new)
        for changed in (one for one in said.values() if not one._state.adding):  # noqa: SLF001
            changed.save(update_fields=_CHANGING)
        counts.count_answers(uri for one in said.values() for uri in (one.in_reply_to, one.quote))

    def _write_reactions(self) -> None:
        rows = [one.reaction for one in self.outcomes if one.reaction is not None]
        bulk.insert_models(Reaction, rows)
        counts.count_reactions({one.thing_id for one in rows})

    def _write_votes(self) -> None:
        votes = [one.vote for one in self.outcomes if one.vote is not None]
        Vote.objects.bulk_create(votes)
        polling.recount({vote.thing_id for vote in votes})


def tell(notices: Sequence[tuple[UUID, int, dict[str, Any]]]) -> None:
    """Give notices (actor, activity, document) to the channels of those concerned."""
    bulk.insert_rows(Notice, ("actor", "inbound", "document"), notices)
    concerned = {actor for actor, _row, _document in notices}
    rows = HubActor.objects.filter(id__in=concerned, channel__isnull=False)
    for actor in rows.select_related("channel"):
        if actor.channel is not None:
            request_sync(actor.channel)


def entries(row: Inbound, notes: Sequence[Note]) -> list[tuple[UUID, int, dict[str, Any]]]:
    """Notes as `tell` takes them."""
    return [(one.actor.id, row.id, one.document) for one in notes]
