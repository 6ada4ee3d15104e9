"""What endpoints can be told, and which of it an activity of the log is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

TEST = "webhook.test"

EVENT_TYPES: Mapping[str, object] = {
    "delivery.published": _("A post or reply stands on its network."),
    "delivery.failed": _("A post or reply was not published, and nothing more will be tried."),
    "delivery.unknown": _("It is not known whether a post arrived; a person has to look."),
    "delivery.missed": _("A post is too late to be sent unasked."),
    "delivery.held": _("A post is held: its channel cannot send, or it is no longer valid."),
    "delivery.deleted": _("A post was taken off its network."),
    "post.created": _("A draft was written."),
    "post.changed": _("A draft or scheduled post was edited."),
    "post.scheduled": _("A post was scheduled."),
    "post.moved": _("A scheduled post got another time."),
    "post.cancelled": _("A post was taken out of the schedule."),
    "post.deleted": _("A post was thrown away."),
    "conversation.received": _("Somebody wrote: a reply, a mention or a quote."),
    "reaction.received": _("Somebody liked something of ours."),
    "reshare.received": _("Somebody passed on something of ours."),
    "follow.received": _("Somebody follows one of our accounts."),
}
"""Every type that can be subscribed to, with its meaning."""

_INBOUND = {
    "Create": "conversation.received",
    "Like": "reaction.received",
    "Announce": "reshare.received",
    "Follow": "follow.received",
}
_OUTBOUND = {"Create": "delivery.published", "Delete": "delivery.deleted"}
_OF_POST = {
    "Create": "post.created",
    "Update": "post.changed",
    "Add": "post.scheduled",
    "Move": "post.moved",
    "Remove": "post.cancelled",
    "Delete": "post.deleted",
}
_OF_DELIVERY = {"Accept": "delivery.published"}
"""What a person decided about one delivery: only that it is published is news."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What decides the event type of an activity."""

    type: str
    direction: str
    object_type: str
    document: Mapping[str, Any]


def event_type(fact: Fact) -> str:
    """The event type of an activity; empty when nobody is told about it."""
    ours = "enishi:delivery" in fact.document
    if fact.direction == "inbound":
        return _INBOUND.get(fact.type, "")
    if fact.direction == "outbound":
        return _OUTBOUND.get(fact.type, "") if ours else ""
    if state := fact.document.get("enishi:state"):
        return f"delivery.{state}" if f"delivery.{state}" in EVENT_TYPES else ""
    if fact.object_type != "Note":
        return ""
    return (_OF_DELIVERY if ours else _OF_POST).get(fact.type, "")


def matches(subscribed: list[str], kind: str) -> bool:
    """Whether an endpoint wants an event; without any choice it wants all."""
    return not subscribed or kind in subscribed or kind == TEST


def example() -> dict[str, Any]:
    """What a call carries, for the reference."""
    delivery = "01a1fbd6-8c1a-7cc9-a6f4-0d2c6c7f5e10"
    post = "01a1fbd6-8b02-7a51-9d0b-6f1f4f9e2b77"
    channel = "01a1fbd0-11a4-7e0e-8a83-5a55a8a6a0c1"
    return {
        "type": "delivery.failed",
        "timestamp": "2027-04-01T00:30:02.000Z",
        "data": {
            "@context": [
                "https://www.w3.org/ns/activitystreams",
                {"enishi": "urn:enishi:", "schema": "https://schema.org/"},
            ],
            "type": "Reject",
            "id": "urn:uuid:01a1fbd6-9a30-7b1c-8d0e-3a0c1d5b9f42",
            "published": "2027-04-01T00:30:02Z",
            "actor": {"type": "Service", "id": f"urn:uuid:{channel}", "name": "Hinode Coffee"},
            "object": {"type": "Note", "id": f"urn:uuid:{post}"},
            "target": {"type": "Object", "id": f"urn:uuid:{delivery}"},
            "summary": "The text is too long for this network.",
            "enishi:activity": "01a1fbd6-9a30-7b1c-8d0e-3a0c1d5b9f42",
            "enishi:channel": channel,
            "enishi:post": post,
            "enishi:delivery": delivery,
            "enishi:state": "failed",
            "enishi:reason": "refused",
        },
    }
