"""The simulated network as its operator sees it, for the adapter and for tests.

    network = Network(path)
    network.arm(Fault(FaultKind.DROP, operation="publish", after=True))

The file at `path` may be used by any number of processes at the same time.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from enishi.adapters.sandbox import life, measures, store
from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.adapters.sandbox.measures import Measure
from enishi.adapters.sandbox.store import PostRow
from enishi.kernel import clock

FILE_NAME = "sandbox.sqlite3"


class WrongPasswordError(Exception):
    """The handle belongs to somebody who chose another password."""


class NoSuchPostError(Exception):
    """The post that is answered or quoted does not exist (any more)."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account of the town."""

    id: str
    handle: str
    name: str
    about: str
    language: str
    base_followers: int


@dataclass(frozen=True, slots=True)
class ActRow:
    """Something that a resident did to an account, with the post that was written for it."""

    number: int
    kind: str
    at: float
    actor: AccountRow
    subject: int | None
    post: PostRow | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A post to be published."""

    text: str
    key: str = ""
    language: str = ""
    link: str = ""
    media: Sequence[Mapping[str, object]] = ()
    reply_to: int | None = None
    quotes: int | None = None


_ACCOUNT = "a.id, a.handle, a.name, a.about, a.language, a.base_followers"


class Network:
    """The town. `now` can be replaced, to live through a year in a moment."""

    def __init__(self, path: Path, now: Callable[[], datetime] | None = None) -> None:
        self.path = path
        self.now = now or _now
        self._shared: sqlite3.Connection | None = None

    @contextmanager
    def together(self) -> Iterator[None]:
        """Many calls in one transaction: quick, but nobody else can write meanwhile."""
        with store.opened(self.path) as db:
            self._shared = db
            try:
                yield
            finally:
                self._shared = None

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        if self._shared is not None:
            yield self._shared
            return
        with store.opened(self.path) as db:
            yield db

    # ── accounts ──

    def join(
        self,
        handle: str,
        password: str,
        *,
        name: str = "",
        about: str = "",
        language: str = "",
        followers: int = 0,
        at: datetime | None = None,
    ) -> str:
        """Open an account and give its id; `followers` live outside the town."""
        moment = (at or self.now()).timestamp()
        identifier = f"account-{secrets.token_hex(6)}"
        with self._opened() as db:
            db.execute(
                "INSERT INTO accounts (id, handle, name, about, language, password, lived_until,"
                " base_followers, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(identifier, handle, name or handle, about, language),
                    *(_digest(password), moment, followers, moment),
                ),
            )
        return identifier

    def sign_in(self, handle: str, password: str) -> str:
        """A session token; the first who comes with a handle gets the account."""
        if not self._has(handle):
            self.join(handle, password)
        with self._opened() as db:
            row = db.execute(
                "SELECT id, password FROM accounts WHERE handle = ?", (handle,)
            ).fetchone()
            if row[1] is None or not _matches(password, row[1]):
                raise WrongPasswordError(handle)
            token = secrets.token_urlsafe(24)
            db.execute("INSERT INTO tokens (token, account) VALUES (?, ?)", (token, row[0]))
        return token

    def _has(self, handle: str) -> bool:
        with self._opened() as db:
            found = db.execute("SELECT 1 FROM accounts WHERE handle = ?", (handle,))
            return found.fetchone() is not None

    def account(self, token: str) -> AccountRow | None:
        """Who is signed in with a token; None when it has ended."""
        with self._opened() as db:
            row = db.execute(
                f"SELECT {_ACCOUNT} FROM accounts a JOIN tokens t ON t.account = a.id"  # noqa: S608
                " WHERE t.token = ?",
                (token,),
            ).fetchone()
        return AccountRow(*row) if row else None

    def expire_tokens(self, handle: str = "") -> None:
        """End the sessions of an account, or of everybody."""
        with self._opened() as db:
            db.execute(
                "DELETE FROM tokens WHERE ? = '' OR account ="
                " (SELECT id FROM accounts WHERE handle = ?)",
                (handle, handle),
            )

    def forget(self, handle: str) -> None:
        """Close an account; its posts and everything people did to it go too."""
        with self._opened() as db:
            db.execute(
                "DELETE FROM posts WHERE number IN (SELECT c.post FROM acts c"
                " JOIN accounts a ON a.id = c.owner WHERE a.handle = ?)",
                (handle,),
            )
            db.execute("DELETE FROM accounts WHERE handle = ? AND password IS NOT NULL", (handle,))

    # ── posts ──

    def publish(
        self,
        account: str,
        drafts: Sequence[Draft],
        *,
        at: datetime | None = None,
        quiet: bool = False,
    ) -> list[PostRow]:
        """Publish a post, or the parts of a thread, and let the town react to the first.

        Nobody reacts to a `quiet` one: it continues what they have seen already.
        """
        moment = (at or self.now()).timestamp()
        rows: list[PostRow] = []
        with self._opened() as db:
            base = db.execute(
                "SELECT base_followers FROM accounts WHERE id = ?", (account,)
            ).fetchone()[0]
            for draft in drafts:
                rows.append(_insert(db, account, draft, moment, rows[-1:]))
            if not quiet:
                life.follow_up(db, rows[0], base)
        return rows

    def find(self, account: str, key: str) -> list[PostRow]:
        """The posts that were published with a key, thread parts in order."""
        with self._opened() as db:
            return store.select_posts(
                db,
                "WHERE p.author = ? AND p.key = ? AND p.deleted_at IS NULL ORDER BY p.number",
                (account, key),
            )

    def delete(self, account: str, number: int) -> None:
        """Take a post and the rest of its thread away; an absent one is no error."""
        with self._opened() as db:
            db.execute(
                "UPDATE posts SET deleted_at = ? WHERE author = ? AND deleted_at IS NULL"
                " AND (number = ? OR number > ? AND key <> ''"
                " AND key = (SELECT key FROM posts WHERE number = ?))",
                (self.now().timestamp(), account, number, number, number),
            )

    def own_posts(
        self, account: str, *, above: int = 0, below: int | None = None, limit: int = 1000
    ) -> list[PostRow]:
        """Posts of the account between two numbers, newest first."""
        with self._opened() as db:
            return store.select_posts(
                db,
                "WHERE p.author = ? AND p.deleted_at IS NULL AND p.number > ? AND p.number < ?"
                " ORDER BY p.number DESC LIMIT ?",
                (account, above, below or 1 << 60, limit),
            )

    # ── what people did ──

    def acts(
        self, account: str, *, after: int, limit: int, until: datetime | None = None
    ) -> list[ActRow]:
        """What happened to the account after an act, oldest first; time passes before."""
        columns = f"c.number, c.kind, c.at, c.subject, {_ACCOUNT}, {store.POST_COLUMNS}"
        with self._opened() as db:
            life.advance(db, (until or self.now()).timestamp())
            rows = db.execute(
                f"SELECT {columns} FROM acts c JOIN accounts a ON a.id = c.actor"  # noqa: S608
                " LEFT JOIN posts p ON p.number = c.post"
                " WHERE c.owner = ? AND c.number > ? ORDER BY c.number LIMIT ?",
                (account, after, limit),
            ).fetchall()
        return [_act(row) for row in rows]

    def measure(self, account: str, numbers: Sequence[int]) -> list[Measure]:
        """The present numbers of the account, or of the posts that are named."""
        with self._opened() as db:
            moment = self.now().timestamp()
            life.advance(db, moment)
            if numbers:
                return list(measures.of_posts(db, numbers))
            return list(measures.of_account(db, account, moment))

    def days(self, account: str, moments: Iterable[datetime]) -> list[tuple[datetime, Measure]]:
        """The account's numbers as they were at past moments."""
        with self._opened() as db:
            return [
                (moment, measure)
                for moment in moments
                for measure in measures.of_account(db, account, moment.timestamp())
            ]

    def advance(self, until: datetime | None = None) -> None:
        """Let time pass up to a moment, or until now."""
        with self._opened() as db:
            life.advance(db, (until or self.now()).timestamp())

    # ── faults ──

    def arm(self, fault: Fault) -> None:
        """Make the next calls of an operation go wrong."""
        with self._opened() as db:
            db.execute(
                "INSERT INTO faults (operation, kind, after, seconds, remaining)"
                " VALUES (?, ?, ?, ?, ?)",
                (fault.operation, fault.kind, fault.after, fault.seconds, fault.times),
            )

    def disarm(self) -> None:
        """Take all faults back."""
        with self._opened() as db:
            db.execute("DELETE FROM faults")

    def take_fault(self, operation: str) -> Fault | None:
        """The oldest fault that is armed for a call; it counts as used."""
        with self._opened() as db:
            row = db.execute(
                "SELECT number, kind, after, seconds FROM faults"
                " WHERE operation IN ('', ?) AND remaining > 0 ORDER BY number LIMIT 1",
                (operation,),
            ).fetchone()
            if row is None:
                return None
            db.execute("UPDATE faults SET remaining = remaining - 1 WHERE number = ?", row[:1])
        return Fault(FaultKind(row[1]), operation, bool(row[2]), row[3])


def _insert(
    db: sqlite3.Connection, account: str, draft: Draft, moment: float, before: list[PostRow]
) -> PostRow:
    """Add one post; a part of a thread answers the part before."""
    reply_to = before[0].number if before else draft.reply_to
    answered = _existing(db, reply_to)
    _existing(db, draft.quotes)
    number = store.insert_post(
        db,
        author=account,
        key=draft.key,
        text=draft.text,
        language=draft.language,
        link=draft.link,
        media=json.dumps(list(draft.media), ensure_ascii=False),
        reply_to=reply_to,
        root=answered.thread if answered else None,
        quotes=draft.quotes,
        created_at=moment,
    )
    row = store.post(db, number)
    assert row is not None  # noqa: S101 - it was inserted a line above
    return row


def _existing(db: sqlite3.Connection, number: int | None) -> PostRow | None:
    if number is None:
        return None
    row = store.post(db, number)
    if row is None or row.deleted_at is not None:
        raise NoSuchPostError(number)
    return row


def _act(row: Sequence[object]) -> ActRow:
    number, kind, at, subject, *rest = row
    account, post = rest[:6], rest[6:]
    return ActRow(
        number=number,  # type: ignore[arg-type]  # SQLite gives what the schema says
        kind=kind,  # type: ignore[arg-type]
        at=at,  # type: ignore[arg-type]
        subject=subject,  # type: ignore[arg-type]
        actor=AccountRow(*account),  # type: ignore[arg-type]
        post=PostRow(*post) if post[0] is not None else None,  # type: ignore[arg-type]
    )


def _now() -> datetime:
    return clock.now()


def _digest(password: str) -> str:
    salt = secrets.token_bytes(8)
    return f"{salt.hex()}:{_stretched(password, salt)}"


def _matches(password: str, stored: str) -> bool:
    salt, _, digest = stored.partition(":")
    return secrets.compare_digest(_stretched(password, bytes.fromhex(salt)), digest)


def _stretched(password: str, salt: bytes) -> str:
    return hashlib.blake2b(password.encode(), salt=salt).hexdigest()


def moment_of(seconds: float) -> datetime:
    """A time of the file as an aware time."""
    return datetime.fromtimestamp(seconds, UTC)
