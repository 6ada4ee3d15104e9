from __future__ import annotations

import pytest

from enishi.adapters.mastodon.text import length, plain, server_of, without_servers


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("珈琲", 2),
        ("👨‍👩‍👧‍👦", 1),
        ("https://example.com/a-very-long-address/that-goes-on", 23),
        ("https://example.com/を読んで", 23 + 4),
        ("見て。https://example.com/a。", 3 + 23 + 1),
        ("(https://example.com/a_(b))", 25),
        ("@tanaka@far.example さん", len("@tanaka さん")),
        ("mail@example.com", 16),
        ("example.com", 11),
    ],
)
def test_it_counts_as_mastodon_does(text, count):
    assert length(text) == count


def test_other_software_counts_links_in_full():
    assert length("https://example.com/abcdefghijkl", 0) == 32


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>一行目<br />二行目</p><p>次の段落</p>", "一行目\n二行目\n\n次の段落"),
        ("<p>a &amp; b &lt;3</p>", "a & b <3"),
        (
            (
                '<a href="https://example.com/long/path?x=1"><span class="invisible">https://'
                '</span><span class="ellipsis">example.com/long</span>'
                '<span class="invisible">/path?x=1</span></a>'
            ),
            "https://example.com/long/path?x=1",
        ),
        (
            '<a href="https://example.com/long/path">example.com/lo…</a>',
            "https://example.com/long/path",
        ),
        ('<p>see <a href="https://example.com">here</a></p>', "see here (https://example.com)"),
        ('<a href="https://s.example/tags/x" class="mention hashtag">#<span>x</span></a>', "#x"),
        ("<p>a</p><script>alert(1)</script><style>p{}</style>", "a"),
        ("<ul><li>一</li><li>二</li></ul>", "・一\n・二"),
        ('<p>:)<img alt=":cat:" src="x"></p>', ":):cat:"),
        ('<a href="javascript:alert(1)">x</a>', "x"),
        ("<p>a<p>b", "a\n\nb"),
        ("", ""),
    ],
)
def test_it_shows_what_a_reader_sees(html, text):
    assert plain(html) == text


def test_a_mention_keeps_its_server():
    html = '<a href="https://far.example/@tanaka" class="u-url mention">@<span>tanaka</span></a>'
    people = [{"url": "https://far.example/@tanaka", "acct": "tanaka@far.example"}]
    assert plain(html, people) == "@tanaka@far.example"
    assert without_servers("@tanaka@far.example と @me") == "@tanaka と @me"


@pytest.mark.parametrize(
    "typed",
    [
        "example.social",
        " @you@example.social ",
        "https://example.social/",
        "https://example.social/@you",
    ],
)
def test_it_takes_what_people_paste_for_a_server(typed):
    assert server_of(typed) == "https://example.social"
