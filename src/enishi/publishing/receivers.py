"""What publishing does when something happens to a channel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import F
from django.dispatch import receiver
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from enishi import vocab
from enishi.channels import signals
from enishi.channels.core.lifecycle import ChannelState
from enishi.channels.models import Channel
from enishi.kernel.errors import ConflictError
from enishi.publishing import internal, planning
from enishi.publishing.actions.adopting import adopt_published
from enishi.publishing.core.gate import RELEASED_BY_CHANNEL
from enishi.publishing.core.states import DeliveryKind, DeliveryState
from enishi.publishing.delivery import is_sending
from enishi.publishing.models import Delivery

_WAITING = [DeliveryState.SCHEDULED.value, DeliveryState.HELD.value]


@receiver(signals.history_read)
def adopt(*, channel: Channel, activities: Sequence[tuple[UUID, vocab.Node]], **_more: Any) -> None:
    """Posts that were published elsewhere appear in the calendar."""
    adopt_published(channel=channel, activities=activities)


@receiver(signals.sending_asked)
def tell_whether_sending(*, channel: Channel, **_more: Any) -> bool:
    """Nobody shall take for somebody else's what we are just publishing."""
    return is_sending(channel)


@receiver(signals.channel_changed)
def release(*, channel: Channel, new: ChannelState, **_more: Any) -> None:
    """What was held because of its channel goes on when the channel works again."""
    if new not in {ChannelState.ACTIVE, ChannelState.DRAFT}:
        return
    held = Delivery.objects.filter(
        channel=channel,
        state=DeliveryState.HELD.value,
        reason__in=[reason.value for reason in RELEASED_BY_CHANNEL],
    )
    posts = set(held.filter(post__isnull=False).values_list("post_id", flat=True))
    held.update(
        state=DeliveryState.SCHEDULED.value,
        due_at=F("planned_at"),
        attempts_before=F("attempts"),
        reason="",
        problem="",
    )
    planning.refresh_states(posts)


@receiver(signals.channel_opening)
def keep_inside(*, channel: Channel, **_more: Any) -> None:
    """A channel is not opened to the world while it still carries posts for the company only."""
    if count := internal.waiting_inside(channel):
        raise ConflictError(
            _("%(count)s post for the company only still waits on this channel.")
            % {"count": count},
            field="audience",
            remedy=_("Cancel it or say that it is for everybody, first."),
        )


@receiver(signals.disconnect_asked)
def warn_before_disconnecting(*, channel: Channel, **_more: Any) -> Promise | str | None:
    """What is planned on a channel would be held."""
    count = Delivery.objects.filter(
        channel=channel, kind=DeliveryKind.PUBLISH.value, state__in=_WAITING
    ).count()
    if not count:
        return None
    return ngettext_lazy(
        "%(count)s scheduled post will be held.",
        "%(count)s scheduled posts will be held.",
        count,
    ) % {"count": count}
