"""What visitors, browsers, caches, readers of feeds and crawlers get."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET

import feedparser
import pytest
from django.test import Client

from enishi.hub import things
from enishi.hub.models import HubObject, RemoteObject
from enishi.hub.site import colours
from enishi.hub.site.caching import memory
from enishi.kernel import clock
from tests.integration.hub.delivering import outgoing

pytestmark = pytest.mark.django_db
EVIL = '<script>alert(1)</script><img src=x onerror=alert(2)> <a href="javascript:alert(3)">x</a>'


@pytest.fixture
def note(ours) -> HubObject:
    return things.publish(ours, outgoing("朝の豆はエチオピア #コーヒー #Coffee"), ())[0]


def answered(thing: HubObject, alice, html: str, **more) -> RemoteObject:
    values = {
        "uri": f"https://else.example/{RemoteObject.objects.count()}",
        "actor": alice.known(),
        "type": "Note",
        "html": html,
        "visibility": "public",
        "in_reply_to": thing.uri,
        "context": thing.uri,
        "published": clock.now(),
    }
    return RemoteObject.objects.create(**(values | more))


def test_pages_may_be_kept_and_set_no_cookie(ours, note, visitor):
    for path in ("", f"/{note.id}", "/tags/coffee", "/search?q=豆", "/feed.atom"):
        memory.clear()
        page = visitor.get(f"/@{ours.handle}{path}")
        assert page.status_code == 200, path
        assert page["Cache-Control"].startswith("public, max-age=")
        assert page["Vary"] == "Accept"
        assert not page.cookies
        again = visitor.get(f"/@{ours.handle}{path}", headers={"if-none-match": page["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        kept = visitor.get(f"/@{ours.handle}{path}")
        assert kept.content == page.content


def test_a_page_in_memory_asks_the_database_nothing(ours, note, visitor, django_assert_num_queries):
    address = f"/@{ours.handle}/{note.id}"
    visitor.get(address)
    with django_assert_num_queries(0):
        assert visitor.get(address).status_code == 200
        head = visitor.head(address)
    assert head.content == b""
    assert int(head["Content-Length"]) > 1000


def test_the_same_address_gives_the_page_or_the_document(ours, note, visitor):
    for address in (f"/@{ours.handle}", f"/@{ours.handle}/{note.id}"):
        page = visitor.get(address, headers={"accept": "text/html"})
        document = visitor.get(address, headers={"accept": "application/activity+json"})
        assert page["Content-Type"].startswith("text/html")
        assert document["Content-Type"].startswith("application/activity+json")
        assert "Accept" in document["Vary"]
        assert document.json()["id"].encode() in page.content


def test_nothing_that_others_write_is_run(ours, note, alice, visitor):
    stored = answered(note, alice, EVIL + "<p>Kind words</p>", summary="</script><b>")
    stored.actor.name = "<script>alert(4)</script>"
    stored.actor.url = "javascript:alert(5)"
    stored.actor.save()
    page = visitor.get(f"/@{ours.handle}/{note.id}").content.decode()
    assert "Kind words" in page
    shown = page.partition("<main")[2]
    assert "<script" not in shown
    assert "onerror" not in shown
    assert "javascript:" not in shown
    assert "<img" not in shown.partition('class="talk"')[2]


def test_titles_and_markdown_of_our_own_are_no_markup_either(ours, visitor):
    text = f"# 見出し\n\n{EVIL}\n\n本文"
    thing = things.publish(ours, outgoing(text, options={"title": "</title><script>x"}), ())[0]
    page = visitor.get(f"/@{ours.handle}/{thing.id}").content.decode()
    assert "<title>&lt;/title&gt;&lt;script&gt;x" in page
    scripts = re.findall(r"<script[^>]*>", page)
    assert scripts == ['<script type="application/ld+json">']
    data = json.loads(page.partition('ld+json">')[2].partition("</script>")[0])
    assert (data["@type"], data["headline"]) == ("BlogPosting", "</title><script>x")
    assert re.findall(r"<h1[^>]*>", page) == ['<h1 class="headline">']
    assert "<h2>見出し</h2>" in page


def test_answers_stand_below_what_they_answer(ours, note, alice, visitor):
    first = answered(note, alice, "<p>first</p>")
    answered(note, alice, "<p>third</p>")
    answered(note, alice, "<p>second</p>", in_reply_to=first.uri)
    answered(note, alice, "<p>hidden</p>", hidden=True)
    answered(note, alice, "<p>private</p>", visibility="direct")
    page = visitor.get(f"/@{ours.handle}/{note.id}").content.decode()
    talk = page.partition('class="talk"')[2]
    places = [talk.index(word) for word in ("first", "second", "third")]
    assert places == sorted(places)
    assert "depth-1" in talk
    assert "hidden<" not in talk
    assert "private" not in talk


def test_what_is_not_for_everybody_is_not_on_any_page(ours, visitor):
    secret = things.publish(ours, outgoing("secret #x", options={"visibility": "followers"}), ())[0]
    quiet = things.publish(ours, outgoing("quiet", options={"visibility": "unlisted"}), ())[0]
    assert visitor.get(f"/@{ours.handle}/{secret.id}").status_code == 404
    assert b'content="noindex"' in visitor.get(f"/@{ours.handle}/{quiet.id}").content
    for path in ("", "/feed.rss", "/feed.json", "/sitemap.xml", "/search?q=secret"):
        body = visitor.get(f"/@{ours.handle}{path}").content
        assert str(secret.id).encode() not in body, path
        assert str(quiet.id).encode() not in body, path
    assert visitor.get(f"/@{ours.handle}/tags/x").status_code == 404


def test_a_deleted_post_is_gone(ours, note, visitor):
    things.delete(note)
    page = visitor.get(f"/@{ours.handle}/{note.id}")
    assert page.status_code == 410
    assert "エチオピア" not in page.content.decode()


def test_the_feed_has_pages(ours, visitor):
    for number in range(25):
        things.publish(ours, outgoing(f"No. {number}"), ())
    first = visitor.get(f"/@{ours.handle}").content.decode()
    second = visitor.get(f"/@{ours.handle}?page=2").content.decode()
    assert 'rel="next" href="?page=2"' in first
    assert 'rel="prev" href="?page=1"' in second
    assert "No. 24" in first
    assert "No. 4<" in second
    for wrong in ("3", "0", "x", "99999"):
        assert visitor.get(f"/@{ours.handle}?page={wrong}").status_code == 404


def test_search_finds_words_in_either_width(ours, note, visitor):
    found = visitor.get(f"/@{ours.handle}/search?q=ｃｏｆｆｅｅ").content.decode()
    assert "エチオピア" in found
    missed = visitor.get(f"/@{ours.handle}/search?q=<b>").content.decode()
    assert "&lt;b&gt;" in missed
    assert "エチオピア" not in missed


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_readers_of_feeds_can_read_it(ours, note, visitor, kind):
    things.publish(ours, outgoing("本文 & <b>\x0b", options={"title": "記事 & 題"}), ())
    for path in ("", "/tags/coffee"):
        body = visitor.get(f"/@{ours.handle}{path}/feed.{kind}").content
        ET.fromstring(body)  # noqa: S314 - our own
        feed = feedparser.parse(body)
        assert not feed.bozo
        assert feed.feed.title.startswith("Kissa")
    feed = feedparser.parse(visitor.get(f"/@{ours.handle}/feed.{kind}").content)
    assert feed.entries[0].title == "記事 & 題"
    assert feed.entries[1].link == note.url
    assert "エチオピア" in feed.entries[1].content[0].value
    assert {tag.term for tag in feed.entries[1].tags} == {"コーヒー", "coffee"}


def test_the_json_feed_keeps_to_its_version(ours, note, visitor):
    answer = visitor.get(f"/@{ours.handle}/feed.json")
    feed = answer.json()
    assert answer["Content-Type"].startswith("application/feed+json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"].endswith("/feed.json")
    assert feed["items"][0]["id"] == note.uri
    assert feed["items"][0]["tags"] == ["コーヒー", "coffee"]
    page = visitor.get(f"/@{ours.handle}").content.decode()
    for kind in ("rss+xml", "atom+xml", "feed+json", "activity+json"):
        assert f'rel="alternate" type="application/{kind}"' in page


def test_crawlers_find_everything_public(ours, note, visitor):
    robots = visitor.get("/robots.txt").content.decode()
    assert "Disallow: /w/" in robots
    assert f"Sitemap: {ours.base}/sitemap.xml" in robots
    index = ET.fromstring(visitor.get("/sitemap.xml").content)  # noqa: S314 - our own
    assert any(element.text == f"{ours.url}/sitemap.xml" for element in index.iter())
    listed = ET.fromstring(visitor.get(f"/@{ours.handle}/sitemap.xml").content)  # noqa: S314
    assert any(element.text == note.url for element in listed.iter())
    page = visitor.get(f"/@{ours.handle}").content.decode()
    data = json.loads(page.partition('ld+json">')[2].partition("</script>")[0])
    assert (data["@type"], data["url"]) == ("Organization", ours.url)
    assert f'<link rel="canonical" href="{ours.url}">' in page
    assert '<html lang="ja"' in page


def test_an_account_that_hides_is_not_offered_to_crawlers(ours, note):
    ours.discoverable = False
    ours.save(update_fields=["discoverable"])
    assert b'content="noindex"' in Client().get(f"/@{ours.handle}").content
    assert Client().get(f"/@{ours.handle}/sitemap.xml").status_code == 404


@pytest.mark.parametrize("chosen", ["#ffff00", "#000000", "#ffffff", "#e60012", "#00b7ce"])
def test_every_accent_can_be_read_in_light_and_dark(chosen):
    found = colours.accent(chosen)
    assert colours.contrast(found.light, colours.PAPER) >= colours.ENOUGH
    assert colours.contrast(found.dark, colours.NIGHT) >= colours.ENOUGH
    assert colours.contrast(found.on_light, found.light) >= colours.ENOUGH
    assert colours.contrast(found.on_dark, found.dark) >= colours.ENOUGH
