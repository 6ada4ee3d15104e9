from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor
from enishi.activities import actions, compactor, queries, sealer, settler
from enishi.activities.log import Direction, record
from enishi.analytics.kpi import KPIS, Reading, Scope, Window
from tests.integration.activities.kit import Act

pytestmark = pytest.mark.django_db
SPRING = Window(date(2026, 3, 1), date(2026, 5, 31), "Asia/Tokyo")


@pytest.fixture(autouse=True)
def worthwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settler, "WORTHWHILE", 1)


def engagements(workspace: Workspace, *, settled: bool) -> Reading:
    lake = queries.lake([workspace.pk])
    assert lake.settles(workspace.pk, all_channels=True) == settled
    return KPIS["engagements"].value(lake, Scope(workspace.pk), SPRING)


def publish(act: Act) -> None:
    named = {"direction": Direction.OUTBOUND, "object_key": "post", "type": "Create"}
    record([act(0, **named)])


def like(act: Act, *minutes: int) -> None:
    record([act(minute, type="Like", object_key="post") for minute in minutes])


def test_it_settles_what_is_sealed_and_adds_what_is_newer(workspace: Workspace, act: Act) -> None:
    publish(act)
    like(act, 1, 2, 3)
    sealer.seal_all()
    assert settler.settle_when_due()
    assert engagements(workspace, settled=True).value == 3
    like(act, 4)
    assert engagements(workspace, settled=True).value == 4
    sealer.seal_all()
    like(act, 5)
    assert engagements(workspace, settled=True).value == 5
    assert not settler.settle_when_due()


def test_it_settles_anew_when_files_were_merged(workspace: Workspace, act: Act) -> None:
    publish(act)
    like(act, 1)
    sealer.seal_all()
    like(act, 2)
    sealer.seal_all()
    settler.settle_when_due()
    compactor.compact_fully()
    assert engagements(workspace, settled=False).value == 2
    assert settler.settle_when_due()
    assert engagements(workspace, settled=True).value == 2


def test_it_leaves_small_logs_alone(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settler, "WORTHWHILE", 3)
    publish(act)
    sealer.seal_all()
    assert not settler.settle_when_due()


def test_it_has_nothing_to_settle_in_an_empty_log() -> None:
    assert not settler.settle()


def test_it_keeps_the_results_when_it_sweeps(
    workspace: Workspace, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(act)
    sealer.seal_all()
    settler.settle_when_due()
    monkeypatch.setattr(compactor, "GRACE", -compactor.GRACE)
    compactor.sweep()
    assert engagements(workspace, settled=True).rows_count == 0


def test_it_forgets_at_once_when_somebody_is_erased(
    owner: Actor, act: Act, lake_folder: Path
) -> None:
    publish(act)
    like(act, 1, 2)
    sealer.seal_all()
    settler.settle_when_due()
    actions.erase_person(owner, act(1).actor_key)
    compactor.compact()
    assert not list((lake_folder / "settled").iterdir())
