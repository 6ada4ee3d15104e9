"""The numbers that the town shows to those who have an account."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_PERIOD = 28 * 86400.0
_SOURCES = ("followers", "reshares", "recommendation", "hashtag", "search")
_OF_POST = {"like": "likes", "reshare": "reshares", "reply": "replies", "quote": "quotes"}


@dataclass(frozen=True, slots=True)
class Measure:
    """A number; `post` is None when it is about the account."""

    post: int | None
    metric: str
    value: float


def of_account(db: sqlite3.Connection, account: str, at: float) -> Iterator[Measure]:
    """Followers, posts, and the reach of the last 28 days by its sources."""
    yield Measure(None, "followers", _followers(db, account, at))
    posts = db.execute(
        "SELECT COUNT(*) FROM posts WHERE author = ? AND created_at <= ? AND deleted_at IS NULL",
        (account, at),
    ).fetchone()[0]
    yield Measure(None, "posts", posts)
    yield Measure(None, "following", 0)
    reach = dict(
        db.execute(
            "SELECT source, SUM(people) FROM views WHERE owner = ? AND at > ? AND at <= ?"
            " GROUP BY source",
            (account, at - _PERIOD, at),
        ).fetchall()
    )
    for source in _SOURCES:
        yield Measure(None, f"reach_{source}", reach.get(source, 0))


def _followers(db: sqlite3.Connection, account: str, at: float) -> int:
    """Those outside the town, plus every follow, minus every unfollow up to a moment."""
    base, gained, lost = db.execute(
        "SELECT base_followers,"
        " (SELECT COUNT(*) FROM acts WHERE owner = a.id AND kind = 'follow' AND at <= :at),"
        " (SELECT COUNT(*) FROM acts WHERE owner = a.id AND kind = 'unfollow' AND at <= :at)"
        " FROM accounts a WHERE id = :account",
        {"account": account, "at": at},
    ).fetchone()
    return int(base + gained - lost)


def of_posts(db: sqlite3.Connection, numbers: Sequence[int]) -> Iterator[Measure]:
    """Reactions and views of posts, as they stand now."""
    for number in numbers:
        counts = dict(
            db.execute(
                "SELECT kind, COUNT(*) FROM acts WHERE subject = ? GROUP BY kind", (number,)
            ).fetchall()
        )
        for kind, metric in _OF_POST.items():
            yield Measure(number, metric, counts.get(kind, 0))
        people, times = db.execute(
            "SELECT COALESCE(SUM(people), 0), COALESCE(SUM(times), 0) FROM views WHERE post = ?",
            (number,),
        ).fetchone()
        sources = db.execute(
            "SELECT source, SUM(people) FROM views WHERE post = ? GROUP BY source", (number,)
        )
        for source, reached in sources.fetchall():
            yield Measure(number, f"reach_{source}", reached)
        yield Measure(number, "reach", people)
        yield Measure(number, "impressions", times)
        yield Measure(number, "views", times)
