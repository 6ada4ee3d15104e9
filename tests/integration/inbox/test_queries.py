"""Reading the inbox."""

from __future__ import annotations

from uuid import uuid4

import pytest

from enishi.accounts.permissions import Role
from enishi.inbox import actions, panels, queries
from enishi.inbox.models import Conversation
from enishi.inbox.queries import Filters
from enishi.kernel.errors import InvalidInputError, NotAllowedError, NotFoundError
from enishi.publishing.models import Delivery
from tests.integration.inbox.conftest import deliver, log_act, make_channel

pytestmark = pytest.mark.django_db


@pytest.fixture
def crowd(workspace, channel, say):
    """Hana replied twice, Ken mentioned us, Mio quoted us on another channel."""
    other = make_channel(workspace, "本店")
    deliver(
        channel,
        say("r1", by="hana", text="ラテが好き"),
        say("r2", by="hana", text="カフェ最高"),
        say("m1", by="ken", to="", reason="mention", text="Great coffee"),
    )
    deliver(other, say("q1", by="mio", to="", reason="quote", text="引用です"))
    return other


def names(page):
    return [row.person_name for row in page.rows]


def test_the_newest_message_comes_first(owner, crowd):
    assert names(queries.conversations(owner)) == ["Mio", "Ken", "Hana"]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(text="ﾗﾃ"), ["Hana"]),
        (Filters(text="COFFEE great"), ["Ken"]),
        (Filters(text="hana"), ["Hana"]),
        (Filters(text="nothing"), []),
        (Filters(kind="quote"), ["Mio"]),
        (Filters(state="open"), ["Mio", "Ken", "Hana"]),
        (Filters(state="resolved"), []),
        (Filters(unread=True), ["Mio", "Ken", "Hana"]),
        (Filters(assignee="none"), ["Mio", "Ken", "Hana"]),
        (Filters(assignee="me"), []),
        (Filters(trouble=True), []),
    ],
    ids=repr,
)
def test_it_filters(owner, crowd, filters, expected):
    assert names(queries.conversations(owner, filters)) == expected


def test_it_filters_by_channel_assignee_and_trouble(owner, crowd):
    hana = Conversation.objects.get(person_name="Hana")
    actions.assign(owner, conversation_id=hana.id, user_id=owner.user_id)
    actions.reply(owner, conversation_id=hana.id, text="はい")
    Delivery.objects.update(state="failed")
    assert names(queries.conversations(owner, Filters(channel_id=crowd.id))) == ["Mio"]
    assert names(queries.conversations(owner, Filters(assignee="me"))) == ["Hana"]
    assert names(queries.conversations(owner, Filters(assignee=str(owner.user_id)))) == ["Hana"]
    [row] = queries.conversations(owner, Filters(trouble=True)).rows
    assert (row.person_name, row.has_trouble) == ("Hana", True)


@pytest.mark.parametrize(
    "filters", [Filters(state="x"), Filters(kind="x"), Filters(assignee="x")], ids=repr
)
def test_it_refuses_filters_that_it_does_not_know(owner, filters):
    with pytest.raises(InvalidInputError):
        queries.conversations(owner, filters)


@pytest.mark.parametrize("cursor", ["x", "2026-04-01~x", "2026-04-01T00:00:00+00:00~x"])
def test_it_refuses_page_markers_that_it_did_not_make(owner, cursor):
    with pytest.raises(InvalidInputError):
        queries.conversations(owner, cursor=cursor)


def test_pages_hold_everything_once(owner, channel, say):
    deliver(channel, *[say(f"r{n}", by=f"p{n}", minutes=1 + n // 4) for n in range(25)])
    seen, cursor = [], ""
    for _ in range(10):
        page = queries.conversations(owner, cursor=cursor, limit=4)
        seen += [row.id for row in page.rows]
        if not (cursor := page.cursor):
            break
    assert len(seen) == len(set(seen)) == 25


def test_a_thread_tells_all_in_the_order_of_time(owner, crowd):
    hana = Conversation.objects.get(person_name="Hana")
    actions.add_note(owner, conversation_id=hana.id, text="常連さん")
    actions.reply(owner, conversation_id=hana.id, text="ありがとう")
    thread = queries.thread(owner, hana.id)
    assert [one.text for one in thread.messages] == ["ラテが好き", "カフェ最高", "ありがとう"]
    assert [one.sending.value for one in thread.messages] == ["sent", "sent", "sending"]
    assert [(note.author_name, note.text) for note in thread.notes] == [("Olga", "常連さん")]


def test_a_threads_revision_follows_the_delivery(owner, conversation):
    actions.reply(owner, conversation_id=conversation.id, text="はい")
    before = queries.thread(owner, conversation.id)
    assert queries.thread(owner, conversation.id).revision == before.revision
    Delivery.objects.update(state="failed", problem="長すぎます")
    after = queries.thread(owner, conversation.id)
    assert after.revision != before.revision
    assert (after.messages[-1].sending.value, after.messages[-1].problem) == (
        "failed",
        "長すぎます",
    )


def test_the_lists_revision_follows_every_change(owner, channel, say):
    assert queries.revision(owner) == ""
    deliver(channel, say("r1"))
    first = queries.revision(owner)
    deliver(channel, say("r2"))
    assert queries.revision(owner) != first


def test_it_counts_what_waits(owner, crowd):
    hana = Conversation.objects.get(person_name="Hana")
    actions.resolve(owner, conversation_ids=[hana.id])
    ken = Conversation.objects.get(person_name="Ken")
    actions.assign(owner, conversation_id=ken.id, user_id=owner.user_id)
    counts = queries.counts(owner)
    assert (counts.new, counts.resolved, counts.unread, counts.open) == (2, 1, 2, 2)
    assert (counts.mine, counts.unassigned) == (1, 1)


def test_the_person_panel_shows_likes_and_follows_and_other_threads(owner, channel, say, crowd):
    log_act(channel, "Like", by="ken", about="post-1")
    log_act(channel, "Follow", by="ken")
    log_act(channel, "Like", by="hana", about="post-1")
    deliver(channel, say("r5", by="ken"))
    ken = Conversation.objects.get(person_name="Ken", kind="mention")
    panel = panels.person(owner, ken.id)
    assert sorted(act.type for act in panel.acts) == ["Follow", "Like"]
    assert len(panel.others) == 1
    assert panel.about is None


def test_the_person_panel_names_our_post(owner, channel, conversation):
    Delivery.objects.create(
        workspace_id=channel.workspace_id,
        channel=channel,
        kind="publish",
        state="published",
        key="3kaaaaaaaaaa4",
        text="新メニューです",
        planned_at=conversation.created_at,
        due_at=conversation.created_at,
        remote_id="post-1",
    )
    about = panels.person(owner, conversation.id).about
    assert about is not None
    assert about.text == "新メニューです"


def test_only_members_whose_role_has_the_inbox_see_it(
    owner, member, stranger, make_actor, conversation
):
    assert queries.thread(member, conversation.id).conversation.id == conversation.id
    assert names(queries.conversations(stranger)) == []
    for read in (queries.thread, panels.person):
        with pytest.raises(NotFoundError):
            read(stranger, conversation.id)
        with pytest.raises(NotFoundError):
            read(owner, uuid4())
    with pytest.raises(NotAllowedError):
        queries.conversations(make_actor(Role.CLIENT_APPROVER))


def test_a_list_takes_the_same_few_statements_however_long(
    owner, channel, say, django_assert_num_queries
):
    deliver(channel, *[say(f"r{n}", by=f"p{n}") for n in range(60)])
    with django_assert_num_queries(1):
        queries.conversations(owner, Filters(state="open", text="おいし"))
    with django_assert_num_queries(1):
        queries.counts(owner)
    some = Conversation.objects.all()[0]
    with django_assert_num_queries(3):
        queries.thread(owner, some.id)
