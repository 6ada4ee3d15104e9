from __future__ import annotations

import json

import pytest
from django.db import transaction

from enishi.activities.log import NewActivity, observe, record
from enishi.activities.models import Activity
from tests.integration.activities.kit import Act, Observe

pytestmark = pytest.mark.django_db


def test_it_records_what_happened(act: Act) -> None:
    recorded = record([act(1), act(2)])
    assert (len(recorded.new), recorded.known) == (2, 0)
    assert Activity.objects.count() == 2


def test_it_records_the_same_natural_key_once(act: Act) -> None:
    first = record([act(1), act(1)])
    again = record([act(1)])
    assert (len(first.new), first.known) == (1, 1)
    assert (again.new, again.known) == ([], 1)
    assert Activity.objects.count() == 1


def test_it_tells_the_new_ones_in_their_order(act: Act) -> None:
    record([act(2)])
    assert record([act(3), act(2), act(1)]).new == [act(3).id, act(1).id]


def test_it_keeps_sources_and_workspaces_apart(act: Act) -> None:
    other = act(1).workspace_id.__class__(int=1)
    given = [act(1), act(1, source="import:csv"), act(1, workspace_id=other)]
    assert len(record(given).new) == 3


def test_it_keeps_the_document_character_for_character(act: Act) -> None:
    document = {"type": "Like", "b": 1, "a": ["縁", None], "c": {"z": 1.5, "y": {}}}
    record([act(1, document=document)])
    stored = Activity.objects.get()
    assert stored.document == document
    assert list(json.loads(stored.document_json)) == ["type", "b", "a", "c"]


def test_it_records_more_than_one_statement_can_hold(act: Act) -> None:
    many = [act(minute) for minute in range(1_203)]
    assert len(record(many).new) == 1_203
    assert record(many).known == 1_203


def test_it_records_nothing_when_given_nothing() -> None:
    assert record([]).new == []
    assert observe([]) == 0


def test_it_records_an_observation_once(saw: Observe) -> None:
    assert observe([saw(1), saw(2), saw(1)]) == 2
    assert observe([saw(1), saw(3)]) == 1


def test_it_undoes_a_recording_with_the_change_it_tells_about(act: Act) -> None:

    with transaction.atomic():
        record([act(1)])
        transaction.set_rollback(True)
    assert not Activity.objects.exists()


def test_a_recording_is_led_by_the_time_at_which_it_occurred(act: Act) -> None:
    ids = [activity.id for activity in (act(1), act(2), act(3))]
    assert ids == sorted(ids)
    assert isinstance(act(1), NewActivity)
