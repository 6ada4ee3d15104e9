"""What the refusals of servers mean, and how tokens that ran out are renewed."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from enishi.adapters.mastodon.adapter import MastodonAdapter
from enishi.channels.contract import Connection, Outgoing, Secrets
from enishi.channels.errors import (
    AuthExpiredError,
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
)
from enishi.channels.http import quotas
from enishi.channels.parts import MemoryParts
from enishi.kernel import clock
from tests.adapters.conformance import KEY, WRITTEN_AT
from tests.adapters.mastodon.bench import FakeBench
from tests.lab.mastodon_fake import AKKOMA, MASTODON

STATUSES = "/api/v1/statuses"
TOKEN = "/oauth/token"


def said(text: str = "朝の一杯") -> Outgoing:
    return Outgoing(key=KEY, text=text, created_at=WRITTEN_AT, parts=MemoryParts())


class Shared:
    """What channels does for all deliveries of an account: one renewal for those who ask."""

    def __init__(self, secrets: Secrets) -> None:
        self.secrets = secrets
        self.exchanges = 0
        self._lock = asyncio.Lock()

    async def __call__(self, used, exchange):
        async with self._lock:
            if dict(self.secrets.values) == dict(used.values):
                self.exchanges += 1
                self.secrets = await exchange(used)
            return self.secrets


async def signed_in(bench: FakeBench) -> Connection:
    """The connection that the sign-in on the server gives, with a refresh token."""
    app = Secrets({"client_id": "client-1", "client_secret": "secret-1"})
    bench.world.apps["client-1"] = {"client_id": "client-1", "client_secret": "secret-1"}
    secrets = {
        **app.values,
        "access_token": bench.server.token,
        "refresh_token": f"again-{bench.server.me.id}",
    }
    account = await MastodonAdapter(bench.connection(secrets)).verify()
    return bench.connection(
        secrets, remote_id=account.remote_id, handle=account.handle, learnt=account.learnt
    )


# ── limits ──


async def test_it_tells_how_long_to_wait_and_what_is_left(make_bench):
    bench = make_bench(MASTODON)
    adapter = await bench.connected()
    bench.server.api.fail("POST", STATUSES, 429)
    bench.clock.at = clock.now()
    with quotas.collected() as heard, pytest.raises(RateLimitedError) as refused:
        await adapter.publish(said())
    assert 80 < (refused.value.retry_after or 0) <= 91
    assert (heard[-1].limit, heard[-1].remaining) == (300, 0)
    assert heard[-1].reset_at - clock.now() > timedelta(seconds=80)
    assert bench.server.mine() == []


async def test_it_tells_what_is_left_when_all_went_well(make_bench):
    bench = make_bench(MASTODON)
    adapter = await bench.connected()
    with quotas.collected() as heard:
        await adapter.publish(said())
    assert (heard[-1].limit, heard[-1].remaining) == (300, 299)


# ── tokens ──


async def test_it_renews_a_token_that_ran_out_and_goes_on(make_bench):
    bench = make_bench(AKKOMA)
    connection = await signed_in(bench)
    shared = Shared(connection.secrets)
    adapter = MastodonAdapter(replace(connection, renew=shared))
    bench.world.tokens[bench.server.token] = ""
    await adapter.publish(said())
    assert [status["content"] for status in bench.server.mine()] == ["<p>朝の一杯</p>"]
    assert shared.exchanges == 1
    assert shared.secrets["access_token"] != bench.server.token
    assert shared.secrets["client_id"] == "client-1"


async def test_many_deliveries_renew_once(make_bench):
    bench = make_bench(AKKOMA)
    connection = await signed_in(bench)
    shared = Shared(connection.secrets)
    bench.world.tokens[bench.server.token] = ""
    adapters = [MastodonAdapter(replace(connection, renew=shared)) for _number in range(5)]
    await asyncio.gather(
        *(
            adapter.publish(replace(said(f"No. {number}"), key=f"{KEY}{number}"))
            for number, adapter in enumerate(adapters)
        )
    )
    assert shared.exchanges == 1
    assert len(bench.sent("POST", TOKEN)) == 1
    assert len(bench.server.mine()) == 5


async def test_it_asks_to_reconnect_when_the_renewal_is_refused(make_bench):
    bench = make_bench(AKKOMA)
    connection = await signed_in(bench)
    bench.world.tokens[bench.server.token] = ""
    bench.server.api.fail("POST", TOKEN, 400)
    with pytest.raises(AuthExpiredError):
        await MastodonAdapter(connection).publish(said())
    assert bench.server.mine() == []


async def test_it_asks_to_reconnect_when_nothing_renews(make_bench):
    bench = make_bench(MASTODON)
    adapter = await bench.connected()
    bench.world.tokens.clear()
    with pytest.raises(AuthExpiredError):
        await adapter.publish(said())
    assert bench.sent("POST", TOKEN) == []


async def test_it_gives_the_token_back(make_bench):
    bench = make_bench(MASTODON)
    await MastodonAdapter(await signed_in(bench)).revoke()
    assert bench.server.token not in bench.world.tokens


async def test_it_leaves_a_token_that_a_person_made_alone(make_bench):
    bench = make_bench(MASTODON)
    await (await bench.connected()).revoke()
    assert bench.server.token in bench.world.tokens
    assert bench.sent("POST", "/oauth/revoke") == []


# ── refusals ──


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RejectedError),
        (401, AuthExpiredError),
        (403, RejectedError),
        (404, RejectedError),
        (410, RejectedError),
        (413, RejectedError),
        (422, RejectedError),
        (429, RateLimitedError),
        (500, OutcomeUnknownError),
        (502, OutcomeUnknownError),
    ],
)
async def test_it_tells_refusals_from_what_may_have_arrived(make_bench, status, kind):
    bench = make_bench(MASTODON)
    adapter = await bench.connected()
    bench.server.api.fail("POST", STATUSES, status)
    with pytest.raises(kind):
        await adapter.publish(said())
