from __future__ import annotations

from pathlib import Path

import pytest

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor
from enishi.activities import actions, bulk, compactor, manifest, queries, sealer
from enishi.activities.log import observe, record
from enishi.activities.models import Activity, Segment
from enishi.kernel.errors import InvalidInputError
from tests.integration.activities.kit import Act, Observe

pytestmark = pytest.mark.django_db


def count(workspace: Workspace) -> tuple[int, int]:
    lake = queries.lake([workspace.pk])
    return len(lake.run(lake.activities[["id"]])), len(lake.run(lake.observations[["id"]]))


def test_it_imports_straight_into_files(workspace: Workspace, act: Act, saw: Observe) -> None:
    acts, reports = [act(minute) for minute in range(50)], [saw(minute) for minute in range(20)]
    result = bulk.bulk_import(workspace.pk, "import:mastodon", acts, reports)
    assert (result.new, result.known) == (70, 0)
    assert not Activity.objects.exists()
    assert count(workspace) == (50, 20)


def test_it_adds_nothing_when_the_same_file_comes_twice(workspace: Workspace, act: Act) -> None:
    bulk.bulk_import(workspace.pk, "x", [act(minute) for minute in range(50)])
    again = bulk.bulk_import(workspace.pk, "x", [act(minute) for minute in range(50)])
    assert (again.new, again.known) == (0, 50)
    assert count(workspace) == (50, 0)


def test_it_knows_what_is_hot_sealed_and_doubled(
    workspace: Workspace, act: Act, saw: Observe
) -> None:
    record([act(minute) for minute in range(10)])
    observe([saw(1)])
    sealer.seal_all()
    record([act(minute) for minute in range(10, 20)])
    given = [act(minute) for minute in (*range(30), *range(30))]
    result = bulk.bulk_import(workspace.pk, "x", given, [saw(1), saw(2), saw(2)])
    assert (result.new, result.known) == (11, 52)
    assert count(workspace) == (30, 2)


def test_it_takes_nothing_when_a_row_breaks(
    workspace: Workspace, act: Act, lake_folder: Path
) -> None:
    def rows():
        yield act(1)
        yield act(2, workspace_id=workspace.pk.__class__(int=7))

    with pytest.raises(InvalidInputError):
        bulk.bulk_import(workspace.pk, "x", rows())
    assert count(workspace) == (0, 0)
    assert not list(lake_folder.rglob("*.parquet"))


def test_it_leaves_the_log_alone_when_it_stops_before_the_manifest(
    workspace: Workspace, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(_files: object) -> None:
        raise OSError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(manifest, "add", stop)
        with pytest.raises(OSError, match="power"):
            bulk.bulk_import(workspace.pk, "x", [act(1)])
    assert count(workspace) == (0, 0)
    assert bulk.bulk_import(workspace.pk, "x", [act(1)]).new == 1


def test_it_does_not_bring_back_who_was_erased(
    workspace: Workspace, owner: Actor, act: Act
) -> None:
    actions.erase_person(owner, "did:plc:hanako")
    given = [act(1), act(2, actor_key="did:plc:taro")]
    result = bulk.bulk_import(workspace.pk, "x", given)
    assert (result.new, result.known, result.erased) == (1, 0, 1)


def test_it_can_be_read_a_second_time_after_files_were_merged(
    workspace: Workspace, act: Act
) -> None:
    for start in range(0, 40, 10):
        bulk.bulk_import(workspace.pk, "x", [act(minute) for minute in range(start, start + 10)])
    assert compactor.compact() == 4
    assert Segment.objects.get().rows == 40
    assert record([act(minute) for minute in range(40)]).known == 40
