from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from enishi.notifications.core.mailing import QUIET, digest_day, mail_at

NOW = datetime(2027, 3, 1, 3, tzinfo=UTC)


def test_it_mails_a_new_cause_at_once_and_then_rests():
    assert mail_at(None, NOW) == NOW
    assert mail_at(NOW - timedelta(hours=1), NOW) == NOW - timedelta(hours=1) + QUIET
    assert mail_at(NOW - QUIET, NOW) == NOW


def test_it_writes_the_daily_letter_from_eight_by_the_clock_of_the_workspace():
    assert digest_day(NOW, ZoneInfo("Asia/Tokyo")) == "2027-03-01"
    assert digest_day(NOW, ZoneInfo("Europe/Paris")) == ""
    assert digest_day(NOW, ZoneInfo("America/Los_Angeles")) == "2027-02-28"
