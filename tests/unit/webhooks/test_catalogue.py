from __future__ import annotations

import pytest

from enishi.webhooks.core.catalogue import EVENT_TYPES, TEST, Fact, event_type, matches

OURS = {"enishi:delivery": "1"}


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (Fact("Create", "outbound", "Note", OURS), "delivery.published"),
        (Fact("Create", "outbound", "Note", {}), ""),
        (Fact("Delete", "outbound", "Note", OURS), "delivery.deleted"),
        (Fact("Reject", "internal", "Note", {**OURS, "enishi:state": "failed"}), "delivery.failed"),
        (Fact("Flag", "internal", "Note", {**OURS, "enishi:state": "held"}), "delivery.held"),
        (Fact("Flag", "internal", "Note", {**OURS, "enishi:state": "other"}), ""),
        (Fact("Create", "internal", "Note", {}), "post.created"),
        (Fact("Add", "internal", "Note", {}), "post.scheduled"),
        (Fact("Add", "internal", "Note", OURS), ""),
        (Fact("Accept", "internal", "Note", OURS), "delivery.published"),
        (Fact("Add", "internal", "Service", {}), ""),
        (Fact("Create", "inbound", "Note", {}), "conversation.received"),
        (Fact("Like", "inbound", "Note", {}), "reaction.received"),
        (Fact("Undo", "inbound", "Note", {}), ""),
    ],
)
def test_it_names_what_happened(fact, expected):
    assert event_type(fact) == expected
    assert not expected or expected in EVENT_TYPES


def test_it_tells_an_endpoint_what_it_chose_or_everything():
    assert matches([], "post.created")
    assert matches(["post.created"], "post.created")
    assert not matches(["post.created"], "post.deleted")
    assert matches(["post.created"], TEST)
