"""Checks of adapters: manifests, fixed files, declared capabilities, quality files."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping

from enishi.channels import registry
from enishi.channels.contract import (
    Capability,
    Deletes,
    Edits,
    Follows,
    Listens,
    Publishes,
    ReadsHistory,
    ReadsInbox,
    ReportsMetrics,
    Streams,
)
from enishi.channels.manifest import ManifestError, Tier
from enishi.channels.registry import AdapterType

FIXED_FILES = (
    "__init__.py",
    "manifest.toml",
    "adapter.py",
    "client.py",
    "mapping.py",
    "README.md",
    "quality.toml",
)

PROTOCOLS: Mapping[Capability, type] = {
    Capability.PUBLISH: Publishes,
    Capability.DELETE: Deletes,
    Capability.INBOX: ReadsInbox,
    Capability.REPLY: Publishes,
    Capability.METRICS: ReportsMetrics,
    Capability.HISTORY: ReadsHistory,
    Capability.FEED: ReadsHistory,
    Capability.EDIT: Edits,
    Capability.STREAM: Streams,
    Capability.FOLLOW: Follows,
    Capability.LISTEN: Listens,
}

RULES: Mapping[Tier, tuple[str, ...]] = {
    Tier.BRONZE: (
        "manifest-valid",
        "fixed-files",
        "verify-before-save",
        "unique-account",
        "errors-mapped",
        "pure-mapping",
        "conformance",
        "secrets-redacted",
        "limits-declared",
        "docs-setup-and-removal",
        "owner",
    ),
    Tier.SILVER: (
        "idempotent-publish",
        "outcome-unknown-handled",
        "reauth-flow",
        "rate-limits-honoured",
        "outage-logged-once",
        "webhook-signature-checked",
        "recovers-after-error",
        "branch-coverage-95",
        "docs-known-limits",
    ),
    Tier.GOLD: (
        "live-contract",
        "inbox-reply-roundtrip",
        "metrics-defined",
        "resumable-cursor",
        "edit-delete",
        "alt-text",
        "diagnostics",
        "translated",
        "docs-troubleshooting",
    ),
    Tier.PLATINUM: (
        "push-not-poll",
        "mapping-roundtrip-property-tested",
        "fault-injection",
        "request-budget-asserted",
        "api-drift-watch",
        "zero-type-ignores",
    ),
}


def manifests() -> Iterator[str]:
    """What is wrong with manifests, capabilities and quality files."""
    try:
        adapters = registry.all()
    except ManifestError as error:
        yield str(error)
        return
    for adapter in adapters:
        name = adapter.manifest.id
        yield from (f"{name}: {problem}" for problem in undeclared(adapter))
        yield from (f"{name}: {problem}" for problem in quality(adapter))


def undeclared(adapter: AdapterType) -> list[str]:
    """Where the class and the manifest contradict each other."""
    declared = adapter.manifest.capabilities
    implemented = {
        capability
        for capability, protocol in PROTOCOLS.items()
        if issubclass(adapter.factory, protocol)
    }
    missing = [f"declares {name} but does not implement it" for name in declared - implemented]
    provable = implemented - {Capability.FEED, Capability.REPLY}
    hidden = [f"implements {name} but does not declare it" for name in provable - declared]
    return sorted(missing + hidden)


def quality(adapter: AdapterType) -> Iterator[str]:
    """Rules that are unknown, unanswered, or not met although the tier demands them."""
    path = adapter.folder / "quality.toml"
    if not path.is_file():
        yield "there is no quality.toml"
        return
    answers = tomllib.loads(path.read_text(encoding="utf-8"))
    known = {rule for rules in RULES.values() for rule in rules} | {"budget"}
    yield from (f"quality.toml: no such rule: {rule}" for rule in sorted(set(answers) - known))
    for tier in _up_to(adapter.manifest.quality):
        for rule in RULES[tier]:
            if problem := _answer(answers.get(rule)):
                yield f"quality.toml: {rule} ({tier}): {problem}"


def _up_to(tier: Tier) -> list[Tier]:
    tiers = list(Tier)
    return tiers[: tiers.index(tier) + 1]


def _answer(answer: object) -> str:
    match answer:
        case "done":
            return ""
        case {"status": "exempt", "reason": str(reason)} if reason:
            return ""
        case {"status": "todo", "reason": str(reason)}:
            return f"still to do ({reason})"
        case None:
            return "not answered"
    return 'write "done" or {status = "todo" or "exempt", reason = "…"}'


def layout() -> Iterator[str]:
    """Files that every adapter has."""
    for adapter in registry.all():
        for name in FIXED_FILES:
            if not (adapter.folder / name).is_file():
                yield f"{adapter.manifest.id}: there is no {name}"


CHECKS = {"manifests": manifests, "layout": layout}
