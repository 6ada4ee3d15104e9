from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from enishi.accounts.permissions import Actor
from enishi.imports import actions, tasks
from enishi.imports.models import ImportJob
from tests.unit.imports import files

pytestmark = pytest.mark.django_db

GOOD = "date,text,url,likes\n2026-04-01 09:05,hello,https://x.example/1,3\n"
BROKEN = GOOD + "yesterday,bad,https://x.example/2,1\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> None:
    settings.ENISHI_HOME = tmp_path


def send(page: Client, base: str, content: str | bytes, name: str = "posts.csv") -> Any:
    file = io.BytesIO(content.encode() if isinstance(content, str) else content)
    file.name = name
    return page.post(f"{base}/imports/", {"file": file, "channel": ""})


def body(response: Any) -> str:
    return str(response.content.decode())


def test_it_invites_when_nothing_was_imported(page: Client, base: str) -> None:
    response = page.get(f"{base}/imports/", headers={"accept-language": "ja"})
    assert response.status_code == 200
    assert "CSV" in body(response)
    assert "Nothing was imported yet" not in body(response)


def test_it_walks_from_upload_to_result(page: Client, base: str) -> None:
    preview = page.get(send(page, base, GOOD).url)
    assert "hello" in body(preview)
    assert "Import everything" in body(preview)
    job = ImportJob.objects.get()
    running = page.post(f"{base}/imports/{job.pk}/confirm/", follow=True)
    assert "<progress" in body(running)
    assert "hx-get" in body(running)
    tasks.run({"import": str(job.pk)})
    partial = page.get(f"{base}/imports/{job.pk}/", headers={"HX-Request": "true"})
    assert "2 new rows are in the log." in body(partial)
    assert "<html" not in body(partial)
    assert "hx-get" not in body(partial)
    assert "posts.csv" in body(page.get(f"{base}/imports/"))


def test_it_offers_the_good_rows_and_lists_the_bad(page: Client, base: str) -> None:
    preview = page.get(send(page, base, BROKEN).url)
    assert "1 row with a problem" in body(preview)
    assert "yesterday" in body(preview)
    assert "Import the good rows" in body(preview)
    job = ImportJob.objects.get()
    refused = page.post(f"{base}/imports/{job.pk}/confirm/")
    assert refused.status_code == 422
    assert "Correct the file" in body(refused)
    page.post(f"{base}/imports/{job.pk}/confirm/", {"only_good": "1"})
    job.refresh_from_db()
    assert job.state == "running"
    table = page.get(f"{base}/imports/{job.pk}/problems.csv")
    assert "yesterday" in body(table)


def test_it_lets_a_person_choose_the_columns(page: Client, base: str) -> None:
    preview = page.get(send(page, base, "when,what\n03/04/2026,hello\n").url)
    assert "Choose columns" in body(preview)
    job = ImportJob.objects.get()
    address = f"{base}/imports/{job.pk}/columns/"
    assert 'name="field-time"' in body(page.get(address))
    chosen = {"field-time": "when", "field-text": "what", "date_order": "dmy", "kind": "posts"}
    assert page.post(address, chosen).url == f"{base}/imports/{job.pk}/"
    job.refresh_from_db()
    assert (job.good, job.preview[0]["at"][:10]) == (1, "2026-04-03")
    again = page.post(address, {"encoding": "cp932", "reread": "1"})
    assert again.url == address
    refused = page.post(address, {"field-time": "gone"})
    assert refused.status_code == 422
    assert "gone" in body(refused)


def test_it_goes_back_to_the_import_when_there_is_nothing_to_map(page: Client, base: str) -> None:
    send(page, base, files.outbox([files.outbox_entry(1)]), "outbox.json")
    job = ImportJob.objects.get()
    assert page.get(f"{base}/imports/{job.pk}/columns/").url == f"{base}/imports/{job.pk}/"


def test_it_explains_a_file_that_it_cannot_read(page: Client, base: str) -> None:
    response = send(page, base, b"\x89PNG\x00\x00", "picture.png")
    assert response.status_code == 422
    assert "This kind of file cannot be read." in body(response)
    assert page.post(f"{base}/imports/", {}).status_code == 422
    assert send(page, base, GOOD).status_code == 302


def test_it_explains_a_repository_that_is_cut_off(page: Client, base: str) -> None:
    response = page.get(send(page, base, files.repository(9).car()[:-30], "repo.car").url)
    assert "The file ends in the middle" in body(response)
    assert "Nothing of this file is in the log." in body(response)


def test_it_cancels(page: Client, base: str) -> None:
    send(page, base, GOOD)
    job = ImportJob.objects.get()
    response = page.post(f"{base}/imports/{job.pk}/cancel/", follow=True)
    assert "Cancelled" in body(response)


def test_it_is_closed_to_members_and_hidden_from_strangers(
    client_of: Callable[[Actor], Client], owner: Actor, member: Actor, stranger: Actor, base: str
) -> None:
    job = actions.upload_import(owner, name="a.csv", content=io.BytesIO(GOOD.encode()))
    assert client_of(member).get(f"{base}/imports/").status_code == 403
    assert client_of(stranger).get(f"{base}/imports/{job.pk}/").status_code == 404
    assert client_of(owner).get(f"{base}/imports/{job.pk}/").status_code == 200


def test_it_speaks_japanese(page: Client, base: str) -> None:
    page.cookies["enishi_language"] = "ja"
    response = page.get(send(page, base, BROKEN).url)
    assert "問題のある行" in body(response)
    assert "日付として読み取れません" in body(response)


def test_it_disarms_formulas_in_the_table_of_problems(page: Client, base: str) -> None:
    send(page, base, "date,text,channel\n2026-04-01,a,x\n")
    job = ImportJob.objects.get()
    table = body(page.get(f"{base}/imports/{job.pk}/problems.csv"))
    assert not any(cell.startswith("=") for line in table.splitlines() for cell in line.split(","))
