"""The town's file: one small SQLite database that web and worker processes share."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from enishi.adapters.sandbox import town
from enishi.adapters.sandbox.reactions import Plan
from enishi.adapters.sandbox.town import Resident

SEED = 20261122
_prepared: set[tuple[str, int]] = set()


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post of the town."""

    number: int
    author: str
    key: str
    text: str
    language: str
    link: str
    media: str
    reply_to: int | None
    root: int | None
    quotes: int | None
    created_at: float
    deleted_at: float | None

    @property
    def thread(self) -> int:
        """The number of the post that began the conversation."""
        return self.root or self.number


POST_COLUMNS = ", ".join(f"p.{name}" for name in PostRow.__slots__)


@lru_cache(maxsize=2)
def people(seed: int = SEED) -> dict[str, Resident]:
    """The residents by id."""
    return {resident.id: resident for resident in town.residents(seed)}


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """The file in one write transaction: all of a call happens, or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, timeout=30, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA synchronous=NORMAL")
        _prepare(path, connection)
        connection.execute("BEGIN IMMEDIATE")
        with connection:
            yield connection
    finally:
        connection.close()


def _prepare(path: Path, connection: sqlite3.Connection) -> None:
    """Make the tables and the people once; a file that was deleted is made anew."""
    mark = (str(path), path.stat().st_ino)
    if mark in _prepared:
        return
    connection.execute("PRAGMA journal_mode=WAL")
    connection.executescript(Path(__file__).with_name("schema.sql").read_text(encoding="utf-8"))
    connection.execute("BEGIN IMMEDIATE")
    with connection:
        if not connection.execute("SELECT 1 FROM accounts LIMIT 1").fetchone():
            _settle(connection)
    _prepared.add(mark)


def _settle(db: sqlite3.Connection) -> None:
    db.executemany(
        "INSERT INTO accounts (id, handle, name, language, created_at) VALUES (?, ?, ?, ?, 0)",
        [(who.id, who.handle, who.name, who.language) for who in people().values()],
    )


def insert_post(db: sqlite3.Connection, **columns: object) -> int:
    """Add a post and give its number."""
    names = ", ".join(columns)
    marks = ", ".join("?" * len(columns))
    statement = f"INSERT INTO posts ({names}) VALUES ({marks})"  # noqa: S608 - our own names
    number = db.execute(statement, tuple(columns.values())).lastrowid
    return int(number or 0)


def select_posts(db: sqlite3.Connection, where: str, parameters: Sequence[object]) -> list[PostRow]:
    """Posts by a condition on `posts p`."""
    rows = db.execute(f"SELECT {POST_COLUMNS} FROM posts p {where}", parameters)  # noqa: S608
    return [PostRow(*row) for row in rows]


def post(db: sqlite3.Connection, number: int) -> PostRow | None:
    return next(iter(select_posts(db, "WHERE p.number = ?", (number,))), None)


def followers_of(db: sqlite3.Connection, account: str) -> list[str]:
    rows = db.execute("SELECT follower FROM follows WHERE followed = ?", (account,))
    return [row[0] for row in rows]


def add_plans(db: sqlite3.Connection, owner: str, plans: Iterator[Plan]) -> None:
    """Remember what people will do."""
    db.executemany(
        "INSERT INTO plans (due_at, owner, kind, actor, post, text, amount)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(p.due_at, owner, p.kind, p.actor, p.post, p.text, p.amount) for p in plans],
    )
