"""A workspace with channels, and short ways to let things happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import count
from typing import Any

import pytest

from enishi.accounts import actions as accounts
from enishi.activities.log import Direction, NewActivity, NewObservation, observe, record
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.lenses.core.approach import Approach
from enishi.lenses.core.sight import Lens

DAY_12 = datetime(2026, 4, 12, 3, tzinfo=UTC)
"""Noon of 12 April in Tokyo, where the test's workspace lives."""


@pytest.fixture(autouse=True)
def day_12(monkeypatch):
    """`day_12(days=3)` moves the clock to noon three days later."""

    def move(**span):
        monkeypatch.setattr(clock, "now", lambda: DAY_12 + timedelta(**span))

    move()
    return move


@pytest.fixture(autouse=True)
def few_kpis(monkeypatch):
    """The KPIs that these tests ask about; `test_every_page` looks at all of them."""
    looked_at = {
        "awareness": ("mentions", "share_of_voice", "branded_searches"),
        "loyalty": ("returning_people",),
        "traffic": ("clicks",),
        "video": ("short_videos", "video_retention", "video_completion"),
    }
    packs = {
        Approach.ACCOUNT: ("followers", "response_rate"),
        Approach.CONTENT: ("mentions", "share_of_voice"),
        Approach.HYBRID: ("followers", "mentions"),
    }
    queries = "enishi.lenses.queries"
    monkeypatch.setattr(import_module(f"{queries}.awareness"), "PACKS", looked_at)
    monkeypatch.setattr(import_module(f"{queries}.plans"), "PACKS", packs)
    figures = {Lens.NETWORK: ("followers",), Lens.MEDIA: ("posts",)}
    monkeypatch.setattr(import_module(f"{queries}.balance"), "_FIGURES", figures)


@pytest.fixture
def new_channel(workspace) -> Callable[..., Channel]:
    def make(name="喫茶えにし", **fields):
        fields = {"adapter": "sandbox", "state": "active", "connected_at": DAY_12} | fields
        return Channel.objects.create(workspace=workspace, name=name, remote_id=name, **fields)

    return make


@pytest.fixture
def channel(new_channel) -> Channel:
    return new_channel()


@dataclass
class Log:
    """Writes to a channel's log; times are days before noon of 12 April."""

    channel: Channel
    keys: Any = field(default_factory=lambda: count(1))

    def act(self, kind, *, back=1.0, inbound=True, key="", **fields):
        key = key or f"{kind}/{next(self.keys)}"
        made = NewActivity(
            workspace_id=self.channel.workspace_id,
            type=kind,
            key=key,
            source=str(self.channel.id),
            occurred_at=DAY_12 - timedelta(days=back),
            channel_id=self.channel.id,
            direction=Direction.INBOUND if inbound else Direction.OUTBOUND,
            **fields,
        )
        record([made])
        return key

    def post(self, text="", *, back=1.0, **numbers):
        """One post of ours, with what the network reported for it."""
        key = f"{self.channel.name}/post/{next(self.keys)}"
        self.act("Create", back=back, inbound=False, text=text, key=key, object_key=key)
        self.report(numbers, subject=key, back=0.01)
        return key

    def report(self, numbers, *, subject="", back=0.5, channel=True):
        observe(
            NewObservation(
                workspace_id=self.channel.workspace_id,
                channel_id=self.channel.id if channel else None,
                subject=subject,
                metric=metric,
                value=value,
                observed_at=DAY_12 - timedelta(days=back),
                source="test",
            )
            for metric, value in numbers.items()
        )


@pytest.fixture
def log(channel) -> Log:
    return Log(channel)


@pytest.fixture
def api(owner, client):
    """`api("get", "/lenses/balance")`: the answer of REST in English."""
    scopes = ["strategy.view", "strategy.edit", "workspace.view", "log.write", "imports.run"]
    secret = accounts.create_token(owner, name="test", scopes=scopes).secret

    def call(method, path, body=None, *, status=None):
        named = {"authorization": f"Bearer {secret}", "accept-language": "en"}
        if method == "get":
            answer = client.get(f"/api/v1{path}", body, headers=named)
        else:
            answer = getattr(client, method)(
                f"/api/v1{path}", data=body, content_type="application/json", headers=named
            )
        assert answer.status_code == (status or answer.status_code), answer.content
        return answer.json() if answer.content else None

    return call


@pytest.fixture
def see(page, workspace):
    """`see("reach/")`: the text of a page in English."""

    def get(path=""):
        answer = page.get(f"/w/{workspace.slug}/lenses/{path}", headers={"accept-language": "en"})
        assert answer.status_code == 200
        return answer.content.decode()

    return get
