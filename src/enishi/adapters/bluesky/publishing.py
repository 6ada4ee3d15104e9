"""Putting posts into the account's repository, in a way that can be repeated.

The key of every record follows from the delivery, and records are only ever created, never
replaced. Sending a delivery twice, or resuming a thread that broke off in the middle, finds
what is there already and adds what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from enishi.adapters.bluesky import embedding, keys, records
from enishi.adapters.bluesky.client import AbsentError, Client, OccupiedError
from enishi.adapters.bluesky.keys import Address
from enishi.adapters.bluesky.records import ReplyTo, Strong
from enishi.adapters.bluesky.text import facets, handles
from enishi.channels import parts
from enishi.channels.contract import Connection, Outgoing, Receipt, Reference
from enishi.channels.errors import AuthExpiredError, RejectedError

Json = dict[str, Any]

RECONNECT = _("The session with Bluesky has ended. Reconnect the channel.")
_NO_QUOTED = _("The post to be quoted is not on Bluesky (any more).")
_NO_PARENT = _("The post to be answered is not on Bluesky (any more).")


async def publish(client: Client, connection: Connection, outgoing: Outgoing) -> Receipt:
    """Send a delivery: everything it needs first, then its posts in order.

    Each post has a key that follows from the delivery's, and is put only where none is: a
    post that was made without our learning so is met again, not made twice.
    """
    texts = _texts(outgoing)
    placed = [strong for part in range(len(texts)) if (strong := _kept(outgoing, part))]
    reply = await _reply(client, outgoing.in_reply_to)
    try:
        for part in range(len(placed), len(texts)):
            place = _place(outgoing, placed, reply)
            record = await _record(client, connection, outgoing, part, place)
            placed.append(await _put(client, _address(client, outgoing, part), record))
            if len(texts) > 1:
                await outgoing.parts.save(_name(outgoing, part), placed[-1].json())
    except RejectedError:
        await _withdraw(client, outgoing, placed)
        raise
    return _receipt(connection, outgoing, placed, reply)


def _texts(outgoing: Outgoing) -> list[str]:
    comment = [outgoing.first_comment] if outgoing.first_comment else []
    return [outgoing.text, *outgoing.thread, *comment]


def _is_comment(outgoing: Outgoing, part: int) -> bool:
    return part > len(outgoing.thread)


def _name(outgoing: Outgoing, part: int) -> str:
    return parts.COMMENT if _is_comment(outgoing, part) else parts.thread(part)


def _kept(outgoing: Outgoing, part: int) -> Strong | None:
    kept = outgoing.parts.done.get(_name(outgoing, part))
    return Strong(kept["uri"], kept["cid"]) if kept else None


def _place(outgoing: Outgoing, placed: Sequence[Strong], reply: ReplyTo | None) -> ReplyTo | None:
    """What the next part answers: the one before; a comment answers the first."""
    if not placed:
        return reply
    root = reply.root if reply else placed[0]
    return ReplyTo(root, placed[0] if _is_comment(outgoing, len(placed)) else placed[-1])


async def _record(
    client: Client, connection: Connection, outgoing: Outgoing, part: int, reply: ReplyTo | None
) -> Json:
    text = _texts(outgoing)[part]
    return records.post(
        text,
        created=records.written_time(outgoing.created_at, part),
        facets=facets(text, await _people(client, [text])),
        language=outgoing.language,
        reply=reply,
        embed=None if part else await _embed(client, connection, outgoing),
    )


async def find(client: Client, connection: Connection, outgoing: Outgoing) -> Receipt | None:
    """The receipt when every part of a delivery stands."""
    placed: list[Strong] = []
    reply: ReplyTo | None = None
    for part in range(len(_texts(outgoing))):
        try:
            found = await _get(client, _address(client, outgoing, part))
        except AbsentError:
            return None
        reply = reply or _answered(found)
        placed.append(Strong(found["uri"], found["cid"]))
    return _receipt(connection, outgoing, placed, reply)


async def delete(client: Client, remote_id: str) -> None:
    """Take a post away, with the rest of its thread; what is gone already counts as done.

    The last part goes first, so that breaking off in the middle leaves a shorter thread.
    """
    address = keys.read_address(remote_id)
    if address is None or address.repo != client.did:
        raise RejectedError(_("This is not a post of this account."))
    for part in reversed([address, *await _further_parts(client, address)]):
        body = {"repo": part.repo, "collection": part.collection, "rkey": part.rkey}
        await client.procedure("com.atproto.repo.deleteRecord", body)


async def _further_parts(client: Client, first: Address) -> list[Address]:
    """The posts that were sent with a post: the rest of its thread, and the first comment."""
    found_parts = [first]
    while True:
        onward = Address(first.repo, first.collection, keys.next_key(found_parts[-1].rkey))
        try:
            found = await _get(client, onward)
        except AbsentError:
            return found_parts[1:]
        parent = (found["value"].get("reply") or {}).get("parent") or {}
        if parent.get("uri") not in {str(found_parts[-1]), str(first)}:
            return found_parts[1:]
        found_parts.append(onward)


async def _put(client: Client, address: Address, record: Json) -> Strong:
    body: Json = {
        "repo": address.repo,
        "collection": address.collection,
        "rkey": address.rkey,
        "record": record,
        "swapRecord": None,
    }
    try:
        made = await client.procedure("com.atproto.repo.putRecord", body, effect=True)
    except OccupiedError:
        made = await _get(client, address)
    return Strong(made["uri"], made["cid"])


async def _withdraw(client: Client, outgoing: Outgoing, placed: Sequence[Strong]) -> None:
    """Take back the start of a thread whose rest was refused."""
    if placed:
        await delete(client, placed[0].uri)
        for part in range(len(placed)):
            await outgoing.parts.save(_name(outgoing, part), None)


async def _get(client: Client, address: Address) -> Json:
    return await client.query(
        "com.atproto.repo.getRecord",
        repo=address.repo,
        collection=address.collection,
        rkey=address.rkey,
    )


def _address(client: Client, outgoing: Outgoing, part: int) -> Address:
    key = keys.record_key(outgoing.key, outgoing.created_at, part)
    if not client.did:
        raise AuthExpiredError(RECONNECT)
    return Address(client.did, keys.POST, key)


def _receipt(
    connection: Connection, outgoing: Outgoing, placed: Sequence[Strong], reply: ReplyTo | None
) -> Receipt:
    first = placed[0]
    root = reply.root if reply else first
    thread = placed[: 1 + len(outgoing.thread)]
    return Receipt(
        remote_id=first.uri,
        url=keys.web_url(first.uri, connection.handle),
        extra={"cid": first.cid, "root": root.json()},
        parts=[part.uri for part in thread[1:]],
        comment=placed[-1].uri if outgoing.first_comment else "",
    )


def _answered(found: Json) -> ReplyTo | None:
    """What a post answers, as it says itself."""
    reply = found["value"].get("reply")
    if not reply:
        return None
    root, parent = reply["root"], reply["parent"]
    return ReplyTo(Strong(root["uri"], root["cid"]), Strong(parent["uri"], parent["cid"]))


def _place_of(found: Json) -> ReplyTo:
    """The thread that a post belongs to, with the post itself as the one to answer."""
    this = Strong(found["uri"], found["cid"])
    root = (found["value"].get("reply") or {}).get("root")
    return ReplyTo(Strong(root["uri"], root["cid"]) if root else this, this)


async def _reply(client: Client, reference: Reference | None) -> ReplyTo | None:
    if reference is None:
        return None
    cid, root = reference.extra.get("cid"), reference.extra.get("root")
    if cid and root:
        parent = Strong(reference.remote_id, str(cid))
        return ReplyTo(Strong(str(root["uri"]), str(root["cid"])), parent)
    return _place_of(await _referenced(client, reference, "in_reply_to", _NO_PARENT))


async def _quoted(client: Client, reference: Reference | None) -> Strong | None:
    if reference is None:
        return None
    if cid := reference.extra.get("cid"):
        return Strong(reference.remote_id, str(cid))
    found = await _referenced(client, reference, "quotes", _NO_QUOTED)
    return Strong(found["uri"], found["cid"])


async def _referenced(client: Client, reference: Reference, field: str, message: object) -> Json:
    """The record that somebody names by its address, also by the one of its page."""
    address = keys.read_address(reference.remote_id)
    if address is None:
        raise RejectedError(message, field=field, detail=reference.remote_id)
    try:
        if not address.repo.startswith("did:"):
            did = await _resolve(client, address.repo)
            address = Address(did, address.collection, address.rkey)
        return await _get(client, address)
    except AbsentError as error:
        raise RejectedError(message, field=field, detail=error.detail) from error


async def _resolve(client: Client, handle: str) -> str:
    answer = await client.query("com.atproto.identity.resolveHandle", handle=handle)
    return str(answer["did"])


async def _people(client: Client, texts: Sequence[str]) -> dict[str, str]:
    """The accounts mentioned; a handle that nobody has stays plain text."""
    people: dict[str, str] = {}
    for handle in sorted(set().union(*(handles(text) for text in texts))):
        try:
            people[handle] = await _resolve(client, handle)
        except RejectedError:
            continue
    return people


async def _embed(client: Client, connection: Connection, outgoing: Outgoing) -> Json | None:
    media: Json | None = None
    if outgoing.attachments:
        pictures = [
            await embedding.picture(client, outgoing, position)
            for position in range(len(outgoing.attachments))
        ]
        media = records.images(pictures)
    elif outgoing.link:
        media = await embedding.card(client, connection, outgoing.link)
    return records.with_quote(media, await _quoted(client, outgoing.quotes))
