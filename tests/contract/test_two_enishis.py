"""Two Enishis that know nothing of each other: a conversation is the same on both sides."""

from __future__ import annotations

import io

import httpx
import pytest
from PIL import Image

from tests.lab.enishi import Enishi, several, until
from tests.lab.processes import LabUnavailableError, must_run

pytestmark = pytest.mark.live

ALT = "A sack of green beans"


@pytest.fixture(scope="module")
def pair():
    try:
        with several("Kissa", "Bakery") as pair:
            yield pair
    except LabUnavailableError as error:
        if must_run():
            raise
        pytest.skip(str(error))


def picture() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (60, 40), "seagreen").save(content, "PNG")
    return content.getvalue()


def befriend(one: Enishi, other: Enishi) -> None:
    one.order("follow", account=other.handle)
    until(lambda: ["out", "accepted", other.actor] in one.order("ties"))
    assert ["in", "accepted", one.actor] in other.order("ties")


ROOT: dict[str, str] = {}


def say(speaker: Enishi, listener: Enishi, to: str, text: str) -> str:
    """Answer what the speaker has heard, and wait for the listener to have it; its id."""
    until(lambda: has_heard(speaker, to))
    delivery = speaker.order("reply", to=to, text=text)
    uri = until(lambda: speaker.order("answered", delivery=delivery))
    until(lambda: has_heard(listener, uri))
    return str(uri)


def has_heard(side: Enishi, uri: str) -> bool:
    return uri in uris(side.order("thread", root=ROOT["uri"]))


def uris(thread: list[list[object]]) -> list[object]:
    return [one[0] for one in thread]


def same(one: Enishi, other: Enishi) -> bool:
    return bool(one.order("thread", root=ROOT["uri"]) == other.order("thread", root=ROOT["uri"]))


def said_in_inbox(side: Enishi) -> dict[str, bool]:
    """What the inbox shows by REST, and whether it was withdrawn."""
    found: dict[str, bool] = {}
    for row in side.rest("GET", "/inbox/conversations")["items"]:
        for one in side.rest("GET", f"/inbox/conversations/{row['id']}")["messages"]:
            found[one["text"]] = one["withdrawn"]
    return found


def test_a_conversation_is_the_same_on_both_sides(pair):
    kissa, bakery = pair
    befriend(kissa, bakery)
    befriend(bakery, kissa)

    # 1: a post with a picture; 2 to 10: answers by turns
    ROOT["uri"] = kissa.publish("New beans from Yirgacheffe!", image=picture(), alt=ALT)
    until(lambda: has_heard(bakery, ROOT["uri"]))
    said = [ROOT["uri"]]
    for turn in range(2, 8):
        speaker, listener = (bakery, kissa) if turn % 2 == 0 else (kissa, bakery)
        said.append(say(speaker, listener, said[-1], f"Turn {turn} & <b>not</b> bold"))

    # one of them is away while the other goes on
    bakery.stop()
    delivery = kissa.order("reply", to=said[-2], text="Turn 8, are you there?")
    said.append(until(lambda: kissa.order("answered", delivery=delivery)))
    until(lambda: kissa.order("traffic")["problems"])
    bakery.start()
    until(lambda: has_heard(bakery, said[-1]), 90)
    for turn in (9, 10):
        speaker, listener = (bakery, kissa) if turn % 2 else (kissa, bakery)
        said.append(say(speaker, listener, said[-1], f"Turn {turn}"))

    bakery.order("edit", uri=said[3], text="Turn 4, better said")
    kissa.order("delete", uri=said[4])
    bakery.order("like", uri=said[0])
    bakery.order("boost", uri=said[0])
    kissa.order("like", uri=said[1])
    until(lambda: same(kissa, bakery))

    thread = kissa.order("thread", root=ROOT["uri"])
    assert len(thread) == 10
    by_uri = {one[0]: one for one in thread}
    assert by_uri[said[0]][1:] == ["", "New beans from Yirgacheffe!", False, [ALT]]
    assert by_uri[said[3]][2] == "Turn 4, better said"
    assert by_uri[said[4]][2:4] == ["", True]
    assert [by_uri[one][1] for one in said[1:7]] == said[:6]
    until(lambda: kissa.order("counts", uri=said[0])["likes"] == 1)
    until(lambda: kissa.order("counts", uri=said[0])["shares"] == 1)
    until(lambda: bakery.order("counts", uri=said[1])["likes"] == 1)
    for side, first, heard in ((kissa, 2, "Turn 9"), (bakery, 3, "Turn 10")):
        shown = until(
            lambda side=side, heard=heard: heard in said_in_inbox(side) and said_in_inbox(side)
        )
        assert f"Turn {first} & <b>not</b> bold" in shown
        assert side.order("traffic")["waiting"] == 0
        assert not [one for one in side.order("traffic")["states"] if one[1] == "refused"]
    page = httpx.get(said[0], headers={"accept": "text/html"}, follow_redirects=True).text
    assert "New beans from Yirgacheffe!" in page
    assert "Turn 2 &amp; &lt;b&gt;not&lt;/b&gt; bold" in page


def test_a_blocked_server_is_told_so_and_gets_nothing_more(pair):
    kissa, bakery = pair
    kissa.order("block", host=bakery.host)
    uri = kissa.publish("Only for those whom we like")
    until(lambda: ["out", "rejected", kissa.actor] in bakery.order("ties"))
    assert ["in", "accepted", kissa.actor] not in bakery.order("ties")
    assert kissa.order("ties") == []

    delivery = bakery.order("reply", to=ROOT["uri"], text="Why?")
    answer = until(lambda: bakery.order("answered", delivery=delivery))
    until(lambda: not bakery.order("traffic")["waiting"])
    assert uri not in uris(bakery.order("thread", root=uri))
    assert not [one for one in kissa.order("traffic")["sent"] if one.startswith(uri)]
    assert "Why?" not in said_in_inbox(kissa)
    assert answer not in uris(kissa.order("thread", root=ROOT["uri"]))
