"""A token that ran out is renewed once, however many deliveries find out."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from enishi.channels import service, tokens
from enishi.channels.contract import Secrets
from enishi.channels.errors import AuthExpiredError, TransientError
from enishi.channels.models import Channel, Credential
from enishi.jobs.testing import time_moved
from enishi.kernel import clock

OLD = Secrets({"access": "1", "refresh": "r1"})


class Server:
    """Takes each refresh token once."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.error: Exception | None = None

    async def exchange(self, used: Secrets) -> Secrets:
        self.asked.append(used["refresh"])
        await asyncio.sleep(0.05)
        if self.error is not None:
            raise self.error
        if self.asked.count(used["refresh"]) > 1:
            raise AuthExpiredError("used twice")
        number = int(used["access"]) + 1
        return Secrets({"access": str(number), "refresh": f"r{number}"})


@pytest.fixture
def server() -> Server:
    return Server()


@pytest.fixture
def channel(workspace) -> Channel:
    made = Channel.objects.create(
        workspace=workspace,
        adapter="bluesky",
        name="Kissa",
        remote_id="did:plc:kissa",
        state="active",
        connected_at=clock.now(),
    )
    service.store_secrets(made.id, OLD)
    return made


def renewals(channel: Channel, server: Server, many: int) -> list[str]:
    """What so many deliveries at a time get, all having started with the old token."""

    async def all_at_once() -> list[Secrets]:
        renew = tokens.renewer(channel.id)
        return list(await asyncio.gather(*(renew(OLD, server.exchange) for _ in range(many))))

    return [secrets["access"] for secrets in async_to_sync(all_at_once)()]


def test_it_renews_once_for_many_deliveries(channel, server):
    assert renewals(channel, server, 20) == ["2"] * 20
    assert server.asked == ["r1"]
    assert service.load_secrets(channel.id)["refresh"] == "r2"


def test_it_renews_once_for_workers_that_share_only_the_database(channel, server, monkeypatch):
    @asynccontextmanager
    async def not_alone(_channel_id):
        yield

    monkeypatch.setattr(tokens, "_alone", not_alone)
    assert renewals(channel, server, 20) == ["2"] * 20
    assert server.asked == ["r1"]


def test_it_uses_what_a_person_has_just_typed_in(channel, server):
    service.store_secrets(channel.id, Secrets({"access": "9", "refresh": "r9"}))
    assert renewals(channel, server, 2) == ["9", "9"]
    assert server.asked == []


def test_it_does_not_replace_what_was_stored_during_the_call(channel, server):
    class Slow(Server):
        async def exchange(self, used: Secrets) -> Secrets:
            typed = Secrets({"access": "9", "refresh": "r9"})
            await service.sync_to_async(service.store_secrets)(channel.id, typed)
            return await super().exchange(used)

    assert renewals(channel, Slow(), 1) == ["9"]
    assert service.load_secrets(channel.id)["access"] == "9"


def test_it_can_try_again_after_a_failure(channel, server):
    server.error = TransientError("away")
    with pytest.raises(TransientError):
        renewals(channel, server, 1)
    assert Credential.objects.get(channel=channel).renewing_until is None
    server.error, server.asked = None, []
    assert renewals(channel, server, 1) == ["2"]


def test_it_takes_over_from_a_worker_that_died_while_renewing(channel, server, monkeypatch):
    Credential.objects.filter(channel=channel).update(renewing_until=clock.now() + tokens.LEASE)
    monkeypatch.setattr(tokens, "_PATIENCE_SECONDS", 0.2)
    with pytest.raises(TransientError):
        renewals(channel, server, 1)
    with time_moved(tokens.LEASE + timedelta(seconds=1)):
        assert renewals(channel, server, 1) == ["2"]
