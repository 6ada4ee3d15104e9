"""A reply is a delivery like any other: it goes out once and is recorded as an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enishi.activities.models import Activity
from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.channels.contract import Reference
from enishi.jobs.testing import run_until_idle
from enishi.kernel.errors import InvalidInputError
from enishi.publishing import actions
from enishi.publishing.core.states import DeliveryState
from enishi.publishing.models import Delivery
from enishi.publishing.signals import deliveries_settled

HOUR = timedelta(hours=1)


@pytest.fixture
def question(owner, make_post) -> Reference:
    """Something on the network that can be answered."""
    actions.publish_now(owner, post_id=make_post("Questions?").id)
    run_until_idle()
    return Reference(Delivery.objects.get().remote_id, {"root": "post-1"})


def test_it_sends_a_reply_once_although_the_answer_is_lost(owner, channel, question, town, arrived):
    town.arm(Fault(FaultKind.DROP, operation="publish", after=True))
    made = actions.send_reply(owner, channel_id=channel.id, in_reply_to=question, text=" Thanks! ")
    run_until_idle()
    run_until_idle(after=HOUR)
    made.refresh_from_db()
    assert made.state == DeliveryState.PUBLISHED
    assert arrived() == ["Questions?", "Thanks!"]
    row = Activity.objects.get(object_key=made.remote_id)
    assert (row.type, row.direction, row.target_key) == ("Create", "outbound", question.remote_id)


def test_it_refuses_an_empty_reply(owner, channel, question):
    with pytest.raises(InvalidInputError):
        actions.send_reply(owner, channel_id=channel.id, in_reply_to=question, text="  ")
    assert Delivery.objects.count() == 1


def test_it_tells_other_slices_how_it_went(owner, channel, question):
    told = []

    def listen(deliveries, **_more):
        told.extend(deliveries)

    deliveries_settled.connect(listen)
    made = actions.send_reply(owner, channel_id=channel.id, in_reply_to=question, text="Hi")
    run_until_idle()
    deliveries_settled.disconnect(listen)
    assert [(one.id, one.state) for one in told] == [(made.id, DeliveryState.PUBLISHED)]
