"""How servers say how long to wait."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from enishi.channels.http.ratelimits import retry_after

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "120"}, 120),
        ({"retry-after": "-5"}, 0),
        ({"retry-after": "Sun, 22 Nov 2026 03:01:00 GMT"}, 60),
        ({"retry-after": "Sun, 22 Nov 2026 02:00:00 GMT"}, 0),
        ({"retry-after": "2026-11-22T03:00:30Z"}, 30),
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 45)}, 45),
        ({"x-ratelimit-reset": "45"}, 45),
        ({"x-ratelimit-reset": "2026-11-22T03:02:00.000Z"}, 120),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) - 45)}, 0),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "later"}, None),
        ({}, None),
    ],
)
def test_it_reads_every_way_of_saying_when(headers, seconds):
    assert retry_after(headers, NOW) == seconds
