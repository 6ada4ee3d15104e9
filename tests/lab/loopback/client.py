"""Speaks the loopback platform's interface for one account."""

from __future__ import annotations

from typing import Any

from enishi.channels.contract import Connection, Secrets
from enishi.channels.errors import AuthExpiredError, OutcomeUnknownError, RejectedError
from enishi.channels.http import HttpResponse

_RENEWALS = 5
"""What another delivery renewed may have run out as well: tokens live for seconds here, and one
call may meet all the faults (four) that a scene lets tokens run out by."""


class Client:
    """Calls with the account's token, which is renewed when it has run out."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._secrets = connection.secrets

    async def call(self, method: str, path: str, *, effect: bool = False, **body: Any) -> Any:
        """One call; what comes back is data or an error of ours."""
        answer = await self._send(method, path, effect=effect, **body)
        for _number in range(_RENEWALS):
            if answer.status != 401:
                break
            await self._refresh()
            answer = await self._send(method, path, effect=effect, **body)
        if answer.status == 401:
            raise AuthExpiredError("The session has ended.")
        if not answer.ok:
            raise RejectedError("The platform refused this.", detail=answer.text[:200])
        return _read(answer)

    async def _send(self, method: str, path: str, *, effect: bool, **body: Any) -> HttpResponse:
        return await self._connection.http.request(
            method,
            f"{self._connection.service_url}{path}",
            headers={"Authorization": f"Bearer {self._secrets.get('access')}"},
            effect=effect,
            **body,
        )

    async def _refresh(self) -> None:
        self._secrets = await self._connection.renewed(self._secrets, self._exchange)

    async def _exchange(self, used: Secrets) -> Secrets:
        body = {"refresh": used.get("refresh")}
        answer = await self._send("POST", "/token", effect=False, json=body)
        if not answer.ok:
            raise AuthExpiredError("The session has ended.", detail=answer.text[:200])
        fresh = _read(answer)
        return Secrets({"access": fresh["access"], "refresh": fresh["refresh"]})


def _read(answer: HttpResponse) -> Any:
    found = answer.json()
    if isinstance(found, dict | list):
        return found
    raise OutcomeUnknownError("The platform sent something else.", detail=answer.text[:200])
