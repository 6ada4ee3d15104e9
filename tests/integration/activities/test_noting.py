"""Numbers that people note."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from enishi.accounts.permissions import Role
from enishi.activities import queries
from enishi.activities.noting import Note, note_number
from enishi.analytics.kpi import KPIS, Scope, Window
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError, NotAllowedError

pytestmark = pytest.mark.django_db


def reading(workspace, key):
    now = clock.now().date()
    window = Window(now - timedelta(days=2), now + timedelta(days=1))
    return KPIS[key].value(queries.lake([workspace.id]), Scope(workspace.id), window)


def test_what_was_spent_adds_up_and_a_second_note_of_an_invoice_corrects_the_first(
    owner, workspace
):
    earlier = clock.now() - timedelta(hours=1)
    note_number(owner, Note("spend", 1_000, "invoice-1", earlier))
    note_number(owner, Note("spend", 250))
    note_number(owner, Note("spend", 250))
    note_number(owner, Note("spend", 1_200, "invoice-1"))

    found = reading(workspace, "spend")
    assert (found.value, found.rows_count) == (1_700, 3)


def test_survey_answers_make_a_score(owner, workspace):
    for number, score in enumerate([10, 9, 9, 7, 3]):
        note_number(owner, Note("nps", score, f"person-{number}"))

    assert reading(workspace, "net_promoter_score").value == 40


@pytest.mark.parametrize(
    ("note", "field"),
    [
        (Note("luck", 1), "metric"),
        (Note("nps", 11), "value"),
        (Note("csat", 0), "value"),
        (Note("spend", -1), "value"),
        (Note("spend", float("nan")), "value"),
        (Note("spend", 1, observed_at=clock.now() + timedelta(days=1)), "observed_at"),
        (Note("spend", 1, observed_at=clock.now().replace(tzinfo=None)), "observed_at"),
    ],
    ids=["metric", "nps", "csat", "negative", "nan", "future", "zone"],
)
def test_what_cannot_be_is_refused_by_its_field(owner, workspace, note, field):
    with pytest.raises(InvalidInputError) as refusal:
        note_number(owner, note)
    assert refusal.value.field == field
    assert reading(workspace, "spend").value is None


def test_only_those_who_may_write_the_log_note_numbers(owner):
    with pytest.raises(NotAllowedError):
        note_number(replace(owner, role=Role.AUDITOR), Note("spend", 1))
