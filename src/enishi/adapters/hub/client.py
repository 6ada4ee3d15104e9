"""The way to the hub: calls in threads, since it lies in this installation's own database."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from asgiref.sync import sync_to_async

from enishi.channels import local
from enishi.channels.contract import Attachment, Outgoing
from enishi.channels.local import LocalNetwork

T = TypeVar("T")
NAME = "hub"


async def call(work: Callable[[LocalNetwork], T]) -> T:
    """Do something on the hub."""
    network = local.network(NAME)
    return await sync_to_async(lambda: work(network))()


async def read(outgoing: Outgoing) -> Sequence[tuple[Attachment, bytes]]:
    """The files of a delivery with their content."""
    return [
        (attachment, await asyncio.to_thread(attachment.content))
        for attachment in outgoing.attachments
    ]
