"""Requests that arrive together are written down together, and none is lost."""

from __future__ import annotations

import threading
import time

import pytest
from django.db import IntegrityError

from enishi.hub.federation.recording import Arrived, Recorder
from enishi.kernel import clock
from enishi.kernel.ids import new_id


def row(name):
    return Arrived(name, new_id(), "Like", {}, "f", clock.now())


def together(recorder, names):
    failed = []

    def record(name):
        try:
            recorder.record(row(name))
        except IntegrityError:
            failed.append(name)

    threads = [threading.Thread(target=record, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    return failed


def test_those_who_wait_share_a_statement():
    batches = []

    def write(tickets):
        time.sleep(0.02)
        batches.append([one.row.activity_id for one in tickets])

    names = [f"https://a.example/{number}" for number in range(30)]
    assert not together(Recorder(write), names)
    assert sorted(name for batch in batches for name in batch) == sorted(names)
    assert len(batches) < len(names) / 2


def test_a_row_that_cannot_be_written_keeps_out_no_other():
    written = []

    def write(tickets):
        time.sleep(0.02)
        if any(one.row.activity_id == "bad" for one in tickets):
            raise IntegrityError
        written.extend(one.row.activity_id for one in tickets)

    names = [f"good{number}" for number in range(12)]
    assert together(Recorder(write), ["bad", *names]) == ["bad"]
    assert sorted(written) == sorted(names)


def test_a_database_that_is_away_is_told_to_everybody():
    def write(_tickets):
        raise ConnectionError

    recorder = Recorder(write)
    with pytest.raises(ConnectionError):
        recorder.record(row("a"))
