from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enishi.accounts.models import Workspace
from enishi.activities import compactor, manifest, queries, sealer
from enishi.activities.log import observe, record
from enishi.activities.models import Activity, Observation, Segment
from enishi.analytics.schema import Kind
from tests.integration.activities.kit import Act, Observe

pytestmark = pytest.mark.django_db


def ids_of(workspace: Workspace) -> list[str]:
    lake = queries.lake([workspace.pk])
    return sorted(row["id"] for row in lake.run(lake.activities[["id"]]))


def parquet_files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*.parquet") if path.parts[-3] == "activities"}


def test_it_moves_hot_rows_into_files(workspace: Workspace, act: Act, lake_folder: Path) -> None:
    recorded = record([act(minute) for minute in range(5)])
    assert sealer.seal(Kind.ACTIVITY) == 5
    assert not Activity.objects.exists()
    assert Segment.objects.get().rows == 5
    assert ids_of(workspace) == sorted(str(identifier) for identifier in recorded.new)
    assert len(parquet_files(lake_folder)) == 1


def test_it_writes_a_file_for_each_month(act: Act) -> None:
    may = timedelta(days=35)
    record([act(1), act(2, occurred_at=act(2).occurred_at + may)])
    sealer.seal_all()
    assert sorted(Segment.objects.values_list("month", flat=True)) == ["2026-04", "2026-05"]


def test_it_seals_in_batches(workspace: Workspace, act: Act) -> None:
    record([act(minute) for minute in range(10)])
    assert sealer.seal(Kind.ACTIVITY, batch=4) == 10
    assert Segment.objects.count() == 3
    assert len(ids_of(workspace)) == 10


def test_it_finds_sealed_rows_when_a_network_is_read_again(workspace: Workspace, act: Act) -> None:
    record([act(minute) for minute in range(5)])
    sealer.seal_all()
    again = record([act(minute) for minute in range(7)])
    assert (len(again.new), again.known) == (2, 5)
    assert len(ids_of(workspace)) == 7


def test_it_finds_sealed_observations_again(workspace: Workspace, saw: Observe) -> None:
    observe([saw(1), saw(2)])
    sealer.seal_all()
    assert observe([saw(2), saw(3)]) == 1
    lake = queries.lake([workspace.pk])
    assert len(lake.run(lake.observations)) == 3
    assert Observation.objects.count() == 1


def test_it_waits_until_sealing_is_worth_it(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    record([act(1)])
    assert sealer.seal_when_due() == 0
    monkeypatch.setattr(sealer, "ENOUGH", 1)
    assert sealer.seal_when_due() == 1


def test_it_loses_nothing_when_it_stops_before_the_files_are_written(
    workspace: Workspace, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    record([act(1), act(2)])
    with monkeypatch.context() as broken:
        broken.setattr("enishi.analytics.segments.Writer.write", _stop)
        with pytest.raises(DatabaseError):
            sealer.seal_all()
    assert len(ids_of(workspace)) == 2
    assert sealer.seal_all() == 2
    assert len(ids_of(workspace)) == 2


def test_it_counts_nothing_twice_when_it_stops_before_the_manifest(
    workspace: Workspace, act: Act, monkeypatch: pytest.MonkeyPatch, lake_folder: Path
) -> None:
    record([act(1), act(2)])
    with monkeypatch.context() as broken:
        broken.setattr(manifest, "add", _stop)
        with pytest.raises(DatabaseError):
            sealer.seal_all()
    assert len(parquet_files(lake_folder)) == 1
    assert len(ids_of(workspace)) == 2
    assert sealer.seal_all() == 2
    assert len(ids_of(workspace)) == 2


def test_it_counts_nothing_twice_when_it_stops_before_the_rows_are_deleted(
    workspace: Workspace, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    record([act(1), act(2)])
    with monkeypatch.context() as broken:
        broken.setattr(sealer, "_delete", _stop)
        with pytest.raises(DatabaseError):
            sealer.seal_all()
    assert not Segment.objects.exists()
    assert len(ids_of(workspace)) == 2
    assert sealer.seal_all() == 2
    assert len(ids_of(workspace)) == 2


def test_it_removes_files_that_a_stop_left_behind(
    act: Act, monkeypatch: pytest.MonkeyPatch, lake_folder: Path
) -> None:
    record([act(1)])
    with monkeypatch.context() as broken:
        broken.setattr(manifest, "add", _stop)
        with pytest.raises(DatabaseError):
            sealer.seal_all()
    assert compactor.sweep() == 0, "a file that was just written may still be taken up"
    monkeypatch.setattr(compactor, "GRACE", timedelta(seconds=-5))
    assert compactor.sweep() == 6, "the segment and its five rollups"
    sealer.seal_all()
    assert compactor.sweep() == 0
    assert len(parquet_files(lake_folder)) == 1


def test_it_starts_again_when_the_manifest_changed_meanwhile(
    workspace: Workspace, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    record([act(1), act(2)])
    write, calls = sealer.lakehouse.writer, []

    def interrupted() -> object:
        if not calls:
            with manifest.change():
                calls.append(1)
        return write()

    monkeypatch.setattr(sealer.lakehouse, "writer", interrupted)
    assert sealer.seal(Kind.ACTIVITY) == 2
    assert len(ids_of(workspace)) == 2


def test_it_makes_rollups_that_older_segments_lack(
    workspace: Workspace, act: Act, lake_folder: Path
) -> None:
    record([act(1), act(2)])
    sealer.seal_all()
    assert not compactor.rollups_are_stale()
    (partner,) = (lake_folder / "received").rglob("*.parquet")
    partner.unlink()
    assert compactor.rollups_are_stale()
    assert compactor.rebuild_rollups() == 1
    assert partner.exists()
    assert not compactor.rollups_are_stale()


def test_it_merges_small_files(workspace: Workspace, act: Act, lake_folder: Path) -> None:
    for minute in range(compactor.MANY):
        record([act(minute)])
        sealer.seal_all()
    assert compactor.compact() == compactor.MANY
    assert Segment.objects.count() == 1
    assert len(ids_of(workspace)) == compactor.MANY
    assert len(parquet_files(lake_folder)) == compactor.MANY + 1, "readers get time to let go"


def test_it_changes_the_revision_whenever_the_log_changes(workspace: Workspace, act: Act) -> None:
    seen = {queries.revision(workspace.pk)}
    for step in (lambda: record([act(1)]), lambda: record([act(2)]), sealer.seal_all):
        step()
        seen.add(queries.revision(workspace.pk))
    assert len(seen) == 4
    record([act(1)])
    assert queries.revision(workspace.pk) in seen, "nothing new, nothing changed"


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    reads=st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=6),
    seals=st.sets(st.integers(0, 11)),
    merges=st.sets(st.integers(0, 11)),
)
def test_any_interleaving_of_reads_done_twice_is_the_same_as_once(
    workspace: Workspace, act: Act, reads: list[list[int]], seals: set[int], merges: set[int]
) -> None:
    _empty(workspace)
    for number, minutes in enumerate([*reads, *reads]):
        record([act(minute) for minute in minutes])
        if number in seals:
            sealer.seal_all()
        if number in merges:
            compactor.compact_fully()
    expected = sorted(str(act(minute).id) for minute in {m for read in reads for m in read})
    assert ids_of(workspace) == expected


def _empty(workspace: Workspace) -> None:
    with manifest.change():
        Activity.objects.all().delete()
        Segment.objects.all().delete()


def _stop(*_args: object, **_named: object) -> None:
    raise DatabaseError("the power went")
