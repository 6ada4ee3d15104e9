"""The same post through REST, the command line and an assistant."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from typer.testing import CliRunner

from enishi.accounts import actions as accounts
from enishi.accounts.permissions import Permission
from enishi.accounts.terminal import to_plain
from enishi.channels import actions as channels
from enishi.jobs.testing import run_until_idle
from enishi.kernel.errors import ConflictError, InvalidInputError, NotAllowedError
from enishi.publishing import mcp
from enishi.publishing.models import Delivery, Post
from enishi.site import cli

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.ENISHI_HOME = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.ENISHI_SECRET_KEYS = ""


@pytest.fixture
def channel(owner):
    made = channels.connect_channel(
        owner, adapter="sandbox", fields={"handle": "hinode", "password": "kouji-miso"}
    )
    channels.activate(owner, made.id, channels.Plan(waive_rest="a test"))
    return made


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (8, 8)).save(target, "PNG")
    return target.getvalue()


# ── REST ──


def rest(actor, *scopes) -> Client:
    scopes = scopes or (Permission.POSTS_VIEW, Permission.POSTS_EDIT, Permission.POSTS_PUBLISH)
    secret = accounts.create_token(actor, name="test", scopes=scopes).secret
    return Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


def send(client, method, path, body=None):
    return getattr(client, method)(f"/api/v1{path}", json.dumps(body or {}), content_type=JSON)


@pytest.fixture
def draft(owner, channel) -> dict[str, Any]:
    body = {"text": "Hello town", "channels": [{"channel_id": str(channel.id)}]}
    made = send(rest(owner), "post", "/posts", body)
    assert made.status_code == 201
    shown: dict[str, Any] = made.json()
    return shown


def test_a_post_lives_its_life_over_rest(owner, draft):
    client, path = rest(owner), f"/posts/{draft['card']['id']}"
    upload = client.post("/api/v1/media", {"file": SimpleUploadedFile("a.png", picture())})
    assert upload.status_code == 201
    patch = {
        "version": draft["card"]["version"],
        "text": "Hello, town",
        "attachments": [{"media_id": upload.json()["id"], "alt": "black"}],
    }
    edited = send(client, "patch", path, patch).json()
    assert (edited["text"], edited["media"][0]["alt"]) == ("Hello, town", "black")
    planned = send(client, "post", f"{path}/schedule", {"at": "2027-04-01T09:30"}).json()
    assert planned["card"]["due_at"] == "2027-04-01T00:30:00+00:00"
    moved = send(client, "post", f"{path}/move", {"at": "2027-04-02T09:30"}).json()
    assert moved["deliveries"][0]["wall_time"] == "2027-04-02T09:30:00"
    listed = client.get("/api/v1/calendar?first=2027-04-02&last=2027-04-02").json()
    assert len(listed[0]["posts"]) == 1
    assert send(client, "post", f"{path}/cancel").json()["card"]["state"] == "cancelled"
    assert send(client, "post", f"{path}/publish").json()["card"]["state"] == "scheduled"
    run_until_idle()
    shown = client.get(f"/api/v1{path}").json()
    assert shown["card"]["state"] == "published"
    delivery = shown["deliveries"][0]
    assert delivery["can"] == ["delete"]
    assert send(client, "post", f"/deliveries/{delivery['id']}/delete").json()["kind"] == "delete"
    run_until_idle()
    found = client.get("/api/v1/posts?state=deleted").json()["items"]
    assert [item["id"] for item in found] == [draft["card"]["id"]]


@pytest.mark.parametrize(
    ("step", "body", "status", "field"),
    [
        ("schedule", {"at": "2020-01-01T09:00"}, 400, "at"),
        ("schedule", {"at": "2027-03-28T02:30", "time_zone": "Europe/Berlin"}, 400, "at"),
        ("schedule", {"at": "2027-04-01T09:00", "version": 7}, 409, "version"),
        ("cancel", {}, 409, None),
    ],
)
def test_rest_explains_a_refusal_as_a_problem(owner, draft, step, body, status, field):
    answer = send(rest(owner), "post", f"/posts/{draft['card']['id']}/{step}", body)
    assert answer.status_code == status
    assert answer.json().get("field") == field
    assert answer.json()["remedy"]


def test_rest_refuses_what_is_no_image(owner):
    answer = rest(owner).post("/api/v1/media", {"file": SimpleUploadedFile("a.png", b"hello")})
    assert (answer.status_code, answer.json()["field"]) == (400, "file")


def test_rest_writes_a_post_once_for_one_idempotency_key(owner, channel):
    client = rest(owner)
    for _number in range(2):
        client.post(
            "/api/v1/posts",
            json.dumps({"text": "Once"}),
            content_type=JSON,
            headers={"idempotency-key": "one"},
        )
    assert Post.objects.count() == 1


def test_a_token_does_no_more_than_its_scopes(owner, stranger, draft):
    path = f"/posts/{draft['card']['id']}"
    writer = rest(owner, Permission.POSTS_VIEW, Permission.POSTS_EDIT)
    assert send(writer, "post", f"{path}/publish").status_code == 403
    assert rest(stranger).get(f"/api/v1{path}").status_code == 404


def test_rest_lets_a_person_decide_about_a_delivery(owner, draft):
    client = rest(owner)
    send(client, "post", f"/posts/{draft['card']['id']}/publish")
    Delivery.objects.update(state="unknown")
    path = f"/deliveries/{Delivery.objects.get().id}"
    assert client.get(f"/api/v1{path}").json()["next"]["waits_for_person"]
    assert send(client, "post", f"{path}/give-up").json()["state"] == "failed"
    assert send(client, "post", f"{path}/retry").json()["state"] == "scheduled"
    Delivery.objects.update(state="unknown")
    assert send(client, "post", f"{path}/check").json()["state"] == "scheduled"
    Delivery.objects.update(state="unknown")
    marked = send(client, "post", f"{path}/mark-published", {"url": "https://town.test/1"})
    assert marked.json()["state"] == "published"
    assert send(client, "post", f"{path}/undo").json()["state"] == "failed"  # never attempted
    told = client.get(f"/api/v1/posts/{draft['card']['id']}/timeline").json()
    assert [one["state"] for one in told] == ["failed"]
    assert told[0]["timeline"]
    assert send(client, "post", f"{path}/dance").status_code == 400


# ── the command line ──


def run(*words: str) -> Any:
    result = CliRunner().invoke(cli.build(), ["--json", *words], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout) if result.stdout else None


def test_a_post_lives_its_life_on_the_command_line(owner, channel, tmp_path):
    image = tmp_path / "a.png"
    image.write_bytes(picture())
    made = run("post", "create", "Hello", "--channel", "hinode", "--image", f"{image}=black")
    post = made["id"]
    assert run("post", "edit", post, "--text", "Hello, town")["text"] == "Hello, town"
    assert run("post", "schedule", post, "2027-04-01T09:30")["when"] == "2027-04-01 09:30"
    assert run("post", "move", post, "2027-04-02T09:30")["when"] == "2027-04-02 09:30"
    days = run("post", "calendar", "--first", "2027-04-01", "--days", "2")
    assert [row["id"] for row in days] == [post]
    assert run("post", "cancel", post)["state"] == "cancelled"
    run("post", "publish", post)
    run_until_idle()
    shown = run("post", "show", post)
    assert shown["state"] == "published"
    delivery = shown["deliveries"][0]["id"]
    run("post", "take-down", delivery)
    run_until_idle()
    assert [row["state"] for row in run("post", "list")] == ["deleted"]


def test_the_command_line_tells_a_delivery_and_takes_a_decision_back(owner, channel):
    post = run("post", "create", "Hello", "--channel", "hinode")["id"]
    run("post", "publish", post)
    Delivery.objects.update(state="unknown")
    delivery = str(Delivery.objects.get().id)
    run("post", "mark-published", delivery, "https://town.test/1")
    run("post", "undo", delivery)
    (told,) = run("post", "timeline", post)
    assert (told["id"], told["state"]) == (delivery, "failed")
    shown = CliRunner().invoke(cli.build(), ["post", "timeline", post], catch_exceptions=False)
    assert delivery in shown.output
    assert "→" in shown.output


def test_the_command_line_explains_what_it_cannot_use(owner, channel):
    for words in (
        ("create", "Hi", "--channel", "nobody"),
        ("create", "Hi", "--image", "/no/such/file"),
        ("schedule", run("post", "create", "Hi")["id"], "yesterday"),
    ):
        with pytest.raises(InvalidInputError):
            CliRunner().invoke(cli.build(), ["post", *words], catch_exceptions=False)


# ── an assistant ──


class Tools:
    """Registers tools as the site does, and calls them in place."""

    def __init__(self, actor) -> None:
        self.known: dict[str, Any] = {}
        mcp.register(self, lambda: actor)

    def tool(self):
        def add(function):
            self.known[function.__name__] = function
            return function

        return add

    def __call__(self, name, **arguments):
        return to_plain(self.known[name](**arguments))


def test_a_post_lives_its_life_with_an_assistant(owner, channel):
    call = Tools(owner)
    check = call("check_post_text", text="Hello", channel_ids=[channel.id])
    assert (check[0]["length"], check[0]["problems"]) == (5, [])
    made = call("create_post", text="Hello", channel_ids=[channel.id])["card"]
    post = Post.objects.get().id
    edited = call("edit_post", post_id=post, version=made["version"], text="Hello, town")
    assert edited["text"] == "Hello, town"
    call("schedule_post", post_id=post, at="2027-04-01T09:30")
    call("move_post", post_id=post, at="2027-04-02T09:30")
    assert call("cancel_post", post_id=post)["card"]["state"] == "cancelled"
    call("publish_post", post_id=post)
    run_until_idle()
    shown = call("get_post", post_id=post)
    assert shown["card"]["state"] == "published"
    delivery = Delivery.objects.get().id
    call("delete_on_network", delivery_id=delivery)
    run_until_idle()
    assert call("list_posts", states=["deleted"])["items"][0]["text"] == "Hello, town"
    assert call("posts_needing_attention") == []


def test_an_assistant_has_the_permissions_of_the_person(member, owner, channel):
    call = Tools(member)
    call("create_post", text="Hello", channel_ids=[channel.id])
    post = Post.objects.get()
    with pytest.raises(NotAllowedError):
        call("publish_post", post_id=post.id)
    with pytest.raises(ConflictError):
        call("edit_post", post_id=post.id, version=9, text="x")
    assert call("delete_post", post_id=post.id) == "deleted"
