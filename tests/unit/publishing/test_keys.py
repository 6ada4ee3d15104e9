from __future__ import annotations

import os
import warnings
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from enishi.publishing.core import keys

MOMENTS = st.datetimes(
    min_value=datetime(2000, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    timezones=st.just(UTC),
)
RANDOMS = st.integers(min_value=0, max_value=(1 << 30) - 1)


def test_it_writes_the_smallest_key_of_the_specification():
    assert keys.tid(datetime(1970, 1, 1, tzinfo=UTC), 0) == "2222222222222"


def test_it_writes_the_time_in_base_32():
    at = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
    assert keys.time_of(keys.tid(at, 0)) == at


@given(MOMENTS, RANDOMS)
def test_it_makes_valid_keys_near_their_time(at, random):
    key = keys.tid(at, random)
    assert keys.is_tid(key)
    assert abs(keys.time_of(key) - at) < timedelta(seconds=2)


@given(MOMENTS, MOMENTS, RANDOMS)
def test_it_sorts_keys_by_the_second(first, second, random):
    if first + timedelta(seconds=1) < second.replace(microsecond=0):
        assert keys.tid(first, random) < keys.tid(second, random)


def test_it_gives_different_keys_to_one_instant():
    at = datetime(2026, 11, 22, tzinfo=UTC)
    assert len({keys.new_key(at) for _ in range(100_000)}) == 100_000


def test_it_knows_what_is_no_key():
    assert not any(map(keys.is_tid, ("", "3jzfcijpj2z2", "zzzzzzzzzzzzz", "3jzfcijpj2z2A")))


def test_a_forked_process_does_not_repeat_the_keys_of_its_parent():
    at = datetime(2026, 11, 1, 9, tzinfo=UTC)
    keys.new_key(at)
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # threads of the test runner
        child = os.fork()
    if child == 0:
        os.write(writing, keys.new_key(at).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 100).decode() != keys.new_key(at)
    os.close(reading)
    os.close(writing)
