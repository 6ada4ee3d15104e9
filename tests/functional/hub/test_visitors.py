"""Visitors without an account: comments, letters, events, links; and the members who decide."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail

from enishi.activities.actions import Event, record_event
from enishi.activities.models import Activity
from enishi.adapters.hub import checking
from enishi.channels.contract import Reference
from enishi.hub import keeping, letters, network, things, turnout, visitors
from enishi.hub.models import Comment, HubObject, Letter, Notice, Registration, Subscriber
from enishi.hub.site.caching import memory
from enishi.inbox import arrivals
from enishi.inbox.models import Conversation
from enishi.kernel import clock
from enishi.kernel.errors import NotAllowedError
from enishi.kernel.ids import new_id
from enishi.publishing.models import Variant
from enishi.vocab import Node
from enishi.vocab.times import write_datetime
from tests.integration.hub.delivering import outgoing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Forms may be sent at once; each test is a fresh day for its visitor."""
    monkeypatch.setattr(visitors, "TOO_FAST", timedelta(0))
    monkeypatch.setattr(visitors, "_allowed", lambda _key, **_limits: True)


@pytest.fixture
def note(ours) -> HubObject:
    return things.publish(ours, outgoing("今日の豆"), ())[0]


def comment(visitor, note, text="おいしそう！", **more):
    address = f"/@{note.actor.handle}/{note.id}/comment"
    token = visitor.get(address).content.decode().partition('name="token" value="')[2]
    given = {"name": "みほ", "text": text, "token": token.partition('"')[0]}
    return visitor.post(address, given | more)


def public_page(visitor, note) -> str:
    memory.clear()
    return visitor.get(f"/@{note.actor.handle}/{note.id}").content.decode()


def test_a_comment_waits_until_somebody_lets_it_in(visitor, note, owner):
    assert comment(visitor, note, "<script>x</script>いいね").status_code == 200
    made = Comment.objects.get()
    assert "いいね" not in public_page(visitor, note)
    keeping.decide_comment(owner, comment_id=made.id, show=True)
    page = public_page(visitor, note)
    assert "&lt;script&gt;x&lt;/script&gt;いいね" in page
    assert HubObject.objects.get(id=note.id).replies == 1
    keeping.decide_comment(owner, comment_id=made.id, show=False)
    assert "いいね" not in public_page(visitor, note)
    assert HubObject.objects.get(id=note.id).replies == 0
    verbs = Activity.objects.filter(target_key=note.uri, direction="internal")
    assert sorted(verbs.values_list("type", flat=True)) == ["Accept", "Reject"]


def test_a_comment_is_a_conversation_that_can_be_answered(visitor, note, ours, owner, client_of):
    comment(visitor, note)
    notice = Notice.objects.get()
    arrivals.receive(ours.channel, [(new_id(), Node.trusted(notice.document))])
    conversation = Conversation.objects.get()
    assert (conversation.kind, conversation.person_name) == ("comment", "みほ")
    base = f"/w/{ours.hub.workspace.slug}"
    page = client_of(owner).get(f"{base}/inbox/{conversation.id}/").content.decode()
    action = re.search(rf"{base}/hub/comments/[0-9a-f-]+/show/", page)
    assert action is not None
    answer = client_of(owner).post(action[0], {"conversation": str(conversation.id)})
    assert answer["Location"].endswith(f"/inbox/{conversation.id}/")
    assert Comment.objects.get().state == "shown"
    reply = outgoing("ありがとう", in_reply_to=Reference(notice.document["object"]["id"]))
    network.HubNetwork().publish(ours.uri, reply, ())
    assert "ありがとう" in public_page(visitor, note)


def test_what_only_programs_do_is_kept_out(visitor, note, monkeypatch):
    assert comment(visitor, note, homepage="https://spam.example").status_code == 200
    assert comment(visitor, note, "http://a http://b www.c").status_code == 400
    assert comment(visitor, note, token="forged").status_code == 400
    assert comment(visitor, note, "").status_code == 400
    monkeypatch.setattr(visitors, "TOO_FAST", timedelta(seconds=3))
    assert comment(visitor, note).status_code == 400
    assert not Comment.objects.exists()


def test_a_flood_is_slowed_down_and_twice_the_same_is_one(visitor, note):
    for number in (1, 1, 2, 3, 4, 5):
        comment(visitor, note, f"No. {number}")
    assert Comment.objects.count() == 3


def test_comments_can_be_closed(visitor, note, owner):
    keeping.save_looks(owner, keeping.Looks("Kissa", "#0f6a73", comments_open=False))
    assert visitor.get(f"/@{note.actor.handle}/{note.id}/comment").status_code == 404
    assert "/comment" not in public_page(visitor, note)


def test_only_those_who_may_decide_about_comments(visitor, note, member, client_of):
    comment(visitor, note)
    with pytest.raises(NotAllowedError):
        keeping.decide_comment(member, comment_id=Comment.objects.get().id, show=True)


# ── letters ──


def subscribed(visitor, ours, email="Reader@Example.test") -> Subscriber:
    """Ask, open the letter, press the button."""
    answer = visitor.post(f"/@{ours.handle}/subscribe", {"email": email})
    assert answer.status_code == 200
    found = Subscriber.objects.get(email=email.lower())
    letters.confirming(found.id)
    link = re.search(r"http://testserver(/@\S+/confirm/\S+)", str(mail.outbox[-1].body))
    assert link is not None
    assert visitor.get(link[1]).status_code == 200
    found.refresh_from_db()
    assert found.state == "asked"
    assert visitor.post(link[1]).status_code == 200
    found.refresh_from_db()
    return found


def test_new_posts_go_to_those_who_confirmed_each_once(visitor, ours, note):
    reader = subscribed(visitor, ours)
    assert reader.state == "active"
    mail.outbox.clear()
    post = things.publish(ours, outgoing("新しい焙煎 <b>&"), ())[0]
    things.publish(ours, outgoing("quiet", options={"visibility": "unlisted"}), ())
    for _again in range(3):
        letters.write_new()
        letters.send_waiting()
    assert len(mail.outbox) == 1
    letter = mail.outbox[0]
    assert letter.to == ["reader@example.test"]
    assert "新しい焙煎 <b>&" in letter.body
    assert post.url in letter.body
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_click_is_enough_to_leave(visitor, ours):
    reader = subscribed(visitor, ours)
    things.publish(ours, outgoing("New"), ())
    letters.write_new()
    letters.send_waiting()
    address = mail.outbox[-1].extra_headers["List-Unsubscribe"].strip("<>")
    path = address.removeprefix("http://testserver")
    assert visitor.get(path).status_code == 200
    reader.refresh_from_db()
    assert reader.state == "active"
    assert visitor.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    reader.refresh_from_db()
    assert reader.state == "left"
    things.publish(ours, outgoing("Newer"), ())
    assert letters.write_new() == 0
    assert visitor.post(path[:-3] + "xyz").status_code == 404


def test_a_mail_server_that_refuses_gets_the_letter_again(visitor, ours, monkeypatch):
    subscribed(visitor, ours)
    things.publish(ours, outgoing("New"), ())
    letters.write_new()
    mail.outbox.clear()

    def refuse(*_arguments, **_options):
        raise ConnectionRefusedError

    with monkeypatch.context() as broken:
        broken.setattr(letters, "_send", refuse)
        assert letters.send_waiting() == 0
    assert letters.send_waiting() == 1
    assert Letter.objects.get().sent_at is not None


def test_asking_tells_nobody_who_subscribed(visitor, ours):
    subscribed(visitor, ours)
    mail.outbox.clear()
    first = visitor.post(f"/@{ours.handle}/subscribe", {"email": "reader@example.test"})
    other = visitor.post(f"/@{ours.handle}/subscribe", {"email": "other@example.test"})
    assert first.content == other.content


# ── events ──


@pytest.fixture
def event(ours, owner) -> HubObject:
    options = {
        "title": "カッピング会",
        "starts": write_datetime(clock.now() + timedelta(hours=30)),
        "place": "本店2階",
    }
    thing = things.publish(ours, outgoing("どなたでも", options=options), ())[0]
    keeping.open_registration(
        owner, event_id=thing.id, capacity=2, consent="撮影に同意", remind_hours=24, is_open=True
    )
    return thing


def register(visitor, event, email, **more):
    address = f"/@{event.actor.handle}/{event.id}/register"
    token = visitor.get(address).content.decode().partition('name="token" value="')[2]
    given = {"name": "=Miho", "email": email, "token": token.partition('"')[0], "agrees": "1"}
    return visitor.post(address, given | more)


@pytest.mark.requirement("R122")
def test_people_are_invited_register_and_attend(visitor, event, owner, monkeypatch):
    page = public_page(visitor, event)
    assert "本店2階" in page
    assert f"{event.url}/register" in page
    assert register(visitor, event, "a@example.test", agrees="").status_code == 400
    assert register(visitor, event, "a@example.test").status_code == 200
    register(visitor, event, "a@example.test")
    register(visitor, event, "b@example.test")
    assert register(visitor, event, "c@example.test").status_code == 400
    assert f"{event.url}/register" not in public_page(visitor, event)
    guest = Registration.objects.get(email="a@example.test")
    assert guest.consent == "撮影に同意"
    for _again in range(2):
        letters.registered(guest.pk)
    assert [letter.subject for letter in mail.outbox] == ["登録が完了しました：カッピング会"]
    assert letters.remind() == 0
    later = clock.now() + timedelta(hours=7)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert (letters.remind(), letters.remind()) == (2, 0)
    keeping.note_attendance(owner, event_id=event.id, registration_id=guest.pk, came=True)
    keeping.note_attendance(owner, event_id=event.id, registration_id=guest.pk, came=True)
    about = Activity.objects.filter(object_key=event.uri, direction="inbound")
    kinds = sorted(about.values_list("type", flat=True))
    assert kinds == ["Join", "schema:RegisterAction", "schema:RegisterAction"]
    rows = keeping.guest_list(owner, event.id).splitlines()
    assert rows[1].startswith("'=Miho,a@example.test")


@pytest.mark.requirement("R122")
def test_an_event_from_the_composer_takes_registrations(visitor, ours, owner, client_of):
    base = f"/w/{ours.hub.workspace.slug}/posts/new/"
    field = f"option-{ours.channel_id}-registration"
    assert field in client_of(owner).get(base).content.decode()
    said = {"title": "焙煎会", "starts": "2030-04-01T19:00", "registration": "1", "seats": "1"}
    prefix = f"option-{ours.channel_id}-"
    given = {"text": "来てね", "channels": str(ours.channel_id), "when": "draft"}
    answer = client_of(owner).post(
        base, given | {prefix + key: value for key, value in said.items()}
    )
    assert answer.status_code == 302
    variant = Variant.objects.get(post_id=answer["Location"].rstrip("/").rpartition("/")[2])
    event = things.publish(ours, outgoing("来てね", options=variant.options), ())[0]
    assert f"{event.url}/register" in public_page(visitor, event)
    assert register(visitor, event, "a@example.test").status_code == 200
    assert register(visitor, event, "b@example.test").status_code == 400
    guest = Registration.objects.get()
    page = f"/w/{ours.hub.workspace.slug}/hub/events/{event.id}/"
    assert client_of(owner).post(f"{page}{guest.pk}/", {"came": "1"}).status_code == 302
    about = Activity.objects.filter(object_key=event.uri, direction="inbound")
    assert sorted(about.values_list("type", flat=True)) == ["Join", "schema:RegisterAction"]
    wrong = outgoing("x", options={"registration": "1", "seats": "many"})
    assert [one.field for one in checking.problems(wrong)] == ["registration", "seats"]


@pytest.mark.requirement("R122")
def test_an_event_tells_what_became_of_it(visitor, event, owner, client_of, ours):
    """Of 200 invited 58 register and 2 others, of these 60 come 42, and of them 6 buy."""
    now = clock.now()
    people = [
        Subscriber(hub=ours.hub, email=f"p{n}@example.test", asked_at=now) for n in range(200)
    ]
    Subscriber.objects.bulk_create(people)
    Letter.objects.bulk_create(Letter(subscriber=one, thing=event, sent_at=now) for one in people)
    emails = [one.email for one in people[:58]] + ["new@example.test", "newer@example.test"]
    guests = Registration.objects.bulk_create(
        Registration(gathering=event.gathering, name=email, email=email, registered_at=now)
        for email in emails
    )
    keeping.note_attendance(owner, event_id=event.id, registration_id=guests[0].pk, came=True)
    came = [one.pk for one in guests[1:42]]
    Registration.objects.filter(pk__in=came).update(attended_at=now)
    buyers = [*guests[:6], guests[0], guests[50]]
    for guest in buyers:
        record_event(owner, Event("purchase", actor_key=turnout.guest_key(guest.pk)))
    found = turnout.of_event(owner, event.id)
    assert (found.invited, found.answered, found.registered) == (200, 58, 60)
    assert (found.attended, found.bought) == (42, 6)
    assert (found.answer_rate, found.attendance_rate) == (0.29, 0.7)
    base = f"/w/{ours.hub.workspace.slug}/hub/events/{event.id}/"
    page = client_of(owner).get(base).content.decode()
    for shown in ("29%", "70%", "14.3%"):
        assert shown in page, shown


def test_a_seat_that_is_given_back_is_free_for_others(visitor, event):
    for name in "ab":
        register(visitor, event, f"{name}@example.test")
    guest = Registration.objects.get(email="a@example.test")
    path = f"/@{event.actor.handle}/cancel/{visitors.cancel_token(guest)}"
    visitor.get(path)
    assert register(visitor, event, "c@example.test").status_code == 400
    assert visitor.post(path).status_code == 200
    assert register(visitor, event, "c@example.test").status_code == 200


def test_an_event_is_invited_to_from_the_hubs_pages(ours, owner, client_of):
    base = f"/w/{ours.hub.workspace.slug}/hub/events/"
    given = {"title": "試飲会", "text": "来てね", "start": "2030-04-01T19:00", "place": "本店"}
    answer = client_of(owner).post(base, given)
    assert answer.status_code == 302, answer.content.decode()


# ── links and looks ──


def test_links_are_ordered_and_clicks_counted_without_cookies(visitor, ours, owner, client_of):
    base = f"/w/{ours.hub.workspace.slug}/hub/links/"
    browser = client_of(owner)
    for title in ("shop", "map"):
        browser.post(base, {"title": title, "url": f"https://{title}.example/"})
    browser.post(base, {"title": "Bad", "url": "javascript:alert(1)"})
    link = ours.hub.links.get(title="map")
    browser.post(f"{base}{link.id}/up/")
    page = visitor.get(f"/@{ours.handle}/links").content.decode()
    assert page.index("map<") < page.index("shop<")
    assert "javascript:" not in page
    people = {"user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}
    for headers in (people, people, {"user-agent": "Googlebot/2.1"}):
        gone = visitor.get(f"/@{ours.handle}/links/{link.id}", headers=headers)
        assert (gone.status_code, gone["Location"]) == (302, "https://map.example/")
        assert not gone.cookies
    assert Activity.objects.filter(type="schema:InteractAction").count() == 1


def test_colours_are_adapted_and_pictures_checked(ours, owner, client_of, visitor):
    base = f"/w/{ours.hub.workspace.slug}/hub/"
    browser = client_of(owner)
    given = {"name": "喫茶 縁", "accent": "#ffee00", "scheme": "auto", "tagline": "珈琲と本"}
    answer = browser.post(base, given, follow=True)
    assert answer.status_code == 200
    styles = visitor.get(f"/@{ours.handle}/colours.css").content.decode()
    assert "--accent:light-dark(#7a7200,#ffee00)" in styles
    assert "珈琲と本" in visitor.get(f"/@{ours.handle}").content.decode()
    wrong = browser.post(base, given | {"accent": "red;}"})
    assert wrong.status_code == 200
    assert "errorlist" in wrong.content.decode()


def test_the_pages_of_the_hub_open_for_members(ours, owner, event, stranger, client_of):
    base = f"/w/{ours.hub.workspace.slug}/hub/"
    for path in ("", "links/", "comments/", "events/", f"events/{event.id}/"):
        assert client_of(owner).get(base + path).status_code == 200, path
        assert client_of(stranger).get(base + path).status_code == 404, path
    csv = client_of(owner).get(f"{base}events/{event.id}/guests.csv")
    assert csv["Content-Type"].startswith("text/csv")
