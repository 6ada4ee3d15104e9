"""What stands on the loopback platform: the record of truth, and the judge of deliveries."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_SCHEMA = """
PRAGMA journal_mode = WAL;
CREATE TABLE IF NOT EXISTS post (
    number INTEGER PRIMARY KEY, account TEXT, key TEXT, text TEXT, media TEXT, reply_to TEXT,
    at REAL, seen REAL);
CREATE INDEX IF NOT EXISTS post_key ON post (account, key);
CREATE TABLE IF NOT EXISTS edit (number INTEGER PRIMARY KEY, post INTEGER, text TEXT, at REAL);
CREATE TABLE IF NOT EXISTS media (number INTEGER PRIMARY KEY, account TEXT, size INTEGER);
CREATE TABLE IF NOT EXISTS incident (account TEXT, what TEXT, at REAL);
"""


@dataclass(frozen=True, slots=True)
class Posting:
    """A post as it stands on the platform."""

    id: str
    account: str
    key: str
    text: str
    media: tuple[str, ...]
    reply_to: str
    at: float
    """When the platform created it."""

    def json(self) -> dict[str, Any]:
        """As the platform's interface shows it."""
        return {
            "id": self.id,
            "text": self.text,
            "media": list(self.media),
            "reply_to": self.reply_to,
            "created_at": self.at,
        }


def number_of(identifier: str) -> int:
    """The row behind an id such as `p17`."""
    return int(identifier[1:])


def _posting(row: sqlite3.Row) -> Posting:
    media = tuple(json.loads(row["media"]))
    name, at = f"p{row['number']}", row["seen"]
    return Posting(name, row["account"], row["key"], row["text"], media, row["reply_to"], at)


class Record:
    """The platform's memory. Whatever is asked for is created: it never removes doubles."""

    def __init__(self, path: Path) -> None:
        # What was created stands even when the platform is stopped; a crash of the machine
        # is not what is tested here, so nothing waits for the disk.
        self._connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._connection.row_factory = sqlite3.Row
        self._connection.executescript(f"{_SCHEMA} PRAGMA synchronous = OFF;")

    def create(self, account: str, body: Mapping[str, Any], now: float) -> Posting:
        """A new post; `now` is the platform's clock."""
        media, key = list(body.get("media", ())), str(body.get("key", ""))
        reply_to, text = str(body.get("reply_to") or ""), str(body["text"])
        made = self._connection.execute(
            "INSERT INTO post (account, key, text, media, reply_to, at, seen) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (account, key, text, json.dumps(media), reply_to, time.time(), now),
        )
        name = f"p{made.lastrowid}"
        return Posting(name, account, key, text, tuple(media), reply_to, now)

    def edit(self, account: str, identifier: str, text: str) -> Posting | None:
        """Have a post say something else. Asked for twice, it is noted twice."""
        number = number_of(identifier)
        done = self._connection.execute(
            "UPDATE post SET text = ? WHERE number = ? AND account = ?", (text, number, account)
        )
        if not done.rowcount:
            return None
        self._connection.execute(
            "INSERT INTO edit (post, text, at) VALUES (?, ?, ?)", (number, text, time.time())
        )
        return self.get(account, identifier)

    def get(self, account: str, identifier: str) -> Posting | None:
        """One post of an account."""
        found = self._found("account = ? AND number = ?", account, number_of(identifier))
        return found[0] if found else None

    def upload(self, account: str) -> str:
        """The place for a file."""
        made = self._connection.execute(
            "INSERT INTO media (account, size) VALUES (?, NULL)", (account,)
        )
        return f"m{made.lastrowid}"

    def fill(self, account: str, media: str, size: int) -> bool:
        """The content of a file has come."""
        done = self._connection.execute(
            "UPDATE media SET size = ? WHERE number = ? AND account = ?",
            (size, number_of(media), account),
        )
        return done.rowcount == 1

    def is_filled(self, account: str, media: str) -> bool:
        """Whether a file is there as a whole."""
        return bool(
            self._connection.execute(
                "SELECT 1 FROM media WHERE number = ? AND account = ? AND size > 0",
                (number_of(media), account),
            ).fetchone()
        )

    def by_key(self, account: str, key: str) -> list[Posting]:
        """The posts that were sent with a key."""
        return self._found("account = ? AND key = ?", account, key)

    def recent(self, account: str, limit: int) -> list[Posting]:
        """The newest posts of an account."""
        return self._found("account = ? ORDER BY number DESC LIMIT ?", account, limit)

    def exists(self, identifier: str) -> bool:
        return bool(self._found("number = ?", number_of(identifier)))

    def _found(self, condition: str, *values: object) -> list[Posting]:
        rows = self._connection.execute(f"SELECT * FROM post WHERE {condition}", values)
        return [_posting(row) for row in rows]

    def note(self, account: str, what: str) -> None:
        """Something that should not have happened."""
        self._connection.execute(
            "INSERT INTO incident VALUES (?, ?, ?)", (account, what, time.time())
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """How what stands compares with what was wanted."""

    wanted: int
    standing: int
    lost: Sequence[str] = ()
    doubled: Sequence[str] = ()
    strange: Sequence[str] = field(default_factory=tuple)
    """What nobody wanted, or in the wrong place."""

    @property
    def clean(self) -> bool:
        """Each exactly once, and nothing else."""
        return not (self.lost or self.doubled or self.strange)


class Judge:
    """Reads the record from outside, while the platform runs and afterwards."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _rows(self, query: str) -> list[sqlite3.Row]:
        with closing(sqlite3.connect(self._path, timeout=30)) as connection:
            connection.row_factory = sqlite3.Row
            return connection.execute(query).fetchall()

    def postings(self) -> list[Posting]:
        """All posts, in the order in which they came."""
        return [_posting(row) for row in self._rows("SELECT * FROM post ORDER BY number")]

    def arrivals(self) -> dict[str, float]:
        """When each text came first, by the machine's clock."""
        rows = self._rows("SELECT text, min(at) AS at FROM post GROUP BY text")
        return {row["text"]: row["at"] for row in rows}

    def edits(self) -> list[tuple[str, str]]:
        """Which post was given which text, in the order in which that happened."""
        rows = self._rows("SELECT post, text FROM edit ORDER BY number")
        return [(f"p{row['post']}", row["text"]) for row in rows]

    def count(self) -> int:
        """How many posts stand."""
        return int(self._rows("SELECT count(*) FROM post")[0][0])

    def incidents(self) -> Counter[str]:
        """What clients did that a real network would have punished."""
        return Counter(row["what"] for row in self._rows("SELECT what FROM incident"))

    def judge(self, wanted: Mapping[str, Wanted]) -> Verdict:
        """Compare with what was wanted."""
        return judged(self.postings(), wanted)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where a text is to stand: below which other one, with how many files."""

    account: str
    below: str = ""
    media: int = 0

    def agrees(self, posting: Posting, texts_by_id: Mapping[str, str]) -> bool:
        """Whether a post is in its place."""
        below = texts_by_id.get(posting.reply_to, "")
        return (posting.account, below, len(posting.media)) == (
            self.account,
            self.below,
            self.media,
        )


def judged(postings: Iterable[Posting], wanted: Mapping[str, Wanted]) -> Verdict:
    """Compare what stands with what was wanted, by text: every text is wanted once."""
    standing: dict[str, list[Posting]] = {}
    for posting in postings:
        standing.setdefault(posting.text, []).append(posting)
    texts_by_id = {post.id: post.text for posts in standing.values() for post in posts}
    return Verdict(
        wanted=len(wanted),
        standing=sum(map(len, standing.values())),
        lost=[text for text in wanted if text not in standing],
        doubled=[text for text, posts in standing.items() if len(posts) > 1],
        strange=[
            text
            for text, posts in standing.items()
            if text not in wanted or not wanted[text].agrees(posts[0], texts_by_id)
        ],
    )
