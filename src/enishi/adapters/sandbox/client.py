"""Calls to the town as they would go over a wire: they take time, fail and end sessions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.adapters.sandbox.network import AccountRow, Network, NoSuchPostError
from enishi.channels.errors import (
    AdapterError,
    AuthExpiredError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from enishi.channels.parts import about_to_act

T = TypeVar("T")
_HANG_SECONDS = 5.0
"""How long a caller waits for an answer that does not come, unless the fault says."""


class Client:
    """The town through the eyes of one session."""

    def __init__(self, network: Network, token: str) -> None:
        self.network = network
        self.token = token

    async def call(
        self, operation: str, work: Callable[[AccountRow], T], *, effect: bool = False
    ) -> T:
        """Do something as the signed-in account; `effect` says that it changes the network."""
        if effect:
            await about_to_act()
        fault = await asyncio.to_thread(self.network.take_fault, operation)
        if fault is None:
            return await asyncio.to_thread(self._signed_in, work)
        if fault.kind is FaultKind.EXPIRE:
            await asyncio.to_thread(self.network.expire_tokens)
            return await asyncio.to_thread(self._signed_in, work)
        if fault.kind is FaultKind.SLOW:
            await asyncio.sleep(fault.seconds)
            return await asyncio.to_thread(self._signed_in, work)
        if fault.after:
            await asyncio.to_thread(self._signed_in, work)
        if fault.kind is FaultKind.HANG:
            await asyncio.sleep(fault.seconds or _HANG_SECONDS)
        raise _failure(fault, effect=effect)

    def _signed_in(self, work: Callable[[AccountRow], T]) -> T:
        account = self.network.account(self.token)
        if account is None:
            raise AuthExpiredError(_("The town has ended this session. Sign in again."))
        try:
            return work(account)
        except NoSuchPostError as error:
            raise RejectedError(
                _("The post that this one refers to no longer exists."), field="in_reply_to"
            ) from error


def _failure(fault: Fault, *, effect: bool) -> AdapterError:
    """What the caller can know: after sending, nobody can tell what became of it."""
    detail = f"sandbox fault: {fault.kind} {'after' if fault.after else 'before'}"
    if fault.kind is FaultKind.TOO_MANY:
        return RateLimitedError(
            _("The town asks this account to slow down."),
            retry_after=fault.seconds or None,
            detail=detail,
        )
    refused = fault.kind is FaultKind.DROP and not fault.after
    if effect and not refused:
        return OutcomeUnknownError(
            _("The town did not confirm: it may or may not have been done."), detail=detail
        )
    return TransientError(_("The town does not answer just now."), detail=detail)
