"""What lies in the future costs nothing, however much it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from enishi.kernel import clock
from enishi.publishing import claiming, delivery
from enishi.publishing.models import Delivery

pytestmark = pytest.mark.django_db

MANY = 3000


@pytest.fixture
def years_ahead(make_channel):
    """Deliveries of some channels, one an hour from tomorrow on, and a database that knows it."""
    channels, now = [make_channel() for _each in range(3)], clock.now()
    rows = []
    for number in range(MANY):
        channel, at = channels[number % 3], now + timedelta(hours=24 + number)
        rows.append(
            Delivery(
                workspace_id=channel.workspace_id,
                channel=channel,
                kind="reply",
                state="scheduled",
                key=f"k{number}",
                planned_at=at,
                due_at=at,
            )
        )
    Delivery.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":
            _let_it_think_of_a_million(cursor)
    return rows


def _let_it_think_of_a_million(cursor):
    """What `ANALYZE` finds beside a million deliveries of 200 channels."""
    cursor.execute(
        "UPDATE sqlite_stat1 SET stat = CASE WHEN idx LIKE '%_channel_id_%' THEN '1001000 5005' "
        "ELSE '1001000 ' || substr(stat, instr(stat, ' ') + 1) END "
        "WHERE tbl = 'publishing_delivery'"
    )
    cursor.execute("ANALYZE sqlite_schema")


def test_the_questions_of_a_worker_are_answered_by_the_index_of_what_is_scheduled(years_ahead):
    now = clock.now()
    for question in (claiming.DUE, delivery.WAITING, delivery.OLDEST):
        plan = " ".join(question.plan(now=now))
        assert "delivery_due" in plan, plan
        assert "SCAN publishing_delivery" not in plan, plan
        assert "Seq Scan" not in plan, plan


def test_only_what_is_due_counts_as_waiting(years_ahead):
    source, now = delivery.DeliverySource(), clock.now()
    assert source.backlog(now) == delivery.Backlog(due=0, oldest=None, leased=0)
    later = source.backlog(years_ahead[1].due_at)
    assert (later.due, later.oldest, later.leased) == (2, years_ahead[0].due_at, 0)
    Delivery.objects.filter(id=years_ahead[0].id).update(state="publishing")
    assert source.backlog(now) == delivery.Backlog(due=0, oldest=None, leased=1)
