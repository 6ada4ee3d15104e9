"""Sending statuses so that it can be repeated: key, parts, and reading back.

A server that knows `Idempotency-Key` answers a repeated request with the status it made
before, but remembers the key for about an hour only, and several servers ignore it. So a
further attempt always looks through the account's own statuses first, part by part.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from enishi.adapters.mastodon import mapping, writing
from enishi.adapters.mastodon.client import Call, Client, MissingError, Upload
from enishi.adapters.mastodon.limits import Limits
from enishi.adapters.mastodon.text import without_servers
from enishi.channels import images, parts
from enishi.channels.contract import Attachment, Connection, Outgoing, Receipt
from enishi.channels.core import matching
from enishi.channels.core.matching import Verdict, Wanted
from enishi.channels.errors import RejectedError, TransientError, UncertainError

Json = dict[str, Any]

PAGE = 40
_PAGES = 5
_LOOKS = 20
_FIRST_WAIT = 0.4
_LONGEST_WAIT = 3.0
_THREAD_GAP = timedelta(hours=1)
"""What we ourselves answer to ourselves this soon belongs to the thread."""

_NO_PARENT = _("The post to be answered is not on this server (any more).")
_UNREADY = _("The server is still working on a file; it is tried again.")
_SEVERAL = _("Several posts look like this one.")


class Sender:
    """Sends one delivery."""

    def __init__(
        self, client: Client, connection: Connection, limits: Limits, outgoing: Outgoing
    ) -> None:
        self._client = client
        self._connection = connection
        self._limits = limits
        self._outgoing = outgoing
        self._texts = writing.texts(outgoing, connection.handle)
        self._own: list[Json] | None = None
        self._reaches_back = True

    async def publish(self) -> Receipt:
        """Send what does not stand yet, in order."""
        if self._outgoing.in_reply_to is not None and not self._done():
            await self._require_parent(self._outgoing.in_reply_to.remote_id)
        placed: list[Json] = []
        for number, text in enumerate(self._texts):
            above = placed[-1]["id"] if placed else self._root
            placed.append(await self._place(parts.thread(number), text, above))
        comment = ""
        if self._outgoing.first_comment:
            text = self._outgoing.first_comment
            comment = (await self._place(parts.COMMENT, text, placed[0]["id"]))["id"]
        return _receipt(placed, comment)

    async def find(self) -> Receipt | None:
        """The receipt when every part stands."""
        placed: list[Json] = []
        for number, text in enumerate(self._texts):
            above = placed[-1]["id"] if placed else self._root
            found = await self._known(parts.thread(number), text, above)
            if found is None:
                return None
            placed.append(found)
        comment = ""
        if self._outgoing.first_comment:
            text = self._outgoing.first_comment
            found = await self._known(parts.COMMENT, text, placed[0]["id"])
            if found is None:
                return None
            comment = found["id"]
        return _receipt(placed, comment)

    @property
    def _root(self) -> str:
        answered = self._outgoing.in_reply_to
        return answered.remote_id if answered else ""

    def _done(self) -> bool:
        return parts.thread(0) in self._outgoing.parts.done

    async def _require_parent(self, remote_id: str) -> None:
        """Servers would post an answer to what is gone as a post of its own."""
        try:
            await self._client.get(f"/api/v1/statuses/{remote_id}")
        except MissingError as error:
            raise RejectedError(_NO_PARENT, field="in_reply_to", detail=error.detail) from error

    async def _place(self, name: str, text: str, above: str) -> Json:
        outgoing = self._outgoing
        done = outgoing.parts.done.get(name)
        if done is not None:
            return dict(done)
        found = await self._recognised(name, text, above) if outgoing.parts.again else None
        if found is None:
            found = await self._make(name, text, above)
        await outgoing.parts.save(name, found)
        return found

    async def _make(self, name: str, text: str, above: str) -> Json:
        is_first = name == parts.thread(0)
        media = await self._media() if is_first else []
        body = writing.status(self._outgoing, text, reply_to=above, media=media, first=is_first)
        key = self._outgoing.key if is_first else f"{self._outgoing.key}/{name}"
        call = Call(
            "POST",
            "/api/v1/statuses",
            body=body,
            headers={"Idempotency-Key": key},
            effect=True,
        )
        return _kept((await self._client.call(call)).data)

    # ── files ──

    async def _media(self) -> list[str]:
        return [
            await self._file(parts.media(position), attachment)
            for position, attachment in enumerate(self._outgoing.attachments)
        ]

    async def _file(self, name: str, attachment: Attachment) -> str:
        saved = str(self._outgoing.parts.done.get(name) or "")
        if saved and await self._is_there(saved):
            return saved
        found = await upload(self._client, self._limits, attachment)
        await self._outgoing.parts.save(name, found)
        return found

    async def _is_there(self, media_id: str) -> bool:
        """Servers throw away files that no status uses within a day."""
        if not self._outgoing.parts.again:
            return True
        try:
            await self._client.get(f"/api/v1/media/{media_id}")
        except MissingError:
            return False
        return True

    # ── reading back ──

    async def _known(self, name: str, text: str, above: str) -> Json | None:
        done = self._outgoing.parts.done.get(name)
        return dict(done) if done is not None else await self._recognised(name, text, above)

    async def _recognised(self, name: str, text: str, above: str) -> Json | None:
        """The status that is this part, among those of the account; None if there is none."""
        own = await self._own_statuses()
        below = [one for one in own if str(one.get("in_reply_to_id") or "") == above]
        wanted = Wanted(
            text=without_servers(text),
            sent_at=self._outgoing.created_at,
            media=len(self._outgoing.attachments) if name == parts.thread(0) else 0,
            known=self._outgoing.known,
        )
        found = matching.match(
            wanted, [mapping.posted(one) for one in below], complete=self._reaches_back
        )
        if found.verdict is Verdict.UNCERTAIN:
            raise UncertainError(_SEVERAL, candidates=found.candidates)
        if found.verdict is Verdict.ABSENT:
            return None
        return _kept(next(one for one in below if str(one["id"]) == found.post.remote_id))

    async def _own_statuses(self) -> list[Json]:
        if self._own is None:
            since = self._outgoing.created_at - matching.EARLIER
            self._own, self._reaches_back = await own_since(
                self._client, self._connection.remote_id, since
            )
        return self._own


async def own_since(client: Client, account: str, since: datetime) -> tuple[list[Json], bool]:
    """The account's own statuses back to a time, and whether they reach back to it."""
    found: list[Json] = []
    onward = ""
    for _number in range(_PAGES):
        params: dict[str, str | int | list[str]] = {"limit": PAGE, "exclude_reblogs": "true"}
        if onward:
            params["max_id"] = onward
        answer = await client.pages(f"/api/v1/accounts/{account}/statuses", params)
        page = [one for one in _list(answer.data) if one.get("id")]
        known = {one["id"] for one in found}
        fresh = [one for one in page if one["id"] not in known]
        found += fresh
        times = [mapping.moment(one.get("created_at")) for one in fresh if not one.get("pinned")]
        if not fresh or any(time is not None and time < since for time in times):
            return found, True
        onward = answer.onward or str(page[-1]["id"])
    return found, False


def _list(data: object) -> list[Json]:
    return [one for one in data if isinstance(one, dict)] if isinstance(data, list) else []


def _kept(status: Mapping[str, Any]) -> Json:
    """What is remembered of a status that was made."""
    return {
        "id": str(status["id"]),
        "url": str(status.get("url") or status.get("uri") or ""),
        "reference": mapping.reference(status),
    }


def _receipt(placed: Sequence[Json], comment: str) -> Receipt:
    first = placed[0]
    return Receipt(
        remote_id=first["id"],
        url=first["url"],
        extra=first.get("reference") or {},
        parts=[one["id"] for one in placed[1:]],
        comment=comment,
    )


# ── uploading ──


async def upload(client: Client, limits: Limits, attachment: Attachment) -> str:
    """Send a file and wait until the server has worked through it."""
    content, kind = await asyncio.to_thread(_fitting, attachment, limits)
    fields = [("description", attachment.alt)] if attachment.alt else []
    fields += _focus(attachment).items()
    file = Upload(content, kind, fields, _still(attachment))
    try:
        answer = await client.upload("/api/v2/media", file)
    except MissingError:
        answer = await client.upload("/api/v1/media", file)
    identifier = str(answer.data["id"])
    if answer.status == _ACCEPTED or not (answer.data.get("url") or answer.status == _OK):
        await _ready(client, identifier)
    return identifier


def _still(attachment: Attachment) -> tuple[bytes, str] | None:
    """The picture that stands for a film."""
    poster = attachment.poster
    return (poster.content(), poster.media_type) if poster else None


_OK, _ACCEPTED, _PARTIAL = 200, 202, 206


def _fitting(attachment: Attachment, limits: Limits) -> tuple[bytes, str]:
    content = attachment.content()
    if writing.is_film(attachment):
        return content, attachment.media_type
    fitted = images.fit(content, max_bytes=limits.image_bytes, max_side=limits.image_side)
    return fitted.content, fitted.media_type


async def _ready(client: Client, identifier: str) -> None:
    wait = _FIRST_WAIT
    for _number in range(_LOOKS):
        answer = await client.call(Call("GET", f"/api/v1/media/{identifier}"))
        if answer.status != _PARTIAL:
            return
        await asyncio.sleep(wait)
        wait = min(wait * 1.5, _LONGEST_WAIT)
    raise TransientError(_UNREADY, retry_after=30, detail=f"media {identifier}")


# ── changing and taking away ──


async def edit(client: Client, limits: Limits, remote_id: str, outgoing: Outgoing) -> Receipt:
    """Change a status; files that were sent with it stay, with new descriptions."""
    present = await client.get(f"/api/v1/statuses/{remote_id}")
    there = [str(one["id"]) for one in present.get("media_attachments") or []]
    described = len(there) == len(outgoing.attachments)
    keeps = described or not outgoing.attachments
    media = there if keeps else [await upload(client, limits, one) for one in outgoing.attachments]
    body = writing.status(outgoing, writing.texts(outgoing)[0], media=media, first=True)
    for name in ("in_reply_to_id", "visibility", "quoted_status_id"):
        body.pop(name, None)
    body.setdefault("spoiler_text", "")
    if described and there:
        body["media_attributes"] = [
            {"id": identifier, "description": attachment.alt} | _focus(attachment)
            for identifier, attachment in zip(there, outgoing.attachments, strict=True)
        ]
    call = Call("PUT", f"/api/v1/statuses/{remote_id}", body=body, effect=True)
    return _receipt([_kept((await client.call(call)).data)], "")


def _focus(attachment: Attachment) -> Json:
    if attachment.focus is None:
        return {}
    right, up = attachment.focus
    return {"focus": f"{right:.2f},{up:.2f}"}


async def edited(client: Client, remote_id: str, outgoing: Outgoing) -> Receipt | None:
    """The receipt when a status reads already as it is to read, as far as the server shows."""
    present = await client.get(f"/api/v1/statuses/{remote_id}")
    shown = mapping.posted(present)
    text = without_servers(writing.texts(outgoing)[0])
    alike = matching.compare(text, shown.text, shown.links) is matching.Likeness.SAME
    warned = str(present.get("spoiler_text") or "") == writing.warning_of(outgoing)
    files = present.get("media_attachments") or []
    alts = [str(one.get("description") or "") for one in files]
    wanted = [one.alt for one in outgoing.attachments]
    if alike and warned and (not wanted or alts == wanted):
        return _receipt([_kept(present)], "")
    return None


async def delete(client: Client, account: str, remote_id: str) -> None:
    """Take a status away with the rest of its thread, the last part first."""
    for identifier in reversed([remote_id, *await _further(client, account, remote_id)]):
        try:
            await client.call(Call("DELETE", f"/api/v1/statuses/{identifier}"))
        except MissingError:
            continue
        except RejectedError as error:
            message = format_lazy(_("The server did not delete the post: {why}"), why=error.message)
            raise RejectedError(message, detail=error.detail) from error


async def _further(client: Client, account: str, remote_id: str) -> list[str]:
    """What we answered to ourselves right after: the thread, and the first comment."""
    try:
        present = await client.get(f"/api/v1/statuses/{remote_id}")
        context = await client.get(f"/api/v1/statuses/{remote_id}/context")
    except MissingError:
        return []
    written = {remote_id: mapping.moment(present.get("created_at"))}
    for status in _list(context.get("descendants") if isinstance(context, dict) else []):
        above = written.get(str(status.get("in_reply_to_id") or ""))
        at = mapping.moment(status.get("created_at"))
        ours = str((status.get("account") or {}).get("id")) == account
        if ours and above is not None and at is not None and at - above <= _THREAD_GAP:
            written[str(status["id"])] = at
    return list(written)[1:]
