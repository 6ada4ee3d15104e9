"""Sending to the town, one post after the other.

The town remembers the key under which a post was sent, and the posts of a delivery come in
one order: so their number tells which of them stand.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from enishi.adapters.sandbox import mapping
from enishi.adapters.sandbox.client import Client
from enishi.adapters.sandbox.network import AccountRow, Draft
from enishi.adapters.sandbox.store import PostRow
from enishi.channels import parts
from enishi.channels.contract import Outgoing, Receipt, Reference
from enishi.channels.errors import RejectedError


async def publish(client: Client, outgoing: Outgoing) -> Receipt:
    """Send what does not stand yet."""
    texts = _texts(outgoing)
    rows = await _standing(client, outgoing) if outgoing.parts.again else []
    for number in range(len(rows), len(texts)):
        draft = _draft(outgoing, number, rows)
        rows.append(await _send(client, draft, outgoing, quiet=bool(rows)))
        if number + 1 < len(texts):
            await outgoing.parts.save(parts.thread(number), rows[-1].number)
    return _receipt(outgoing, rows)


async def find(client: Client, outgoing: Outgoing) -> Receipt | None:
    """The receipt when every post of a delivery stands."""
    rows = await _standing(client, outgoing)
    return _receipt(outgoing, rows) if len(rows) == len(_texts(outgoing)) else None


def _texts(outgoing: Outgoing) -> list[str]:
    comment = [outgoing.first_comment] if outgoing.first_comment else []
    return [outgoing.text, *outgoing.thread, *comment]


async def _standing(client: Client, outgoing: Outgoing) -> list[PostRow]:
    def work(account: AccountRow) -> list[PostRow]:
        return client.network.find(account.id, outgoing.key)

    return await client.call("find", work)


async def _send(client: Client, draft: Draft, outgoing: Outgoing, *, quiet: bool) -> PostRow:
    def work(account: AccountRow) -> PostRow:
        at = outgoing.created_at
        return client.network.publish(account.id, [draft], at=at, quiet=quiet)[0]

    return await client.call("publish", work, effect=True)


def _draft(outgoing: Outgoing, number: int, rows: list[PostRow]) -> Draft:
    if number == 0:
        return Draft(
            text=outgoing.text,
            key=outgoing.key,
            language=outgoing.language,
            link=outgoing.link,
            media=mapping.media(outgoing),
            reply_to=_number(outgoing.in_reply_to),
            quotes=_number(outgoing.quotes),
        )
    is_comment = number > len(outgoing.thread)
    answered = rows[0] if is_comment else rows[number - 1]
    text = _texts(outgoing)[number]
    return Draft(text, outgoing.key, outgoing.language, reply_to=answered.number)


def _receipt(outgoing: Outgoing, rows: list[PostRow]) -> Receipt:
    thread = rows[: 1 + len(outgoing.thread)]
    comment = rows[len(thread)] if outgoing.first_comment else None
    return mapping.receipt(thread, comment)


def _number(reference: Reference | None) -> int | None:
    if reference is None:
        return None
    number = mapping.post_number(reference.remote_id)
    if number is None:
        raise RejectedError(
            _("The post that this one refers to no longer exists."), field="in_reply_to"
        )
    return number
