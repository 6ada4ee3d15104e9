"""The log on the command line and for assistants; and what its modules load."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor, Role
from enishi.activities import actions, mcp, sealer
from enishi.activities.log import record
from enishi.activities.models import Activity
from enishi.kernel.errors import InvalidInputError, NotAllowedError
from enishi.site.cli import build
from tests.integration.activities.kit import Act

pytestmark = pytest.mark.django_db


@pytest.fixture
def enishi(workspace: Workspace, owner: Actor) -> Callable[..., Any]:
    """`enishi("log", "list")`: a command as the owner, its JSON parsed."""
    app = build()

    def run(*words: str) -> Any:
        done = CliRunner().invoke(app, ["--json", "--workspace", workspace.slug, *words])
        if done.exception and not isinstance(done.exception, SystemExit):
            raise done.exception
        return json.loads(done.stdout)

    return run


def test_the_command_line_reads_the_log(enishi: Callable[..., Any], act: Act) -> None:
    record([act(1), act(2, type="Create", text="コーヒー")])
    assert [row["type"] for row in enishi("log", "list")] == ["Create", "Like"]
    assert [row["text"] for row in enishi("log", "list", "--type", "Create")] == ["コーヒー"]
    shown = enishi("log", "show", str(act(1).id))
    assert (shown["actor_name"], shown["document"]) == ("Hanako", {})


def test_the_command_line_notes_numbers(enishi: Callable[..., Any]) -> None:
    assert enishi("log", "note", "spend", "1200", "--subject", "invoice-7") == {
        "subject": "invoice-7"
    }
    assert enishi("log", "note", "nps", "9")["subject"]
    with pytest.raises(InvalidInputError):
        enishi("log", "note", "luck", "1")


def test_the_command_line_looks_after_the_files(enishi: Callable[..., Any], act: Act) -> None:
    record([act(1), act(2)])
    assert enishi("log", "seal") == {"sealed": 2}
    assert enishi("log", "rebuild") == {"segments": 1}
    assert enishi("log", "erase", "did:plc:hanako", "--yes") == {"deleted": 0}
    assert enishi("log", "compact") == {"rewritten": 1, "removed": 0}


def test_the_command_line_records_events(enishi: Callable[..., Any]) -> None:
    order = ("log", "record", "purchase", "--key", "7", "--at", "2026-04-01T00:00:00+09:00")
    assert enishi(*order)["new"]
    assert not enishi(*order)["new"]
    with pytest.raises(InvalidInputError):
        enishi("log", "record", "purchase", "--at", "yesterday")


@pytest.fixture
def tools(owner: Actor) -> dict[str, Callable[..., Any]]:
    """The tools by name, acting as the owner."""
    found: dict[str, Callable[..., Any]] = {}

    class Server:
        def tool(self) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
            def add(function: Callable[..., Any]) -> Callable[..., Any]:
                return found.setdefault(function.__name__, function)

            return add

    mcp.register(Server(), lambda: owner)  # type: ignore[arg-type]
    return found


def test_assistants_read_record_and_erase(tools: dict[str, Callable[..., Any]], act: Act) -> None:
    record([act(1)])
    sealer.seal_all()
    record([act(2)])
    first = tools["search_log"](limit=1)
    second = tools["search_log"](limit=1, before=first["next"])
    assert [first["items"][0]["id"], second["items"][0]["id"]] == [act(2).id, act(1).id]
    assert [row["id"] for row in tools["show_activity"](act(1).id)["related"]] == [act(2).id]
    assert tools["record_event"]("lead", key="1")["new"]
    assert tools["erase_person"]("did:plc:hanako") == {"deleted": 1}
    left = {row["type"] for row in tools["search_log"]()["items"]}
    assert left == {"schema:RegisterAction", "Delete"}


@pytest.mark.parametrize("role", [Role.CREATOR, Role.ANALYST, Role.AGENCY, Role.AUDITOR])
def test_only_some_roles_record_events(make_actor: Callable[..., Actor], role: Role) -> None:
    with pytest.raises(NotAllowedError):
        actions.record_event(make_actor(role), actions.Event("lead"))
    assert not Activity.objects.exists()


def test_managers_record_events(make_actor: Callable[..., Actor]) -> None:
    _identifier, new = actions.record_event(make_actor(Role.MANAGER), actions.Event("lead"))
    assert new


def test_pages_do_not_load_the_engines(program_environment: dict[str, str]) -> None:
    script = (
        "import sys, django; django.setup(); import enishi.site.urls; "
        "print([name for name in ('duckdb', 'ibis', 'pyarrow', 'pandas') if name in sys.modules])"
    )
    settings = {"DJANGO_SETTINGS_MODULE": "enishi.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=program_environment | settings,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
