from __future__ import annotations

from uuid import UUID

import pytest

from enishi.publishing.core.content import AttachmentInput, PostInput, VariantInput, cleaned
from enishi.publishing.core.states import (
    DELIVERY_STATES,
    DeliveryState,
    PostState,
    post_state,
)

D = DeliveryState


@pytest.mark.parametrize(
    ("deliveries", "expected"),
    [
        ([], PostState.DRAFT),
        ([D.SCHEDULED], PostState.SCHEDULED),
        ([D.PUBLISHED, D.SCHEDULED], PostState.SCHEDULED),
        ([D.PUBLISHED, D.FAILED], PostState.FAILED),
        ([D.UNKNOWN, D.FAILED, D.PUBLISHED], PostState.UNKNOWN),
        ([D.PUBLISHED, D.CANCELLED], PostState.PUBLISHED),
        ([D.DELETED, D.PUBLISHED], PostState.PUBLISHED),
        ([D.DELETED], PostState.DELETED),
        ([D.CANCELLED], PostState.CANCELLED),
    ],
)
def test_it_shows_the_delivery_that_needs_a_person_most(deliveries, expected):
    assert post_state(deliveries) is expected


def test_it_has_a_state_of_the_post_for_every_state_of_a_delivery():
    assert {post_state([state]) for state in D} == set(PostState) - {PostState.DRAFT}


def test_it_ends_only_where_something_was_deleted():
    assert DELIVERY_STATES.terminal == {D.DELETED}


def test_it_never_sends_what_may_stand_on_the_network_without_a_look_or_a_person():
    assert D.SCHEDULED not in {
        state for state in (D.PUBLISHED, D.DELETED) if DELIVERY_STATES.allows(state, D.SCHEDULED)
    }


def test_it_tidies_what_was_typed():
    uuid = UUID(int=1)
    given = PostInput(
        text="  Hello \r\nworld  \n\n",
        thread=["", " second  "],
        channels=[VariantInput(uuid, " own ")],
        attachments=[AttachmentInput(uuid, " a cat ")],
    )
    tidy = cleaned(given)
    assert tidy.text == "Hello\nworld"
    assert tidy.thread == ("second",)
    assert (tidy.channels[0].text, tidy.attachments[0].alt) == ("own", "a cat")
