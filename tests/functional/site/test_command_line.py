"""The command line: who acts, JSON, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from enishi.accounts.models import Membership, User, Workspace
from enishi.accounts.permissions import Actor
from enishi.kernel.errors import InvalidInputError, NotAllowedError, NotFoundError
from enishi.site import cli


@pytest.fixture(scope="module")
def app() -> object:
    return cli.build()


def _run(app: object, *words: str) -> str:
    result = CliRunner().invoke(app, list(words), catch_exceptions=False)  # type: ignore[arg-type]
    assert result.exit_code == 0, result.output
    return result.output


def _email(actor: Actor) -> str:
    return User.objects.get(pk=actor.user_id).email


def test_it_lists_members_as_json(app: object, owner: Actor, member: Actor) -> None:
    rows = json.loads(_run(app, "--json", "workspace", "members"))
    assert {row["role"] for row in rows} == {"owner", "creator"}


def test_it_lists_members_for_people(app: object, owner: Actor) -> None:
    assert "Olga" in _run(app, "--language", "en", "workspace", "members")


def test_it_acts_as_who_was_named(app: object, owner: Actor, member: Actor) -> None:
    command = ("workspace", "invite", "new@example.test", "creator")
    with pytest.raises(NotAllowedError):
        _run(app, "--as", _email(member), *command)
    made = json.loads(_run(app, "--json", "--as", _email(owner), *command))
    assert "/sign-in/" in made["link"]


def test_it_asks_which_workspace(
    app: object, owner: Actor, stranger: Actor, workspace: Workspace
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        _run(app, "workspace", "members")
    assert workspace.slug in str(refused.value.remedy)
    rows = json.loads(_run(app, "--json", "--workspace", workspace.slug, "workspace", "members"))
    assert len(rows) == Membership.objects.filter(workspace=workspace).count()


def test_it_knows_no_strangers(app: object, owner: Actor, workspace: Workspace) -> None:
    with pytest.raises(NotFoundError):
        _run(app, "--workspace", workspace.slug, "--as", "x@example.test", "workspace", "members")


@pytest.mark.django_db
def test_it_makes_a_token_that_is_shown_once(app: object, owner: Actor) -> None:
    made = json.loads(
        _run(app, "--json", "workspace", "token", "till", "--scope", "workspace.view")
    )
    assert made["secret"].startswith("enishi_")


@pytest.mark.parametrize(
    ("language", "words"), [("en", "There is no such"), ("ja", "見つかりません")]
)
def test_a_refusal_has_an_exit_code_and_the_readers_language(
    language: str, words: str, program_environment: dict[str, str]
) -> None:
    def enishi(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "enishi.site.cli", "--language", language, *arguments]
        return subprocess.run(
            command, env=program_environment, capture_output=True, text=True, check=False
        )

    assert enishi("migrate").returncode == 0
    assert enishi("workspace", "create", "Kissa").returncode == 0
    token = "00000000-0000-7000-8000-000000000000"
    refused = enishi("workspace", "revoke-token", token)
    assert refused.returncode == NotFoundError.exit_code
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
