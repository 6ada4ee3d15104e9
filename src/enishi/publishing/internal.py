"""The hard stop between the house and the world: internal posts stay on internal channels.

A post that is marked internal (R028) is refused wherever it would be planned on a channel that
people outside read. The refusal undoes the action and is kept in the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from enishi.accounts.permissions import Actor
from enishi.activities import log
from enishi.channels.models import Channel
from enishi.kernel.errors import InvalidInputError
from enishi.kernel.ids import new_id
from enishi.publishing import events
from enishi.publishing.core.content import EXTERNAL, INTERNAL
from enishi.publishing.core.states import DeliveryKind, DeliveryState
from enishi.publishing.models import Delivery, Post

P = ParamSpec("P")
T = TypeVar("T")
_OVER = (DeliveryState.PUBLISHED.value, DeliveryState.CANCELLED.value, DeliveryState.DELETED.value)


class InternalOnlyError(InvalidInputError):
    """An internal post was about to be planned where people outside read."""

    code = "internal-only"

    def __init__(self, post: Post, names: Sequence[str]) -> None:
        super().__init__(
            _("This post is for the company only, but people outside read: %(names)s.")
            % {"names": ", ".join(names)},
            field="channels",
            remedy=_("Take these channels off the post, or say that it is for everybody."),
        )
        self.post, self.key = post, str(new_id())


def outside(channels: Sequence[Channel]) -> list[Channel]:
    """Those of some channels that people outside read."""
    return [channel for channel in channels if channel.audience != INTERNAL]


def require_inside(post: Post, channels: Sequence[Channel]) -> None:
    """Raise InternalOnlyError where an internal post would leave the house.

    The channels are locked meanwhile, so that none is opened to the world at the same moment.
    """
    if post.audience != INTERNAL:
        return
    ids = [channel.id for channel in channels]
    held = list(Channel.objects.select_for_update().filter(id__in=ids).order_by("id"))
    if open_ones := outside(held):
        raise InternalOnlyError(post, [str(channel) for channel in open_ones])


def waiting_inside(channel: Channel) -> int:
    """How many internal posts a channel still has to carry."""
    rows = Delivery.objects.filter(
        channel=channel, kind=DeliveryKind.PUBLISH.value, post__audience=INTERNAL
    )
    return rows.exclude(state__in=_OVER).count()


def told(
    action: Callable[Concatenate[Actor, P], T],
) -> Callable[Concatenate[Actor, P], T]:
    """Keep a refusal of the hard stop in the log, though the action itself is undone.

    Around several actions in one transaction it is put around that, too: the same refusal is
    the same activity, however often it is recorded.
    """

    @wraps(action)
    def run(actor: Actor, /, *args: P.args, **given: P.kwargs) -> T:
        try:
            return action(actor, *args, **given)
        except InternalOnlyError as refused:
            note = f"{INTERNAL} ≠ {EXTERNAL}: {refused.message}"
            activity = events.house(actor, "Reject", refused.post, note=note)
            with transaction.atomic():
                log.record([replace(activity, key=refused.key)])
            raise

    return run
