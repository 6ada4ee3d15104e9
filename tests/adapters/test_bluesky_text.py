"""Texts, keys and mapping of Bluesky: pure functions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.adapters.bluesky import keys, mapping
from enishi.adapters.bluesky.text import facets, handles, length, spans, tidy_handle

NOW = datetime(2026, 11, 22, 3, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("朝の一杯", 4),
        ("がぎ", 2),
        ("か\u3099", 1),
        ("👨‍👩‍👧‍👦", 1),
        ("🇯🇵🇫🇷", 2),
        ("👍🏽!", 2),
        ("e\u0301", 1),
        ("\r\n", 1),
    ],
)
def test_it_counts_what_a_reader_sees(text, count):
    assert length(text) == count


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("see https://example.com.", ["https://example.com"]),
        (
            "詳しくはhttps://example.com/a?b=1&c=%E3%81%82を見て",
            ["https://example.com/a?b=1&c=%E3%81%82"],
        ),
        ("（https://example.com/x）", ["https://example.com/x"]),
        ("(https://en.example.org/wiki/Tea_(drink))", ["https://en.example.org/wiki/Tea_(drink)"]),
        ("https://example.com/#top、次", ["https://example.com/#top"]),
        ("HTTPS://EXAMPLE.COM!", ["HTTPS://EXAMPLE.COM"]),
        ("https:// nothing", []),
        ("example.com", []),
        ("@tanaka.bsky.social さん", ["tanaka.bsky.social"]),
        ("こんにちは@Tanaka.bsky.socialさん", ["tanaka.bsky.social"]),
        ("こんにちは、@tanaka.bsky.socialさん", ["tanaka.bsky.social"]),
        ("mail me@example.com", []),
        ("@tanaka", []),
        ("#春の新作 です", ["春の新作"]),
        ("＃新商品、発売", ["新商品"]),
        ("「#珈琲」#tea#x", ["珈琲", "tea"]),
        ("#2026 #2026夏 #1位", ["2026夏", "1位"]),
        ("a#b &#38; C#", []),
        ("#☕好き #👨‍👩‍👧", ["☕好き", "👨‍👩‍👧"]),
        ("#re-use- #コーヒー・タイム", ["re-use", "コーヒー・タイム"]),
        ("#" + "長" * 65, []),
    ],
)
def test_it_sees_what_leads_somewhere(text, found):
    assert [span.value for span in spans(text)] == found


def test_it_mentions_only_people_who_exist():
    text = "@a.example @b.example"
    assert handles(text) == {"a.example", "b.example"}
    (only,) = facets(text, {"b.example": "did:plc:b"})
    assert only["features"] == [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:b"}]
    assert only["index"] == {"byteStart": 11, "byteEnd": 21}


@given(
    st.lists(
        st.sampled_from(["#珈琲", "https://e.example/ä", "@a.example", "👩‍🍳", " ", "、", "x", "é"])
    )
)
def test_it_points_at_the_same_words_in_bytes(words):
    text = "".join(words)
    encoded = text.encode()
    end = 0
    for facet in facets(text, {"a.example": "did:plc:a"}):
        index = facet["index"]
        assert end <= index["byteStart"] < index["byteEnd"] <= len(encoded)
        end = index["byteEnd"]
        shown = encoded[index["byteStart"] : end].decode()
        assert shown.startswith(("#", "https://", "@"))


@pytest.mark.parametrize(
    "typed",
    ["tanaka.test", "@Tanaka.test", "＠tanaka.test ", "\u202a@tanaka.test\u202c", " tanaka.test\n"],
)
def test_it_takes_handles_as_people_paste_them(typed):
    assert tidy_handle(typed) == "tanaka.test"


class TestKeys:
    def test_it_takes_a_tid_as_it_is(self):
        assert keys.record_key("3m6bcdefgh22a", NOW) == "3m6bcdefgh22a"

    def test_it_draws_a_key_from_anything_else(self):
        drawn = keys.record_key("delivery 7", NOW)
        assert keys.record_key("delivery 7", NOW) == drawn
        assert keys.record_key("delivery 8", NOW) != drawn
        assert len(drawn) == 13
        assert keys.second_of(f"at://did:plc:a/app.bsky.feed.post/{drawn}") == int(NOW.timestamp())

    @given(st.text(min_size=1), st.integers(1, 24))
    def test_it_orders_the_parts_of_a_thread(self, key, part):
        parts = [keys.record_key(key, NOW, number) for number in range(part + 1)]
        assert parts == sorted(set(parts))

    def test_it_knows_no_time_of_a_key_that_is_none(self):
        assert keys.second_of("at://did:plc:a/app.bsky.actor.profile/self") == 0

    @pytest.mark.parametrize(
        ("text", "repo"),
        [
            ("at://did:plc:a/app.bsky.feed.post/3m6", "did:plc:a"),
            ("https://bsky.app/profile/tanaka.test/post/3m6", "tanaka.test"),
            ("https://bsky.app/profile/tanaka.test", None),
            ("http://bsky.app/profile/tanaka.test/post/3m6", None),
            ("at://did:plc:a", None),
            ("nonsense", None),
        ],
    )
    def test_it_reads_addresses_of_posts(self, text, repo):
        address = keys.read_address(text)
        assert (address.repo if address else None) == repo

    def test_it_knows_where_people_see_things(self):
        uri = "at://did:plc:a/app.bsky.feed.post/3m6"
        assert keys.web_url(uri, "t.test") == "https://bsky.app/profile/t.test/post/3m6"
        assert keys.web_url(uri) == "https://bsky.app/profile/did:plc:a/post/3m6"
        assert keys.web_url("at://did:plc:a/app.bsky.feed.like/3m6") == ""


AUTHOR = {
    "did": "did:plc:b",
    "handle": "b.test",
    "displayName": "",
    "avatar": "https://c.example/a",
}
STRONG = {"uri": "at://did:plc:a/app.bsky.feed.post/3m6", "cid": "bafya"}


def notification(reason, **changes):
    return {
        "uri": "at://did:plc:b/app.bsky.feed.post/3m7",
        "cid": "bafyb",
        "author": AUTHOR,
        "reason": reason,
        "reasonSubject": STRONG["uri"],
        "record": {"text": "いいね", "createdAt": "2026-11-22T02:00:00.000Z"},
        "indexedAt": "2026-11-22T02:00:01.000Z",
    } | changes


class TestMapping:
    def test_it_maps_a_reply_with_all_that_an_answer_needs(self):
        record = {
            "text": "はい @a.test #珈琲",
            "createdAt": "2026-11-22T02:00:00.000Z",
            "langs": ["ja"],
            "reply": {"root": {"uri": "at://root", "cid": "bafyr"}, "parent": STRONG},
            "facets": [
                {
                    "index": {"byteStart": 7, "byteEnd": 14},
                    "features": [{"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:a"}],
                },
                {
                    "index": {"byteStart": 15, "byteEnd": 22},
                    "features": [
                        {"$type": "app.bsky.richtext.facet#tag", "tag": "珈琲"},
                        {"$type": "app.bsky.richtext.facet#link", "uri": "https://e.example/"},
                        {"$type": "unheard.of"},
                    ],
                },
            ],
        }
        act = mapping.activity(notification("reply", record=record), "did:plc:a")
        post = act.node("object")
        assert act.type == "Create"
        assert act.raw("enishi:reason") == "reply"
        assert post.text("content", "ja").startswith("はい")
        assert post.ref("inReplyTo") == STRONG["uri"]
        assert post.ref("context") == "at://root"
        assert post.raw("enishi:reference")["root"] == {"uri": "at://root", "cid": "bafyr"}
        assert [tag.text("name") for tag in post.all("tag")] == ["@a.test", "#珈琲", "#珈琲"]
        assert act.node("actor").text("name") == "b.test"
        assert act.node("actor").node("icon").ref("url") == "https://c.example/a"

    @pytest.mark.parametrize(
        ("reason", "kind", "target"),
        [
            ("like", "Like", STRONG["uri"]),
            ("repost", "Announce", STRONG["uri"]),
            ("follow", "Follow", "did:plc:a"),
        ],
    )
    def test_it_maps_short_acts(self, reason, kind, target):
        act = mapping.activity(notification(reason), "did:plc:a")
        assert (act.type, act.ref("object")) == (kind, target)

    def test_it_finds_what_a_quote_quotes_with_and_without_pictures(self):
        image = {"image": {"ref": {"$link": "bafyi"}}, "alt": "湯気"}
        plain = {"$type": "app.bsky.embed.record", "record": STRONG}
        rich = {
            "$type": "app.bsky.embed.recordWithMedia",
            "record": plain,
            "media": {"$type": "app.bsky.embed.images", "images": [image]},
        }
        for embed in (plain, rich):
            record = {"text": "これ", "createdAt": "x", "embed": embed}
            act = mapping.activity(notification("quote", record=record), "did:plc:a")
            assert act.node("object").ref("quoteUrl") == STRONG["uri"]
        assert act.node("object").node("attachment").text("name") == "湯気"
        assert "bafyi" in act.node("object").node("attachment").ref("url")

    def test_it_passes_over_what_is_not_for_us(self):
        assert mapping.activity(notification("like-via-repost"), "did:plc:a") is None

    @pytest.mark.parametrize("text", ["", "yesterday", None, "2026-13-01"])
    def test_it_does_without_a_time_that_is_none(self, text):
        assert mapping.moment(text) is None

    def test_it_reads_times_without_a_zone_as_utc(self):
        assert mapping.moment("2026-11-22T02:00:00") == datetime(2026, 11, 22, 2, tzinfo=UTC)
