from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from enishi.publishing.core.settling import Reason
from enishi.publishing.core.states import (
    ASKS_FOR_A_PERSON,
    DeliveryKind,
    DeliveryState,
    Outcome,
)
from enishi.publishing.core.timeline import Facts, Tone, Try, moments, next_step

NOW = datetime(2027, 1, 1, tzinfo=UTC)
FACTS = Facts(
    kind=DeliveryKind.PUBLISH,
    state=DeliveryState.SCHEDULED,
    reason="",
    problem="",
    channel_name="Kissa",
    created_at=NOW - timedelta(hours=1),
    planned_at=NOW,
    due_at=NOW + timedelta(hours=1),
    published_at=None,
    remote_url="",
    valid_until=None,
)


@pytest.mark.parametrize("state", list(DeliveryState))
@pytest.mark.parametrize("kind", list(DeliveryKind))
def test_it_says_what_comes_next_in_every_state(state, kind):
    step = next_step(replace(FACTS, state=state, kind=kind), NOW)
    assert str(step.text)
    assert step.waits_for_person == (state in ASKS_FOR_A_PERSON)


@pytest.mark.parametrize("reason", list(Reason))
def test_it_says_when_for_whatever_reason_it_waits(reason):
    assert next_step(replace(FACTS, reason=reason), NOW).at == FACTS.due_at


@pytest.mark.parametrize("outcome", list(Outcome))
def test_it_tells_every_attempt(outcome):
    item = Try(1, NOW, NOW + timedelta(seconds=2), outcome, "Busy.", "HTTP 503", "host:7")
    told = list(moments(replace(FACTS, tries=[item])))
    assert [moment.at for moment in told] == [FACTS.created_at, item.ended_at]
    assert (told[1].detail, told[1].quote) == ("Busy.", "HTTP 503")
    assert (told[1].number, told[1].seconds, told[1].worker) == (1, 2.0, "host:7")


def test_it_tells_that_a_person_confirmed():
    facts = replace(FACTS, state=DeliveryState.PUBLISHED, reason=Reason.MARKED, published_at=NOW)
    assert list(moments(facts))[-1].tone is Tone.GOOD
