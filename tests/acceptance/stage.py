"""Sets the stage for tests that run real worker processes, and judges what they did.

python stage.py prepare POSTS CHANNELS     posts that are all due at once; prints their accounts
python stage.py judge                      what the town and the database hold, as JSON
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 - after django.setup()
from django.core.management import call_command  # noqa: E402

from enishi.accounts.models import Organisation, Workspace  # noqa: E402
from enishi.accounts.permissions import Actor  # noqa: E402
from enishi.activities.models import Activity  # noqa: E402
from enishi.adapters.sandbox.network import FILE_NAME, Network  # noqa: E402
from enishi.channels.contract import Secrets  # noqa: E402
from enishi.channels.models import Channel  # noqa: E402
from enishi.channels.service import store_secrets  # noqa: E402
from enishi.kernel import clock  # noqa: E402
from enishi.publishing import actions  # noqa: E402
from enishi.publishing.actions import PostInput, VariantInput  # noqa: E402
from enishi.publishing.models import Delivery  # noqa: E402


def town() -> Network:
    return Network(Path(settings.ENISHI_HOME) / FILE_NAME)


def make_channel(workspace: Workspace, number: int) -> Channel:
    token = town().sign_in(f"kissa{number}", "secret")
    account = town().account(token)
    assert account is not None
    channel = Channel.objects.create(
        workspace=workspace,
        adapter="sandbox",
        name=f"Kissa {number}",
        handle=f"kissa{number}",
        remote_id=account.id,
        state="active",
        connected_at=clock.now(),
        next_read_at=clock.now().replace(year=2200),
    )
    store_secrets(channel.id, Secrets({"token": token}))
    return channel


def prepare(posts: int, channels: int) -> None:
    call_command("migrate", interactive=False, verbosity=0)
    organisation = Organisation.objects.create(name="Kissa KK")
    workspace = Workspace.objects.create(organisation=organisation, name="Kissa", slug="kissa")
    actor = Actor.system(workspace.id)
    made = [make_channel(workspace, number) for number in range(channels)]
    for number in range(posts):
        channel = made[number % channels]
        post = actions.create_post(
            actor,
            content=PostInput(text=f"Post {number}", channels=[VariantInput(channel.id)]),
        )
        actions.publish_now(actor, post_id=post.id)
    print(json.dumps([channel.remote_id for channel in made]))  # noqa: T201


def judge() -> None:
    texts: Counter[str] = Counter()
    for channel in Channel.objects.all():
        rows = town().own_posts(channel.remote_id, above=0, below=None, limit=100_000)
        texts.update(row.text for row in rows)
    states = Counter(Delivery.objects.values_list("state", flat=True))
    recorded = Activity.objects.filter(type="Create", direction="outbound").count()
    print(json.dumps({"texts": texts, "states": states, "recorded": recorded}))  # noqa: T201


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare(int(sys.argv[2]), int(sys.argv[3]))
    else:
        judge()
