"""Who died is told by silence, counted by one's own clock; others' clocks may say anything."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from enishi.jobs import heartbeat
from enishi.jobs.models import Worker
from enishi.kernel import clock

pytestmark = pytest.mark.django_db
BEAT, SILENCE = 4.0, 75.0


@pytest.fixture
def elsewhere() -> UUID:
    """A worker of another machine."""
    row = Worker.objects.create(
        host="elsewhere", pid=1, started_at=clock.now(), beat_at=clock.now()
    )
    return row.id


def beat(worker_id: UUID, hours: float, turn: int) -> None:
    at = clock.now() + timedelta(hours=hours, seconds=turn * BEAT)
    Worker.objects.filter(id=worker_id).update(beat_at=at)


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_who_beats_lives_whatever_their_clock_says(elsewhere, hours):
    observer = heartbeat.Observer(BEAT, SILENCE)
    for turn in range(60):
        beat(elsewhere, hours if turn > 10 else 0, turn)
        found = observer.look(1000 + turn * BEAT)
        assert elsewhere not in found.dead | found.silent


@pytest.mark.parametrize("hours", [-1, 0, 1])
def test_who_is_silent_died_whatever_their_clock_says(elsewhere, hours):
    observer = heartbeat.Observer(BEAT, SILENCE)
    beat(elsewhere, hours, 0)
    silent_from = next(
        turn * BEAT for turn in range(100) if elsewhere in observer.look(1000 + turn * BEAT).silent
    )
    assert SILENCE <= silent_from <= SILENCE + 2 * BEAT


def test_time_in_which_nobody_could_look_does_not_count(elsewhere):
    observer = heartbeat.Observer(BEAT, SILENCE)
    observer.look(1000)
    assert elsewhere not in observer.look(2000).silent


def test_a_process_of_this_machine_that_is_gone_is_dead_at_once():
    gone = heartbeat.sign_in()
    Worker.objects.filter(id=gone).update(pid=2**22 + 1)
    here = heartbeat.sign_in()
    found = heartbeat.Observer(BEAT, SILENCE).look(1000)
    assert gone in found.dead
    assert here not in found.dead | found.silent
