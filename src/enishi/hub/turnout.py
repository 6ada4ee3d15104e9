"""What became of an event: invited, registered, attended, bought. Each step is people, once.

A rate is of those of the step before, and is left out where that step has nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from enishi.accounts.permissions import Actor, Permission
from enishi.activities import queries as log
from enishi.hub import keeping
from enishi.hub.models import Letter, Registration
from enishi.vocab import terms


@dataclass(frozen=True, slots=True)
class Turnout:
    """Numbers of people. `answered` are those of the invited who registered."""

    invited: int
    """Subscribers to whom a letter about it was sent."""
    answered: int
    registered: int
    attended: int
    bought: int
    """Guests who attended and bought since they registered, by the log."""

    @property
    def answer_rate(self) -> float | None:
        return _rate(self.answered, self.invited)

    @property
    def attendance_rate(self) -> float | None:
        return _rate(self.attended, self.registered)

    @property
    def purchase_rate(self) -> float | None:
        return _rate(self.bought, self.attended)


def _rate(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def guest_key(registration_id: UUID) -> str:
    """Who a guest is in the log: whoever records their purchase names them so."""
    return f"guest:{registration_id}"


def of_event(actor: Actor, event_id: UUID) -> Turnout:
    """The turnout of an event of the hub. NotFoundError for those of others."""
    actor.require(Permission.INBOX_VIEW)
    thing = keeping.event(actor, event_id)
    letters = Letter.objects.filter(thing=thing, sent_at__isnull=False)
    invited = set(letters.values_list("subscriber__email", flat=True))
    guests = list(Registration.objects.filter(gathering__thing=thing, cancelled_at=None))
    attended = [one for one in guests if one.attended_at is not None]
    return Turnout(
        invited=len(invited),
        answered=len([one for one in guests if one.email in invited]),
        registered=len(guests),
        attended=len(attended),
        bought=_buyers(actor, attended),
    )


def _buyers(actor: Actor, guests: Sequence[Registration]) -> int:
    if not guests:
        return 0
    begun = {guest_key(one.pk): one.registered_at for one in guests}
    lake = log.lake([actor.workspace_id])
    rows = lake.activities
    bought = rows.filter(rows.type == terms.BUY, rows.actor_key.isin(sorted(begun)))
    found = lake.run(bought.select("actor_key", "occurred_at"))
    return len({row["actor_key"] for row in found if row["occurred_at"] >= begun[row["actor_key"]]})
