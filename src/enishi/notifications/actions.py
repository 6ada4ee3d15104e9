"""Every write of notifications."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from enishi.accounts.models import Membership
from enishi.accounts.permissions import Actor, Permission
from enishi.jobs import actions as jobs
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotFoundError
from enishi.notifications import preferences
from enishi.notifications.core.kinds import Choice, Kind, Mail
from enishi.notifications.core.mailing import GATHER
from enishi.notifications.letters import GATHERING
from enishi.notifications.models import Notification, Preference


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell some people. What shares a `cause` is told together."""

    workspace_id: UUID
    kind: Kind
    cause: str
    user_ids: Collection[UUID]
    path: str = ""
    """Where one of them leads, below the workspace's address."""
    path_of_many: str = ""
    """Where several of one cause lead; empty when that is the same place."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    count: int = 1


@transaction.atomic
def tell(news: Iterable[News]) -> None:
    """Tell people news in the ways they chose, inside the transaction that made it.

    1. What somebody wants in no way is not kept for them.
    2. More of an unread cause is counted on its row, so that nothing is told 500 times.
    3. E-mail is asked for once per person; it waits a little and gathers.
    """
    given = list(news)
    wanted = preferences.of_many({(item.workspace_id, item.kind) for item in given})
    letters: set[tuple[UUID, UUID]] = set()
    for item in given:
        for user_id in item.user_ids:
            choice = wanted(user_id, item.workspace_id, item.kind)
            if choice.wanted:
                _note(item, user_id, choice)
            if choice.mail is Mail.EACH:
                letters.add((user_id, item.workspace_id))
    for user_id, workspace_id in sorted(letters):
        _ask_for_letter(user_id, workspace_id)


def _ask_for_letter(user_id: UUID, workspace_id: UUID) -> None:
    jobs.enqueue(
        GATHERING,
        {"user": str(user_id), "workspace": str(workspace_id)},
        key=f"{user_id}:{workspace_id}",
        due_at=clock.now() + GATHER,
        workspace_id=workspace_id,
    )


def _note(item: News, user_id: UUID, choice: Choice) -> None:
    """Count it on the unread row of its cause, or begin one; two at once meet in the row."""
    if _counted(item, user_id, choice):
        return
    now = clock.now()
    try:
        with transaction.atomic():
            Notification.objects.create(
                workspace_id=item.workspace_id,
                user_id=user_id,
                kind=item.kind.value,
                cause=item.cause,
                parameters=dict(item.parameters),
                path=item.path if item.count == 1 else item.path_of_many or item.path,
                count=item.count,
                in_app=choice.in_app,
                mail=choice.mail.value,
                first_at=now,
                last_at=now,
            )
    except IntegrityError:
        _counted(item, user_id, choice)


def _counted(item: News, user_id: UUID, choice: Choice) -> bool:
    unread = Notification.objects.filter(
        user_id=user_id, workspace_id=item.workspace_id, cause=item.cause, read_at=None
    )
    return bool(
        unread.update(
            count=F("count") + item.count,
            last_at=clock.now(),
            parameters=dict(item.parameters),
            path=item.path_of_many or item.path,
            in_app=choice.in_app,
            mail=choice.mail.value,
        )
    )


@transaction.atomic
def mark_read(actor: Actor, *, notification_ids: Collection[UUID] | None = None) -> int:
    """Mark the actor's news as read, all without ids; returns how many were not."""
    rows = _own(actor).filter(read_at=None)
    if notification_ids is not None:
        rows = rows.filter(id__in=list(notification_ids))
    return rows.update(read_at=clock.now())


@transaction.atomic
def open_one(actor: Actor, *, notification_id: UUID) -> Notification:
    """Mark one as read and give it back, to go where it leads."""
    found = _own(actor).filter(id=notification_id).first()
    if found is None:
        raise NotFoundError(_("There is no such notification."), field="notification")
    mark_read(actor, notification_ids=[found.id])
    return found


@transaction.atomic
def choose(actor: Actor, *, choices: Mapping[Kind, Choice]) -> None:
    """Keep how the actor wants some kinds of news in this workspace."""
    user_id = _person(actor)
    if not Membership.objects.filter(user_id=user_id, workspace_id=actor.workspace_id).exists():
        raise NotFoundError(_("There is no such member."), field="user")
    for kind, choice in choices.items():
        Preference.objects.update_or_create(
            user_id=user_id,
            workspace_id=actor.workspace_id,
            kind=kind.value,
            defaults={"in_app": choice.in_app, "mail": choice.mail.value},
        )


def _own(actor: Actor) -> QuerySet[Notification]:
    rows = Notification.objects.filter(user_id=_person(actor), workspace_id=actor.workspace_id)
    return rows.filter(in_app=True)


def _person(actor: Actor) -> UUID:
    actor.require(Permission.WORKSPACE_VIEW)
    if actor.user_id is None:
        raise InvalidInputError(_("Notifications belong to a person."), field="user")
    return actor.user_id
