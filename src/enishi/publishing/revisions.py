"""Which published posts can be changed where they stand."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from enishi.channels import registry
from enishi.channels.contract import Capability
from enishi.channels.models import Channel
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import (
    ASKS_FOR_A_PERSON,
    CONTENT_IS_FIXED,
    DeliveryKind,
    DeliveryState,
    PostState,
)
from enishi.publishing.models import Delivery, Post

_SETTLED = frozenset({DeliveryState.PUBLISHED, DeliveryState.DELETED})
OPEN = frozenset(
    {
        DeliveryState.SCHEDULED,
        DeliveryState.HELD,
        DeliveryState.MISSED,
        DeliveryState.FAILED,
        DeliveryState.UNKNOWN,
    }
)
"""An edit in one of these states takes newer words in, instead of a second edit being made."""


def in_trouble() -> Q:
    """Which deliveries are changes that did not reach their network and wait for a person."""
    stopped = [state.value for state in ASKS_FOR_A_PERSON]
    return Q(kind=DeliveryKind.EDIT.value, state__in=stopped)


def posts_in_trouble(workspace_id: UUID) -> QuerySet[Delivery, UUID | None]:
    """Posts that somewhere still read as before they were changed, until a person decides."""
    rows = Delivery.objects.filter(
        in_trouble(), workspace_id=workspace_id, post__state=PostState.PUBLISHED.value
    )
    return rows.order_by().values_list("post_id", flat=True)


def can_edit(channel: Channel) -> bool:
    """Whether the network of a channel lets one change what is published."""
    return registry.get(channel.adapter).manifest.supports(Capability.EDIT)


def published(post: Post, sent: Iterable[Delivery]) -> list[Delivery]:
    """The deliveries of a post that stand on networks and may be changed there.

    Empty while one of them is in doubt, and for what was read back from the network: Enishi
    does not know all of that.
    """
    rows = [row for row in sent if row.kind == DeliveryKind.PUBLISH]
    fixed = {DeliveryState(row.state) for row in rows} & CONTENT_IS_FIXED
    if post.adopted or fixed - _SETTLED:
        return []
    return [row for row in rows if row.state == DeliveryState.PUBLISHED and _is_named(row)]


def _is_named(row: Delivery) -> bool:
    """Whether the network's own name for it is known: an address that a person typed is none."""
    typed = row.reason == Reason.MARKED and row.remote_id == row.remote_url
    return bool(row.remote_id) and not typed
