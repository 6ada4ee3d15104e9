from __future__ import annotations

import asyncio
import time

import pytest

from enishi.adapters.sandbox import adapter as module
from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.adapters.sandbox.network import Network
from enishi.channels.contract import Connection, Outgoing, Reference, Secrets
from enishi.channels.errors import (
    AuthExpiredError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TransientError,
)
from enishi.channels.http.testing import FakeHttp, KeptSecrets
from enishi.kernel import clock


def outgoing(key="k1", text="今日の一杯", **more):
    return Outgoing(key=key, text=text, created_at=clock.now(), language="ja", **more)


@pytest.fixture
def town(tmp_path, monkeypatch) -> Network:
    network = Network(tmp_path / "town.sqlite3")
    monkeypatch.setattr(module, "town", lambda: network)
    return network


@pytest.fixture
def adapter(town):
    secrets = Secrets({"token": town.sign_in("hinode", "kouji")})
    http = FakeHttp()
    yield module.SandboxAdapter(Connection("", "", "", secrets, http, KeptSecrets()))
    asyncio.run(http.aclose())


def posts(town) -> int:
    return len(town.own_posts(_account(town)))


def _account(town) -> str:
    return town.account(town.sign_in("hinode", "kouji")).id


@pytest.mark.parametrize(
    ("fault", "error", "stands"),
    [
        (Fault(FaultKind.DROP, "publish"), TransientError, 0),
        (Fault(FaultKind.DROP, "publish", after=True), OutcomeUnknownError, 1),
        (Fault(FaultKind.BROKEN, "publish"), OutcomeUnknownError, 0),
        (Fault(FaultKind.BROKEN, "publish", after=True), OutcomeUnknownError, 1),
        (Fault(FaultKind.TOO_MANY, "publish", seconds=7), RateLimitedError, 0),
        (Fault(FaultKind.TOO_MANY, "publish", after=True), RateLimitedError, 1),
        (Fault(FaultKind.HANG, "publish", seconds=0.01), OutcomeUnknownError, 0),
        (Fault(FaultKind.HANG, "publish", after=True, seconds=0.01), OutcomeUnknownError, 1),
        (Fault(FaultKind.EXPIRE, "publish"), AuthExpiredError, 0),
    ],
    ids=lambda value: (
        f"{value.kind} {'after' if value.after else 'before'}" if isinstance(value, Fault) else None
    ),
)
async def test_each_fault_ends_as_a_network_would_end_it(adapter, town, fault, error, stands):
    town.arm(fault)
    with pytest.raises(error) as raised:
        await adapter.publish(outgoing())
    assert type(raised.value) is error
    assert posts(town) == stands
    if error is not AuthExpiredError:
        assert (await adapter.find(outgoing()) is not None) == bool(stands)
        await adapter.publish(outgoing("k2"))
        assert posts(town) == stands + 1


async def test_the_wait_that_is_asked_for_is_passed_on(adapter, town):
    town.arm(Fault(FaultKind.TOO_MANY, seconds=12))
    with pytest.raises(RateLimitedError) as raised:
        await adapter.inbox("")
    assert raised.value.retry_after == 12


async def test_a_slow_call_works_in_the_end(adapter, town):
    town.arm(Fault(FaultKind.SLOW, "publish", seconds=0.2))
    began = time.monotonic()
    await adapter.publish(outgoing())
    assert time.monotonic() - began >= 0.2
    assert posts(town) == 1


async def test_a_fault_counts_its_calls_and_is_taken_back(adapter, town):
    town.arm(Fault(FaultKind.DROP, "find", times=2))
    for _ in range(2):
        with pytest.raises(TransientError):
            await adapter.find(outgoing())
    assert await adapter.find(outgoing()) is None
    town.arm(Fault(FaultKind.DROP, times=9))
    town.disarm()
    assert await adapter.find(outgoing()) is None


async def test_a_blind_retry_doubles_a_post(adapter, town):
    await adapter.publish(outgoing())
    await adapter.publish(outgoing())
    assert posts(town) == 2


async def test_answering_what_is_gone_is_refused(adapter):
    receipt = await adapter.publish(outgoing())
    await adapter.delete(receipt.remote_id)
    for gone in (receipt.remote_id, "post-999", "at://elsewhere"):
        with pytest.raises(RejectedError):
            await adapter.publish(outgoing("k2", in_reply_to=Reference(gone)))


async def test_an_expired_session_ends_for_every_process(adapter, town, tmp_path):
    Network(tmp_path / "town.sqlite3").expire_tokens()
    with pytest.raises(AuthExpiredError):
        await adapter.verify()
