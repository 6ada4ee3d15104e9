"""Files as people bring them, made small or as large as a test wants."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

import libipld

from enishi.imports.core.items import Columns, Entry, Item, Kind, Problem, Target
from enishi.imports.core.layout import examine
from enishi.imports.core.reading import read
from enishi.vocab import parse

WORKSPACE = UUID(int=7)
NOW = datetime(2026, 5, 1, tzinfo=UTC)
MEASURED = datetime(2026, 4, 30, 12, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")


def target(kind: Kind, **changes: Any) -> Target:
    values: dict[str, Any] = {
        "workspace_id": WORKSPACE,
        "source": f"import:{kind}",
        "zone": TOKYO,
        "now": NOW,
        "measured_at": MEASURED,
    }
    return Target(**(values | changes))


def read_all(
    content: bytes | BinaryIO, kind: Kind, columns: Columns | None = None, **changes: Any
) -> list[Item]:
    raw = io.BytesIO(content) if isinstance(content, bytes) else content
    items = list(read(raw, kind, target(kind, **changes), columns or Columns()))
    for entry in entries(items):
        assert entry.activity is None or parse(
            dict(entry.activity.document), allow_relative=kind is Kind.OUTBOX
        )
    return items


def read_table(content: bytes, kind: Kind | None = None, **changes: Any) -> list[Item]:
    """A table, read with the mapping that is guessed for it."""
    layout = examine(io.BytesIO(content))
    chosen = kind or layout.kind
    return read_all(content, chosen, layout.columns(chosen), **changes)


def entries(items: Iterable[Item]) -> list[Entry]:
    return [item for item in items if isinstance(item, Entry)]


def problems(items: Iterable[Item]) -> list[tuple[int, str, str]]:
    return [(item.row, item.code, item.field) for item in items if isinstance(item, Problem)]


# ── ActivityStreams ────────────────────────────────────────────────────────────────────


def outbox_entry(number: int, **changes: Any) -> dict[str, Any]:
    at = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    address = f"https://town.example/users/hana/statuses/{number}"
    return {
        "id": f"{address}/activity",
        "type": "Create",
        "actor": "https://town.example/users/hana",
        "published": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "to": ["https://www.w3.org/ns/activitystreams#Public"],
        "cc": ["https://town.example/users/hana/followers"],
        "object": {
            "id": address,
            "type": "Note",
            "summary": None,
            "inReplyTo": None,
            "content": f"<p>今日のパン {number}<br>焼きたて &amp; 熱々</p><p>#パン</p>",
            "contentMap": {"ja": "<p>今日のパン</p>"},
            "attachment": [{"type": "Document", "url": "/media/1.jpg", "name": None}],
        },
    } | changes


def outbox(documents: Iterable[Any]) -> bytes:
    return json.dumps(
        {
            "@context": "https://www.w3.org/ns/activitystreams",
            "id": "outbox.json",
            "type": "OrderedCollection",
            "orderedItems": list(documents),
        },
        ensure_ascii=False,
    ).encode()


class OutboxStream(io.RawIOBase):
    """An outbox of any length that exists only while it is read."""

    def __init__(self, count: int) -> None:
        self._parts = self._generate(count)
        self._rest = b""
        self._count = count

    def _generate(self, count: int) -> Iterator[bytes]:
        yield b'{"type": "OrderedCollection", "orderedItems": ['
        ballast = "x" * 5000
        for number in range(count):
            comma = b"," if number else b""
            entry = outbox_entry(number, **{"x:ballast": ballast})
            yield comma + json.dumps(entry, ensure_ascii=False).encode()
        yield b"]}"

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        assert (offset, whence) == (0, 0)
        self._parts, self._rest = self._generate(self._count), b""
        return 0

    def readinto(self, buffer: Any) -> int:
        while len(self._rest) < len(buffer) and (part := next(self._parts, b"")):
            self._rest += part
        data, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)


# ── Archives ───────────────────────────────────────────────────────────────────────────


def zipped(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def tarred(members: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


# ── tweets.js ──────────────────────────────────────────────────────────────────────────


def tweet(number: int, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id_str": str(1_500_000_000_000_000_000 + number),
        "created_at": f"Wed Apr 01 09:{number % 60:02d}:00 +0000 2026",
        "full_text": f"パン {number} &amp; 紅茶 https://t.co/abc",
        "lang": "ja",
        "favorite_count": "3",
        "retweet_count": "1",
        "entities": {
            "urls": [{"url": "https://t.co/abc", "expanded_url": "https://bakery.example/"}],
            "hashtags": [{"text": "パン"}],
        },
    }
    return {"tweet": values | changes}


def tweets(documents: Iterable[Any], part: int = 0) -> bytes:
    body = json.dumps(list(documents), ensure_ascii=False)
    return f"window.YTD.tweets.part{part} = {body}".encode()


# ── Repository ─────────────────────────────────────────────────────────────────────────


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


class Repository:
    """Builds a small repository: records, a two-storey search tree, a commit."""

    def __init__(self, owner: str = "did:plc:hana") -> None:
        self.owner = owner
        self.blocks: dict[bytes, bytes] = {}
        self.records: dict[str, bytes] = {}

    def put(self, value: Any) -> bytes:
        data = libipld.encode_dag_cbor(value)
        cid = b"\x01\x71\x12\x20" + sha256(data).digest()
        self.blocks[cid] = data
        return cid

    def add(self, collection: str, key: str, record: Any) -> str:
        path = f"{collection}/{key}"
        self.records[path] = self.put(record)
        return f"at://{self.owner}/{path}"

    def _node(self, paths: list[str], left: bytes | None, right: bytes | None) -> bytes:
        entries, before = [], b""
        for path in paths:
            key = path.encode()
            shared = next(
                (at for at, (a, b) in enumerate(zip(before, key, strict=False)) if a != b),
                min(len(before), len(key)),
            )
            entries.append({"p": shared, "k": key[shared:], "v": self.records[path], "t": None})
            before = key
        if entries and right is not None:
            entries[-1]["t"] = right
        return self.put({"l": left, "e": entries})

    def car(self) -> bytes:
        paths = sorted(self.records)
        third = max(len(paths) // 3, 1)
        left = self._node(paths[:third], None, None)
        right = self._node(paths[2 * third :], None, None) if paths[2 * third :] else None
        tree = self._node(paths[third : 2 * third], left, right) if paths[third:] else left
        root = self.put({"did": self.owner, "version": 3, "data": tree, "rev": "3k", "prev": None})
        header = libipld.encode_dag_cbor({"roots": [root], "version": 1})
        parts = [_varint(len(header)) + header]
        order = [root, *(cid for cid in self.blocks if cid != root)]
        parts += [_varint(36 + len(self.blocks[cid])) + cid + self.blocks[cid] for cid in order]
        return b"".join(parts)


def repository(posts: int = 4) -> Repository:
    made = Repository()
    for number in range(posts):
        made.add(
            "app.bsky.feed.post",
            f"3k{number:05d}",
            {
                "$type": "app.bsky.feed.post",
                "text": f"パン {number}",
                "createdAt": f"2026-04-01T09:{number % 60:02d}:00.000Z",
                "langs": ["ja"],
            },
        )
    subject = {"uri": "at://did:plc:ren/app.bsky.feed.post/1", "cid": "bafy"}
    at = "2026-04-02T00:00:00Z"
    made.add("app.bsky.feed.like", "1", {"subject": subject, "createdAt": at})
    made.add("app.bsky.feed.repost", "1", {"subject": subject, "createdAt": at})
    made.add("app.bsky.graph.follow", "1", {"subject": "did:plc:ren", "createdAt": at})
    made.add("app.bsky.actor.profile", "self", {"displayName": "Hana"})
    return made
