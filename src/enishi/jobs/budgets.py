"""Rate budgets, shared by all workers: one row for each key, used inside the claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from enishi.jobs.core.pace import Rate, closed_until, take
from enishi.jobs.models import Budget


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many calls a key may make now, and when it may make the next."""

    granted: int
    next_at: datetime


def spend(
    wanted: Mapping[str, int], rates: Mapping[str, Rate], now: datetime
) -> dict[str, Allowance]:
    """Take calls from the budgets of keys, as far as they go. Run inside a transaction."""
    rows = _locked(wanted)
    grants = {key: take(rates[key], rows.get(key), now, count) for key, count in wanted.items()}
    _write({key: grant.arrival_at for key, grant in grants.items() if grant.granted})
    return {key: Allowance(grant.granted, grant.next_at) for key, grant in grants.items()}


def give_back(unused: Mapping[str, int], rates: Mapping[str, Rate]) -> None:
    """Return calls that were taken and not made. Run in the transaction that took them."""
    if unused:
        rows = _locked(unused)
        _write({key: rows[key] - rates[key].interval * unused[key] for key in rows})


def close(keys: Mapping[str, datetime], rates: Mapping[str, Rate]) -> None:
    """Let nothing of these keys pass before a time: the other side said how long to wait."""
    lower({key: closed_until(rates[key], reopen_at) for key, reopen_at in keys.items()})


def lower(arrivals: Mapping[str, datetime]) -> None:
    """Move budgets to these arrival times, where they are not that far already."""
    rows = _locked(arrivals)
    _write({key: at for key, at in arrivals.items() if key not in rows or rows[key] < at})


def _locked(keys: Mapping[str, object]) -> dict[str, datetime]:
    rows = Budget.objects.select_for_update().filter(key__in=list(keys)).order_by("key")
    return dict(rows.values_list("key", "arrival_at"))


def _write(arrivals: Mapping[str, datetime]) -> None:
    Budget.objects.bulk_create(
        [Budget(key=key, arrival_at=at) for key, at in arrivals.items()],
        update_conflicts=True,
        update_fields=["arrival_at"],
        unique_fields=["key"],
    )
