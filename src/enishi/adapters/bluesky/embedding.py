"""What a post shows below its text: images and link cards, stored on the server first."""

from __future__ import annotations

import asyncio
from typing import Any

from enishi.adapters.bluesky import records
from enishi.adapters.bluesky.client import Client
from enishi.channels import images, linkcard, parts
from enishi.channels.contract import Connection, Outgoing
from enishi.channels.errors import AdapterError
from enishi.kernel import clock

Json = dict[str, Any]

# Newer servers take two megabytes; every server takes one.
_IMAGE_BYTES = 1_000_000
_IMAGE_SIDE = 2000
_BLOB_SECONDS = 1800
"""How long an upload is used again: servers drop files that no post shows, after an hour."""


async def picture(client: Client, outgoing: Outgoing, position: int) -> records.Picture:
    """An image as the server holds it: stored now, or shortly before by an earlier attempt."""
    name, alt = parts.media(position), outgoing.attachments[position].alt
    kept = outgoing.parts.done.get(name)
    if kept and clock.now().timestamp() - kept["at"] < _BLOB_SECONDS:
        return records.Picture(kept["blob"], kept["width"], kept["height"], alt)
    attachment = outgoing.attachments[position]
    fitted = await asyncio.to_thread(lambda: _fit(attachment.content()))
    blob = await client.upload(fitted.content, fitted.media_type)
    size = {"width": fitted.width, "height": fitted.height}
    await outgoing.parts.save(name, {"blob": blob, "at": int(clock.now().timestamp()), **size})
    return records.Picture(blob, fitted.width, fitted.height, alt)


def _fit(content: bytes) -> images.Fitted:
    return images.fit(content, max_bytes=_IMAGE_BYTES, max_side=_IMAGE_SIDE)


async def card(client: Client, connection: Connection, link: str) -> Json:
    """A link card; a page that cannot be read gets a plain one and never stops a post."""
    shown = linkcard.plain_card(link)
    thumb: images.Fitted | None = None
    try:
        page = await connection.http.request("GET", link)
        if page.ok and page.is_html:
            kind = page.headers.get("content-type", "")
            shown = linkcard.read_card(link, page.content, kind)
        if shown.image:
            picture = await connection.http.request("GET", shown.image)
            thumb = await asyncio.to_thread(_fit, picture.content) if picture.ok else None
    except AdapterError:
        thumb = None
    blob = await client.upload(thumb.content, thumb.media_type) if thumb else None
    return records.external(shown, blob)
