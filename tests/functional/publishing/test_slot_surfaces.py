"""Slots, queues, missed posts and pauses through REST, the command line and an assistant."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from enishi.accounts import actions as accounts
from enishi.accounts.permissions import Actor, Permission
from enishi.accounts.terminal import to_plain
from enishi.channels import actions as channels
from enishi.channels.models import Channel
from enishi.kernel import clock
from enishi.publishing import actions, mcp
from enishi.publishing.actions import PostInput, VariantInput
from enishi.publishing.models import Delivery, Pause, Post
from enishi.publishing.slot_models import Queue, Series
from enishi.site import cli

pytestmark = pytest.mark.django_db
QUEUE = {"name": "News", "times": [{"weekday": 1, "at": "09:00"}], "time_zone": "Asia/Tokyo"}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.ENISHI_HOME = tmp_path
    settings.ENISHI_SECRET_KEYS = ""


@pytest.fixture
def channel(owner: Actor) -> Channel:
    made = channels.connect_channel(
        owner, adapter="sandbox", fields={"handle": "hinode", "password": "kouji-miso"}
    )
    channels.activate(owner, made.id, channels.Plan(waive_rest="a test"))
    return made


@pytest.fixture
def posts(owner: Actor, channel: Channel) -> list[Post]:
    return [
        actions.create_post(owner, content=PostInput(text, [VariantInput(channel.id)]))
        for text in ("One", "Two", "Three")
    ]


def tomorrow() -> date:
    return clock.now().date() + timedelta(days=2)


class Rest:
    """Calls the API with a token of an actor."""

    def __init__(self, actor: Actor) -> None:
        scopes = (Permission.POSTS_VIEW, Permission.POSTS_EDIT, Permission.POSTS_PUBLISH)
        secret = accounts.create_token(actor, name="test", scopes=scopes).secret
        self.client = Client(headers={"authorization": f"Bearer {secret}"})

    def __call__(self, method: str, path: str, body: object = None, *, status: int = 200) -> Any:
        call = getattr(self.client, method)
        answer = call(f"/api/v1{path}", json.dumps(body or {}), content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json() if answer.content else None

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/v1{path}").json()


def missed(post: Post) -> None:
    Delivery.objects.filter(post=post).update(state="missed", reason="late")
    Post.objects.filter(id=post.id).update(state="missed")


@pytest.mark.requirement("R048")
def test_a_slot_lives_its_life_over_rest(owner: Actor, channel: Channel) -> None:
    rest = Rest(owner)
    body = {
        "name": "Evening",
        "channel_ids": [str(channel.id)],
        "times": ["21:00"],
        "time_zone": "Asia/Tokyo",
        "starts_on": f"{tomorrow()}",
        "days_ahead": 10,
        "ends_on": f"{tomorrow() + timedelta(days=4)}",
    }
    made = rest("post", "/slots", body, status=201)
    address = f"/slots/{made['series']['id']}"
    assert len(made["times"]) == 5
    assert len(rest.get("/slots")) == 1
    changed = rest("put", address, body | {"times": ["20:00"], "version": 1})
    assert {time["wall"][11:] for time in changed["times"]} == {"20:00"}
    rest("put", address, body | {"version": 1}, status=409)
    rest("put", address, body | {"rule": "NOW"}, status=400)
    wall = {"wall": f"{tomorrow()}T20:00"}
    assert rest("post", f"{address}/skip", wall)["times"][0]["state"] == "skipped"
    assert rest("post", f"{address}/restore", wall)["times"][0]["state"] == "empty"
    assert rest("post", f"{address}/pause")["series"]["paused"]
    assert not rest("post", f"{address}/resume")["series"]["paused"]
    assert rest("delete", f"{address}?drafts=drop_empty") == {"drafts_deleted": 5}


def test_a_queue_lives_its_life_over_rest(owner: Actor, posts: list[Post]) -> None:
    rest = Rest(owner)
    body = QUEUE
    made = rest("post", "/queues", body, status=201)
    address = f"/queues/{made['queue']['id']}"
    for post in posts:
        rest("post", f"{address}/posts", {"post_id": str(post.id)})
    found = rest("post", f"{address}/move", {"post_id": str(posts[2].id), "place": 0})
    assert [item["card"]["text"] for item in found["posts"]] == ["Three", "One", "Two"]
    rest("post", f"{address}/shuffle")
    rest("put", address, body | {"name": "Other"})
    assert [each["name"] for each in rest.get("/queues")] == ["Other"]
    rest("delete", address, status=204)


@pytest.mark.requirement("R049")
def test_missed_posts_are_decided_over_rest(owner: Actor, posts: list[Post]) -> None:
    rest = Rest(owner)
    for post in posts:
        actions.schedule_post(owner, post_id=post.id, at=clock.now() + timedelta(hours=1))
        missed(post)
    assert len(rest.get("/publishing/missed")) == 3
    rest("post", f"/publishing/missed/{posts[0].id}/publish", status=204)
    rest("post", f"/publishing/missed/{posts[1].id}/drop", status=204)
    at = (clock.now() + timedelta(days=1)).isoformat()
    rest("post", f"/publishing/missed/{posts[2].id}/postpone", {"at": at}, status=204)
    assert rest.get("/publishing/missed") == []
    missed(posts[0])
    missed(posts[2])
    queue = rest("post", "/queues", QUEUE, status=201)["queue"]["id"]
    body = {"post_ids": [str(posts[0].id)], "start": at, "minutes": 60}
    assert rest("post", "/publishing/missed/spread", body) == {"done": 1, "refused": []}
    body = {"post_ids": [str(posts[2].id)], "queue_id": queue}
    assert rest("post", "/publishing/missed/queue", body) == {"done": 1, "refused": []}
    assert rest.get("/publishing/missed") == []


def test_a_pause_is_lifted_with_a_preview_over_rest(owner: Actor, posts: list[Post]) -> None:
    rest = Rest(owner)
    rest("post", "/publishing/pause", {"reason": "Storm"})
    actions.publish_now(owner, post_id=posts[0].id)
    assert [card["text"] for card in rest.get("/publishing/resume/preview")] == ["One"]
    rest("post", "/publishing/resume", {"waiting": "ask"})
    assert [item["why"] for item in rest.get("/publishing/missed")] == ["missed"]


def run(*words: str) -> Any:
    result = CliRunner().invoke(cli.build(), ["--json", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout) if result.stdout else None


def test_the_command_line_does_the_same(owner: Actor, channel: Channel, posts: list[Post]) -> None:
    last = f"{tomorrow() + timedelta(days=2)}"
    times = run(
        "post",
        "slot",
        "create",
        "Evening",
        "--channel",
        "hinode",
        "--time",
        "21:00",
        "--first",
        f"{tomorrow()}",
        "--last",
        last,
    )
    assert [time["state"] for time in times] == ["empty"] * 3
    series = str(Series.objects.get().id)
    assert run("post", "slot", "list")[0]["empty"] == 3
    assert run("post", "slot", "skip", series, times[0]["wall"])[0]["state"] == "skipped"
    assert run("post", "slot", "restore", series, times[0]["wall"])[0]["state"] == "empty"
    run("post", "slot", "pause", series)
    run("post", "slot", "resume", series)
    assert len(run("post", "slot", "show", series)) == 3
    assert run("post", "slot", "delete", series, "--drafts", "drop") == {"drafts_deleted": 3}
    run("post", "queue", "create", "News", "--time", "mon@9:00", "--time", "thu@18:30")
    queue = str(Queue.objects.get().id)
    for post in posts:
        run("post", "queue", "add", queue, str(post.id))
    found = run("post", "queue", "move", queue, str(posts[2].id), "0")
    assert [row["text"] for row in found] == ["Three", "One", "Two"]
    assert len(run("post", "queue", "shuffle", queue)) == len(run("post", "queue", "show", queue))
    missed(posts[0])
    missed(posts[1])
    missed(posts[2])
    run("post", "missed", "publish", str(posts[0].id))
    run("post", "missed", "drop", str(posts[1].id))
    at = f"{tomorrow()}T09:00"
    assert run("post", "missed", "postpone", str(posts[2].id), at) == []
    assert run("post", "missed", "list") == []
    missed(posts[0])
    assert run("post", "missed", "spread", at)["done"] == 1
    missed(posts[0])
    assert run("post", "missed", "queue", queue)["done"] == 1
    run("post", "queue", "delete", queue)
    assert run("post", "queue", "list") == []
    run("post", "pause", "--reason", "Storm")
    run("post", "resume", "--waiting", "spread", "--minutes", "5")
    assert not Pause.objects.exists()


class Tools:
    """Registers tools as the site does, and calls them in place."""

    def __init__(self, actor: Actor) -> None:
        self.known: dict[str, Any] = {}
        mcp.register(self, lambda: actor)

    def tool(self) -> Any:
        def add(function: Any) -> Any:
            self.known[function.__name__] = function
            return function

        return add

    def __call__(self, tool: str, /, **arguments: Any) -> Any:
        return to_plain(self.known[tool](**arguments))


def test_an_assistant_does_the_same(owner: Actor, channel: Channel, posts: list[Post]) -> None:
    tools = Tools(owner)
    made = tools(
        "create_slot",
        name="Evening",
        channel_ids=[channel.id],
        times=["21:00"],
        starts_on=tomorrow(),
        ends_on=tomorrow() + timedelta(days=1),
    )
    slot = made["series"]["id"]
    assert len(made["times"]) == 2
    tools("skip_slot_time", slot_id=slot, wall=made["times"][0]["wall"])
    tools("pause_slot", slot_id=slot)
    tools("resume_slot", slot_id=slot)
    assert tools("show_slot", slot_id=slot)["times"][0]["state"] == "skipped"
    assert len(tools("list_slots")) == 1
    assert tools("delete_slot", slot_id=slot, drafts=actions.Drafts.DROP) == {"drafts_deleted": 1}
    queue = tools("create_queue", name="News", times=[(0, "9:00")])["queue"]["id"]
    for post in posts:
        tools("add_to_queue", queue_id=queue, post_id=post.id)
    tools("move_in_queue", queue_id=queue, post_id=posts[1].id, place=0)
    waiting = tools("show_queue", queue_id=queue)["posts"]
    assert [item["card"]["text"] for item in waiting] == ["Two", "One", "Three"]
    assert len(tools("list_queues")) == 1
    missed(posts[0])
    missed(posts[1])
    assert len(tools("list_missed_posts")) == 2
    tools("publish_missed_post", post_id=posts[0].id)
    assert tools("drop_missed_post", post_id=posts[1].id) == []
    tools("pause_publishing", reason="Storm")
    assert len(tools("preview_resume")) == 1
    tools("resume_publishing", waiting=actions.Overdue.ASK)
    assert len(tools("list_missed_posts")) == 1
