"""Whoever fills a recurring slot in hears that it is due and empty, or has passed unfinished."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import translation

from enishi.accounts.models import Membership, User
from enishi.accounts.permissions import Role
from enishi.jobs.testing import run_until_idle
from enishi.kernel import clock
from enishi.notifications import queries
from enishi.notifications.core.kinds import Kind
from enishi.publishing import actions, slot_watch
from enishi.publishing.core.slots import Pattern, SeriesInput
from enishi.publishing.models import Post
from enishi.publishing.slot_models import Series

DUE = datetime(2027, 4, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def be(monkeypatch):
    """`be(moment)`: have it be that time."""
    return lambda moment: monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def series(be, owner, member, channel) -> Series:
    """Every evening at nine of three days in April, to be filled in by the member."""
    be(DUE - timedelta(days=5))
    pattern = Pattern("FREQ=DAILY", (time(21),), "Asia/Tokyo", date(2027, 4, 1), date(2027, 4, 3))
    content = SeriesInput("夜の写真", [channel.id], pattern, owner_id=member.user_id)
    return actions.create_series(owner, content=content)


@pytest.mark.parametrize(
    ("language", "words"),
    [("ja", "まだ書かれていません"), ("en", "due soon and still empty")],
)
def test_it_tells_whoever_fills_a_slot_in_that_it_is_empty(
    be, series, owner, member, language, words
):
    User.objects.filter(id=member.user_id).update(language=language)
    be(DUE - timedelta(hours=3))
    slot_watch.tick()
    slot_watch.tick()
    [item] = queries.listed(member).items
    post = Post.objects.get(due_at=DUE)
    assert (item.kind, item.path) == (Kind.SLOT_EMPTY, f"posts/{post.id}/edit/")
    with translation.override(language):
        [item] = queries.listed(member).items
    assert item.title.startswith("夜の写真")
    assert words in item.title
    assert item.reason
    assert queries.listed(owner).items == []
    run_until_idle(after=timedelta(minutes=2))
    [letter] = mail.outbox
    assert words in letter.subject


def test_it_tells_of_slots_that_passed_unfinished_on_one_row(be, series, member):
    be(DUE + timedelta(days=1, minutes=1))
    slot_watch.tick()
    rows = {item.kind: item for item in queries.listed(member).items}
    assert rows[Kind.SLOT_MISSED].path == "missed/"
    assert "2 posts" in rows[Kind.SLOT_MISSED].title
    assert "Nothing was sent" in rows[Kind.SLOT_MISSED].reason


def test_it_tells_all_who_write_when_the_one_who_did_has_left(
    be, series, owner, member, make_actor
):
    reader = make_actor(Role.ANALYST)
    Membership.objects.filter(user_id=member.user_id).delete()
    be(DUE - timedelta(hours=3))
    slot_watch.tick()
    assert [item.kind for item in queries.listed(owner).items] == [Kind.SLOT_EMPTY]
    assert queries.listed(reader).items == []
