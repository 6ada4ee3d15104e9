"""The adapter of the simulated network."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import regex
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from enishi.adapters.sandbox import mapping, sending
from enishi.adapters.sandbox.client import Client
from enishi.adapters.sandbox.history import Walk
from enishi.adapters.sandbox.network import (
    FILE_NAME,
    AccountRow,
    Network,
    WrongPasswordError,
)
from enishi.channels.contract import (
    Account,
    Connection,
    Metric,
    Outgoing,
    Page,
    Problem,
    Receipt,
)
from enishi.channels.errors import AuthExpiredError, RejectedError
from enishi.kernel import clock

TEXT_MAX = 500
IMAGES_MAX = 4
_HANDLE = re.compile(r"[a-z0-9][a-z0-9_.-]{1,39}")
_PASSWORD_MIN = 4
_PAGE = 400
_GRAPHEME = regex.compile(r"\X")


def town() -> Network:
    """The town of this data folder."""
    return Network(Path(settings.ENISHI_HOME) / FILE_NAME, now=lambda: clock.now())  # noqa: PLW0108


class SandboxAdapter:
    """Speaks to the town for one account."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._network = town()
        self._client = Client(self._network, connection.secrets.get("token"))

    async def verify(self) -> Account:
        """Sign in with what was typed, or prove that the session still lives."""
        if password := self._connection.secrets.get("password"):
            self._client.token = await self._sign_in(password)
        token = self._client.token
        return await self._client.call("verify", lambda account: mapping.account(account, token))

    async def _sign_in(self, password: str) -> str:
        handle = self._connection.secrets.get("handle").strip().lstrip("@").lower()
        if not _HANDLE.fullmatch(handle):
            raise RejectedError(
                _("A name in the town has 2 to 40 letters a–z, digits, dots or dashes."),
                field="handle",
            )
        if len(password) < _PASSWORD_MIN:
            raise RejectedError(_("The password has at least 4 characters."), field="password")
        try:
            return await asyncio.to_thread(self._network.sign_in, handle, password)
        except WrongPasswordError as error:
            raise AuthExpiredError(
                _("Somebody in the town has this name already, with another password.")
            ) from error

    def length(self, text: str) -> int:
        """Letters as people count them: an emoji with its modifiers is one."""
        return len(_GRAPHEME.findall(text))

    def problems(self, outgoing: Outgoing) -> Sequence[Problem]:
        """What the town would refuse."""
        found = [
            Problem("text", _("The text is longer than 500 characters."))
            for text in (outgoing.text, *outgoing.thread, outgoing.first_comment)
            if self.length(text) > TEXT_MAX
        ]
        if not outgoing.text.strip() and not outgoing.attachments:
            found.append(Problem("text", _("There is nothing to post yet.")))
        if len(outgoing.attachments) > IMAGES_MAX:
            found.append(Problem("attachments", _("At most 4 images fit into a post.")))
        return found

    async def publish(self, outgoing: Outgoing) -> Receipt:
        for problem in self.problems(outgoing):
            raise RejectedError(problem.message, field=problem.field)
        return await sending.publish(self._client, outgoing)

    async def find(self, outgoing: Outgoing) -> Receipt | None:
        return await sending.find(self._client, outgoing)

    async def delete(self, remote_id: str) -> None:
        number = mapping.post_number(remote_id)
        if number is None:
            return

        def work(account: AccountRow) -> None:
            self._network.delete(account.id, number)

        await self._client.call("delete", work, effect=True)

    async def inbox(self, cursor: str) -> Page:
        """What people did after the cursor, oldest first."""
        after = int(cursor) if cursor.isdecimal() else 0

        def work(account: AccountRow) -> Page:
            acts = self._network.acts(account.id, after=after, limit=_PAGE)
            return Page(
                items=[mapping.activity(act, account) for act in acts],
                cursor=str(acts[-1].number) if acts else cursor,
                more=len(acts) == _PAGE,
            )

        return await self._client.call("inbox", work)

    async def history(self, cursor: str) -> Page:
        """The account's own posts: first back from the newest, later what came since."""
        walk = Walk.read(cursor)

        def work(account: AccountRow) -> Page:
            rows = self._network.own_posts(
                account.id, above=walk.above, below=walk.below, limit=_PAGE
            )
            onward = walk.after([row.number for row in rows], full=len(rows) == _PAGE)
            return Page(
                items=[mapping.own_post(row, account) for row in reversed(rows)],
                cursor=str(onward),
                more=onward.below is not None,
            )

        return await self._client.call("history", work)

    async def metrics(self, subjects: Sequence[str]) -> Iterable[Metric]:
        """Numbers of the account (no subjects) or of the named posts."""
        numbers = [number for name in subjects if (number := mapping.post_number(name))]
        if subjects and not numbers:
            return []

        def work(account: AccountRow) -> list[Metric]:
            now = self._network.now()
            measures = self._network.measure(account.id, numbers)
            return [mapping.metric(measure, now) for measure in measures]

        return await self._client.call("metrics", work)


ADAPTER = SandboxAdapter
