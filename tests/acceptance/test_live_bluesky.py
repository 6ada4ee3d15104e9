"""A real Bluesky network: its repositories hold each post exactly once although workers die.

`ENISHI_BLUESKY_POSTS` says how many posts (24 unless told otherwise).
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.acceptance.theatre import Theatre, wait_until
from tests.lab.bluesky import LabAccount, LabNetwork
from tests.lab.loopback import Posting, judged

POSTS = int(os.environ.get("ENISHI_BLUESKY_POSTS", "24"))
SEED = int(os.environ.get("ENISHI_SEED", "20261101"))
COLLECTION = "app.bsky.feed.post"

pytestmark = pytest.mark.live


def role(network: LabNetwork, account: LabAccount) -> dict[str, Any]:
    """The channel of an account, signed in."""
    body = {"identifier": account.handle, "password": account.app_password}
    session = network.call("com.atproto.server.createSession", body)
    secrets = {
        "access": session["accessJwt"],
        "refresh": session["refreshJwt"],
        "did": account.did,
    }
    return {
        "adapter": "bluesky",
        "account": account.did,
        "url": network.pds_url,
        "secrets": secrets,
    }


def records(network: LabNetwork, account: LabAccount) -> Iterator[dict[str, Any]]:
    """All posts of a repository."""
    cursor = ""
    while True:
        more: dict[str, Any] = {"cursor": cursor} if cursor else {}
        found = network.call(
            "com.atproto.repo.listRecords",
            repo=account.did,
            collection=COLLECTION,
            limit=100,
            **more,
        )
        yield from found["records"]
        cursor = found.get("cursor", "")
        if not cursor:
            return


def postings(network: LabNetwork, account: LabAccount) -> Iterator[Posting]:
    """The posts of a repository, as the judge knows posts."""
    for record in records(network, account):
        value = record["value"]
        images = (value.get("embed") or {}).get("images", ())
        parent = ((value.get("reply") or {}).get("parent") or {}).get("uri", "")
        files = tuple(str(image["image"]) for image in images)
        yield Posting(record["uri"], account.did, "", value["text"], files, parent, 0.0)


def test_it_publishes_each_post_once_on_bluesky_although_workers_are_killed(
    theatre: Theatre, lonely_pds: LabNetwork
):
    dice = random.Random(SEED)
    accounts = [lonely_pds.create_account(f"{name}{SEED}") for name in ("yuki", "sora", "umi")]
    theatre.prepare(POSTS, [role(lonely_pds, account) for account in accounts])

    def standing() -> list[Posting]:
        return [post for account in accounts for post in postings(lonely_pds, account)]

    while len(standing()) < len(theatre.wanted) * 0.9:
        worker, before = theatre.start(), len(standing())
        wait_until(lambda before=before: len(standing()) > before or theatre.settled())
        time.sleep(dice.uniform(0, 0.4))
        theatre.kill(worker)
    theatre.start()
    theatre.settle()
    theatre.judge("Bluesky, SIGKILL at random", verdict=judged(standing(), theatre.wanted))
    assert theatre.kills >= 1
