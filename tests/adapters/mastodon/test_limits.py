from __future__ import annotations

from dataclasses import replace

import pytest

from enishi.adapters.mastodon.adapter import MastodonAdapter
from enishi.adapters.mastodon.limits import Limits, software_of
from enishi.channels.contract import Attachment
from enishi.kernel import clock
from tests.adapters.conformance import outgoing
from tests.adapters.mastodon.images import PIXEL
from tests.lab.mastodon_fake import ALL, MASTODON, PIXELFED

PICTURE = Attachment("image/png", "白いカップ", 1, 1, len(PIXEL), lambda: PIXEL)
NAMES = {"old-mastodon": "mastodon"}


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.name)
async def test_it_reads_the_servers_own_limits(make_bench, kind):
    bench = make_bench(kind)
    adapter: MastodonAdapter = await bench.connected()
    limits = Limits.remembered(adapter._connection.learnt)
    assert limits.software == NAMES.get(kind.name, kind.name)
    assert adapter.limit() == kind.characters
    assert limits.media == kind.media_count
    assert bool(limits.url_chars) is not kind.counts_links_in_full
    fitting, long = "あ" * kind.characters, "あ" * (kind.characters + 1)
    assert list(adapter.problems(outgoing(text=fitting))) == []
    assert [one.field for one in adapter.problems(outgoing(text=long))] == ["text"]
    assert Limits.remembered(limits.kept()) == limits


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ("4.4.2", ("mastodon", "4.4.2")),
        ("2.7.2 (compatible; Pleroma 2.9.1)", ("pleroma", "2.9.1")),
        ("takahe/0.11.0", ("takahe", "0.11.0")),
        ("0.19.1+git-abc", ("gotosocial", "0.19.1")),
        ("", ("mastodon", "")),
    ],
)
def test_it_knows_the_software(version, found):
    assert software_of({"version": version}) == found


def test_what_is_missing_is_tried_again_after_a_week():
    today = clock.now().date()
    limits = Limits().lacking("search", today)
    assert limits.lacks("search", today)
    assert not limits.lacks("search", today.replace(year=today.year + 1))
    assert not limits.offering("search").lacks("search", today)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"options": {"warning": "あ" * 480, "visibility": "public"}, "text": "い" * 30}, "text"),
        ({"options": {"poll": "一つ"}}, "options"),
        ({"options": {"poll": "同じ\n同じ"}}, "options"),
        ({"options": {"poll": "1\n2\n3\n4\n5"}}, "options"),
        ({"options": {"poll": "1\n" + "あ" * 51}}, "options"),
        ({"options": {"poll": "1\n2", "poll_hours": "0.01"}}, "options"),
        ({"options": {"poll": ["1", "2"]}, "attachments": (PICTURE,)}, "options"),
        ({"attachments": (PICTURE,) * 5}, "attachments"),
        ({"attachments": (replace(PICTURE, media_type="application/pdf"),)}, "attachments"),
        ({"attachments": (replace(PICTURE, alt="あ" * 1501),)}, "alt"),
        ({"thread": ("", "b")}, "thread"),
        ({"first_comment": "あ" * 501}, "first_comment"),
        ({"text": ""}, "text"),
    ],
)
async def test_it_tells_beforehand_what_would_be_refused(make_bench, changes, field):
    adapter = await make_bench(MASTODON).connected()
    assert field in {one.field for one in adapter.problems(outgoing(**changes))}


async def test_pixelfed_has_no_polls(make_bench):
    adapter = await make_bench(PIXELFED).connected()
    assert [one.field for one in adapter.problems(outgoing(options={"poll": "1\n2"}))] == [
        "options"
    ]
    assert any(fact.lacking for fact in adapter.facts())
