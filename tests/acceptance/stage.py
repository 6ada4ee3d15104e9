"""Sets the stage for tests that run real worker processes. Prints JSON.

python stage.py migrate                empty tables
python stage.py prepare CAST POSTS     posts that are all due at once; what is wanted of them
python stage.py revise MARK PLACE       every fourth published post is given a mark at its end
python stage.py feed CAST SECONDS RATE  the same, so many each second, for a while

CAST is JSON: the adapter, the account, the server and the secrets of each channel. The
posts are of all kinds: plain ones, threads, with images, with a first comment.
"""

from __future__ import annotations

import io
import itertools
import json
import sys
import time
from dataclasses import replace
from typing import Any

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after django.setup()
from PIL import Image  # noqa: E402

from enishi.accounts.models import Organisation, Workspace  # noqa: E402
from enishi.accounts.permissions import Actor  # noqa: E402
from enishi.channels.contract import Secrets  # noqa: E402
from enishi.channels.models import Channel  # noqa: E402
from enishi.channels.service import store_secrets  # noqa: E402
from enishi.kernel import clock  # noqa: E402
from enishi.publishing import actions, queries  # noqa: E402
from enishi.publishing.actions import AttachmentInput, PostInput, VariantInput  # noqa: E402
from enishi.publishing.models import Post  # noqa: E402

Wanted = list[dict[str, Any]]


def migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def the_workspace() -> Workspace:
    found = Workspace.objects.first()
    if found is not None:
        return found
    organisation = Organisation.objects.create(name="Kissa KK")
    return Workspace.objects.create(organisation=organisation, name="Kissa", slug="kissa")


def the_channel(workspace: Workspace, part: dict[str, Any]) -> Channel:
    channel, new = Channel.objects.get_or_create(
        workspace=workspace,
        adapter=part["adapter"],
        remote_id=part["account"],
        defaults={
            "name": part["account"],
            "handle": part["account"],
            "service_url": part["url"],
            "state": "active",
            "connected_at": clock.now(),
            "next_read_at": clock.now().replace(year=2200),
        },
    )
    if new:
        store_secrets(channel.id, Secrets(part["secrets"]))
    return channel


def picture(actor: Actor, number: int) -> AttachmentInput:
    buffer = io.BytesIO()
    Image.new("RGB", (48, 32), (number * 7 % 256, number * 13 % 256, 90)).save(buffer, "PNG")
    media = actions.upload_media(actor, content=buffer.getvalue(), name=f"{number}.png")
    return AttachmentInput(media.id, alt=f"Colour {number}")


def content(actor: Actor, number: int, *, rich: bool) -> PostInput:
    """Six kinds of posts in turn; the texts of all are different."""
    name, kind = f"No. {number}", number % 6
    link = f"https://example.com/menu/{number}/what-we-serve-today" if kind == 1 else ""
    thread = [f"{name}, part {part}" for part in range(2, {2: 4, 5: 3}.get(kind, 2))]
    files = [picture(actor, number * 2 + place) for place in range({3: 2, 5: 1}.get(kind, 0))]
    comment = f"{name}, comment" if kind in (4, 5) and rich else ""
    text = f"{name}: 本日のおすすめ {link}".strip()
    return PostInput(text=text, thread=thread, attachments=files, first_comment=comment)


def wanted(channel: Channel, written: PostInput) -> Wanted:
    """Each text, below which other one it is to stand, and with how many files."""
    thread = [written.text, *written.thread]
    below = ["", *thread]
    found: Wanted = [
        {"text": text, "account": channel.remote_id, "below": above, "media": 0}
        for text, above in zip(thread, below, strict=False)
    ]
    found[0]["media"] = len(written.attachments)
    if written.first_comment:
        comment = {"text": written.first_comment, "below": written.text, "media": 0}
        found.append(comment | {"account": channel.remote_id})
    return found


class Author:
    """Writes posts for the channels in turn."""

    def __init__(self, cast: list[dict[str, Any]]) -> None:
        workspace = the_workspace()
        self._actor = Actor.system(workspace.id)
        self._channels = itertools.cycle([the_channel(workspace, part) for part in cast])
        self._numbers = itertools.count(Post.objects.count())

    def write(self) -> Wanted:
        """One more post, due now; what is wanted of it."""
        channel = next(self._channels)
        rich = channel.adapter.startswith("loopback")
        plain = content(self._actor, next(self._numbers), rich=rich)
        written = replace(plain, channels=[VariantInput(channel.id)])
        post = actions.create_post(self._actor, content=written)
        actions.publish_now(self._actor, post_id=post.id)
        return wanted(channel, written)


def prepare(cast: list[dict[str, Any]], posts: int) -> Wanted:
    author = Author(cast)
    return [item for _number in range(posts) for item in author.write()]


def revise(mark: str, place: int) -> dict[str, str]:
    """How each published post reads from now on, by how it read before."""
    actor, found = Actor.system(the_workspace().id), {}
    for post in Post.objects.filter(state="published").order_by("id")[place::4]:
        said = queries.content_of(actor, post_id=post.id)
        content = replace(said, text=f"{said.text}{mark}")
        actions.update_post(actor, post_id=post.id, version=post.version, content=content)
        found[said.text] = content.text
    return found


def feed(cast: list[dict[str, Any]], seconds: float, rate: float) -> Wanted:
    """People write and channels are read, evenly, as long as this lasts."""
    author, begun = Author(cast), time.monotonic()
    result: Wanted = []
    for number in range(int(seconds * rate)):
        time.sleep(max(begun + number / rate - time.monotonic(), 0))
        result += author.write()
        if number % round(5 * rate) == 0:
            Channel.objects.update(next_read_at=clock.now())
    return result


if __name__ == "__main__":
    name, *words = sys.argv[1:]
    if name == "migrate":
        migrate()
    elif name == "prepare":
        print(json.dumps(prepare(json.loads(words[0]), int(words[1]))))  # noqa: T201
    elif name == "revise":
        print(json.dumps(revise(words[0], int(words[1]))))  # noqa: T201
    elif name == "feed":
        print(json.dumps(feed(json.loads(words[0]), float(words[1]), float(words[2]))))  # noqa: T201
