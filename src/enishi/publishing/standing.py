"""What of a post stands on a network, or may, although its delivery is not settled.

A thread that broke off, an answer that got lost: the text that was sent must not change
under it, and nothing may say that it never went out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from enishi.publishing import candidates, planning
from enishi.publishing.core.settling import Reason
from enishi.publishing.core.standing import is_doubtful, stands
from enishi.publishing.core.states import (
    DELIVERY_STATES,
    DeliveryKind,
    DeliveryState,
)
from enishi.publishing.models import Attempt, Delivery, Post

_CANCELLABLE = DELIVERY_STATES.sources_of(DeliveryState.CANCELLED)


def half_sent(rows: Iterable[Delivery]) -> set[UUID]:
    """Those of which something stands, or may; what a person gave up is not in doubt."""
    tried = {row.id: row for row in rows if row.attempts}
    found = {key for key, row in tried.items() if stands(row.progress)}
    open_ = [
        key for key, row in tried.items() if key not in found and row.reason != Reason.GIVEN_UP
    ]
    return found | _doubtful(open_)


def _doubtful(ids: list[UUID]) -> set[UUID]:
    if not ids:
        return set()
    outcomes: dict[UUID, list[str]] = defaultdict(list)
    attempts = Attempt.objects.filter(delivery_id__in=ids).order_by("delivery_id", "number")
    for delivery_id, outcome in attempts.values_list("delivery_id", "outcome"):
        outcomes[delivery_id].append(outcome)
    return {key for key, ended in outcomes.items() if is_doubtful(ended)}


def of_post(post: Post) -> set[UUID]:
    """The deliveries of a post, settled ones aside, of which something may stand."""
    return half_sent(_of_post(post))


def _of_post(post: Post) -> list[Delivery]:
    rows = Delivery.objects.filter(post=post, kind=DeliveryKind.PUBLISH.value)
    return list(rows.filter(state__in=planning.values(_CANCELLABLE | {DeliveryState.CANCELLED})))


def forget_uploads(post: Post) -> None:
    """After an edit, files that were handed over for the old content are not used again."""
    Delivery.objects.filter(id__in=[row.id for row in _of_post(post) if row.progress]).update(
        progress={}
    )


def stop(rows: Iterable[Delivery], reason: Reason = Reason.NONE) -> int:
    """Send nothing more of these (the rows are locked); how many that concerned.

    What stands in part, or may, is not called cancelled: a person looks and decides.
    """
    waiting = [row for row in rows if row.state in _CANCELLABLE]
    partly = half_sent(waiting)
    whole = [row.id for row in waiting if row.id not in partly]
    half = [row for row in waiting if row.id in partly and row.state != DeliveryState.FAILED]
    stopped = planning.move(
        whole, DeliveryState.CANCELLED, reason=reason.value, problem=""
    ) + planning.move([row.id for row in half], DeliveryState.UNKNOWN, reason=Reason.PARTLY.value)
    for row in half:
        candidates.gather_later(row)
    return stopped
