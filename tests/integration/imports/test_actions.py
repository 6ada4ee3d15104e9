from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor, Role
from enishi.activities import lakehouse
from enishi.activities.models import Segment
from enishi.analytics.schema import Kind as Table
from enishi.channels.models import Channel
from enishi.imports import actions, models, queries, running, tasks
from enishi.imports.actions import TableChoices
from enishi.imports.core.items import Kind
from enishi.imports.core.states import ImportState
from enishi.imports.models import ImportJob
from enishi.jobs.models import Task
from enishi.kernel import clock
from enishi.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from tests.unit.imports import files

pytestmark = pytest.mark.django_db

GOOD = "投稿日時,本文,URL,いいね数\n2026年4月1日 9:05,食パン,https://x.example/1,3\n2026/4/2 9:05,あんパン,https://x.example/2,\n"
BROKEN = GOOD + "きのう,メロンパン,https://x.example/3,1\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.ENISHI_HOME = tmp_path
    return tmp_path / "imports"


def upload(actor: Actor, content: str | bytes, name: str = "posts.csv", **more: Any) -> ImportJob:
    data = content.encode() if isinstance(content, str) else content
    return actions.upload_import(actor, name=name, content=io.BytesIO(data), **more)


def confirm(actor: Actor, job: ImportJob, **more: Any) -> ImportJob:
    return actions.confirm_import(actor, job.pk, progress=running.ignore, **more)


def kept(folder: Path) -> list[Path]:
    return list(folder.glob("*")) if folder.exists() else []


def rows_in_log(table: Table = Table.ACTIVITY) -> int:
    return sum(Segment.objects.filter(kind=table).values_list("rows", flat=True))


def test_it_shows_what_is_in_a_file_before_anything_is_in_the_log(owner: Actor) -> None:
    job = upload(owner, GOOD)
    assert (job.state, job.kind) == (ImportState.PREVIEWED, Kind.POSTS)
    assert (job.good, job.bad, job.activities, job.observations) == (2, 0, 2, 1)
    found = queries.detail(owner, job.pk)
    assert [entry["text"] for entry in found.preview] == ["食パン", "あんパン"]
    assert {field.name: field.header for field in found.fields if field.header} == {
        "time": "投稿日時",
        "text": "本文",
        "url": "URL",
        "likes": "いいね数",
    }
    assert rows_in_log() == 0


def test_it_brings_the_rows_into_the_log_once(owner: Actor, folder: Path) -> None:
    job = confirm(owner, upload(owner, GOOD))
    assert (job.state, job.new, job.known) == (ImportState.DONE, 3, 0)
    assert (rows_in_log(), rows_in_log(Table.OBSERVATION)) == (2, 1)
    again = confirm(owner, upload(owner, GOOD))
    assert (again.state, again.new, again.known) == (ImportState.DONE, 0, 3)
    assert (rows_in_log(), rows_in_log(Table.OBSERVATION)) == (2, 1)
    assert kept(folder) == []


def test_it_imports_nothing_while_rows_have_problems(owner: Actor) -> None:
    job = upload(owner, BROKEN)
    assert (job.good, job.bad) == (2, 1)
    with pytest.raises(InvalidInputError, match="1") as caught:
        confirm(owner, job)
    assert caught.value.field == "only_good"
    assert rows_in_log() == 0
    [problem] = queries.problems(owner, job.pk)
    assert (problem.row, problem.code) == (4, "time_unreadable")
    assert "きのう" in problem.message
    done = confirm(owner, job, only_good=True)
    assert (done.state, done.new) == (ImportState.DONE, 3)


def test_it_imports_a_corrected_file_without_doubling_the_rest(owner: Actor) -> None:
    confirm(owner, upload(owner, BROKEN), only_good=True)
    fixed = confirm(owner, upload(owner, BROKEN.replace("きのう", "2026/4/2 10:00")))
    assert rows_in_log() == 3
    assert fixed.new >= 1


@pytest.mark.parametrize(
    ("content", "name", "kind", "activities"),
    [
        (files.outbox([files.outbox_entry(n) for n in range(3)]), "outbox.json", "outbox", 3),
        (files.repository(3).car(), "repo.car", "repository", 6),
        (files.tweets([files.tweet(1), files.tweet(2)]), "tweets.js", "tweets", 2),
        (
            files.tarred({"outbox.json": files.outbox([files.outbox_entry(1)])}),
            "archive.tar.gz",
            "outbox",
            1,
        ),
    ],
    ids=["outbox", "repository", "tweets", "archive"],
)
def test_it_imports_every_kind_of_file_once(
    owner: Actor, content: bytes, name: str, kind: str, activities: int
) -> None:
    job = confirm(owner, upload(owner, content, name))
    assert (job.state, job.kind) == (ImportState.DONE, kind)
    assert rows_in_log() == activities
    assert confirm(owner, upload(owner, content, name)).new == 0
    assert rows_in_log() == activities


def test_it_imports_daily_numbers(owner: Actor) -> None:
    job = confirm(owner, upload(owner, "日付,フォロワー数\n2026/4/1,100\n2026/4/2,110\n"))
    assert (job.kind, job.new) == (Kind.METRICS, 2)
    assert (rows_in_log(), rows_in_log(Table.OBSERVATION)) == (0, 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\x00\x00", "cannot be read"),
        (files.zipped({"a.txt": b"x"}), "neither outbox.json nor tweets.js"),
    ],
)
def test_it_refuses_a_file_it_cannot_read_and_keeps_nothing(
    owner: Actor, folder: Path, content: bytes, words: str
) -> None:
    with pytest.raises(InvalidInputError, match=words):
        upload(owner, content, "file.bin")
    assert ImportJob.objects.count() == 0
    assert kept(folder) == []


def test_it_fails_a_repository_that_is_cut_off_and_writes_nothing(
    owner: Actor, folder: Path
) -> None:
    car = files.repository(20).car()
    job = upload(owner, car[: len(car) - 40], "repo.car")
    assert (job.state, job.problem) == (ImportState.FAILED, "cut_off")
    summary = queries.one(owner, job.pk)
    assert "part is missing" in summary.message
    assert summary.remedy
    assert rows_in_log() == 0
    assert kept(folder) == []
    with pytest.raises(ConflictError):
        confirm(owner, job)
    assert confirm(owner, upload(owner, car, "repo.car")).state == ImportState.DONE


def test_it_reads_a_shift_jis_table_and_names_its_broken_row(owner: Actor) -> None:
    broken = GOOD.encode("cp932").replace("あんパン".encode("cp932"), b"\x82\xfd\xff")
    job = upload(owner, broken)
    assert (job.mapping.encoding, job.good, job.bad) == ("cp932", 1, 1)
    [problem] = queries.problems(owner, job.pk)
    assert (problem.row, problem.code) == (3, "characters")


def test_it_asks_for_columns_that_it_cannot_guess(owner: Actor) -> None:
    job = upload(owner, "いつ,なに\n2026/4/1,食パン\n")
    assert (job.state, job.problem) == (ImportState.PREVIEWED, "no_time_column")
    with pytest.raises(InvalidInputError, match="date"):
        confirm(owner, job)
    mapped = actions.set_mapping(owner, job.pk, fields={"time": "いつ", "text": "なに"})
    assert (mapped.state, mapped.problem, mapped.good) == (ImportState.PREVIEWED, "", 1)
    assert confirm(owner, mapped).state == ImportState.DONE


def test_it_reads_the_table_anew_when_told_how_it_is_written(owner: Actor) -> None:
    job = upload(owner, "date;text\n03/04/2026;a,b\n")
    assert job.mapping.date_order == "mdy"
    changed = actions.set_mapping(owner, job.pk, choices=TableChoices(date_order="dmy"))
    assert changed.preview[0]["at"].startswith("2026-04-03")
    commas = actions.set_mapping(owner, job.pk, choices=TableChoices(delimiter=","))
    assert commas.layout["headers"] == ["date;text"]


@pytest.mark.parametrize(
    ("fields", "choices", "field"),
    [
        ({"time": "gone"}, TableChoices(), "time"),
        ({"mood": "本文"}, TableChoices(), "mood"),
        (None, TableChoices(encoding="klingon"), "encoding"),
        (None, TableChoices(delimiter="x"), "delimiter"),
        (None, TableChoices(date_order="ydm"), "date_order"),
        (None, TableChoices(kind="outbox"), "kind"),
    ],
)
def test_it_refuses_a_mapping_that_makes_no_sense(
    owner: Actor, fields: dict[str, str] | None, choices: TableChoices, field: str
) -> None:
    job = upload(owner, GOOD)
    with pytest.raises(InvalidInputError) as caught:
        actions.set_mapping(owner, job.pk, fields=fields, choices=choices)
    assert caught.value.field == field
    job.refresh_from_db()
    assert (job.state, job.revision) == (ImportState.PREVIEWED, 0)


def test_it_maps_no_columns_where_there_are_none(owner: Actor) -> None:
    job = upload(owner, files.outbox([files.outbox_entry(1)]), "outbox.json")
    with pytest.raises(InvalidInputError):
        actions.set_mapping(owner, job.pk, fields={})


def make_channel(workspace: Workspace, name: str) -> Channel:
    return Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name=name,
        handle=f"@{name.lower()}",
        remote_id=name,
        connected_at=clock.now(),
    )


def test_it_gives_rows_to_the_chosen_channel(owner: Actor, workspace: Workspace) -> None:
    channel = make_channel(workspace, "Hana")
    job = upload(owner, GOOD, channel_id=channel.pk)
    assert confirm(owner, job).state == ImportState.DONE
    assert queries.detail(owner, job.pk).channel_name == "Hana"
    with pytest.raises(InvalidInputError):
        upload(owner, GOOD, channel_id=uuid4())


def test_it_finds_channels_by_name(owner: Actor, workspace: Workspace) -> None:
    make_channel(workspace, "Hana")
    job = upload(owner, "date,text,channel\n2026-04-01,a,HANA\n2026-04-01,b,nobody\n")
    assert (job.good, job.bad) == (1, 1)
    assert queries.problems(owner, job.pk)[0].code == "channel_unknown"


def test_it_does_great_files_in_the_background(
    owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "CHECKED_AT_ONCE", 10)
    job = upload(owner, GOOD)
    assert job.state == ImportState.UPLOADED
    tasks.check(Task.objects.get(name="imports.check").payload)
    actions.confirm_import(owner, job.pk)
    job.refresh_from_db()
    assert job.state == ImportState.RUNNING
    payload = Task.objects.get(name="imports.run").payload
    tasks.run(payload)
    tasks.run(payload)
    job.refresh_from_db()
    assert (job.state, job.new) == (ImportState.DONE, 3)


def test_it_ignores_the_check_of_an_older_mapping(
    owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = upload(owner, GOOD)
    monkeypatch.setattr(actions, "CHECKED_AT_ONCE", 10)
    actions.set_mapping(owner, job.pk, fields={"time": "投稿日時", "url": "URL"})
    stale = ImportJob.objects.get(pk=job.pk)
    ImportJob.objects.filter(pk=job.pk).update(revision=7)
    assert not running._settle(stale, ImportState.PREVIEWED)


def test_it_cancels_an_import_that_waits(owner: Actor, folder: Path) -> None:
    job = actions.cancel_import(owner, upload(owner, GOOD).pk)
    assert job.state == ImportState.CANCELLED
    assert kept(folder) == []
    with pytest.raises(ConflictError):
        actions.cancel_import(owner, job.pk)
    with pytest.raises(ConflictError):
        confirm(owner, job)


def test_it_stops_an_import_that_runs_and_leaves_nothing(
    owner: Actor, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    monkeypatch.setattr(running, "_REPORT_EVERY", 0.0)
    job = upload(owner, GOOD)
    actions.confirm_import(owner, job.pk)
    stopping = actions.cancel_import(owner, job.pk)
    assert (stopping.state, stopping.cancel_requested) == (ImportState.RUNNING, True)
    tasks.run({"import": str(job.pk)})
    job.refresh_from_db()
    assert job.state == ImportState.CANCELLED
    assert rows_in_log() == 0
    assert kept(folder) == []


def test_it_cancels_at_once_when_the_worker_fell_silent(owner: Actor) -> None:
    job = upload(owner, GOOD)
    actions.confirm_import(owner, job.pk)
    long_ago = clock.now() - timedelta(minutes=5)
    ImportJob.objects.filter(pk=job.pk).update(progress_at=long_ago)
    assert actions.cancel_import(owner, job.pk).state == ImportState.CANCELLED


def test_it_leaves_nothing_when_the_log_cannot_be_written(
    owner: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError("no space left on device")

    job = upload(owner, GOOD)
    with monkeypatch.context() as patch:
        patch.setattr(running, "bulk_import", full)
        assert confirm(owner, job).problem == "storage"
    assert rows_in_log() == 0
    assert confirm(owner, upload(owner, GOOD)).state == ImportState.DONE


def test_it_fails_when_its_file_is_gone(owner: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "CHECKED_AT_ONCE", 10)
    job = upload(owner, GOOD)
    job.discard()
    running.check(job.pk)
    job.refresh_from_db()
    assert (job.state, job.problem) == (ImportState.FAILED, "damaged")


def test_it_forgets_files_on_which_nobody_decided(owner: Actor, folder: Path) -> None:
    job = upload(owner, GOOD)
    assert actions.forget_waiting(before=clock.now() - timedelta(days=1)) == 0
    assert actions.forget_waiting(before=clock.now() + timedelta(days=1)) == 1
    job.refresh_from_db()
    assert job.state == ImportState.CANCELLED
    assert kept(folder) == []
    tasks.tidy({})


def test_it_keeps_files_where_only_their_owner_looks(owner: Actor, folder: Path) -> None:
    job = upload(owner, GOOD)
    assert models.folder() == folder
    assert folder.stat().st_mode & 0o077 == 0
    assert job.path.name == job.pk.hex
    assert lakehouse.root() not in job.path.parents


Step = Callable[[Actor, ImportJob], object]
STEPS: dict[str, Step] = {
    "upload": lambda actor, _job: upload(actor, GOOD),
    "map": lambda actor, job: actions.set_mapping(actor, job.pk, fields={"time": "投稿日時"}),
    "confirm": lambda actor, job: actions.confirm_import(actor, job.pk),
    "cancel": lambda actor, job: actions.cancel_import(actor, job.pk),
    "list": lambda actor, _job: queries.imports(actor),
    "detail": lambda actor, job: queries.detail(actor, job.pk),
    "problems": lambda actor, job: queries.problems(actor, job.pk),
    "channels": lambda actor, _job: queries.channels(actor),
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_it_is_closed_to_members_who_may_not_import(
    owner: Actor, member: Actor, step: Step
) -> None:
    job = upload(owner, GOOD)
    with pytest.raises(NotAllowedError):
        step(member, job)
    step(owner, job)


@pytest.mark.parametrize("name", ["map", "confirm", "cancel", "detail", "problems"])
def test_it_is_hidden_from_strangers(owner: Actor, stranger: Actor, name: str) -> None:
    job = upload(owner, GOOD)
    with pytest.raises(NotFoundError):
        STEPS[name](stranger, job)
    assert queries.imports(stranger) == []
    STEPS[name](owner, job)


def test_it_is_open_to_analysts(make_actor: Callable[[Role], Actor]) -> None:
    assert upload(make_actor(Role.ANALYST), GOOD).state == ImportState.PREVIEWED
