"""Time passes in the town: what was planned happens, and days go by."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass

from enishi.adapters.sandbox import reactions, store
from enishi.adapters.sandbox.reactions import Seen
from enishi.adapters.sandbox.store import PostRow

_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class _Due:
    owner: str
    kind: str
    actor: str
    post: int | None
    text: str
    amount: int
    at: float


def advance(db: sqlite3.Connection, until: float) -> None:
    """Let everything happen that is due by `until`."""
    _live(db, until)
    rows = db.execute(
        "SELECT number, owner, kind, actor, post, text, amount, due_at FROM plans"
        " WHERE due_at <= ? ORDER BY due_at, number",
        (until,),
    ).fetchall()
    for _, *columns in rows:
        due = _Due(*columns)
        _HAPPENS[due.kind](db, due)
    db.executemany("DELETE FROM plans WHERE number = ?", [(row[0],) for row in rows])


def follow_up(db: sqlite3.Connection, row: PostRow, base_followers: int) -> None:
    """Plan what people do about a post of an account."""
    rng = random.Random(f"{store.SEED}:{row.author}:{row.key}:{row.created_at}")  # noqa: S311
    answered = store.post(db, row.reply_to) if row.reply_to else None
    everybody = store.people()
    if answered is not None and answered.author in everybody:
        who = everybody[answered.author]
        plans = reactions.to_answer(row.number, who, row.created_at, rng)
    else:
        fans = set(store.followers_of(db, row.author))
        seen = Seen(
            row.number,
            row.text,
            row.language,
            row.media != "[]",
            row.created_at,
            followers=base_followers + len(fans),
        )
        residents = everybody.values()
        near = [who for who in residents if who.id in fans]
        far = [who for who in residents if who.id not in fans]
        plans = reactions.to_post(seen, near, far, rng)
    store.add_plans(db, row.author, plans)


def _live(db: sqlite3.Connection, until: float) -> None:
    """Plan the hours of daily life that have begun since the last look."""
    accounts = db.execute(
        "SELECT id, handle, base_followers, lived_until FROM accounts"
        " WHERE lived_until IS NOT NULL AND lived_until + ? <= ?",
        (_HOUR, until),
    ).fetchall()
    everybody = store.people()
    for account, handle, base, lived_until in accounts:
        fans = [everybody[who] for who in store.followers_of(db, account) if who in everybody]
        crowds = (fans, list(everybody.values()))
        hour = lived_until
        while hour + _HOUR <= until:
            rng = random.Random(f"{store.SEED}:{account}:{int(hour)}")  # noqa: S311
            plans = reactions.daily_life(handle, base + len(fans), crowds, hour, rng)
            store.add_plans(db, account, plans)
            hour += _HOUR
        db.execute("UPDATE accounts SET lived_until = ? WHERE id = ?", (hour, account))


def _act(db: sqlite3.Connection, due: _Due, post: int | None = None) -> None:
    db.execute(
        "INSERT OR IGNORE INTO acts (owner, kind, actor, subject, post, at)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (due.owner, due.kind, due.actor, due.post, post, due.at),
    )


def _stands(db: sqlite3.Connection, due: _Due) -> PostRow | None:
    """The post that somebody reacts to, unless it was deleted meanwhile."""
    row = store.post(db, due.post) if due.post else None
    return row if row is not None and row.deleted_at is None else None


def _react(db: sqlite3.Connection, due: _Due) -> None:
    if _stands(db, due):
        _act(db, due)


def _view(db: sqlite3.Connection, due: _Due) -> None:
    if _stands(db, due):
        db.execute(
            "INSERT INTO views (owner, post, at, source, people, times) VALUES (?, ?, ?, ?, ?, ?)",
            (due.owner, due.post, due.at, due.actor, due.amount, round(due.amount * 1.3)),
        )


def _follow(db: sqlite3.Connection, due: _Due) -> None:
    done = db.execute(
        "INSERT OR IGNORE INTO follows (followed, follower, at) VALUES (?, ?, ?)",
        (due.owner, due.actor, due.at),
    )
    if done.rowcount:
        _act(db, due)


def _unfollow(db: sqlite3.Connection, due: _Due) -> None:
    done = db.execute(
        "DELETE FROM follows WHERE followed = ? AND follower = ?", (due.owner, due.actor)
    )
    if done.rowcount:
        _act(db, due)


def _write(db: sqlite3.Connection, due: _Due) -> None:
    """A reply, a quote or a mention is a post of its own."""
    about = _stands(db, due)
    if about is None and due.kind != "mention":
        return
    answers = about if due.kind == "reply" else None
    number = store.insert_post(
        db,
        author=due.actor,
        text=due.text,
        language=store.people()[due.actor].language,
        reply_to=answers.number if answers else None,
        root=answers.thread if answers else None,
        quotes=about.number if about and due.kind == "quote" else None,
        created_at=due.at,
    )
    _act(db, due, number)


_HAPPENS: dict[str, Callable[[sqlite3.Connection, _Due], None]] = {
    "view": _view,
    "like": _react,
    "reshare": _react,
    "follow": _follow,
    "unfollow": _unfollow,
    "reply": _write,
    "quote": _write,
    "mention": _write,
}
