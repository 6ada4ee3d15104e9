"""What should have gone out by now and waits for a person, or for a pause to end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from enishi.accounts.permissions import Actor, Permission
from enishi.kernel import clock
from enishi.publishing import assembling
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import DeliveryKind, DeliveryState, PostState
from enishi.publishing.home import zone_of
from enishi.publishing.models import Delivery, Pause, Post
from enishi.publishing.values import PostCard

_MOST = 200
_MISSED, _HELD = PostState.MISSED.value, PostState.HELD.value


@dataclass(frozen=True, slots=True)
class OverduePost:
    """A post that was due, and why it has not gone out."""

    card: PostCard
    why: str
    """`missed`, `stale` or `unfinished` (the draft of a slot)."""
    due_at: datetime | None
    valid_until: datetime | None


def overdue_posts(actor: Actor, *, limit: int = _MOST) -> list[OverduePost]:
    """Posts that were missed or are stale, the oldest first: each waits for a decision."""
    actor.require(Permission.POSTS_VIEW)
    rows = list(asking(actor.workspace_id).select_related("author").order_by("due_at")[:limit])
    sent = Delivery.objects.filter(post__in=rows, kind=DeliveryKind.PUBLISH.value)
    planned = set(sent.values_list("post_id", flat=True))
    return [
        OverduePost(card, _why(post, planned=post.id in planned), post.due_at, post.valid_until)
        for post, card in zip(rows, assembling.cards(rows, zone_of(actor)), strict=True)
    ]


def overdue_count(actor: Actor) -> int:
    """How many posts wait because their time has passed; at most some hundreds are counted."""
    actor.require(Permission.POSTS_VIEW)
    return asking(actor.workspace_id)[:_MOST].count()


def _why(post: Post, *, planned: bool) -> str:
    if post.state == PostState.HELD:
        return "stale"
    return "missed" if planned else "unfinished"


def asking(workspace_id: UUID) -> QuerySet[Post]:
    """The posts that were missed or are stale."""
    stale = Delivery.objects.filter(
        post_id=OuterRef("id"), state=DeliveryState.HELD.value, reason=Reason.STALE.value
    )
    return Post.objects.filter(
        Q(state=_MISSED) | Q(Exists(stale), state=_HELD), workspace_id=workspace_id
    )


def released_by(workspace_id: UUID, channel_id: UUID | None) -> list[Post]:
    """The posts whose time has passed that lifting a pause would let out, in order of time."""
    scope = Delivery.objects.filter(workspace_id=workspace_id)
    if channel_id is not None:
        scope = scope.filter(channel_id=channel_id)
    others = Pause.objects.filter(workspace_id=workspace_id).filter(
        Q(channel=None) | Q(channel_id=OuterRef("channel_id"))
    )
    lifted = Q(channel=None) if channel_id is None else Q(channel_id=channel_id)
    due = scope.filter(
        Q(state=DeliveryState.SCHEDULED.value)
        | Q(state=DeliveryState.HELD.value, reason=Reason.PAUSED_ALL.value),
        ~Exists(others.exclude(lifted)),
        kind=DeliveryKind.PUBLISH.value,
        planned_at__lte=clock.now(),
        attempts=0,
    )
    posts = Post.objects.filter(id__in=due.values("post_id"))
    return list(posts.select_related("author").order_by("due_at", "id"))


def resume_preview(actor: Actor, *, channel_id: UUID | None = None) -> list[PostCard]:
    """What would go out at once if a pause were lifted now."""
    actor.require(Permission.POSTS_VIEW)
    posts = released_by(actor.workspace_id, channel_id)
    return assembling.cards(posts, zone_of(actor), with_media=False)
