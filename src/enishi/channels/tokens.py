"""Renewing credentials once, however many deliveries and workers find them run out.

Many networks give a new refresh token with each renewal and take the old one for stolen when
it is used again; so a second renewal does not only waste a call, it can end the session.

1. Within a process one at a time asks for a channel's renewal; the others wait.
2. Whoever comes to it reads the stored credentials first: if they are not those that were
   found to have run out, somebody has renewed them, and they are used.
3. Between workers a short lease on the credential's row decides who renews.
4. The new credentials are stored by compare-and-set on the row's version, so that they never
   replace what a person has just typed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from enishi.channels import vault
from enishi.channels.contract import Renew, Secrets
from enishi.channels.errors import AuthExpiredError, TransientError
from enishi.channels.models import Credential
from enishi.jobs.database import run_here
from enishi.kernel import clock

LEASE = timedelta(seconds=90)
"""Longer than a request can last, so that nobody renews a second time meanwhile."""
_LOOK_AGAIN_SECONDS = 0.1
_PATIENCE_SECONDS = 120.0

Exchange = Callable[[Secrets], Awaitable[Secrets]]
_Loop = asyncio.AbstractEventLoop
_locks: WeakKeyDictionary[_Loop, dict[UUID, asyncio.Lock]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class _Stored:
    secrets: Secrets
    version: int


def renewer(channel_id: UUID) -> Renew:
    """The renewal of one channel's credentials, as its adapter calls it."""

    async def renew(used: Secrets, exchange: Exchange) -> Secrets:
        async with _alone(channel_id):
            return await _renewed(channel_id, used, exchange)

    return renew


@asynccontextmanager
async def _alone(channel_id: UUID) -> AsyncIterator[None]:
    """One at a time for each channel, within this event loop."""
    locks = _locks.setdefault(asyncio.get_running_loop(), {})
    async with locks.setdefault(channel_id, asyncio.Lock()):
        yield


async def _renewed(channel_id: UUID, used: Secrets, exchange: Exchange) -> Secrets:
    """Renew, or wait for whoever does. Raises TransientError when that takes too long."""
    waited = 0.0
    while waited < _PATIENCE_SECONDS:
        stored = await run_here(_read, channel_id)
        if dict(stored.secrets.values) != dict(used.values):
            return stored.secrets
        if await run_here(_lease, channel_id, stored.version):
            return await _exchanged(channel_id, stored, exchange)
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        waited += _LOOK_AGAIN_SECONDS
    raise TransientError(_("Another worker is renewing the sign-in."))


async def _exchanged(channel_id: UUID, stored: _Stored, exchange: Exchange) -> Secrets:
    """Make the one call, and store what it gave; the lease ends whatever happens."""
    try:
        fresh = await exchange(stored.secrets)
        if await run_here(_store, channel_id, fresh, stored.version):
            return fresh
    finally:
        await asyncio.shield(run_here(_release, channel_id, stored.version))
    return (await run_here(_read, channel_id)).secrets


def _read(channel_id: UUID) -> _Stored:
    row = Credential.objects.filter(channel_id=channel_id).first()
    if row is None:
        raise AuthExpiredError(_("This channel has no credentials."))
    return _Stored(vault.decrypt(bytes(row.ciphertext)), row.version)


def _lease(channel_id: UUID, version: int) -> bool:
    now = clock.now()
    free = Q(renewing_until=None) | Q(renewing_until__lt=now)
    rows = Credential.objects.filter(free, channel_id=channel_id, version=version)
    return bool(rows.update(renewing_until=now + LEASE))


def _store(channel_id: UUID, secrets: Secrets, version: int) -> bool:
    return bool(
        Credential.objects.filter(channel_id=channel_id, version=version).update(
            ciphertext=vault.encrypt(secrets),
            version=F("version") + 1,
            renewing_until=None,
            updated_at=clock.now(),
        )
    )


def _release(channel_id: UUID, version: int) -> None:
    """After a renewal that failed; after one that worked the version is another."""
    Credential.objects.filter(channel_id=channel_id, version=version).update(renewing_until=None)
