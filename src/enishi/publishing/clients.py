"""The HTTP client that all deliveries of a worker share.

Which of them run at a time, and how many of those go to one server, is decided when they are
claimed: the client itself lets all of them pass, so that none waits for another's answer.
"""

from __future__ import annotations

from contextlib import nullcontext

from enishi.channels.http import Http
from enishi.channels.models import Channel
from enishi.channels.service import new_http


class Clients:
    """The client of one event loop, made when it is first needed."""

    def __init__(self) -> None:
        self._http: Http | None = None

    def borrow(self, _channel: Channel) -> nullcontext[Http]:
        """The client for a channel, for as long as the block lasts."""
        if self._http is None:
            self._http = new_http()
        return nullcontext(self._http)

    async def aclose(self) -> None:
        """Close all connections."""
        if self._http is not None:
            await self._http.aclose()
