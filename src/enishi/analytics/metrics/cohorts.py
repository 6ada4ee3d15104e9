"""People by the day of their first act of one type, and how many went on to another."""

from __future__ import annotations

from typing import Any

from enishi.analytics.windows import Window


def cohorts(activities: Any, first_type: str, second_type: str, window: Window) -> Any:
    """(day, leads, customers): who first did `first_type` on a day of the window.

    `customers` are those of them who did `second_type` at that moment or later, up to the end
    of the window. Somebody is counted once however often they act; acts without a known person
    belong to no cohort.
    """
    known = activities.filter(activities.actor_key != "")
    leads = known.filter(known.type == first_type)
    leads = leads.group_by("actor_key").agg(won_at=leads.occurred_at.min())
    leads = leads.filter(window.contains(leads.won_at))
    buys = known.filter(known.type == second_type)
    buys = buys.filter(window.contains(buys.occurred_at))
    buys = buys.group_by(buyer=buys.actor_key).agg(last_at=buys.occurred_at.max())
    joined = leads.left_join(buys, leads.actor_key == buys.buyer)
    joined = joined.mutate(
        day=window.day_of(joined.won_at),
        went_on=(joined.last_at >= joined.won_at).fill_null(False).cast("int64"),  # noqa: FBT003
    )
    return joined.group_by("day").agg(leads=joined.count(), customers=joined.went_on.sum())
