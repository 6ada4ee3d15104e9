"""Documents of other servers: read without loading contexts, sanitised, never trusted."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from enishi.hub.protocol import incoming, jsonld, texts
from enishi.hub.protocol.addressing import PUBLIC, Visibility, address, visibility_of
from enishi.hub.protocol.errors import RefusedError
from enishi.vocab import build

AS2 = "https://www.w3.org/ns/activitystreams"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
MASTODON = [
    AS2,
    {
        "ostatus": "http://ostatus.org#",
        "atomUri": "ostatus:atomUri",
        "sensitive": "as:sensitive",
        "toot": "http://joinmastodon.org/ns#",
        "votersCount": "toot:votersCount",
        "movedTo": {"@id": "as:movedTo", "@type": "@id"},
        "alsoKnownAs": {"@id": "as:alsoKnownAs", "@type": "@id"},
        "quoteUrl": "as:quoteUrl",
    },
]


def read(**more):
    document = {"@context": AS2, "id": "https://a.example/1", "type": "Note", **more}
    return jsonld.read(json.dumps(document).encode())


def test_it_reads_the_context_of_mastodon():
    assert read(**{"@context": MASTODON}).type == "Note"


def test_long_spellings_become_short():
    document = {
        "@context": AS2,
        "@id": "https://a.example/1",
        "@type": "as:Create",
        "as:actor": "https://a.example/a",
        f"{AS2}#object": {"@type": f"{AS2}#Note", "content": {"@value": "Hi"}},
    }
    found = jsonld.read(json.dumps(document).encode())
    assert (found.id, found.type, found.ref("actor")) == (
        "https://a.example/1",
        "Create",
        "https://a.example/a",
    )
    inner = found.node("object")
    assert inner is not None
    assert (inner.type, inner.text("content")) == ("Note", "Hi")


TRICKS = {
    "no context": {"@context": "https://evil.example/ns"},
    "a bent term": {"@context": [AS2, {"actor": "https://evil.example/#a"}]},
    "a bent prefix": {"@context": [AS2, {"as": "https://evil.example/#"}]},
    "an alias of id": {"@context": [AS2, {"uri": "@id"}]},
    "a vocabulary": {"@context": [AS2, {"@vocab": "https://evil.example/#"}]},
    "an inner context": {"@context": [AS2, {"x": {"@id": "as:x", "@context": {}}}]},
    "a reverse property": {"@context": [AS2, {"x": {"@reverse": "as:actor"}}]},
    "a graph": {"@graph": []},
    "included nodes": {"@included": []},
    "an import": {"@context": [AS2, {"@import": "https://evil.example/"}]},
    "two spellings": {"actor": "https://a.example/a", "as:actor": "https://b.example/b"},
    "a bent term inside": {"object": {"@context": {"id": "https://evil.example/"}, "id": "x:y"}},
}


@pytest.mark.parametrize("more", TRICKS.values(), ids=TRICKS.keys())
def test_it_refuses_tricks_with_contexts(more):
    with pytest.raises(RefusedError):
        read(**more)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000,
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
        b"[]",
        b"nonsense",
        b'{"id": NaN}',
        b'{"id": "a:1", "id": "b:2"}',
        b"\xff\xfe",
        b'{"x": "' + b"y" * jsonld.MAX_BYTES + b'"}',
    ],
    ids=["deep list", "deep object", "list", "no JSON", "NaN", "twice", "bytes", "large"],
)
def test_it_refuses_what_is_not_sound(body):
    with pytest.raises(RefusedError):
        jsonld.read(body)


def test_brackets_in_texts_are_no_depth():
    assert read(content="[" * 500 + '\\"{').text("content").startswith("[[")


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("<p>Hi<script>alert(1)</script></p>", "<p>Hi</p>"),
        ('<p onclick="x()">Hi</p>', "<p>Hi</p>"),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="nofollow noopener noreferrer ugc">x</a>'),
        ('<img src=x onerror="alert(1)">', ""),
        ("<iframe src=https://x></iframe>", ""),
        ('<span class="h-card evil">x</span>', '<span class="h-card">x</span>'),
        ("<style>p{}</style><form><input></form>", ""),
        ('<p style="position:fixed">x</p>', "<p>x</p>"),
    ],
)
def test_markup_is_sanitised(markup, shown):
    assert texts.clean(markup) == shown


def test_names_are_plain_text():
    assert texts.plain("<b>Bob</b><script>x</script>") == "Bob"
    assert texts.plain("a\u202eb\x00c") == "abc"
    assert texts.plain("&lt;script&gt;") == "<script>"


def test_markup_becomes_text_with_its_paragraphs():
    assert texts.to_text("<p>One<br>two</p><p>Three &amp; four</p>") == "One\ntwo\n\nThree & four"


def test_what_is_typed_becomes_markup():
    made = texts.to_html(
        "Hello <b> & see https://a.example/x?y=1.\nMore #珈琲 ＃tea\n\nBye",
        tag_url=lambda name: f"/tags/{name}",
    )
    assert made == (
        '<p>Hello &lt;b&gt; &amp; see <a href="https://a.example/x?y=1"'
        ' rel="nofollow noopener noreferrer">a.example/x?y=1</a>.<br>More '
        '<a href="/tags/珈琲" class="mention hashtag" rel="tag">#<span>珈琲</span></a> '
        '<a href="/tags/tea" class="mention hashtag" rel="tag">#<span>tea</span></a></p>'
        "<p>Bye</p>"
    )


def test_people_and_hashtags_are_found():
    assert texts.mentions("@a@x.example (@b@Y.example:8080) mail c@z.example") == [
        ("a", "x.example"),
        ("b", "y.example:8080"),
    ]
    assert texts.hashtags("#a #1 #b2 x#c https://x.example/#d #A") == ["a", "b2"]


@pytest.mark.parametrize("visibility", list(Visibility))
def test_visibility_comes_back_as_it_went(visibility):
    followers = "https://a.example/followers"
    to, cc = address(visibility, followers=followers, mentioned=["https://b.example/b"])
    note = build("Note", to=to, cc=cc)
    assert visibility_of(note, followers) is visibility


def test_all_spellings_of_the_public_count():
    for name in (PUBLIC, "as:Public", "Public"):
        assert visibility_of(build("Note", to=name), "") is Visibility.PUBLIC


@pytest.mark.parametrize(
    "more",
    [
        {"quote": "https://b.example/2"},
        {"quoteUrl": "https://b.example/2"},
        {"_misskey_quote": "https://b.example/2"},
        {
            "tag": [
                {
                    "type": "Link",
                    "mediaType": f'application/ld+json; profile="{AS2}"',
                    "href": "https://b.example/2",
                }
            ]
        },
    ],
)
def test_quotes_are_known_in_every_way_of_telling(more):
    assert incoming.quoted(read(**more)) == "https://b.example/2"


def test_addresses_that_no_browser_may_open_are_dropped():
    note = read(
        content="x",
        url='javascript:alert("x")',
        attachment=[
            {"type": "Image", "url": "javascript:alert(1)"},
            {"type": "Image", "url": "https://a.example/x.png", "name": "<b>Alt</b>"},
        ],
        published="2999-01-01T00:00:00Z",
    )
    said = incoming.said(note, followers="", now=NOW)
    assert said.url == "https://a.example/1"
    assert [one["alt"] for one in said.pictures] == ["Alt"]
    assert said.published == NOW
