"""Every write to the log that a person asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from enishi import vocab
from enishi.accounts.permissions import Actor, Permission
from enishi.activities import erased, manifest
from enishi.activities.log import Direction, NewActivity, record
from enishi.activities.models import Activity, Observation, Tombstone
from enishi.activities.signals import person_erased
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError
from enishi.kernel.ids import new_id
from enishi.vocab import terms

MANUAL_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "search": terms.SEARCH,
        "purchase": terms.BUY,
        "lead": terms.LEAD,
        "click": terms.CLICK,
        "review": terms.REVIEW,
        "mention": "Create",
        "view": "View",
        "listen": "Listen",
    }
)
"""What can be recorded by hand or by another program, by its everyday name."""

_AHEAD = timedelta(minutes=5)
_LONGEST_KEY = 500


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened outside of the networks: a search, a purchase, a lead.

    `key` makes it safe to send twice; without one every call is another event. Amounts are
    whole minor units (1,280 yen is 1280, 12.80 euros is 1280) with their currency.
    """

    kind: str
    occurred_at: datetime | None = None
    key: str = ""
    channel_id: UUID | None = None
    actor_key: str = ""
    actor_name: str = ""
    object_key: str = ""
    text: str = ""
    amount: int | None = None
    currency: str = ""


@transaction.atomic
def record_event(actor: Actor, event: Event) -> tuple[UUID, bool]:
    """Record an event; returns its identifier and whether it was new."""
    actor.require(Permission.LOG_WRITE)
    _check(event)
    activity = _activity(actor, event, event.occurred_at or clock.now())
    return activity.id, bool(record([activity]).new)


def _check(event: Event) -> None:
    if event.kind not in MANUAL_TYPES:
        raise InvalidInputError(
            _("“%s” is not a kind of event.") % event.kind,
            field="kind",
            remedy=_("Use one of: %s.") % ", ".join(MANUAL_TYPES),
        )
    if event.occurred_at is not None:
        require_past(event.occurred_at, "occurred_at")
    if len(event.key) > _LONGEST_KEY:
        raise InvalidInputError(_("The key is longer than 500 characters."), field="key")
    if (event.amount is None) != (not event.currency):
        raise InvalidInputError(
            _("An amount needs a currency, and the other way round."), field="amount"
        )
    if event.currency and not (len(event.currency) == 3 and event.currency.isalpha()):  # noqa: PLR2004
        raise InvalidInputError(
            _("“%s” is not a currency.") % event.currency,
            field="currency",
            remedy=_("Use the three letters of ISO 4217, such as JPY."),
        )


def require_past(moment: datetime, field: str) -> None:
    """Raise InvalidInputError for a time without a zone, or one that is still to come."""
    if moment.tzinfo is None:
        raise InvalidInputError(
            _("The time has no time zone."),
            field=field,
            remedy=_("Write it like 2026-04-01T09:00:00+09:00."),
        )
    if moment > clock.now() + _AHEAD:
        raise InvalidInputError(_("The time lies in the future."), field=field)


def _activity(actor: Actor, event: Event, at: datetime) -> NewActivity:
    person = vocab.build("Person", id=event.actor_key or None, name=event.actor_name or None)
    term = MANUAL_TYPES[event.kind]
    document = vocab.build(
        ["Activity", term] if term.startswith("schema:") else term,
        published=at,
        actor=person if event.actor_key or event.actor_name else None,
        object=event.object_key or None,
        summary=event.text or None,
        **_price(event),
    )
    return NewActivity(
        workspace_id=actor.workspace_id,
        type=term,
        key=event.key or str(new_id()),
        source="enishi",
        occurred_at=at,
        channel_id=event.channel_id,
        direction=Direction.INBOUND,
        actor_key=event.actor_key,
        actor_name=event.actor_name,
        object_key=event.object_key,
        text=event.text,
        user_id=actor.user_id,
        via=actor.via.value,
        document=document.json(),
    )


def _price(event: Event) -> dict[str, Any]:
    if event.amount is None:
        return {}
    return {"enishi:amount": event.amount, "enishi:currency": event.currency.upper()}


@transaction.atomic
def erase_person(actor: Actor, actor_key: str) -> int:
    """Forget a person: their acts leave the log at once and the sealed files at compaction.

    1. The tombstone hides what is sealed and keeps the person from being recorded again.
    2. Hot rows are deleted; the number of them is returned.
    3. Other slices are told, to remove what they keep of the person.
    4. That somebody was erased is recorded, without saying who.
    """
    actor.require(Permission.LOG_ERASE)
    if not actor_key.strip():
        raise InvalidInputError(_("Nobody is named."), field="actor_key")
    with manifest.change():
        digest = erased.digest(actor.workspace_id, actor_key)
        Tombstone.objects.update_or_create(
            workspace_id=actor.workspace_id,
            digest=digest,
            defaults={"actor_key": actor_key, "requested_at": clock.now(), "applied_at": None},
        )
        rows = Activity.objects.filter(workspace_id=actor.workspace_id, actor_key=actor_key)
        count, _counts = rows.delete()
    person_erased.send(Tombstone, workspace_id=actor.workspace_id, actor_key=actor_key)
    record([_erasure(actor)])
    return count


def _erasure(actor: Actor) -> NewActivity:
    at = clock.now()
    document = vocab.build(
        "Delete", published=at, object=vocab.build("Tombstone", former_type="Person")
    )
    return NewActivity(
        workspace_id=actor.workspace_id,
        type="Delete",
        key=str(new_id()),
        source="enishi",
        occurred_at=at,
        actor_name=actor.name,
        object_type="Tombstone",
        user_id=actor.user_id,
        via=actor.via.value,
        document=document.json(),
    )


@transaction.atomic
def forget_workspace(workspace_id: UUID) -> None:
    """Take everything of a workspace that is going out of the log."""
    with manifest.change():
        for model in (Activity, Observation):
            model.objects.filter(workspace_id=workspace_id).delete()
        Tombstone.objects.filter(workspace_id=workspace_id).delete()
        Tombstone.objects.create(workspace_id=workspace_id, requested_at=clock.now())
