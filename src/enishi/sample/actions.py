"""Making and deleting the sample workspace, by the same actions that people use."""

from __future__ import annotations

import logging
from datetime import datetime
from uuid import UUID

from asgiref.sync import async_to_sync
from django.utils.translation import gettext as _

from enishi.accounts import actions as accounts
from enishi.accounts import queries
from enishi.accounts.models import User, Workspace
from enishi.accounts.permissions import Actor, Role, Via
from enishi.channels import actions as channels
from enishi.channels.models import Channel
from enishi.channels.sync import sync_channel
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError
from enishi.sample import desk, history, market, numbers, plan, reporting
from enishi.sample.history import TownAccount
from enishi.sample.writing import ZONE, brand

logger = logging.getLogger(__name__)

SEED = 7
ADAPTER = "sandbox"
_MOST_RUNS = 20


def create_sample(user: User, *, seed: int = SEED) -> Workspace:
    """A labelled workspace with a year of history; the one that there is, if there is one.

    1. The accounts live through a year in the town.
    2. They are connected and read like any others.
    3. The desk is set: posts planned, drafts begun, old conversations resolved.
    4. The plan is drawn up over the numbers that came out.
    5. What no network tells is noted, and decisions are made.
    6. Days are annotated, a dashboard is kept, and a report by e-mail waits to be resumed.

    When anything fails, nothing of it stays.
    """
    existing = queries.workspaces_of(user.pk).filter(is_sample=True).first()
    if existing is not None:
        return existing
    language = user.language or "en"
    workspace = accounts.create_workspace(
        user,
        name=brand().words("company", "name", language),
        language=language,
        time_zone=str(ZONE),
        country="JP",
        is_sample=True,
    )
    actor = Actor(workspace.pk, Role.OWNER, Via.SYSTEM, user.pk, str(user))
    try:
        _fill(actor, language, clock.now(), seed)
    except BaseException:
        accounts.delete_workspace(actor)
        raise
    return workspace


def delete_sample(actor: Actor) -> None:
    """Remove the sample workspace with everything in it, the log and the town included."""
    if not queries.workspace(actor).is_sample:
        raise ConflictError(
            _("This is not a sample workspace."),
            remedy=_("A real workspace is deleted in its settings."),
        )
    accounts.delete_workspace(actor)


def _fill(actor: Actor, language: str, now: datetime, seed: int) -> None:
    residents = history.live_through(history.town(), now, seed)
    connected = [_connect(actor, account) for account in residents]
    for channel in connected:
        _read(channel.id)
        numbers.backfill(channel, now)
    desk.settle(actor, connected, now)
    desk.plan_posts(actor, connected, now)
    plan.draw_up(actor, connected, language, now)
    market.observe_market(actor, connected, now, seed)
    market.decide(actor, connected, language)
    reporting.report(actor, connected, language, now)
    logger.info("sample.created", extra={"workspace": str(actor.workspace_id)})


def _connect(actor: Actor, account: TownAccount) -> Channel:
    told = next(one for one in brand().accounts if one["language"] == account.language)
    channel = channels.connect_channel(
        actor,
        adapter=ADAPTER,
        fields={"handle": account.handle, "password": account.password},
    )
    return channels.activate(
        actor,
        channel.id,
        channels.Plan(
            objective=told["objective"],
            audience=told["audience"],
            policy=told["policy"],
            posts_per_week=told["posts_per_week"],
        ),
    )


def _read(channel_id: UUID) -> None:
    """Read until nothing more comes: a year is more than one run takes."""
    for _run in range(_MOST_RUNS):
        if not async_to_sync(sync_channel)(channel_id).more:
            return
