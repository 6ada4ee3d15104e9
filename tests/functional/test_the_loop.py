"""The loop that Enishi exists for, walked on each of the four surfaces.

Objective → channel → post → reactions → answer → the KPI has moved and opens to its rows.
The surfaces call the same actions, so the activity logs of the four walks are the same.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client
from typer.testing import CliRunner

from enishi.accounts import actions as accounts
from enishi.accounts import queries
from enishi.accounts.models import Membership, Workspace
from enishi.accounts.permissions import Actor, Permission, Via
from enishi.activities.models import Activity
from enishi.adapters.sandbox.adapter import town
from enishi.channels.models import Channel
from enishi.inbox.models import Conversation
from enishi.jobs.testing import run_until_idle, time_moved
from enishi.kernel import clock
from enishi.publishing.models import Post
from enishi.site import cli, mcp
from enishi.strategy.models import Goal, Objective, Strategy, Tactic

TEXT = "朝の一杯を新しくしました。深煎りのブレンドです。ご感想をお待ちしています!"
ANSWER = "ありがとうございます。またお越しください。"
WAIVED = "A walk through the town"
DAY = timedelta(days=1)


class Surface(ABC):
    """One way into Enishi. Each step does what a person would do there."""

    def __init__(self, owner: Actor, workspace: Workspace) -> None:
        self.owner = owner
        self.workspace = workspace
        today = clock.now().date()
        self.measure = {
            "metric": "replies",
            "baseline": 0,
            "target": 50,
            "start": today.isoformat(),
            "end": (today + timedelta(days=30)).isoformat(),
        }

    @abstractmethod
    def plan(self, level: str, title: str, parent: object) -> None: ...

    @abstractmethod
    def connect(self) -> None: ...

    @abstractmethod
    def write(self, channel: Channel, tactic: Tactic) -> None: ...

    @abstractmethod
    def schedule(self, post: Post, at: str) -> None: ...

    @abstractmethod
    def read(self, channel: Channel) -> None: ...

    @abstractmethod
    def answer(self, conversation: Conversation) -> None: ...

    @abstractmethod
    def reading(self, objective: Objective) -> tuple[float, int]:
        """The objective's value, and how many rows the number opens to."""


class Rest(Surface):
    def __init__(self, owner: Actor, workspace: Workspace) -> None:
        super().__init__(owner, workspace)
        secret = accounts.create_token(owner, name="walk", scopes=list(Permission)).secret
        self.client = Client(headers={"Authorization": f"Bearer {secret}"})

    def call(self, method: str, path: str, body: object = None) -> Any:
        answer = self.client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
        )
        assert answer.status_code < 300, answer.content.decode()
        return answer.json() if answer.content else None

    def plan(self, level: str, title: str, parent: object) -> None:
        body = {"title": title, "parent_id": str(parent) if parent else None}
        more = self.measure if level == "objective" else {}
        self.call("POST", f"/strategy/{level}", body | more)

    def connect(self) -> None:
        fields = {"handle": "kissa", "password": "himitsu"}
        made = self.call("POST", "/channels", {"adapter": "sandbox", "fields": fields})
        self.call("PUT", f"/channels/{made['id']}/activation", {"waive_rest": WAIVED})

    def write(self, channel: Channel, tactic: Tactic) -> None:
        body = {"text": TEXT, "channels": [{"channel_id": str(channel.id)}]}
        post = self.call("POST", "/posts", body)["card"]["id"]
        self.call("POST", f"/strategy/tactics/{tactic.id}/posts", {"post_id": post})

    def schedule(self, post: Post, at: str) -> None:
        self.call("POST", f"/posts/{post.id}/schedule", {"at": at})

    def read(self, channel: Channel) -> None:
        self.call("POST", f"/channels/{channel.id}/read")

    def answer(self, conversation: Conversation) -> None:
        waiting = self.call("GET", "/inbox/conversations?state=open")["items"]
        assert str(conversation.id) in {each["id"] for each in waiting}
        self.call("POST", f"/inbox/conversations/{conversation.id}/replies", {"text": ANSWER})

    def reading(self, objective: Objective) -> tuple[float, int]:
        found = self.call("GET", f"/strategy/objectives/{objective.id}")
        window = f"first={self.measure['start']}&last={self.measure['end']}"
        opened = self.call("GET", f"/kpis/replies?{window}")
        return found["value"], len(opened["activities"])


class CommandLine(Surface):
    def __init__(self, owner: Actor, workspace: Workspace) -> None:
        super().__init__(owner, workspace)
        self.app = cli.build()

    def run(self, *words: object) -> Any:
        command = ["--json", "--workspace", self.workspace.slug, *map(str, words)]
        result = CliRunner().invoke(self.app, command, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout) if result.stdout.strip() else None

    def plan(self, level: str, title: str, parent: object) -> None:
        more = [w for n, v in self.measure.items() for w in (f"--{n}", v)]
        above = ["--parent", parent] if parent else []
        measured = more if level == "objective" else []
        self.run("strategy", "create", level, title, *above, *measured)

    def connect(self) -> None:
        fields = ["--field", "handle=kissa", "--field", "password=himitsu"]
        self.run("channel", "connect", "sandbox", *fields, "--waive", WAIVED)

    def write(self, channel: Channel, tactic: Tactic) -> None:
        post = self.run("post", "create", TEXT, "--channel", channel.id)["id"]
        self.run("strategy", "link", tactic.id, post)

    def schedule(self, post: Post, at: str) -> None:
        self.run("post", "schedule", post.id, at)

    def read(self, channel: Channel) -> None:
        self.run("channel", "sync", channel.id)

    def answer(self, conversation: Conversation) -> None:
        waiting = self.run("inbox", "list")
        assert str(conversation.id) in {each["id"] for each in waiting}
        self.run("inbox", "reply", conversation.id, ANSWER)

    def reading(self, objective: Objective) -> tuple[float, int]:
        found = self.run("strategy", "objective", objective.id)
        window = ["--first", self.measure["start"], "--last", self.measure["end"]]
        opened = self.run("strategy", "explain", "replies", *window)
        return found["value"], len(opened["activities"])


class Assistant(Surface):
    def __init__(self, owner: Actor, workspace: Workspace) -> None:
        super().__init__(owner, workspace)
        membership = Membership.objects.select_related("user", "workspace").get(
            user_id=owner.user_id, workspace=workspace
        )
        actor = queries.actor(membership, Via.MCP)
        self.server = mcp.build(lambda: actor)

    def use(self, tool: str, **arguments: object) -> Any:
        given = {name: value for name, value in arguments.items() if value is not None}
        result: Any = async_to_sync(self.server.call_tool)(tool, given)
        blocks = getattr(result, "content", result)
        return [json.loads(block.text) for block in blocks]

    def plan(self, level: str, title: str, parent: object) -> None:
        above = str(parent) if parent else None
        self.use("create_strategy_node", level=level, title=title, parent_id=above)
        if level == "objective":
            made = Objective.objects.get(title=title, strategy__goal__workspace=self.workspace)
            self.use("set_objective_measure", objective_id=str(made.id), **self.measure)

    def connect(self) -> None:
        fields = {"handle": "kissa", "password": "himitsu"}
        made = self.use("connect_channel", adapter="sandbox", fields=fields)[0]
        self.use("activate_channel", channel_id=made["id"], waive_rest=WAIVED)

    def write(self, channel: Channel, tactic: Tactic) -> None:
        post = self.use("create_post", text=TEXT, channel_ids=[str(channel.id)])[0]["card"]["id"]
        self.use("link_post_to_tactic", tactic_id=str(tactic.id), post_id=post)

    def schedule(self, post: Post, at: str) -> None:
        self.use("schedule_post", post_id=str(post.id), at=at)

    def read(self, channel: Channel) -> None:
        self.use("read_channel", channel_id=str(channel.id))

    def answer(self, conversation: Conversation) -> None:
        thread = self.use("conversation", conversation_id=str(conversation.id))[0]
        self.use(
            "reply_to_conversation",
            conversation_id=str(conversation.id),
            text=ANSWER,
            seen_version=thread["conversation"]["version"],
        )

    def reading(self, objective: Objective) -> tuple[float, int]:
        found = self.use("objective", objective_id=str(objective.id))[0]
        window = {"first": self.measure["start"], "last": self.measure["end"]}
        opened = self.use("explain_kpi", key="replies", **window)[0]
        return found["value"], len(opened["activities"])


class Pages(Surface):
    def __init__(self, owner: Actor, workspace: Workspace) -> None:
        super().__init__(owner, workspace)
        self.client = Client()
        membership = Membership.objects.get(user_id=owner.user_id, workspace=workspace)
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        self.client.force_login(membership.user, backend)
        self.base = f"/w/{workspace.slug}"

    def post(self, path: str, data: dict[str, object]) -> Any:
        answer = self.client.post(f"{self.base}{path}", data, follow=True)
        assert answer.status_code == 200, answer.content.decode()
        assert answer.redirect_chain, "the form was shown again"
        return answer

    def plan(self, level: str, title: str, parent: object) -> None:
        above = f"?parent={parent}" if parent else ""
        data = {"title": title, "status": "active"} | ({"parent": parent} if parent else {})
        more = self.measure if level == "objective" else {}
        self.post(f"/strategy/{level}/new/{above}", data | more)

    def connect(self) -> None:
        self.post("/channels/connect/sandbox/", {"handle": "kissa", "password": "himitsu"})
        in_town = Channel.objects.filter(workspace=self.workspace, adapter="sandbox")
        if not in_town.exists():
            self.post("/channels/connect/sandbox/confirm/", {"waive_rest": WAIVED})
        channel = in_town.get()
        if channel.state == "draft":
            self.post(f"/channels/{channel.id}/plan/", {"waive_rest": WAIVED})

    def write(self, channel: Channel, tactic: Tactic) -> None:
        fields = {
            "text": TEXT,
            "channels": channel.id,
            "when": "draft",
            "tactics_shown": "1",
            "tactics": tactic.id,
        }
        self.post("/posts/new/", fields)

    def schedule(self, post: Post, at: str) -> None:
        day, _, hour = at.partition("T")
        fields = {"text": TEXT, "when": "schedule", "date": day, "time": hour}
        channel = post.variants.get().channel_id
        tactic = Tactic.objects.get(objective__strategy__goal__workspace=self.workspace)
        more = {"channels": channel, "version": post.version, "tactics_shown": "1"}
        self.post(f"/posts/{post.id}/edit/", fields | more | {"tactics": tactic.id})

    def read(self, channel: Channel) -> None:
        self.post(f"/channels/{channel.id}/read/", {})

    def answer(self, conversation: Conversation) -> None:
        page = self.client.get(f"{self.base}/inbox/").content.decode()
        assert str(conversation.id) in page
        conversation.refresh_from_db()
        fields = {"text": ANSWER, "version": conversation.version}
        self.post(f"/inbox/{conversation.id}/reply/", fields)

    def reading(self, objective: Objective) -> tuple[float, int]:
        page = self.client.get(f"{self.base}/strategy/objective/{objective.id}/")
        found = next(v for k, v in _flat(page.context) if k == "row" and hasattr(v, "value"))
        window = f"first={self.measure['start']}&last={self.measure['end']}"
        opened = self.client.get(f"{self.base}/strategy/kpi/replies/explain/?{window}")
        links = re.findall(rf"{self.base}/log/[0-9a-f-]{{36}}/", opened.content.decode())
        return found.value, len(set(links))


def _flat(context: Any) -> Iterator[tuple[str, Any]]:
    for layer in context:
        for key, value in layer.flatten().items() if hasattr(layer, "flatten") else ():
            yield key, value
            if hasattr(value, "row"):
                yield "row", value.row


SURFACES: dict[str, type[Surface]] = {
    "pages": Pages,
    "rest": Rest,
    "command line": CommandLine,
    "assistant": Assistant,
}


def _walk(surface: Surface) -> None:
    """All steps, with two days gone by in between."""
    workspace = surface.workspace
    _plan(surface)
    surface.connect()
    channel = Channel.objects.get(workspace=workspace, adapter="sandbox")
    surface.write(channel, Tactic.objects.get(objective__strategy__goal__workspace=workspace))
    soon = clock.now() + timedelta(minutes=5, hours=9)
    surface.schedule(Post.objects.get(workspace=workspace), f"{soon:%Y-%m-%dT%H:%M}")
    run_until_idle(after=timedelta(minutes=6))
    assert Post.objects.get(workspace=workspace).state == "published"
    with time_moved(DAY):
        surface.read(channel)
        run_until_idle()
        conversation = Conversation.objects.filter(workspace=workspace).order_by("id").first()
        assert conversation is not None, "somebody in the town answered"
        surface.answer(conversation)
        run_until_idle()


def _plan(surface: Surface) -> None:
    workspace = surface.workspace
    surface.plan("goal", "More regulars", None)
    surface.plan("strategy", "Talk with the town", Goal.objects.get(workspace=workspace).id)
    strategy = Strategy.objects.get(goal__workspace=workspace)
    surface.plan("objective", "50 answers", strategy.id)
    surface.plan("tactic", "Morning posts", Objective.objects.get(strategy=strategy).id)


def _told(workspace: Workspace) -> list[tuple[str, ...]]:
    """Our own side of the log, in order, without what must differ.

    That is ids, times and the surface; the token that only REST needs; and that some
    surfaces save a thing in two steps where others need one.
    """
    rows = Activity.objects.filter(workspace_id=workspace.pk).exclude(direction="inbound")
    return [
        (row.type, row.direction, row.object_type, "" if row.type == "Add" else row.text)
        for row in rows.order_by("recorded_at", "occurred_at", "type", "text")
        if not row.text.startswith("walk (") and row.type != "Update"
    ]


@pytest.fixture
def fresh_town() -> Iterator[Callable[[], None]]:
    """Closes our account in the town, so that every walk opens it anew."""

    def forget() -> None:
        town().forget("kissa")

    yield forget
    forget()


@pytest.mark.parametrize("name", SURFACES)
def test_the_loop_moves_the_kpi(
    name: str, owner: Actor, workspace: Workspace, fresh_town: Callable[[], None]
) -> None:
    fresh_town()
    surface = SURFACES[name](owner, workspace)
    _walk(surface)
    with time_moved(DAY):
        value, rows = surface.reading(Objective.objects.get(strategy__goal__workspace=workspace))
    came = Activity.objects.filter(workspace_id=workspace.pk, direction="inbound")
    assert {"Create", "Like"} <= set(came.values_list("type", flat=True))
    assert value == came.filter(type="Create").exclude(target_key="").count() > 0
    assert rows == value
    assert Activity.objects.filter(workspace_id=workspace.pk, text=ANSWER).exists()


def test_the_four_surfaces_leave_the_same_log(
    owner: Actor, fresh_town: Callable[[], None], django_user_model: Any
) -> None:
    told = {}
    user = django_user_model.objects.get(pk=owner.user_id)
    for name, kind in SURFACES.items():
        fresh_town()
        made = accounts.create_workspace(user, name="Kissa", language="ja", time_zone="Asia/Tokyo")
        actor = queries.actor(Membership.objects.get(user=user, workspace=made), Via.SYSTEM)
        surface = kind(actor, made)
        _walk(surface)
        told[name] = _told(made)
    for name in SURFACES:
        assert told[name] == told["pages"], name
