"""The switch for a crisis: stop everything that is planned, and let it go on."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.activities import log
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError
from enishi.publishing import events, planning
from enishi.publishing.actions.posts import require_channels
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.models import Delivery, Pause

_MOST_LETTERS = 300


@transaction.atomic
def pause_publishing(actor: Actor, *, channel_id: UUID | None = None, reason: str = "") -> Pause:
    """Let no post out of the workspace, or of one channel, until `resume_publishing`.

    It takes effect within a second, also for what a worker holds already and between the
    posts of a thread. Answers to people and deletions still go out.
    """
    actor.require(Permission.POSTS_PUBLISH)
    channel = _channel(actor, channel_id)
    if len(reason) > _MOST_LETTERS:
        raise InvalidInputError(
            _("The reason is too long."), field="reason", remedy=_("Use at most 300 characters.")
        )
    pause, new = Pause.objects.get_or_create(
        workspace_id=actor.workspace_id,
        channel=channel,
        defaults={"reason": reason.strip(), "by_id": actor.user_id, "at": clock.now()},
    )
    if not new:
        raise ConflictError(_("Publishing is paused there already."))
    log.record([events.switched(actor, "Block", channel, note=pause.reason)])
    return pause


@transaction.atomic
def resume_publishing(actor: Actor, *, channel_id: UUID | None = None) -> int:
    """Lift a pause; returns how many held posts go on now. What is too late by then asks."""
    actor.require(Permission.POSTS_PUBLISH)
    channel = _channel(actor, channel_id)
    lifted, _kinds = Pause.objects.filter(workspace_id=actor.workspace_id, channel=channel).delete()
    if not lifted:
        raise ConflictError(_("Publishing is not paused there."))
    log.record([events.switched(actor, "Undo", channel)])
    return _release(actor.workspace_id)


def _channel(actor: Actor, channel_id: UUID | None) -> Channel | None:
    return None if channel_id is None else require_channels(actor, [channel_id])[channel_id]


def _release(workspace_id: UUID) -> int:
    """Make due again what was held and no other pause still holds."""
    pauses = Pause.objects.filter(workspace_id=workspace_id)
    still = pauses.filter(Q(channel=None) | Q(channel_id=OuterRef("channel_id")))
    held = Delivery.objects.filter(
        ~Exists(still),
        workspace_id=workspace_id,
        state=DeliveryState.HELD.value,
        reason=Reason.PAUSED_ALL.value,
    )
    posts: dict[UUID, UUID | None] = dict(held.values_list("id", "post_id"))
    freed = Delivery.objects.filter(id__in=list(posts), state=DeliveryState.HELD.value).update(
        state=DeliveryState.SCHEDULED.value,
        due_at=F("planned_at"),
        attempts_before=F("attempts"),
        reason="",
        problem="",
    )
    planning.refresh_states({post for post in posts.values() if post is not None})
    return freed
