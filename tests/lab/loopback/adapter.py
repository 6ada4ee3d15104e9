"""The adapter of the loopback platform, in three flavours of finding out what arrived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, ClassVar

from enishi import vocab
from enishi.channels import parts, readback
from enishi.channels.contract import (
    Account,
    Attachment,
    Connection,
    Outgoing,
    Page,
    Problem,
    Receipt,
)
from enishi.channels.core.matching import Likeness, Posted, compare
from tests.lab.loopback.client import Client

_ALL = 100


class LoopbackAdapter:
    """Publishes threads with files and first comments, part by part."""

    keyed: ClassVar[bool] = False
    readable: ClassVar[bool] = True

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._client = Client(connection)

    async def verify(self) -> Account:
        name = (await self._client.call("GET", "/me"))["account"]
        return Account(name, name, name, self._connection.service_url)

    def length(self, text: str) -> int:
        return len(text)

    def problems(self, outgoing: Outgoing) -> Sequence[Problem]:
        return []

    async def publish(self, outgoing: Outgoing) -> Receipt:
        media = [
            await self._upload(outgoing, place, file)
            for place, file in enumerate(outgoing.attachments)
        ]
        first = previous = ""
        for part, text in _texts(outgoing):
            below = first if part == parts.COMMENT else previous
            reply_to = below or (outgoing.in_reply_to.remote_id if outgoing.in_reply_to else "")
            files = [] if first else media
            previous = await self._part(outgoing, part, text, media=files, reply_to=reply_to)
            first = first or previous
        return _receipt(outgoing)

    async def _upload(self, outgoing: Outgoing, place: int, file: Attachment) -> str:
        part = parts.media(place)
        if part in outgoing.parts.done:
            return str(outgoing.parts.done[part])
        made = (await self._client.call("POST", "/media"))["id"]
        await self._client.call("PUT", f"/media/{made}", content=file.content())
        await outgoing.parts.save(part, made)
        return str(made)

    async def _part(self, outgoing: Outgoing, part: str, text: str, **body: Any) -> str:
        if part in outgoing.parts.done:
            return str(outgoing.parts.done[part])
        found = await self._look(outgoing, part, text) if outgoing.parts.again else None
        if found is None:
            body |= {"text": text, "key": f"{outgoing.key}.{part}"}
            found = (await self._client.call("POST", "/posts", effect=True, json=body))["id"]
        await outgoing.parts.save(part, found)
        return found

    async def find(self, outgoing: Outgoing) -> Receipt | None:
        for part, text in _texts(outgoing):
            if part in outgoing.parts.done:
                continue
            found = await self._look(outgoing, part, text)
            if found is None:
                return None
            await outgoing.parts.save(part, found)
        return _receipt(outgoing)

    async def edit(self, remote_id: str, outgoing: Outgoing) -> Receipt:
        body = {"text": outgoing.text}
        await self._client.call("PUT", f"/posts/{remote_id}", effect=True, json=body)
        return Receipt(remote_id, f"https://loopback.test/{remote_id}")

    async def edited(self, remote_id: str, outgoing: Outgoing) -> Receipt | None:
        shown = (await self._client.call("GET", f"/posts/{remote_id}"))["text"]
        if compare(outgoing.text, shown) is not Likeness.SAME:
            return None
        return Receipt(remote_id, f"https://loopback.test/{remote_id}")

    async def _look(self, outgoing: Outgoing, part: str, text: str) -> str | None:
        """The id of a part that stands already, if the platform can be asked."""
        if not self.readable:
            return None
        if self.keyed:
            asked = {"key": f"{outgoing.key}.{part}"}
            found = await self._client.call("GET", "/posts", params=asked)
            return str(found[0]["id"]) if found else None
        posts = await self._recent()
        complete = len(posts) < _ALL or posts[-1].created_at < outgoing.created_at
        media = len(outgoing.attachments) if part == parts.thread(0) else 0
        post = readback.look(outgoing, posts, text=text, media=media, complete=complete)
        return post.remote_id if post else None

    async def _recent(self) -> list[Posted]:
        return [
            Posted(item["id"], item["text"], _when(item), media=len(item["media"]))
            for item in await self._client.call("GET", "/posts")
        ]

    async def history(self, cursor: str) -> Page:
        """The newest posts; those up to the cursor are known."""
        known = int(cursor or 0)
        found = await self._client.call("GET", "/posts") if self.readable else []
        new = [item for item in reversed(found) if int(item["id"][1:]) > known]
        last = new[-1]["id"][1:] if new else cursor
        return Page([_activity(item, self._connection) for item in new], last)


class KeyAdapter(LoopbackAdapter):
    """The platform can be asked by our key."""

    keyed = True


class ReadbackAdapter(LoopbackAdapter):
    """The account's recent posts are compared."""


class PersonAdapter(LoopbackAdapter):
    """The platform cannot be asked."""

    readable = False


def _texts(outgoing: Outgoing) -> list[tuple[str, str]]:
    """The posts of a delivery by their parts' names, in order."""
    thread = [outgoing.text, *outgoing.thread]
    found = [(parts.thread(place), text) for place, text in enumerate(thread)]
    return [*found, (parts.COMMENT, outgoing.first_comment)] if outgoing.first_comment else found


def _receipt(outgoing: Outgoing) -> Receipt:
    done = outgoing.parts.done
    ids = [str(done[part]) for part, _text in _texts(outgoing) if part != parts.COMMENT]
    comment = str(done.get(parts.COMMENT, ""))
    return Receipt(ids[0], f"https://loopback.test/{ids[0]}", parts=ids[1:], comment=comment)


def _when(item: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(item["created_at"], UTC)


def _activity(item: dict[str, Any], connection: Connection) -> vocab.Node:
    note = vocab.build(
        "Note",
        id=item["id"],
        content=item["text"],
        published=_when(item),
        in_reply_to=item["reply_to"] or None,
    )
    return vocab.build(
        "Create",
        id=f"create-{item['id']}",
        published=_when(item),
        actor=vocab.build("Person", id=connection.remote_id, name=connection.handle),
        object=note,
    )
