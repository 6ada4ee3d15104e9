"""How fast each channel may go: budgets of its account, of our application, of its server.

Budgets are rows that all workers share. A channel may send what the tightest of its budgets
grants; channels that share one take turns, so that a busy one does not use it up.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from enishi.channels import registry
from enishi.channels.http.quotas import Quota
from enishi.channels.manifest import RateLimit, Scope
from enishi.channels.models import Channel
from enishi.jobs import budgets
from enishi.jobs.budgets import Allowance
from enishi.jobs.core.pace import Rate

Rates = Mapping[str, Rate]


def rates_of(channel: Channel) -> dict[str, Rate]:
    """The rates that a channel's network sets, by budget key.

    Any window holds at most `calls + burst` of ours, which is what the network allows.
    """
    return {
        key_of(channel, limit): _rate(limit)
        for limit in registry.get(channel.adapter).manifest.rate_limits
    }


def key_of(channel: Channel, limit: RateLimit) -> str:
    """The budget that a limit of a channel draws from."""
    if limit.scope is Scope.ACCOUNT:
        return f"account:{channel.id}:{limit.name}"
    host = urlsplit(channel.service_url).netloc
    return f"{limit.scope.value}:{channel.adapter}:{host}:{limit.name}"[:200]


def _rate(limit: RateLimit) -> Rate:
    allowed = max(limit.amount // limit.cost, 2)
    burst = allowed // 2
    return Rate(allowed - burst, timedelta(seconds=limit.seconds), burst)


def correct(channel: Channel, quota: Quota, now: datetime) -> bool:
    """Let a budget grant no more than the server says is left; false if none is like that.

    The server's limit is recognised by its size. Budgets are only ever made tighter. When an
    account has nothing left, its own gate is the better way to wait: it opens at once.
    """
    limits = registry.get(channel.adapter).manifest.rate_limits
    alike = next((limit for limit in limits if limit.amount == quota.limit), None)
    if alike is None or (alike.scope is Scope.ACCOUNT and quota.remaining < alike.cost):
        return False
    key, rate = key_of(channel, alike), _rate(alike)
    left = quota.remaining // alike.cost
    if left <= 0:
        budgets.close({key: quota.reset_at}, {key: rate})
    elif left < rate.burst:
        budgets.lower({key: now + rate.tolerance - rate.interval * (left - 1)})
    return True


def spend(
    wanted: Mapping[UUID, int],
    rates: Mapping[UUID, Rates],
    closed: Mapping[UUID, datetime],
    now: datetime,
) -> dict[UUID, Allowance]:
    """What each channel may send now; `closed` ones nothing until a time.

    What a budget granted and nobody could use, because another was tighter, goes back.
    """
    asking = {channel: count for channel, count in wanted.items() if channel not in closed}
    totals: Counter[str] = Counter()
    for channel, count in asking.items():
        totals.update(dict.fromkeys(rates[channel], count))
    by_key = {key: rate for channel in asking for key, rate in rates[channel].items()}
    spent = budgets.spend(totals, by_key, now) if totals else {}
    left = Counter({key: allowance.granted for key, allowance in spent.items()})
    granted = share(asking, {channel: list(rates[channel]) for channel in asking}, left)
    budgets.give_back({key: count for key, count in left.items() if count}, by_key)
    found = {channel: Allowance(0, at) for channel, at in closed.items() if channel in wanted}
    for channel in asking:
        nexts = [spent[key].next_at for key in rates[channel]]
        found[channel] = Allowance(granted[channel], max(nexts, default=now))
    return found


def share(
    wanted: Mapping[UUID, int], keys: Mapping[UUID, list[str]], left: Counter[str]
) -> Counter[UUID]:
    """Give calls out one by one, in turns; `left` is what remains of each budget."""
    given: Counter[UUID] = Counter()
    waiting = [channel for channel, count in wanted.items() if count]
    while waiting:
        still: list[UUID] = []
        for channel in waiting:
            if any(left[key] <= 0 for key in keys[channel]):
                continue
            left.subtract(keys[channel])
            given[channel] += 1
            if given[channel] < wanted[channel]:
                still.append(channel)
        waiting = still
    return given
