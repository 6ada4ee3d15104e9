"""Blocks and allowances, looked up for a host and an actor."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q

from enishi.hub.federation import memory
from enishi.hub.models import Hub, Rule, Verdict

ORDER = [Verdict.BLOCK, Verdict.QUIET, Verdict.NO_MEDIA, Verdict.ALLOW]


def domains_of(host: str) -> list[str]:
    """A host and the domains above it, for a rule holds for subdomains too."""
    name = host.partition(":")[0]
    labels = name.split(".")
    above = [".".join(labels[start:]) for start in range(len(labels) - 1 or 1)]
    return list(dict.fromkeys([host, *above]))


def within(domain: str) -> Q:
    """Rows whose `host` a rule about a domain hits, whatever its port."""
    exact = Q(host=domain) | Q(host__startswith=f"{domain}:")
    return exact | Q(host__endswith=f".{domain}") | Q(host__contains=f".{domain}:")


def verdicts(hub_id: UUID | None, *, host: str, actor: str = "") -> set[str]:
    """What was decided about a sender, for everybody and for this hub."""
    matches = Q(kind="domain", value__in=domains_of(host))
    if actor:
        matches |= Q(kind="actor", value=actor)
    whose = Q(hub=None) | Q(hub_id=hub_id) if hub_id else Q(hub=None)
    return set(Rule.objects.filter(matches & whose).values_list("verdict", flat=True))


def is_blocked_here(*, host: str, actor: str) -> bool:
    """Whether the whole installation takes nothing of this sender."""
    rules = memory.blocked()
    if not rules:
        return False
    named = {("domain", name) for name in domains_of(host)} | {("actor", actor)}
    return not rules.isdisjoint(named)


def is_blocked(hub: Hub | None, *, host: str, actor: str = "") -> bool:
    """Whether nothing of this sender is taken."""
    return blocks(hub, verdicts(hub.id if hub else None, host=host, actor=actor))


def blocks(hub: Hub | None, found: set[str]) -> bool:
    """Whether what was decided about a sender means that a hub takes nothing of it."""
    if Verdict.BLOCK in found:
        return True
    return bool(hub and hub.allowed_only and Verdict.ALLOW not in found)
