"""The same import through REST, the command line and an assistant."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from enishi.accounts import actions as accounts
from enishi.accounts.permissions import Actor, Permission
from enishi.activities.models import Segment
from enishi.imports import mcp, tasks
from enishi.imports.models import ImportJob
from enishi.kernel.errors import InvalidInputError, NotFoundError
from enishi.site import cli

pytestmark = pytest.mark.django_db

GOOD = "date,text,url,likes\n2026-04-01 09:05,hello,https://x.example/1,3\n"
BROKEN = GOOD + "yesterday,bad,https://x.example/2,1\n"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> None:
    settings.ENISHI_HOME = tmp_path


def rows_in_log() -> int:
    return sum(Segment.objects.values_list("rows", flat=True))


# ── REST ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def rest(owner: Actor) -> Client:
    secret = accounts.create_token(owner, name="test", scopes=[Permission.IMPORTS_RUN]).secret
    return Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


def send(rest: Client, content: str) -> Any:
    file = io.BytesIO(content.encode())
    file.name = "posts.csv"
    return rest.post("/api/v1/imports", {"file": file})


def call(rest: Client, method: str, path: str, body: object) -> Any:
    caller = getattr(rest, method)
    return caller(f"/api/v1/imports{path}", json.dumps(body), content_type="application/json")


def test_it_imports_over_rest(rest: Client) -> None:
    made = send(rest, BROKEN)
    assert made.status_code == 201
    found = made.json()
    assert (found["state"], found["good"], found["bad"]) == ("previewed", 1, 1)
    assert found["columns"]["time"] == "date"
    assert found["problems"][0]["code"] == "time_unreadable"
    path = f"/{found['id']}"
    refused = call(rest, "post", f"{path}/confirm", {})
    assert (refused.status_code, refused.json()["field"]) == (400, "only_good")
    accepted = call(rest, "post", f"{path}/confirm", {"only_good": True})
    assert (accepted.status_code, accepted.json()["state"]) == (202, "running")
    tasks.run({"import": found["id"]})
    done = rest.get(f"/api/v1/imports{path}").json()
    assert (done["state"], done["new"]) == ("done", 2)
    assert rest.get("/api/v1/imports").json()[0]["id"] == found["id"]
    assert len(rest.get(f"/api/v1/imports{path}/problems").json()) == 1


def test_it_maps_and_cancels_over_rest(rest: Client) -> None:
    found = send(rest, "when,what\n2026-04-01,hello\n").json()
    columns = {"time": "when", "text": "what"}
    mapped = call(rest, "put", f"/{found['id']}/mapping", {"columns": columns})
    assert (mapped.status_code, mapped.json()["good"]) == (200, 1)
    cancelled = call(rest, "post", f"/{found['id']}/cancel", {})
    assert cancelled.json()["state"] == "cancelled"


def test_it_refuses_a_file_over_rest(rest: Client) -> None:
    refused = send(rest, "")
    assert refused.status_code in {400, 422}
    assert ImportJob.objects.count() == 0
    assert send(rest, GOOD).status_code == 201


def test_it_needs_the_scope_over_rest(owner: Actor) -> None:
    secret = accounts.create_token(owner, name="t", scopes=[Permission.POSTS_VIEW]).secret
    client = Client(headers={"authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/imports").status_code == 403


# ── Command line ───────────────────────────────────────────────────────────────────────


@pytest.fixture
def command(owner: Actor) -> Callable[..., Any]:
    app = cli.build()

    def run(*words: str) -> Any:
        result = CliRunner().invoke(app, ["--json", "imports", *words], catch_exceptions=False)
        return json.loads(result.stdout)

    return run


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], str]:
    def write(content: str) -> str:
        path = tmp_path / "posts.csv"
        path.write_text(content, encoding="cp932")
        return str(path)

    return write


def test_it_imports_from_the_command_line(
    command: Callable[..., Any], table: Callable[[str], str]
) -> None:
    done = command("add", table(GOOD))
    assert (done["state"], done["new"]) == ("done", 2)
    assert command("add", table(GOOD))["new"] == 0
    assert [row["state"] for row in command("list")] == ["done", "done"]


def test_it_stops_before_bad_rows_on_the_command_line(
    command: Callable[..., Any], table: Callable[[str], str]
) -> None:
    with pytest.raises(InvalidInputError, match="1"):
        command("add", table(BROKEN))
    [waiting] = command("list")
    assert rows_in_log() == 0
    assert command("problems", waiting["id"])[0]["row"] == 3
    assert command("show", waiting["id"])["summary"]["bad"] == 1
    assert command("confirm", waiting["id"], "--only-good")["new"] == 2


def test_it_maps_columns_on_the_command_line(
    command: Callable[..., Any], table: Callable[[str], str]
) -> None:
    path = table("when,what\n03/04/2026,hello\n")
    checked = command("add", path, "--check-only", "--column", "time=when", "--column", "text=what")
    assert (checked["state"], checked["good"]) == ("previewed", 1)
    changed = command("map", checked["id"], "--date-order", "dmy")
    assert changed["good"] == 1
    assert command("cancel", checked["id"])["state"] == "cancelled"
    with pytest.raises(InvalidInputError, match="field=header"):
        command("add", path, "--column", "time")
    with pytest.raises(InvalidInputError):
        command("add", path, "--channel", "nobody")


# ── Assistant ──────────────────────────────────────────────────────────────────────────


class Toolbox:
    """Collects the tools that a slice registers."""

    def __init__(self) -> None:
        self.tools: dict[str, Callable[..., Any]] = {}

    def tool(self) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            self.tools[function.__name__] = function
            return function

        return add


@pytest.fixture
def tools(owner: Actor) -> dict[str, Callable[..., Any]]:
    toolbox = Toolbox()
    mcp.register(toolbox, lambda: owner)
    return toolbox.tools


def test_it_imports_through_an_assistant(tools: dict[str, Callable[..., Any]]) -> None:
    found = tools["upload_import"]("posts.csv", "when,what\n2026-04-01,hello\n")
    identifier = str(found.summary.id)
    mapped = tools["map_import"](identifier, {"time": "when", "text": "what"})
    assert mapped.summary.good == 1
    assert tools["confirm_import"](identifier).state == "running"
    tasks.run({"import": identifier})
    assert tools["show_import"](identifier).summary.state == "done"
    assert tools["list_imports"]()[0].new == 1
    assert all(tool.__doc__ for tool in tools.values())


def test_it_gives_up_through_an_assistant(tools: dict[str, Callable[..., Any]]) -> None:
    found = tools["upload_import"]("posts.csv", GOOD)
    assert tools["cancel_import"](str(found.summary.id)).state == "cancelled"
    with pytest.raises(NotFoundError):
        tools["show_import"]("nothing")
