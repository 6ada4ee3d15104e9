"""The inbox in a browser without scripts, and over the programs' surfaces."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from enishi import vocab
from enishi.accounts.permissions import Role
from enishi.channels.models import Channel
from enishi.channels.signals import activities_read
from enishi.inbox.models import Conversation
from enishi.kernel.ids import new_id
from enishi.publishing.models import Delivery

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 4, 1, 12, tzinfo=UTC)


@pytest.fixture
def channel(workspace):
    return Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name="喫茶えにし",
        remote_id="acct:us",
        state="active",
        connected_at=NOON,
    )


def hear(channel, remote_id, *, by="hana", text="おいしかったです", minutes=0):
    at = NOON + timedelta(minutes=minutes)
    note = vocab.build("Note", id=remote_id, content=text, published=at, in_reply_to="post-1")
    person = vocab.build("Person", id=f"acct:{by}", name=by.title(), preferred_username=by)
    said = vocab.build(
        "Create", id=f"a-{remote_id}", actor=person, object=note, published=at,
        **{"enishi:reason": "reply"},
    )  # fmt: skip
    activities_read.send(Channel, channel=channel, activities=[(new_id(), said)])


@pytest.fixture
def conversation(channel):
    hear(channel, "r1")
    return Conversation.objects.get()


def test_an_empty_inbox_says_what_to_do_first(page, base):
    answer = page.get(f"{base}/inbox/", headers={"accept-language": "en"})
    assert "Connect a channel" in answer.content.decode()


def test_the_list_leads_to_the_thread(page, base, conversation):
    answer = page.get(f"{base}/inbox/")
    assert f"{base}/inbox/{conversation.id}/" in answer.content.decode()
    thread = page.get(f"{base}/inbox/{conversation.id}/").content.decode()
    assert "おいしかったです" in thread
    assert 'data-hotkey="r"' in thread
    assert 'data-hotkey="e"' in thread


def test_the_keys_j_and_k_lead_to_the_neighbours(page, base, channel):
    for number in range(3):
        hear(channel, f"r{number}", by=f"p{number}", minutes=number)
    newest, middle, oldest = Conversation.objects.order_by("-last_message_at")
    thread = page.get(f"{base}/inbox/{middle.id}/").content.decode()
    assert f'{base}/inbox/{oldest.id}/?" data-hotkey="j"' in thread
    assert f'{base}/inbox/{newest.id}/?" data-hotkey="k"' in thread


def test_an_answer_is_sent_and_shown_as_on_its_way(page, base, conversation):
    answer = page.post(
        f"{base}/inbox/{conversation.id}/reply/?state=new",
        {"text": "ありがとうございます", "version": "0"},
        follow=True,
        headers={"accept-language": "en"},
    )
    assert answer.redirect_chain == [(f"{base}/inbox/{conversation.id}/?state=new", 302)]
    text = answer.content.decode()
    assert "ありがとうございます" in text
    assert "Sending" in text
    assert Delivery.objects.get().kind == "reply"


def test_a_failed_answer_shows_its_reason_and_can_be_sent_again(page, base, conversation):
    page.post(f"{base}/inbox/{conversation.id}/reply/", {"text": "はい", "version": "0"})
    Delivery.objects.update(state="failed", problem="アカウントが停止されています")
    thread = page.get(f"{base}/inbox/{conversation.id}/").content.decode()
    assert "アカウントが停止されています" in thread
    message = conversation.messages.get(is_ours=True)
    page.post(f"{base}/inbox/messages/{message.id}/retry/")
    assert Delivery.objects.get().state == "scheduled"


def test_the_second_responder_reads_the_first_answer_and_decides(
    page, base, client_of, make_actor, conversation
):
    page.post(f"{base}/inbox/{conversation.id}/reply/", {"text": "一人目です", "version": "0"})
    other = client_of(make_actor(Role.RESPONDER, "Rin"))
    address = f"{base}/inbox/{conversation.id}/reply/"
    answer = other.post(address, {"text": "二人目です", "version": "0"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert 'role="alertdialog"' in text
    assert "一人目です" in text
    assert "二人目です</textarea>" in text
    assert Delivery.objects.count() == 1
    other.post(address, {"text": "二人目です", "version": "0", "force": "1"})
    assert Delivery.objects.count() == 2


def test_a_refused_answer_keeps_what_was_typed(page, base, conversation):
    long = "長" * 50_000
    answer = page.post(f"{base}/inbox/{conversation.id}/reply/", {"text": long, "version": "0"})
    assert answer.status_code == 400
    assert f"{long}</textarea>" in answer.content.decode()
    assert not Delivery.objects.exists()


def test_an_answer_is_counted_as_its_network_counts(page, base, conversation):
    thread = page.get(f"{base}/inbox/{conversation.id}/").content.decode()
    address = f"{base}/inbox/{conversation.id}/count/"
    assert f'data-count="{address}" data-count-target="#reply-count"' in thread
    assert '<span class="number">0</span> / 500' in thread
    fits = page.post(address, {"text": "👨‍👩‍👧 hi"}).content.decode()
    assert '<span class="number">4</span> / 500' in fits
    assert "check-problem" not in fits
    assert "check-problem" not in page.post(address, {"text": " "}).content.decode()
    page.cookies["enishi_language"] = "ja"
    assert "500文字を超えています" in page.post(address, {"text": "長" * 501}).content.decode()


def test_only_those_who_may_answer_count(base, client_of, member, stranger, conversation):
    address = f"{base}/inbox/{conversation.id}/count/"
    assert client_of(member).post(address, {"text": "x"}).status_code == 403
    assert client_of(stranger).post(address, {"text": "x"}).status_code == 404


def test_resolving_leads_on_to_the_next(page, base, channel):
    hear(channel, "r1", by="hana")
    hear(channel, "r2", by="ken", minutes=5)
    ken, hana = Conversation.objects.order_by("-last_message_at")
    answer = page.post(f"{base}/inbox/{ken.id}/state/", {"state": "resolved", "next": str(hana.id)})
    assert answer.headers["Location"] == f"{base}/inbox/{hana.id}/"
    ken.refresh_from_db()
    assert ken.state == "resolved"


def test_it_reads_assigns_notes_and_sorts(page, base, owner, conversation):
    here = f"{base}/inbox/{conversation.id}"
    assert page.post(f"{here}/read/", headers={"hx-request": "true"}).status_code == 204
    page.post(f"{here}/assign/", {"assignee": str(owner.user_id)})
    page.post(f"{here}/notes/", {"text": "常連さん"})
    page.post(f"{here}/state/", {"state": "pending"})
    conversation.refresh_from_db()
    assert (conversation.unread, conversation.state) == (0, "pending")
    assert conversation.assignee_id == owner.user_id
    assert "常連さん" in page.get(f"{here}/").content.decode()
    page.post(f"{here}/unread/")
    conversation.refresh_from_db()
    assert conversation.unread == 1


def test_a_refused_note_keeps_what_was_typed(page, base, conversation):
    answer = page.post(f"{base}/inbox/{conversation.id}/notes/", {"text": " "})
    assert answer.status_code == 400


def test_ticked_conversations_are_resolved_or_read_together(page, base, channel):
    for number in range(3):
        hear(channel, f"r{number}", by=f"p{number}")
    ids = [str(one) for one in Conversation.objects.values_list("id", flat=True)]
    page.post(f"{base}/inbox/bulk/", {"conversation": ids[:2], "do": "read"})
    assert Conversation.objects.filter(unread=0).count() == 2
    page.post(f"{base}/inbox/bulk/", {"conversation": ids, "do": "resolve"})
    assert Conversation.objects.filter(state="resolved").count() == 3
    assert page.post(f"{base}/inbox/bulk/", {"do": "resolve"}).status_code == 302


def test_new_items_appear_when_something_changed_only(page, base, channel, conversation):
    first = page.get(f"{base}/inbox/rows/?state=open")
    seen = first.context["revision"]
    assert page.get(f"{base}/inbox/rows/?state=open&seen={seen}").status_code == 204
    hear(channel, "r2", by="ken", text="新しい声", minutes=3)
    again = page.get(f"{base}/inbox/rows/?state=open&seen={seen}")
    assert again.status_code == 200
    assert "新しい声" in again.content.decode()


def test_the_thread_is_read_again_when_it_looks_different_only(page, base, conversation):
    address = f"{base}/inbox/{conversation.id}/messages/"
    seen = page.get(address).context["thread"].revision
    assert page.get(f"{address}?seen={seen}").status_code == 204
    page.post(f"{base}/inbox/{conversation.id}/reply/", {"text": "はい", "version": "0"})
    assert page.get(f"{address}?seen={seen}").status_code == 200


def test_the_person_is_shown_with_or_without_scripts(page, base, conversation):
    address = f"{base}/inbox/{conversation.id}/person/"
    assert "<html" in page.get(address).content.decode()
    part = page.get(address, headers={"hx-request": "true"}).content.decode()
    assert "<html" not in part
    assert "Hana" in part


@pytest.mark.parametrize("query", ["state=x", "channel=x", "assignee=x", "kind=x", "cursor=x"])
def test_filters_that_make_no_sense_are_refused_in_words(page, base, query):
    assert page.get(f"{base}/inbox/?{query}").status_code == 400


def test_filters_and_search_work_from_the_address(page, base, conversation):
    assert "Hana" in page.get(f"{base}/inbox/?text=おいし").content.decode()
    nothing = page.get(f"{base}/inbox/?text=zzz", headers={"accept-language": "en"})
    assert "Nothing fits these filters" in nothing.content.decode()


def test_a_reader_sees_no_form_and_a_stranger_nothing(
    base, client_of, member, stranger, conversation
):
    reader = client_of(member).get(f"{base}/inbox/{conversation.id}/").content.decode()
    assert "reply-text" not in reader
    assert client_of(stranger).get(f"{base}/inbox/").status_code == 404


def test_the_page_takes_at_most_fifteen_statements(
    page, base, channel, django_assert_max_num_queries
):
    for number in range(40):
        hear(channel, f"r{number}", by=f"p{number}")
    some = Conversation.objects.all()[0]
    page.get(f"{base}/inbox/")
    with django_assert_max_num_queries(15):
        page.get(f"{base}/inbox/")
    with django_assert_max_num_queries(15):
        page.get(f"{base}/inbox/{some.id}/")


def test_the_page_speaks_japanese(page, base, conversation):
    text = page.get(f"{base}/inbox/", headers={"accept-language": "ja"}).content.decode()
    assert "受信箱" in text


# --- REST ----------------------------------------------------------------------------------


@pytest.fixture
def api(owner, client):
    from enishi.accounts import actions as accounts  # noqa: PLC0415 - only these tests need it

    scopes = ["inbox.view", "inbox.reply", "inbox.manage", "workspace.view"]
    secret = accounts.create_token(owner, name="test", scopes=scopes).secret

    def call(method, path, body=None):
        return getattr(client, method)(
            f"/api/v1{path}",
            data=json.dumps(body) if body is not None else None,
            content_type="application/json",
            headers={"authorization": f"Bearer {secret}"},
        )

    return call


def test_programs_list_read_answer_and_sort(api, owner, conversation):
    [item] = api("get", "/inbox/conversations?state=open").json()["items"]
    assert item["person_name"] == "Hana"
    here = f"/inbox/conversations/{item['id']}"
    made = api("post", f"{here}/replies", {"text": "はい", "seen_version": item["version"]})
    assert made.status_code == 201
    assert made.json()["messages"][-1]["sending"] == "sending"
    collided = api("post", f"{here}/replies", {"text": "二度目", "seen_version": 0})
    assert (collided.status_code, collided.json()["code"]) == (409, "reply-collision")
    assert api("post", f"{here}/notes", {"text": "メモ"}).json()["notes"][0]["text"] == "メモ"
    api("put", f"{here}/assignee", {"user_id": str(owner.user_id)})
    ids = [item["id"]]
    assert api("post", "/inbox/read", {"conversation_ids": ids}).json() == {"changed": 0}
    api("post", f"{here}/unread")
    changed = api("post", "/inbox/state", {"conversation_ids": ids, "state": "resolved"})
    assert changed.json() == {"changed": 1}
    assert api("get", "/inbox/counts").json()["resolved"] == 1
    [message] = [one for one in api("get", here).json()["messages"] if one["is_ours"]]
    Delivery.objects.update(state="failed")
    assert api("post", f"/inbox/messages/{message['id']}/retry").status_code == 200
