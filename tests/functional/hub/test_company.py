"""Followers, blocks, quarantine, reports and keys, on pages, REST, command line and MCP."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from enishi.accounts import actions as accounts
from enishi.accounts.permissions import Permission
from enishi.activities.models import Activity
from enishi.channels.models import Channel
from enishi.hub import actions, directory, leaving, moderation, queries, residence, things
from enishi.hub.federation import actors, ourselves, ties
from enishi.hub.models import (
    Follow,
    HubActor,
    HubKey,
    HubObject,
    Inbound,
    RemoteActor,
    RemoteObject,
    Report,
    Rule,
    Shipment,
)
from enishi.hub.protocol import incoming, jsonld
from enishi.inbox import arrivals
from enishi.inbox.models import Conversation, Message
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from enishi.kernel.ids import new_id
from enishi.publishing import media
from enishi.vocab import Node
from enishi.vocab.times import write_datetime
from tests.integration.hub.delivering import outgoing
from tests.integration.hub.peers import Peer

LIST = (
    "#domain,#severity,#reject_media\nbad.example,suspend,true\nloud.example,silence,false\n!!,,\n"
)


@pytest.fixture
def asking(ours, alice) -> Follow:
    """Alice, who asks to follow."""
    ours.locked = True
    ours.save()
    activity = alice.activity("Follow", ours.uri)
    remote = RemoteActor.objects.get(uri=alice.uri)
    return ties.be_followed(ours, remote, Node.trusted(activity))


@pytest.fixture
def held(ours, alice) -> Inbound:
    """Alice's first words, in quarantine."""
    note = alice.note("<p>Buy <b>now</b></p>", to=[ours.uri])
    note["tag"] = [{"type": "Mention", "href": ours.uri}]
    return Inbound.objects.create(
        activity_id=f"{alice.host}/held",
        remote=RemoteActor.objects.get(uri=alice.uri),
        type="Create",
        document=alice.activity("Create", note),
        fingerprint="x",
        state="quarantined",
        problem="quarantine: names many people",
        received_at=clock.now(),
    )


@pytest.fixture
def report(hub, alice) -> Report:
    return Report.objects.create(
        hub=hub,
        reporter=RemoteActor.objects.get(uri=alice.uri),
        host="peer.example",
        content="This is rude",
        objects_named=["https://testserver/hub/objects/1"],
        activity_id="https://peer.example/flags/1",
    )


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", ["people", "moderation", "blocks", "openness"])
def test_it_shows_every_page_in_both_languages(
    page, base, language, name, asking, held, report, owner
):
    actions.block(owner, target="bad.example", comment="Spam")
    page.cookies["enishi_language"] = language
    shown = page.get(f"{base}/hub/{name}/")
    assert shown.status_code == 200
    words = {
        "people": "alice@peer.example",
        "moderation": "This is rude",
        "blocks": "bad.example",
        "openness": str(directory.organisation(directory.hub_of(owner))),
    }
    assert words[name] in shown.content.decode()
    assert ("フォロワー" in shown.content.decode()) == (language == "ja")


def test_it_lets_somebody_follow_and_removes_them_again(page, base, asking):
    page.post(f"{base}/hub/people/{asking.id}/accept/", {"show": "asking"})
    asking.refresh_from_db()
    assert asking.state == "accepted"
    assert Shipment.objects.filter(type="Accept").exists()
    page.post(f"{base}/hub/people/{asking.id}/remove/")
    assert not Follow.objects.exists()
    assert Shipment.objects.filter(type="Reject").exists()
    assert page.post(f"{base}/hub/people/{asking.id}/nonsense/").status_code == 404


def test_it_looks_at_somebody_before_it_follows(page, base, ours, alice, workspace):
    page.cookies["enishi_language"] = "en"
    shown = page.get(f"{base}/hub/people/?find=@alice@peer.example").content.decode()
    assert "Alice" in shown
    page.post(f"{base}/hub/people/follow/", {"address": alice.uri})
    tie = Follow.objects.get(direction="out")
    assert (tie.actor, tie.state) == (ours, "pending")
    assert Shipment.objects.get().type == "Follow"
    assert Activity.objects.filter(workspace_id=workspace.pk, type="Follow").exists()
    page.post(f"{base}/hub/people/{tie.id}/unfollow/")
    assert not Follow.objects.exists()


def test_it_says_what_is_wrong_with_an_address(page, base, ours):
    page.cookies["enishi_language"] = "en"
    shown = page.get(f"{base}/hub/people/?find=nobody").content.decode()
    assert "This is not the address of an account." in shown


def test_it_searches_people_by_name_and_server(owner, asking):
    for words in ("ali", "@alice@peer", "peer.example"):
        assert queries.people(owner, search=words).total == 1
    assert queries.people(owner, search="bob").total == 0
    with pytest.raises(InvalidInputError):
        queries.people(owner, cursor="-1")


def test_it_lets_in_what_waits_or_blocks_who_said_it(page, base, owner, held):
    assert [one.text for one in queries.held(owner)] == ["Buy now"]
    page.post(f"{base}/hub/moderation/waiting/{held.id}/accept/")
    held.refresh_from_db()
    assert (held.state, held.remote.trusted) == ("new", True)
    Inbound.objects.update(state="quarantined")
    page.post(f"{base}/hub/moderation/waiting/{held.id}/block/")
    held.refresh_from_db()
    assert held.state == "refused"
    assert Rule.objects.get().value == held.remote.uri


def test_it_shows_nobody_the_quarantine_of_another_hub(owner, held, ours):
    Inbound.objects.update(
        document={"type": "Create", "object": {"type": "Note", "content": "For somebody else"}}
    )
    assert queries.held(owner) == []
    with pytest.raises(NotFoundError):
        actions.let_in(owner, waiting_id=held.id)


def test_it_notes_what_was_done_about_a_report(page, base, report, owner):
    page.post(f"{base}/hub/moderation/reports/{report.id}/", {"note": "Deleted the post"})
    assert queries.reports(owner) == []
    assert queries.reports(owner, handled=True)[0].note == "Deleted the post"


def test_it_counts_a_block_list_before_it_imports_it(page, base, owner, ours):
    file = SimpleUploadedFile("blocks.csv", LIST.encode(), content_type="text/csv")
    shown = page.post(f"{base}/hub/blocks/import/", {"file": file}).content.decode()
    assert "bad.example" in shown
    assert not Rule.objects.exists()
    page.post(f"{base}/hub/blocks/import/", {"text": LIST, "confirmed": "1"})
    assert dict(Rule.objects.values_list("value", "verdict")) == {
        "bad.example": "block",
        "loud.example": "quiet",
    }
    exported = page.get(f"{base}/hub/blocks/domain_blocks.csv").content.decode()
    Rule.objects.all().delete()
    assert moderation.preview_blocks(owner, text=exported) == moderation.Imported(2, 0, 0)


def test_it_blocks_accounts_by_name_and_ends_followings(page, base, asking, owner):
    page.post(f"{base}/hub/blocks/", {"target": "@alice@peer.example", "verdict": "block"})
    rule = Rule.objects.get()
    assert (rule.kind, rule.value) == ("actor", asking.remote.uri)
    assert not Follow.objects.exists()
    with pytest.raises(ConflictError):
        actions.follow(owner, address="@alice@peer.example")
    page.post(f"{base}/hub/blocks/{rule.id}/remove/")
    assert not Rule.objects.exists()


def test_it_changes_how_open_the_hub_is(page, base, hub, ours):
    given = {"locked": "on", "signed_reads": "on", "quarantine": "new"}
    page.post(f"{base}/hub/openness/", given)
    hub.refresh_from_db()
    ours.refresh_from_db()
    assert (hub.signed_reads, hub.quarantine, ours.locked) == (True, "new", True)
    assert Shipment.objects.filter(type="Update").exists()


def test_it_makes_new_keys_and_keeps_the_old_ones(page, base, ours):
    page.post(f"{base}/hub/openness/accounts/{ours.id}/keys/")
    page.post(f"{base}/hub/openness/accounts/{ours.id}/keys/")
    assert HubKey.objects.filter(actor=ours, retired_at=None).count() == 2
    assert HubKey.objects.filter(actor=ours).exclude(retired_at=None).exists()


def test_it_opens_an_account_for_a_person(page, base, ours, owner):
    page.post(f"{base}/hub/openness/accounts/", {"name": "花子", "handle": "Hanako"})
    made = queries.manner(owner).accounts[-1]
    assert (made.address.split("@")[1], made.kind) == ("hanako", "Person")
    again = page.post(f"{base}/hub/openness/accounts/", {"name": "花子", "handle": "hanako"})
    assert again.status_code == 200
    assert len(queries.manner(owner).accounts) == 2


def test_it_likes_what_somebody_said_and_takes_it_back(page, base, owner, ours, alice):
    said = RemoteObject.objects.create(
        uri=f"{alice.host}/notes/9",
        actor=RemoteActor.objects.get(uri=alice.uri),
        type="Note",
        visibility="public",
        published=clock.now(),
    )
    channel = ours.channel_id
    actions.react(owner, channel_id=channel, uri=said.uri, kind="like")
    assert queries.reactions(owner, channel_id=channel, uris=[said.uri]) == {(said.uri, "like")}
    actions.react(owner, channel_id=channel, uri=said.uri, kind="like", undo=True)
    assert not queries.reactions(owner, channel_id=channel, uris=[said.uri])


@pytest.fixture
def asked(ours, alice, monkeypatch) -> Conversation:
    """Alice asks us by a poll, which her server tells to whoever asks there."""
    uri = f"{alice.host}/polls/1"
    told = {
        "id": uri,
        "type": "Question",
        "attributedTo": alice.uri,
        "content": "<p>Light or dark?</p>",
        "endTime": write_datetime(clock.now() + timedelta(hours=1)),
        "votersCount": 4,
        "oneOf": [
            {"type": "Note", "name": name, "replies": {"type": "Collection", "totalItems": votes}}
            for name, votes in (("Light", 3), ("Dark", 1))
        ],
    }

    async def document(_uri, **_more):
        return Node.trusted(told)

    monkeypatch.setattr("enishi.hub.federation.fetching.document", document)
    remote = RemoteActor.objects.get(uri=alice.uri)
    RemoteObject.objects.create(
        uri=uri, actor=remote, type="Question", visibility="public", published=clock.now()
    )
    activity = {
        "type": "Create",
        "id": f"{uri}/create",
        "published": write_datetime(clock.now()),
        "actor": {"type": "Person", "id": alice.uri, "name": "Alice"},
        "enishi:reason": "mention",
        "object": told | {"published": write_datetime(clock.now())},
    }
    arrivals.receive(ours.channel, [(new_id(), Node.trusted(activity))])
    return Conversation.objects.get()


def sent(kind: str) -> list[dict]:
    """What goes out, as its receiver reads it."""
    found = [row.document for row in Shipment.objects.filter(type=kind)]
    return [jsonld.read(json.dumps(one).encode()).json() for one in found]


def test_it_votes_reacts_and_reports_from_the_inbox(page, base, ours, owner, alice, asked):
    uri, inbox = f"{alice.host}/polls/1", f"{base}/inbox/{asked.id}/"
    given = {"channel": ours.channel_id, "uri": uri}
    assert f"/hub/polls/{asked.id}/" in page.get(inbox).content.decode()
    poll = f"{base}/hub/polls/{asked.id}/"
    assert "Light or dark?" in page.get(poll, given).content.decode()
    for wrong in (["Green"], ["Light", "Dark"], []):
        assert page.post(poll, given | {"choices": wrong}).status_code == 422, wrong
    assert page.post(poll, given | {"choices": ["Dark"]}).status_code == 302
    assert page.post(poll, given | {"choices": ["Light"]}).status_code == 422
    ballot = sent("Create")[0]["object"]
    assert (ballot["name"], ballot["inReplyTo"], ballot["to"]) == ("Dark", uri, [alice.uri])
    assert incoming.vote(Node.trusted(ballot)) == (uri, "Dark")

    react = f"{base}/hub/reactions/{asked.id}/"
    for emoji in ("🎉", "🎉", "👨‍👩‍👧", "hello", "🎉🎉"):
        page.post(react, given | {"kind": "emoji", "emoji": emoji})
    assert [one["content"] for one in sent("EmojiReact")] == ["🎉", "👨‍👩‍👧"]
    assert (uri, "🎉") in queries.reactions(owner, channel_id=ours.channel_id, uris=[uri])
    page.post(react, given | {"kind": "emoji", "emoji": "🎉", "undo": "1"})
    assert [one["object"]["content"] for one in sent("Undo")] == ["🎉"]

    report = f"{base}/hub/reports/{asked.id}/"
    assert page.get(report, given).status_code == 200
    page.post(report, given | {"comment": "A trap"})
    flag = sent("Flag")[0]
    assert (flag["object"], flag["content"]) == ([alice.uri, uri], "A trap")


def test_it_is_hidden_from_those_who_may_not(client_of, member, stranger, base, ours, asking):
    assert client_of(stranger).get(f"{base}/hub/people/").status_code == 404
    assert client_of(member).get(f"{base}/hub/moderation/").status_code == 403
    with pytest.raises(NotAllowedError):
        actions.answer_follower(member, follow_id=asking.id, accept=True)
    assert client_of(member).post(f"{base}/hub/openness/", {"quarantine": "off"}).status_code in {
        200,
        403,
    }
    ours.hub.refresh_from_db()
    assert ours.hub.quarantine == "suspicious"


@pytest.fixture
def rest(owner) -> Client:
    scopes = [
        Permission.CHANNELS_VIEW,
        Permission.CHANNELS_MANAGE,
        Permission.INBOX_MANAGE,
        Permission.WORKSPACE_VIEW,
    ]
    made = accounts.create_token(owner, name="test", days=1, scopes=scopes)
    return Client(headers={"authorization": f"Bearer {made.secret}"})


def test_it_works_over_rest(rest, asking, held, report, ours):
    def send(path, body=None, method="POST"):
        return rest.generic(
            method, f"/api/v1/hub{path}", json.dumps(body or {}), content_type="application/json"
        )

    assert rest.get("/api/v1/hub").json()["waiting"] == {"followers": 1, "held": 1, "reports": 1}
    assert rest.get("/api/v1/hub/people?state=pending").json()["total"] == 1
    assert send(f"/followers/{asking.id}/accept").status_code == 204
    assert rest.get("/api/v1/hub/profile?address=@alice@peer.example").json()["name"] == "Alice"
    followed = send("/following", {"address": "@alice@peer.example"})
    assert followed.status_code == 201
    assert send(f"/following/{followed.json()['id']}", method="DELETE").status_code == 204
    assert send(f"/quarantine/{held.id}/accept").status_code == 204
    assert send(f"/reports/{report.id}/settle", {"note": "Done"}).status_code == 204
    made = send("/blocks", {"target": "bad.example", "comment": "Spam"})
    assert made.status_code == 201
    assert send("/blocks", {"target": "?"}).status_code == 400
    assert send("/blocks/import", {"text": LIST, "preview": True}).json()["added"] == 1
    assert b"bad.example,suspend" in rest.get("/api/v1/hub/blocks.csv").content
    assert send(f"/blocks/{made.json()['id']}", method="DELETE").status_code == 204
    assert send("", {"locked": True}, "PATCH").json()["locked"] is True
    assert send(f"/accounts/{ours.id}/keys").status_code == 204


def test_its_files_go_with_the_workspace_unless_another_hub_shows_them(
    owner, ours, django_capture_on_commit_callbacks, django_user_model
):
    user = django_user_model.objects.get(pk=owner.user_id)
    other = accounts.create_workspace(user, name="Other", language="ja", time_zone="Asia/Tokyo")
    shared, own = "ab/" + "a" * 64 + ".png", "cd/" + "c" * 64 + ".png"
    for path in (shared, own):
        media.store(f"hub/{path}", b"x")
    HubActor.objects.filter(id=ours.id).update(icon=own)
    HubActor.objects.filter(hub__workspace=other).update(icon=shared)
    _said(ours, shared)
    with django_capture_on_commit_callbacks(execute=True):
        leaving.forget_files(owner.workspace_id)
    media.open_file(f"hub/{shared}").close()
    with pytest.raises(FileNotFoundError):
        media.open_file(f"hub/{own}")


def _said(ours: HubActor, path: str) -> None:
    HubObject.objects.create(
        id=new_id(),
        actor=ours,
        key="k",
        uri=f"{ours.uri}/k",
        type="Note",
        pictures=[{"path": path}],
        published=clock.now(),
    )


def test_it_offers_to_like_and_share_in_the_inbox(page, base, workspace, ours, alice):
    remote = RemoteActor.objects.get(uri=alice.uri)
    uri = f"{alice.host}/notes/10"
    RemoteObject.objects.create(
        uri=uri, actor=remote, type="Note", visibility="public", published=clock.now()
    )
    conversation = Conversation.objects.create(
        workspace=workspace,
        channel=ours.channel,
        root_id=uri,
        person_key=alice.uri,
        person_name="Alice",
        created_at=clock.now(),
        updated_at=clock.now(),
        last_message_at=clock.now(),
    )
    Message.objects.create(
        conversation=conversation,
        channel=ours.channel,
        remote_id=uri,
        text="Hello",
        kind="mention",
        author_name="Alice",
        published=clock.now(),
    )
    here = f"{base}/inbox/{conversation.id}/"
    shown = page.get(here).content.decode()
    assert 'value="like" aria-pressed="false"' in shown
    given = {"channel": ours.channel_id, "uri": uri, "kind": "like"}
    page.post(f"{base}/hub/reactions/{conversation.id}/", given)
    assert 'value="like" aria-pressed="true"' in page.get(here).content.decode()
    assert Shipment.objects.get(type="Like").document["object"] == uri


# ── where the hub lives ──


def test_a_hub_has_a_host_name_of_its_own(page, base, client, owner, ours):
    answer = page.post(f"{base}/hub/host/", {"host": "social.kissa.example"})
    assert answer.status_code == 302
    ours.refresh_from_db()
    assert ours.uri.startswith("http://social.kissa.example/")
    channel = Channel.objects.get(id=ours.channel_id)
    assert channel.handle == f"{ours.handle}@social.kissa.example"
    things.publish(ours, outgoing("Here we live now"), ())

    own = client.get("/", headers={"host": "social.kissa.example"})
    assert own.status_code == 200
    assert "Here we live now" in own.content.decode()
    assert client.get("/", headers={"host": "testserver"}).status_code == 302
    named = client.get(
        "/.well-known/webfinger",
        {"resource": f"acct:{ours.handle}@social.kissa.example"},
        headers={"host": "social.kissa.example"},
    )
    assert named.json()["links"][0]["href"]
    document = client.get(
        ours.uri.removeprefix("http://social.kissa.example"),
        headers={"host": "social.kissa.example", "accept": "application/activity+json"},
    ).json()
    assert document["id"] == ours.uri
    assert document["publicKey"]["id"].startswith(ours.uri)

    with pytest.raises(ConflictError):
        residence.use_host(owner, host="")


@pytest.mark.parametrize("host", ["testserver", "no host", "a.example:x", "a.example/path", "x"])
def test_it_takes_only_host_names_that_can_be_its_own(page, base, ours, host):
    answer = page.post(f"{base}/hub/host/", {"host": host})
    assert answer.status_code == 400
    assert f'value="{host}"' in answer.content.decode()


def test_followers_go_along_to_a_new_account_that_names_the_old_one(
    owner, ours, alice, monkeypatch
):
    Follow.objects.create(
        actor=ours,
        remote=RemoteActor.objects.get(uri=alice.uri),
        direction="in",
        state="accepted",
        activity_id="https://peer.example/f",
    )
    new = Peer("bob")
    row = new.known()
    monkeypatch.setattr(actors, "refresh", lambda _uri: row)
    with pytest.raises(ConflictError):
        residence.move_away(owner, address=new.uri)
    row.also_known_as = [ours.uri]
    residence.move_away(owner, address=new.uri)
    sent = Shipment.objects.get(type="Move")
    assert (sent.document["object"], sent.document["target"]) == (ours.uri, new.uri)
    assert [parcel.inbox for parcel in sent.parcels.all()] == ["https://peer.example/inbox"]
    ours.refresh_from_db()
    assert ourselves.actor_document(ours)["movedTo"] == new.uri


def test_an_account_elsewhere_may_move_here(owner, ours, alice):
    for _twice in range(2):
        residence.add_alias(owner, address=alice.uri)
    ours.refresh_from_db()
    assert ourselves.actor_document(ours)["alsoKnownAs"] == [alice.uri]


def test_any_account_follows_from_one_page(page, base, ours, owner, alice):
    who = f"@{alice.name}@peer.example"
    shown = page.get(f"{base}/channels/people/", {"channel": ours.channel_id, "find": who})
    assert alice.uri in shown.content.decode()
    given = {"channel": ours.channel_id, "account": alice.uri, "find": who, "step": "follow"}
    shown = page.post(f"{base}/channels/people/", given, follow=True).content.decode()
    assert Follow.objects.get(direction="out").state == "pending"
    assert shown.count('value="unfollow"') == 2
    page.post(f"{base}/channels/people/", given | {"step": "unfollow"})
    assert not Follow.objects.filter(direction="out").exists()
    actions.block(owner, target=who)
    blocked = page.post(f"{base}/channels/people/", given, follow=True).content.decode()
    assert 'value="follow"' not in blocked
    assert not Follow.objects.filter(direction="out").exists()
