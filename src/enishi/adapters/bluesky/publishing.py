"""Putting posts into the account's repository, in a way that can be repeated.

The key of every record follows from the delivery, and records are only ever created, never
replaced. Sending a delivery twice, or resuming a thread that broke off in the middle, finds
what is there already and adds what is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from enishi.adapters.bluesky import keys, records
from enishi.adapters.bluesky.client import AbsentError, Client, OccupiedError
from enishi.adapters.bluesky.keys import Address
from enishi.adapters.bluesky.records import ReplyTo, Strong
from enishi.adapters.bluesky.text import facets, handles
from enishi.channels import images, linkcard
from enishi.channels.contract import Attachment, Connection, Outgoing, Receipt, Reference
from enishi.channels.errors import AdapterError, AuthExpiredError, RejectedError

Json = dict[str, Any]

RECONNECT = _("The session with Bluesky has ended. Reconnect the channel.")
# Newer servers take two megabytes; every server takes one.
_IMAGE_BYTES = 1_000_000
_IMAGE_SIDE = 2000

_NO_QUOTED = _("The post to be quoted is not on Bluesky (any more).")
_NO_PARENT = _("The post to be answered is not on Bluesky (any more).")


async def publish(client: Client, connection: Connection, outgoing: Outgoing) -> Receipt:
    """Send a delivery: everything it needs first, then its posts in order."""
    embed = await _embed(client, connection, outgoing)
    reply = await _reply(client, outgoing.in_reply_to)
    parts = [outgoing.text, *outgoing.thread]
    people = await _people(client, parts)
    placed: list[Strong] = []
    try:
        for number, text in enumerate(parts):
            record = records.post(
                text,
                created=records.written_time(outgoing.created_at, number),
                facets=facets(text, people),
                language=outgoing.language,
                reply=reply,
                embed=None if number else embed,
            )
            placed.append(await _place(client, _address(client, outgoing, number), record))
            reply = reply.then(placed[-1]) if reply else ReplyTo(placed[-1], placed[-1])
    except RejectedError:
        await _withdraw(client, placed)
        raise
    return _receipt(connection, placed, reply)


async def find(client: Client, connection: Connection, outgoing: Outgoing) -> Receipt | None:
    """The receipt when every part of a delivery stands."""
    placed: list[Strong] = []
    reply: ReplyTo | None = None
    for number in range(1 + len(outgoing.thread)):
        try:
            found = await _get(client, _address(client, outgoing, number))
        except AbsentError:
            return None
        this = Strong(found["uri"], found["cid"])
        reply = _place_of(found).then(this)
        placed.append(this)
    return _receipt(connection, placed, reply)


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
    """The posts that were sent with a post as the rest of its thread."""
    parts = [first]
    while True:
        onward = Address(first.repo, first.collection, keys.next_key(parts[-1].rkey))
        try:
            found = await _get(client, onward)
        except AbsentError:
            return parts[1:]
        parent = (found["value"].get("reply") or {}).get("parent") or {}
        if parent.get("uri") != str(parts[-1]):
            return parts[1:]
        parts.append(onward)


async def _place(client: Client, address: Address, record: Json) -> Strong:
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


async def _withdraw(client: Client, placed: Sequence[Strong]) -> None:
    """Take back the start of a thread whose rest was refused."""
    if placed:
        await delete(client, placed[0].uri)


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


def _receipt(connection: Connection, placed: Sequence[Strong], last: ReplyTo | None) -> Receipt:
    first = placed[0]
    root = last.root if last else first
    return Receipt(
        remote_id=first.uri,
        url=keys.web_url(first.uri, connection.handle),
        extra={"cid": first.cid, "root": root.json()},
        parts=[part.uri for part in placed[1:]],
    )


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
        pictures = [await _picture(client, one) for one in outgoing.attachments]
        media = records.images(pictures)
    elif outgoing.link:
        media = await _card(client, connection, outgoing.link)
    return records.with_quote(media, await _quoted(client, outgoing.quotes))


async def _picture(client: Client, attachment: Attachment) -> tuple[Json, images.Fitted, str]:
    fitted = await asyncio.to_thread(lambda: _fit(attachment.content()))
    return await client.upload(fitted.content, fitted.media_type), fitted, attachment.alt


def _fit(content: bytes) -> images.Fitted:
    return images.fit(content, max_bytes=_IMAGE_BYTES, max_side=_IMAGE_SIDE)


async def _card(client: Client, connection: Connection, link: str) -> Json:
    """A link card; a page that cannot be read gets a plain one and never stops a post."""
    card = linkcard.plain_card(link)
    thumb: images.Fitted | None = None
    try:
        page = await connection.http.request("GET", link)
        if page.ok and page.is_html:
            kind = page.headers.get("content-type", "")
            card = linkcard.read_card(link, page.content, kind)
        if card.image:
            picture = await connection.http.request("GET", card.image)
            thumb = await asyncio.to_thread(_fit, picture.content) if picture.ok else None
    except AdapterError:
        thumb = None
    blob = await client.upload(thumb.content, thumb.media_type) if thumb else None
    return records.external(card, blob)
