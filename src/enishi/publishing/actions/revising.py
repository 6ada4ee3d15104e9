"""Changing what a published post says: an effect on networks, so a delivery of its own."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor, Permission
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError
from enishi.publishing import planning, revisions, validation
from enishi.publishing.core import keys, revising
from enishi.publishing.core.content import PostInput
from enishi.publishing.core.states import DeliveryKind, DeliveryState
from enishi.publishing.models import Delivery, Post


def require_revisable(
    actor: Actor, post: Post, standing: Sequence[Delivery], content: PostInput
) -> list[Delivery]:
    """Of the published deliveries those whose networks must be told of the new words.

    Refuses what no network could be told, and what the networks in question would refuse.
    """
    actor.require(Permission.POSTS_PUBLISH)
    old = validation.content_of(post)
    if not revising.same_shape(old, content):
        raise InvalidInputError(
            _("Of a published post only the words can be changed."),
            field="text",
            remedy=_(
                "Leave channels, images, further parts and the first comment as they are, "
                "or write a new post."
            ),
        )
    channels = revising.affected(old, content, [row.channel_id for row in standing])
    changed = [row for row in standing if row.channel_id in channels]
    _require_able(changed)
    _require_nothing_under_way(changed)
    checks = [
        check for check in validation.check_content(actor, content) if check.channel_id in channels
    ]
    if problems := [problem for check in checks for problem in check.problems]:
        raise validation.refusal(problems, checks)
    return changed


def _require_able(changed: Sequence[Delivery]) -> None:
    stiff = [str(row.channel) for row in changed if not revisions.can_edit(row.channel)]
    if stiff:
        raise ConflictError(
            _("What is published cannot be changed on: %(channels)s.")
            % {"channels": ", ".join(stiff)},
            remedy=_(
                "Delete it on the network and publish it anew, or give the other channels a "
                "text of their own."
            ),
        )


def _require_nothing_under_way(changed: Sequence[Delivery]) -> None:
    """Two changes of one post at the same time could arrive the wrong way round."""
    busy = Delivery.objects.filter(
        channel_id__in=[row.channel_id for row in changed],
        target_id__in=[row.remote_id for row in changed],
    )
    if busy.filter(kind=DeliveryKind.EDIT.value, state=DeliveryState.PUBLISHING.value).exists():
        raise ConflictError(
            _("An earlier change is just being sent."), remedy=_("Try again in a moment.")
        )
    waiting = planning.values(revisions.OPEN | {DeliveryState.PUBLISHING})
    if busy.filter(kind=DeliveryKind.DELETE.value, state__in=waiting).exists():
        raise ConflictError(_("It is being deleted already."))


def send_revision(actor: Actor, post: Post, changed: Collection[Delivery]) -> None:
    """Have the new words sent: an edit that still waits takes them in, else there is a new one."""
    for row in changed:
        if not _renewed(row):
            _require_nothing_under_way([row])  # a worker may have taken it just now
            _new(actor, post, row)


def _renewed(row: Delivery) -> int:
    now = clock.now()
    waiting = Delivery.objects.filter(
        channel_id=row.channel_id,
        kind=DeliveryKind.EDIT.value,
        target_id=row.remote_id,
        state__in=planning.values(revisions.OPEN),
    )
    return waiting.update(
        state=DeliveryState.SCHEDULED.value,
        planned_at=now,
        due_at=now,
        attempts_before=F("attempts"),
        reason="",
        problem="",
    )


def _new(actor: Actor, post: Post, row: Delivery) -> None:
    now = clock.now()
    Delivery.objects.create(
        workspace_id=row.workspace_id,
        post=post,
        channel=row.channel,
        author_id=actor.user_id,
        kind=DeliveryKind.EDIT.value,
        key=keys.new_key(now),
        target_id=row.remote_id,
        remote_url=row.remote_url,
        planned_at=now,
        due_at=now,
    )
