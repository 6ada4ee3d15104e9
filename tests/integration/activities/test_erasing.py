from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import parquet

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor, Permission, Role
from enishi.activities import actions, compactor, queries, sealer
from enishi.activities.log import observe, record
from enishi.activities.models import Activity, Segment, Tombstone
from enishi.activities.signals import person_erased
from enishi.kernel.errors import InvalidInputError, NotAllowedError
from tests.integration.activities.kit import Act, Observe

pytestmark = pytest.mark.django_db

HANAKO, TARO = "did:plc:hanako", "did:plc:taro"


def people(workspace: Workspace) -> list[str]:
    lake = queries.lake([workspace.pk])
    return sorted(row["actor_key"] for row in lake.run(lake.activities[["actor_key"]]))


def everything_in_files(folder: Path) -> str:
    return "".join(_cells(folder))


def _cells(folder: Path) -> Iterator[str]:
    for path in folder.rglob("*.parquet"):
        yield str(parquet.read_table(path, partitioning=None).to_pylist())


@pytest.fixture
def three_acts(act: Act) -> None:
    """Two of Hanako's, one sealed and one hot, and one of Taro's, sealed."""
    name = {"actor_key": TARO, "actor_name": "Taro"}
    record([act(1, text="Hanako's words"), act(2, **name)])
    sealer.seal_all()
    record([act(3)])


def test_it_hides_a_person_at_once(workspace: Workspace, owner: Actor, three_acts: None) -> None:
    assert people(workspace) == [HANAKO, HANAKO, TARO]
    assert actions.erase_person(owner, HANAKO) == 1
    assert people(workspace) == ["", TARO]
    listed = queries.page(owner).rows
    assert HANAKO not in {row.actor_key for row in listed}
    assert len(listed) == 2


def test_it_leaves_no_trace_in_the_files_after_compaction(
    workspace: Workspace, owner: Actor, three_acts: None, lake_folder: Path
) -> None:
    actions.erase_person(owner, HANAKO)
    assert "Hanako" in everything_in_files(lake_folder)
    compactor.compact()
    content = everything_in_files(lake_folder)
    assert "anako" not in content
    assert TARO in content
    assert people(workspace) == ["", TARO]


def test_it_keeps_only_a_digest_of_the_person(owner: Actor, three_acts: None) -> None:
    actions.erase_person(owner, HANAKO)
    assert Tombstone.objects.get().actor_key == HANAKO, "still needed to hide sealed rows"
    compactor.compact()
    tombstone = Tombstone.objects.get()
    assert tombstone.actor_key == ""
    assert tombstone.applied_at is not None
    assert "hanako" not in tombstone.digest


def test_it_does_not_record_the_person_again(
    workspace: Workspace, owner: Actor, act: Act, three_acts: None
) -> None:
    actions.erase_person(owner, HANAKO)
    compactor.compact()
    recorded = record([act(1), act(9), act(10, actor_key=TARO)])
    assert (len(recorded.new), recorded.erased) == (1, 2)


def test_it_erases_in_one_workspace_only(
    workspace: Workspace, owner: Actor, stranger: Actor, act: Act, three_acts: None
) -> None:
    record([act(1, workspace_id=stranger.workspace_id)])
    sealer.seal_all()
    actions.erase_person(owner, HANAKO)
    compactor.compact()
    assert [row.actor_key for row in queries.page(stranger).rows] == [HANAKO]


def test_it_records_that_somebody_was_erased_without_saying_who(
    owner: Actor, three_acts: None
) -> None:
    actions.erase_person(owner, HANAKO)
    row = Activity.objects.get(type="Delete")
    assert row.user_id == owner.user_id
    assert "hanako" not in (row.document_json + row.text + row.object_key + row.key).lower()


def test_it_tells_the_other_slices(owner: Actor) -> None:
    told = []

    def listen(**values: object) -> None:
        told.append(values["actor_key"])

    person_erased.connect(listen)
    actions.erase_person(owner, HANAKO)
    person_erased.disconnect(listen)
    assert told == [HANAKO]


def test_it_does_not_seal_a_person_who_is_erased_meanwhile(
    workspace: Workspace, owner: Actor, three_acts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, calls = sealer.lakehouse.writer, []

    def erase_first() -> object:
        if not calls:
            calls.append(actions.erase_person(owner, HANAKO))
        return writer()

    monkeypatch.setattr(sealer.lakehouse, "writer", erase_first)
    sealer.seal_all()
    assert calls == [1]
    assert people(workspace) == ["", TARO]
    assert sum(Segment.objects.values_list("rows", flat=True)) == 3, "two sealed before, one now"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_owners_may_erase(make_actor: object, role: Role) -> None:
    actor = make_actor(role)  # type: ignore[operator]
    assert not actor.can(Permission.LOG_ERASE)
    with pytest.raises(NotAllowedError):
        actions.erase_person(actor, HANAKO)


def test_it_refuses_to_erase_nobody(owner: Actor) -> None:
    with pytest.raises(InvalidInputError):
        actions.erase_person(owner, "  ")


def test_a_deleted_workspace_leaves_the_files(
    workspace: Workspace, stranger: Actor, act: Act, saw: Observe, lake_folder: Path
) -> None:
    record([act(1), act(2, workspace_id=stranger.workspace_id)])
    observe([saw(1)])
    sealer.seal_all()
    actions.forget_workspace(workspace.pk)
    compactor.compact()
    assert str(workspace.pk) not in everything_in_files(lake_folder)
    assert sum(Segment.objects.values_list("rows", flat=True)) == 1
    assert not Tombstone.objects.exists()
