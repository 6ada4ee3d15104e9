"""Calling endpoints: what is due is claimed, called, and settled."""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.db.models import F, Min, Q, QuerySet

from enishi.channels.errors import AdapterError, RateLimitedError, RejectedError, TransientError
from enishi.channels.http import Http
from enishi.kernel import clock
from enishi.notifications import audience
from enishi.notifications.actions import News, tell
from enishi.notifications.core.kinds import Kind
from enishi.webhooks import keyring
from enishi.webhooks.core.retrying import Verdict, judge
from enishi.webhooks.core.signing import headers
from enishi.webhooks.core.states import EndpointState, SendingState
from enishi.webhooks.models import Call, Endpoint, Sending

AT_ONCE = 8
"""Calls to one endpoint at a time."""
SECONDS = 15.0
"""How long an endpoint may take to answer."""
_MOST_BYTES = 64 * 1024
_EXCERPT = 1000
_LOST = timedelta(minutes=5)
"""A claim so old belongs to a worker that died: it is called again with the same id."""
_STATUS = re.compile(r"HTTP (\d{3})(?:: (.*))?", re.DOTALL)
_TOO_MANY = 429


class Problem(StrEnum):
    """Why there was no answer. The words for people are in `wording`."""

    NONE = ""
    NOT_REACHED = "not_reached"
    REFUSED = "refused"
    """Enishi did not call: a private address, or a redirect elsewhere."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed sending with all that its call needs."""

    sending: Sending
    url: str
    secrets: Sequence[str]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call."""

    letter: Letter
    started_at: datetime
    milliseconds: int
    status: int = 0
    problem: Problem = Problem.NONE
    excerpt: str = ""
    asked: timedelta | None = None


def claim(endpoint_id: UUID) -> list[Letter]:
    """Take the next few of an endpoint's queue, the oldest first."""
    now = clock.now()
    with transaction.atomic():
        endpoint = Endpoint.objects.filter(id=endpoint_id, state=EndpointState.ACTIVE.value).first()
        if endpoint is None:
            return []
        rows = list(
            _due(endpoint_id, now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("event")
            .order_by("due_at", "id")[:AT_ONCE]
        )
        Sending.objects.filter(id__in=[row.id for row in rows]).update(
            state=SendingState.SENDING.value, claimed_at=now, tried=F("tried") + 1
        )
    for row in rows:
        row.tried += 1
        row.claimed_at = now
    secrets = keyring.valid(endpoint, now) if rows else []
    return [Letter(row, endpoint.url, secrets) for row in rows]


def _due(endpoint_id: UUID, now: datetime) -> QuerySet[Sending]:
    waiting = Q(state=SendingState.WAITING.value, due_at__lte=now)
    lost = Q(state=SendingState.SENDING.value, claimed_at__lt=now - _LOST)
    return Sending.objects.filter(waiting | lost, endpoint_id=endpoint_id)


def next_due(endpoint_id: UUID) -> datetime | None:
    """When the endpoint's queue has something to do; None when it is empty or not told."""
    rows = Sending.objects.filter(
        endpoint_id=endpoint_id,
        endpoint__state=EndpointState.ACTIVE.value,
        state=SendingState.WAITING.value,
    )
    found: datetime | None = rows.aggregate(at=Min("due_at"))["at"]
    return found


async def call_all(letters: Sequence[Letter]) -> list[Answer]:
    """Make several calls at a time."""
    async with Http(deadline=SECONDS, max_bytes=_MOST_BYTES) as http:
        return list(await asyncio.gather(*(call(http, letter) for letter in letters)))


async def call(http: Http, letter: Letter) -> Answer:
    """Make one signed call. Whatever happens is an answer."""
    body = letter.sending.event.body.encode()
    at, started = clock.now(), time.monotonic()
    signed = headers(
        letter.secrets,
        identifier=f"msg_{letter.sending.event_id.hex}",
        timestamp=int(at.timestamp()),
        body=body,
    )
    status, problem, excerpt, asked = 0, Problem.NONE, "", None
    try:
        response = await http.request(
            "POST",
            letter.url,
            headers={"content-type": "application/json", **signed},
            content=body,
        )
        status, excerpt = response.status, response.text
    except AdapterError as error:
        status, problem, excerpt, asked = _explained(error)
    return Answer(
        letter,
        at,
        round((time.monotonic() - started) * 1000),
        status,
        problem,
        excerpt[:_EXCERPT],
        asked,
    )


def _explained(error: AdapterError) -> tuple[int, Problem, str, timedelta | None]:
    """What an error of the client says about the call: status, problem, words, wait."""
    wait = error.retry_after if isinstance(error, TransientError) else None
    asked = None if wait is None else timedelta(seconds=wait)
    if isinstance(error, RateLimitedError):
        return _TOO_MANY, Problem.NONE, error.detail, asked
    if found := _STATUS.match(error.detail):
        return int(found[1]), Problem.NONE, found[2] or "", asked
    refused = isinstance(error, RejectedError)
    problem = Problem.REFUSED if refused else Problem.NOT_REACHED
    return 0, problem, error.detail or str(error.message), asked


def settle(answers: Sequence[Answer]) -> None:
    """Write down how calls went, and what follows for the endpoint."""
    now = clock.now()
    with transaction.atomic():
        for answer in answers:
            _settle(answer, now)


def _settle(answer: Answer, now: datetime) -> None:
    sending = answer.letter.sending
    held = Sending.objects.filter(
        id=sending.id, state=SendingState.SENDING.value, claimed_at=sending.claimed_at
    )
    Call.objects.create(
        sending=sending,
        started_at=answer.started_at,
        milliseconds=answer.milliseconds,
        status=answer.status,
        problem=answer.problem.value,
        excerpt=answer.excerpt,
    )
    endpoint = Endpoint.objects.select_for_update().get(id=sending.endpoint_id)
    verdict = judge(
        status=answer.status,
        tried=sending.tried,
        failing_since=endpoint.failing_since,
        now=now,
        jitter=random.random(),  # noqa: S311 - spreads load, guards nothing
        asked=answer.asked,
    )
    state = SendingState.DELIVERED if verdict.worked else SendingState.FAILED
    if verdict.again_at is not None:
        held.update(state=SendingState.WAITING.value, due_at=verdict.again_at)
    else:
        held.update(state=state.value)
    _note(endpoint, verdict, now)


def _note(endpoint: Endpoint, verdict: Verdict, now: datetime) -> None:
    rows = Endpoint.objects.filter(id=endpoint.id)
    if verdict.worked:
        rows.exclude(failing_since=None).update(failing_since=None)
        return
    rows.filter(failing_since=None).update(failing_since=now)
    if verdict.disable and rows.filter(state=EndpointState.ACTIVE.value).update(
        state=EndpointState.DISABLED.value, disabled_reason=verdict.disable
    ):
        _tell_that_disabled(endpoint)


def _tell_that_disabled(endpoint: Endpoint) -> None:
    able = audience.members_with(audience.ABLE[Kind.WEBHOOK_DISABLED], [endpoint.workspace_id])
    tell(
        [
            News(
                workspace_id=endpoint.workspace_id,
                kind=Kind.WEBHOOK_DISABLED,
                cause=f"{Kind.WEBHOOK_DISABLED}:{endpoint.id}",
                user_ids=able.get(endpoint.workspace_id, frozenset()),
                path=f"settings/webhooks/{endpoint.id}/",
                parameters={"host": urlsplit(endpoint.url).hostname or endpoint.url},
            )
        ]
    )
