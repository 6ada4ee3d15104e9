"""The inbox on the command line and for assistants."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from enishi import vocab
from enishi.accounts.terminal import to_plain
from enishi.channels.models import Channel
from enishi.channels.signals import activities_read
from enishi.inbox import mcp
from enishi.inbox.core.states import ConversationState
from enishi.inbox.models import Conversation
from enishi.kernel.ids import new_id
from enishi.publishing.models import Delivery
from enishi.site import cli

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def conversation(workspace):
    channel = Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name="喫茶えにし",
        remote_id="acct:us",
        state="active",
        connected_at=NOON,
    )
    note = vocab.build("Note", id="r1", content="おいしい", published=NOON, in_reply_to="p")
    said = vocab.build("Create", actor=vocab.build("Person", id="k", name="Hana"), object=note)
    activities_read.send(Channel, channel=channel, activities=[(new_id(), said)])
    return Conversation.objects.get()


@pytest.fixture(scope="module")
def app():
    return cli.build()


@pytest.fixture
def run(app, owner):
    def call(*words: str) -> Any:
        command = ["--json", "inbox", *words]
        result = CliRunner().invoke(app, command, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return json.loads(result.output) if result.output.strip() else None

    return call


class Toolbox:
    """Collects the tools that a slice registers."""

    def __init__(self) -> None:
        self.tools: dict[str, Callable[..., Any]] = {}

    def tool(self) -> Any:
        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            self.tools[function.__name__] = function
            return function

        return add


@pytest.fixture
def tools(owner):
    toolbox = Toolbox()
    mcp.register(toolbox, lambda: owner)
    return toolbox.tools


def test_the_command_line_reads_answers_and_sorts(run, owner, conversation):
    one = str(conversation.id)
    assert [row["person_name"] for row in run("list")] == ["Hana"]
    assert run("counts")["new"] == 1
    message = run("reply", one, "ありがとう", "--seen-version", "0")["message"]
    assert run("show", one)["messages"][-1]["text"] == "ありがとう"
    Delivery.objects.update(state="failed")
    run("retry", message)
    assert Delivery.objects.get().state == "scheduled"
    run("note", one, "常連さん")
    run("assign", one, str(owner.user_id))
    run("unread", one)
    assert run("read", one) == {"changed": 1}
    assert run("state", "resolved", one) == {"changed": 1}
    assert run("list") == []
    assert run("list", "--state", "resolved")[0]["assignee_id"] == str(owner.user_id)


def test_an_assistant_reads_answers_and_sorts(tools, owner, conversation):
    one = conversation.id
    page = to_plain(tools["list_conversations"]())
    assert page["rows"][0]["person_name"] == "Hana"
    thread = tools["reply_to_conversation"](one, "はい", page["rows"][0]["version"])
    assert thread.messages[-1].text == "はい"
    Delivery.objects.update(state="unknown")
    tools["retry_reply"](thread.messages[-1].id)
    assert tools["assign_conversation"](one, owner.user_id).assignee_id == owner.user_id
    assert tools["add_conversation_note"](one, "メモ")[0].text == "メモ"
    assert tools["mark_conversations_read"]([one]) == {"changed": 0}
    assert tools["set_conversation_state"]([one], ConversationState.RESOLVED) == {"changed": 1}
    assert tools["inbox_counts"]().resolved == 1
    assert tools["conversation"](one).conversation.state == "resolved"
