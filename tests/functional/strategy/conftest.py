"""A program with a token, and a clock that stands on 12 April 2026."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from enishi.accounts.models import ApiToken, Membership
from enishi.accounts.permissions import Permission
from enishi.accounts.queries import digest_of
from enishi.kernel import clock


@pytest.fixture
def april(monkeypatch):
    """`april(day, hour)` sets the clock to a moment of April 2026 (UTC)."""

    def set_clock(day=12, hour=3, month=4):
        monkeypatch.setattr(clock, "now", lambda: datetime(2026, month, day, hour, tzinfo=UTC))

    set_clock()
    return set_clock


class Program:
    """REST with the token of one person."""

    def __init__(self, client, secret):
        self.client = client
        self.headers = {"authorization": f"Bearer {secret}", "accept-language": "en"}

    def __call__(self, method, path, body=None, *, status=None):
        answer = getattr(self.client, method)(
            f"/api/v1{path}",
            data=None if body is None else json.dumps(body),
            content_type="application/json",
            headers=self.headers,
        )
        if status is not None:
            assert answer.status_code == status, answer.content
        else:
            assert answer.status_code < 400, answer.content
        return json.loads(answer.content) if answer.content else None


@pytest.fixture
def program_of(client):
    """`program_of(actor)`: a program that acts for a person with all permissions they have."""

    def make(actor):
        secret = f"enishi_{actor.user_id}"
        ApiToken.objects.create(
            membership=Membership.objects.get(user=actor.user_id),
            name="Test",
            prefix=secret[:12],
            digest=digest_of(secret),
            scopes=[one.value for one in Permission if actor.can(one)],
        )
        return Program(client, secret)

    return make


@pytest.fixture
def rest(program_of, owner, april):
    """The owner's program."""
    return program_of(owner)
