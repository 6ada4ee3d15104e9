"""The same channel through REST, the command line and an assistant."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from typer.testing import CliRunner

from enishi.accounts import actions as accounts
from enishi.accounts.permissions import Permission
from enishi.activities.models import Activity
from enishi.channels import mcp
from enishi.channels.models import Channel
from enishi.kernel.errors import InvalidInputError, NotAllowedError, NotFoundError
from enishi.site import cli

pytestmark = pytest.mark.django_db
PASSWORD = "kouji-miso"
FIELDS = {"handle": "hinode", "password": PASSWORD}


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.ENISHI_HOME = tmp_path
    settings.ENISHI_SECRET_KEYS = ""


# ── REST ──


def rest(actor, *scopes) -> Client:
    scopes = scopes or (Permission.CHANNELS_VIEW, Permission.CHANNELS_MANAGE)
    secret = accounts.create_token(actor, name="test", scopes=scopes).secret
    return Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})


def send(client, method, path, body=None):
    caller = getattr(client, method)
    return caller(f"/api/v1{path}", json.dumps(body or {}), content_type="application/json")


def test_a_channel_lives_its_life_over_rest(owner):
    client = rest(owner)
    made = send(client, "post", "/channels", {"adapter": "sandbox", "fields": FIELDS})
    assert made.status_code == 201
    channel = made.json()
    assert (channel["state"], channel["open_items"]) == ("draft", 4)
    assert PASSWORD not in made.content.decode()
    path = f"/channels/{channel['id']}"
    plan = {"objective": "x", "waive_rest": "a test", "posts_per_week": 3}
    assert send(client, "put", f"{path}/activation", plan).json()["state"] == "active"
    reopened = send(client, "put", f"{path}/activation/policy", {"state": "open"})
    assert reopened.json()["state"] == "draft"
    classified = send(client, "put", f"{path}/taxonomy", {"sns_weight": 0.9})
    assert classified.json()["classification"]["sns_weight"] == 0.9
    owners = send(client, "put", f"{path}/owners", {"owner_id": str(owner.user_id)})
    assert owners.json()["backup_owner"] is None
    assert send(client, "post", f"{path}/read").status_code == 200
    assert send(client, "post", f"{path}/pause").json()["state"] == "paused"
    assert send(client, "post", f"{path}/resume").json()["state"] == "draft"
    assert send(client, "post", f"{path}/reconnect", {"fields": FIELDS}).status_code == 200
    assert send(client, "delete", path).status_code == 204
    assert client.get("/api/v1/channels").json() == []
    assert len(client.get("/api/v1/channels?archived=true").json()) == 1


def test_rest_explains_a_refusal_as_a_problem(owner):
    client = rest(owner)
    bad = send(client, "post", "/channels", {"adapter": "sandbox", "fields": {"handle": "x"}})
    assert (bad.status_code, bad.json()["field"]) == (400, "password")
    assert not Channel.objects.exists()


def test_rest_lists_networks_without_a_secret(owner):
    client = rest(owner)
    found = {one["id"]: one for one in client.get("/api/v1/networks").json()}
    assert {"sandbox", "feed"} <= set(found)
    known = {one["id"] for one in client.get("/api/v1/networks/known").json()}
    assert {"mixi", "instagram", "line"} <= known


def test_a_token_does_no_more_than_its_scopes(owner, stranger):
    made = send(rest(owner), "post", "/channels", {"adapter": "sandbox", "fields": FIELDS})
    path = f"/channels/{made.json()['id']}"
    reader = rest(owner, Permission.CHANNELS_VIEW)
    assert reader.get(f"/api/v1{path}").status_code == 200
    assert send(reader, "post", f"{path}/pause").status_code == 403
    assert rest(stranger).get(f"/api/v1{path}").status_code == 404


# ── command line ──


@pytest.fixture
def run(owner, workspace):
    runner, app = CliRunner(), cli.build()

    def call(*words, **more):
        return runner.invoke(app, ["--workspace", workspace.slug, "--json", *words], **more)

    return call


def test_a_channel_lives_its_life_on_the_command_line(run):
    made = run("channel", "connect", "sandbox", "--field", "handle=hinode", input=f"{PASSWORD}\n")
    assert made.exit_code == 0, made.output
    assert PASSWORD not in made.output
    channel = Channel.objects.get()
    assert json.loads(run("channel", "list").stdout)[0]["handle"] == "hinode"
    assert json.loads(run("channel", "sync", str(channel.id)).stdout)["problems"] == {}
    active = run("channel", "activate", str(channel.id), "--waive", "a test")
    assert json.loads(active.stdout)["state"] == "active"
    for step, state in (("pause", "paused"), ("resume", "active"), ("disconnect", "archived")):
        assert json.loads(run("channel", step, str(channel.id)).stdout)["state"] == state
    assert json.loads(run("channel", "rotate-keys").stdout) == {"rotated": 0}
    assert {"mixi"} <= {one["id"] for one in json.loads(run("channel", "known").stdout)}
    assert run("channel", "networks").exit_code == 0


def test_a_field_without_a_value_is_refused(run):
    refused = run("channel", "connect", "sandbox", "--field", "hinode")
    assert isinstance(refused.exception, InvalidInputError)


# ── assistant ──


class Tools:
    """A server that only keeps the tools."""

    def __init__(self, actor):
        self.named = {}
        mcp.register(self, lambda: actor)

    def tool(self):
        def keep(function):
            self.named[function.__name__] = function
            return function

        return keep

    def __getattr__(self, name):
        return self.named[name]


def test_an_assistant_connects_and_activates(owner):
    tools = Tools(owner)
    made = tools.connect_channel("sandbox", FIELDS)
    assert PASSWORD not in str(made)
    channel = Channel.objects.get()
    active = tools.activate_channel(channel.id, objective="readers", waive_rest="a test")
    assert active["state"] == "active"
    assert tools.read_channel(channel.id)["handle"] == "hinode"
    assert tools.pause_channel(channel.id)["state"] == "paused"
    assert tools.resume_channel(channel.id)["state"] == "active"
    assert [one.handle for one in tools.list_channels()] == ["hinode"]
    assert tools.get_channel(channel.id)["has_credentials"]
    assert {one["id"] for one in tools.list_networks()} >= {"sandbox"}
    assert all(tool.__doc__ for tool in tools.named.values())


def test_an_assistant_is_held_to_the_role_of_its_person(owner, member, stranger):
    Tools(owner).connect_channel("sandbox", FIELDS)
    channel = Channel.objects.get()
    with pytest.raises(NotAllowedError):
        Tools(member).pause_channel(channel.id)
    with pytest.raises(NotFoundError):
        Tools(stranger).get_channel(channel.id)


def test_all_surfaces_leave_the_same_activity(owner, run):
    send(rest(owner), "post", "/channels", {"adapter": "sandbox", "fields": FIELDS})
    run("channel", "connect", "sandbox", "--field", "handle=tsukimi", "--field", "password=kouji")
    Tools(owner).connect_channel("sandbox", FIELDS | {"handle": "yuhi"})
    told = Activity.objects.filter(type="Add", object_type="Service")
    assert sorted(told.values_list("via", flat=True)) == ["api", "cli", "system"]
    assert set(told.values_list("user_id", flat=True)) == {owner.user_id}
