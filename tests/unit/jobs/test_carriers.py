"""What carriers bring, before anything of it is leased."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest
from django.utils import translation

from enishi.jobs import checks
from enishi.jobs.carriers.fleet import CarriedSource, Inbox
from enishi.jobs.sources import ClaimRequest
from enishi.kernel import clock

A, B, C = uuid4(), uuid4(), uuid4()


def test_it_gives_out_what_came_first():
    inbox = Inbox()
    for identifier in (A, B, C):
        inbox.put(identifier)
    assert inbox.take(2) == [A, B]
    assert inbox.take(2) == [C]
    assert inbox.take(2) == []


def test_it_takes_a_message_that_comes_twice_for_one():
    inbox = Inbox()
    assert inbox.put(A) is inbox.put(A)
    assert inbox.take(9) == [A]


def test_it_lets_go_those_who_wait_when_a_work_is_done():
    inbox = Inbox()
    inbox.put(A)
    waiting = threading.Thread(target=inbox.put(A).result, args=(5,))
    waiting.start()
    inbox.take(1)
    inbox.finish([A])
    waiting.join(5)
    assert not waiting.is_alive()
    assert inbox.put(A).done() is False, "a later message is looked at anew"


def test_it_gives_back_what_was_not_begun_when_it_closes():
    inbox = Inbox()
    waiting, begun = inbox.put(A), inbox.put(B)
    assert inbox.take(1) == [A]
    inbox.close()
    assert begun.done()
    assert not waiting.done()
    assert inbox.put(C).done()
    assert inbox.returned == [B, C]
    inbox.abandon()
    assert waiting.done()


def test_it_lets_go_those_who_wait_when_the_database_is_away():
    class Broken:
        name, ceiling, deadline = "broken", 5, 5.0

        def claim_these(self, _request, _identifiers):
            raise OSError("gone")

    inbox = Inbox()
    future = inbox.put(A)
    with pytest.raises(OSError, match="gone"):
        CarriedSource(cast(Any, Broken()), inbox).claim(ClaimRequest(uuid4(), clock.now(), 5))
    assert future.done()


def settings(**changes: object) -> SimpleNamespace:
    chosen = {
        "ENISHI_CARRIER": "celery",
        "ENISHI_CARRIER_URL": "redis://127.0.0.1/0",
        "DATABASES": {"default": {"ENGINE": "django.db.backends.postgresql"}},
    }
    return SimpleNamespace(**(chosen | changes))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"ENISHI_CARRIER_URL": "amqp://guest:guest@127.0.0.1//"}, []),
        ({"ENISHI_CARRIER": "embedded", "ENISHI_CARRIER_URL": ""}, []),
        ({"ENISHI_CARRIER": "pigeon"}, ["enishi.E101"]),
        ({"ENISHI_CARRIER_URL": ""}, ["enishi.E103"]),
        ({"ENISHI_CARRIER_URL": "http://127.0.0.1"}, ["enishi.E103"]),
        ({"DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3"}}}, ["enishi.W104"]),
    ],
)
def test_it_checks_that_a_carrier_can_work(changes, found):
    assert [problem.id for problem in checks.problems(settings(**changes))] == found


def test_it_says_when_the_library_is_missing(monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda _name: None)
    assert [problem.id for problem in checks.problems(settings())] == ["enishi.E102"]


def test_it_says_in_the_readers_language_what_does_not_fit():
    with translation.override("ja"):
        (problem,) = checks.problems(settings(ENISHI_CARRIER_URL=""))
    assert "ブローカー" in problem.msg
    assert "redis://" in (problem.hint or "")
