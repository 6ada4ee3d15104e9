"""The delivery state machine under arbitrary histories: people, workers, clock and network.

Hypothesis writes histories of real actions, claims, attempts and settlements on a real
database; workers die in them, come back as zombies, are frozen in the middle of a call. The
platform in memory is the judge.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from unittest.mock import patch
from uuid import UUID, uuid4

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from enishi.accounts.permissions import Actor
from enishi.channels import registry
from enishi.channels.contract import Secrets
from enishi.channels.models import Channel
from enishi.channels.service import store_secrets
from enishi.jobs.sources import ClaimRequest, Stranded
from enishi.kernel import clock
from enishi.kernel.errors import EnishiError
from enishi.publishing import actions, parts, pauses
from enishi.publishing.actions import PostInput, VariantInput
from enishi.publishing.core.states import DELIVERY_STATES, DeliveryKind, DeliveryState
from enishi.publishing.delivery import DeliverySource
from enishi.publishing.models import Delivery, Post
from enishi.publishing.sending import Result, SendWork
from tests.integration.publishing.model import Platform, Step, WorkerDied, adapters
from tests.plugins.people import make_workspace

FLAVOURS = ("key", "readback", "person")
EXAMPLES = int(os.environ.get("ENISHI_HISTORIES", "60"))
SETTLE = timedelta(seconds=75)
D = DeliveryState
ACTIONS = (
    "cancel", "edit", "retry", "check", "mark", "give up", "move", "now",
    "pause", "resume", "shut", "open",
)  # fmt: skip
"""What people do."""

_SQLITE = """
CREATE TEMP TABLE move (id TEXT, old TEXT, new TEXT);
CREATE TEMP TRIGGER note_move AFTER UPDATE OF state ON main.publishing_delivery
WHEN old.state <> new.state BEGIN INSERT INTO move VALUES (old.id, old.state, new.state); END;
"""
_POSTGRES = """
CREATE TEMP TABLE move (id TEXT, old TEXT, new TEXT) ON COMMIT DROP;
CREATE OR REPLACE FUNCTION pg_temp.note_move() RETURNS trigger AS
$$ BEGIN INSERT INTO move VALUES (old.id, old.state, new.state); RETURN new; END $$
LANGUAGE plpgsql;
CREATE TRIGGER note_move AFTER UPDATE OF state ON publishing_delivery
FOR EACH ROW WHEN (old.state <> new.state) EXECUTE FUNCTION pg_temp.note_move();
"""


def _packages() -> dict[str, registry.AdapterType]:
    names = [f"loopback_{flavour}" for flavour in FLAVOURS]
    return {name: registry.load(import_module(f"tests.lab.loopback.{name}")) for name in names}


class Worker:
    """A worker process, as far as deliveries see it."""

    def __init__(self) -> None:
        self.id = uuid4()
        self.source = DeliverySource()
        self.works: list[SendWork] = []
        self.results: list[Result] = []


class Deliveries(RuleBasedStateMachine):
    """Histories."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 2, 9, tzinfo=UTC)
        self.platform = Platform()
        real = _packages()
        wired = adapters(self.platform, real.__getitem__)
        self._undo: list[Callable[[], object]] = []
        for patched in (
            patch.object(clock, "now", lambda: self.now),
            patch.object(parts, "boot_seconds", lambda: self.now.timestamp()),  # noqa: PLW0108
            patch.object(pauses, "FRESH_SECONDS", -1.0),
            patch.object(registry, "_found", lambda: wired),
        ):
            patched.start()
            self._undo.append(patched.stop)
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self._note_moves()
        self.workspace = make_workspace("Model")
        self.actor = Actor.system(self.workspace.id)
        self.channels = [self._channel(flavour) for flavour in FLAVOURS]
        self.workers = [Worker(), Worker()]
        self.dead: list[Worker] = []
        self.vouched: set[UUID] = set()
        """Deliveries that a person marked as published."""
        self.numbers = itertools.count(1)

    def teardown(self) -> None:
        try:
            self.come_to_rest()
        finally:
            transaction.set_rollback(True)
            self._transaction.__exit__(None, None, None)
            with connection.cursor() as cursor:
                if connection.vendor == "sqlite":
                    cursor.execute("DROP TRIGGER IF EXISTS note_move")
                    cursor.execute("DROP TABLE IF EXISTS move")
            for undo in reversed(self._undo):
                undo()

    def _note_moves(self) -> None:
        with connection.cursor() as cursor:
            if connection.vendor != "sqlite":
                cursor.execute(_POSTGRES)
                return
            table, trigger = _SQLITE.strip().split(";\n", 1)
            cursor.execute(table)
            cursor.execute(trigger)

    def _channel(self, flavour: str) -> Channel:
        channel = Channel.objects.create(
            workspace=self.workspace,
            adapter=f"loopback_{flavour}",
            name=flavour,
            handle=flavour,
            remote_id=flavour,
            service_url="http://127.0.0.1:1",
            state="active",
            connected_at=self.now,
        )
        store_secrets(channel.id, Secrets({"access": "a", "refresh": "r"}))
        return channel

    # ── What people do ─────────────────────────────────────────────────────────────────

    @rule(
        flavour=st.sampled_from(range(3)),
        thread=st.integers(0, 1),
        comment=st.sampled_from(["", " comment"]),
        minutes=st.sampled_from([0, 0, 0, 5, 600]),
    )
    def write(self, flavour: int, thread: int, comment: str, minutes: int) -> None:
        name = f"No. {next(self.numbers)}"
        content = PostInput(
            text=name,
            thread=[f"{name} part {number}" for number in range(thread)],
            first_comment=f"{name}{comment}" if comment else "",
            channels=[VariantInput(self.channels[flavour].id)],
        )
        post = actions.create_post(self.actor, content=content)
        if minutes:
            at = self.now + timedelta(minutes=minutes)
            actions.schedule_post(self.actor, post_id=post.id, at=at)
        else:
            actions.publish_now(self.actor, post_id=post.id)

    @precondition(lambda self: Post.objects.exists())
    @rule(action=st.sampled_from(ACTIONS), place=st.integers(0, 7))
    def person(self, action: str, place: int) -> None:
        """What cannot be done is refused, and changes nothing."""
        rows = list(Delivery.objects.filter(workspace=self.workspace).order_by("id"))
        row = rows[place % len(rows)] if rows else None
        with suppress(EnishiError):
            if action in ("pause", "resume", "shut", "open"):
                self._stop_or_go(action, place)
            elif row is not None and row.post_id is not None:
                self._about_delivery(action, row, row.post_id)

    def _stop_or_go(self, action: str, place: int) -> None:
        channel = self.channels[place % 3]
        if action == "pause":
            chosen = channel.id if place > 3 else None
            actions.pause_publishing(self.actor, channel_id=chosen, reason="a crisis")
        elif action == "resume":
            for chosen in (None, *(item.id for item in self.channels)):
                with suppress(EnishiError):
                    actions.resume_publishing(self.actor, channel_id=chosen)
        else:
            from enishi.channels import actions as on_channels  # noqa: PLC0415 - two `actions`

            do = on_channels.pause_channel if action == "shut" else on_channels.resume_channel
            do(self.actor, channel_id=channel.id)

    def _about_delivery(self, action: str, row: Delivery, post_id: UUID) -> None:
        stands = bool(self.platform.of(row.key))
        truthful = row.channel_id != self.channels[2].id or not stands
        if action == "edit":
            post = Post.objects.get(id=post_id)
            content = PostInput(
                text=f"{post.text}!",
                thread=post.thread,
                first_comment=post.first_comment,
                channels=[VariantInput(row.channel_id)],
            )
            actions.update_post(self.actor, post_id=post_id, version=post.version, content=content)
        elif action == "mark" and stands:
            remote = self.platform.of(row.key)[0]["id"]
            url = f"https://loopback.test/{remote}"
            actions.mark_published(self.actor, delivery_id=row.id, url=url, remote_id=remote)
            self.vouched.add(row.id)
        elif action in ("retry", "check", "give up") and truthful:
            do = {
                "retry": actions.retry_delivery,
                "check": actions.check_again,
                "give up": actions.give_up,
            }[action]
            do(self.actor, delivery_id=row.id)
        elif action == "cancel" and truthful:
            actions.cancel_post(self.actor, post_id=post_id)
        elif action == "move" and truthful:
            at = self.now + timedelta(minutes=30)
            actions.move_post(self.actor, post_id=post_id, at=at)
        elif action == "now" and truthful:
            actions.publish_now(self.actor, post_id=post_id)

    # ── What workers do ────────────────────────────────────────────────────────────────

    @rule(place=st.integers(0, 1))
    def claim(self, place: int) -> None:
        worker = self.workers[place]
        request = ClaimRequest(worker.id, self.now, room=4)
        worker.works += worker.source.claim(request).works

    @precondition(lambda self: any(worker.works for worker in self.workers))
    @rule(
        place=st.integers(0, 1),
        steps=st.lists(st.sampled_from(Step), max_size=5),
        meanwhile=st.sampled_from(["freed", "freed and done", "pause", "cancel", "edit", "time"]),
    )
    def attempt(self, place: int, steps: list[Step], meanwhile: str) -> None:
        """One attempt, with what goes wrong in it; a death takes all that the worker holds."""
        worker = self.workers[place]
        if not worker.works:
            return
        work = worker.works.pop(0)
        self.platform.steps = list(steps)
        self.platform.meanwhile = lambda: self._meanwhile(meanwhile, work, worker)
        try:
            worker.results.append(async_to_sync(worker.source.deliver)(work))
        except WorkerDied:
            self._bury(place)
        finally:
            self.platform.steps = []

    def _meanwhile(self, what: str, work: SendWork, worker: Worker) -> None:
        """While the worker is frozen in the middle of a call."""
        steps, self.platform.steps = self.platform.steps, []
        if what in ("freed", "freed and done"):
            self.now += SETTLE * 2
            self._free([worker.id])
            if what == "freed and done":
                self._do_all(Worker())
        elif what == "time":
            self.now += timedelta(hours=1)
        elif what == "pause":
            with suppress(EnishiError):
                actions.pause_publishing(self.actor)
        elif work.delivery.post_id is not None:
            row = Delivery.objects.get(id=work.id)
            with suppress(EnishiError):
                self._about_delivery(what, row, work.delivery.post_id)
        self.platform.steps = steps

    @rule(place=st.integers(0, 1))
    def settle(self, place: int) -> None:
        worker = self.workers[place]
        worker.source.settle(worker.results)
        worker.results = []

    @rule(place=st.integers(0, 1))
    def die(self, place: int) -> None:
        self._bury(place)

    def _bury(self, place: int) -> None:
        self.dead.append(self.workers[place])
        self.workers[place] = Worker()

    @precondition(lambda self: bool(self.dead))
    @rule()
    def free(self) -> None:
        self.now += SETTLE * 2
        self._free([worker.id for worker in self.dead])

    def _free(self, dead: list[UUID]) -> None:
        stranded = Stranded(uuid4(), dead=dead, claimed_before=self.now - SETTLE)
        DeliverySource().recover(stranded, self.now)

    @precondition(lambda self: any(worker.results for worker in self.dead))
    @rule()
    def zombie_settles(self) -> None:
        """A worker that was thought dead writes down what it knows."""
        for worker in self.dead:
            worker.source.settle(worker.results)
            worker.results = []

    @rule(seconds=st.sampled_from([1, 20, 300, 3600, -3600, 3 * 86400]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    # ── What must hold ─────────────────────────────────────────────────────────────────

    @invariant()
    def nothing_is_doubled(self) -> None:
        doubled = {key: count for key, count in self.platform.effects().items() if count > 1}
        assert not doubled, doubled

    @invariant()
    def states_move_along_declared_edges(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT old, new FROM move")
            moves = set(cursor.fetchall())
        for old, new in moves:
            assert DELIVERY_STATES.allows(D(old), D(new)), f"{old} → {new}"

    def come_to_rest(self) -> None:
        """Everything works again: what is not a person's turn gets published, and stays so."""
        for worker in (*self.workers, *self.dead):
            self.dead.append(worker) if worker in self.workers else None
        self._stop_or_go("resume", 0)
        for place in range(3):
            with suppress(EnishiError):
                self._stop_or_go("open", place)
        for _round in range(40):
            self.now += timedelta(hours=1)
            self._free([worker.id for worker in self.dead])
            self._do_all(Worker())
            if not Delivery.objects.filter(state__in=[D.SCHEDULED, D.PUBLISHING]).exists():
                break
        self.nothing_is_doubled()
        self.states_move_along_declared_edges()
        for row in Delivery.objects.select_related("post"):
            self._is_where_it_says(row)

    def _do_all(self, worker: Worker) -> None:
        works = worker.source.claim(ClaimRequest(worker.id, self.now, room=50)).works
        results = [async_to_sync(worker.source.deliver)(work) for work in works]
        worker.source.settle(results)

    def _is_where_it_says(self, row: Delivery) -> None:
        """Published means that all of it stands; nothing hangs in the air."""
        assert row.state not in (D.SCHEDULED, D.PUBLISHING), (row.state, row.reason)
        assert row.post is not None
        if row.kind == DeliveryKind.EDIT:
            self._shows_its_text(row, row.post)
            return
        wanted = 1 + len(row.post.thread) + bool(row.post.first_comment)
        if row.state == D.PUBLISHED and row.id not in self.vouched:
            assert len(self.platform.of(row.key)) == wanted

    def _shows_its_text(self, row: Delivery, post: Post) -> None:
        """The last change that the network confirmed is what it shows."""
        edits = Delivery.objects.filter(kind=DeliveryKind.EDIT, target_id=row.target_id)
        newest = edits.order_by("-created_at", "-id").first()
        if row.state == D.PUBLISHED and row == newest:
            shown = next(one["text"] for one in self.platform.posts if one["id"] == row.target_id)
            assert shown == post.text


@contextmanager
def quiet() -> Iterator[None]:
    """Bugs of adapters are logged with their traceback; here they are wanted."""
    with patch("enishi.publishing.sending.logger"):
        yield


@pytest.mark.django_db
def test_no_history_of_a_delivery_doubles_or_loses_it(tmp_path: Path):
    chosen = settings(
        max_examples=EXAMPLES,
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    with quiet():
        run_state_machine_as_test(Deliveries, settings=chosen)
