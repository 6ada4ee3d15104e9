"""The hand of an Enishi's owner: reads orders, one JSON object a line, and answers each.

Runs in the data folder of `tests.lab.enishi`, beside its web server and worker.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
django.setup()

from django.db.models import Q  # noqa: E402 - after setup

from enishi.accounts.models import Membership  # noqa: E402 - after setup
from enishi.accounts.permissions import Actor, Role, Via  # noqa: E402
from enishi.accounts.queries import actor as acting  # noqa: E402
from enishi.channels.contract import Outgoing, Reference  # noqa: E402
from enishi.hub import moderation, reacting  # noqa: E402
from enishi.hub.models import (  # noqa: E402
    Follow,
    HubActor,
    HubObject,
    Inbound,
    Parcel,
    RemoteObject,
)
from enishi.hub.network import HubNetwork  # noqa: E402
from enishi.kernel import clock  # noqa: E402
from enishi.publishing import actions  # noqa: E402
from enishi.publishing.models import Delivery  # noqa: E402


def _ours(slug: str) -> HubActor:
    rows = HubActor.objects.select_related("hub__workspace", "channel")
    return rows.get(hub__workspace__slug=slug)


def _owner(slug: str) -> Actor:
    rows = Membership.objects.select_related("workspace", "user")
    return acting(rows.get(workspace__slug=slug, role=Role.OWNER), Via.CLI)


def introduce(slug: str) -> dict[str, str]:
    ours = _ours(slug)
    return {
        "uri": ours.uri,
        "handle": f"@{ours.handle}@{ours.host}",
        "channel": str(ours.channel_id),
        "page": ours.url,
    }


def follow(slug: str, account: str) -> None:
    HubNetwork().follow(_ours(slug).uri, account)


def ties(slug: str) -> list[list[str]]:
    rows = Follow.objects.filter(actor=_ours(slug)).select_related("remote")
    return sorted([one.direction, one.state, one.remote.uri] for one in rows)


def reply(slug: str, to: str, text: str) -> str:
    ours = _ours(slug)
    assert ours.channel_id is not None
    made = actions.send_reply(
        _owner(slug), channel_id=ours.channel_id, in_reply_to=Reference(to), text=text
    )
    return str(made.id)


def answered(slug: str, delivery: str) -> str:
    return str(Delivery.objects.get(id=delivery).remote_id)


def edit(slug: str, uri: str, text: str) -> None:
    order = Outgoing(key="edit", text=text, created_at=clock.now(), language="en")
    HubNetwork().edit(_ours(slug).uri, uri, order, ())


def delete(slug: str, uri: str) -> None:
    HubNetwork().delete(_ours(slug).uri, uri)


def like(slug: str, uri: str) -> None:
    reacting.react(_ours(slug), uri, reacting.LIKE)


def boost(slug: str, uri: str) -> None:
    reacting.react(_ours(slug), uri, reacting.SHARE)


def block(slug: str, host: str) -> None:
    moderation.block(_owner(slug), kind="domain", value=host)


def thread(slug: str, root: str) -> list[list[Any]]:
    """The conversation below a post as this Enishi has it: ours and theirs alike."""
    found = {}
    for model in (HubObject, RemoteObject):
        for one in model.objects.filter(Q(uri=root) | Q(context=root)):
            words = one.source if isinstance(one, HubObject) else one.text
            pictures = [picture.get("alt", "") for picture in one.pictures]
            found[one.uri] = [one.in_reply_to, words, bool(one.deleted_at), pictures]
    return sorted([uri, *values] for uri, values in found.items())


def counts(slug: str, uri: str) -> dict[str, int]:
    one = HubObject.objects.get(uri=uri)
    return {"likes": one.likes, "shares": one.shares, "replies": one.replies}


def traffic(slug: str) -> dict[str, Any]:
    """What came in and what waits to go out."""
    waiting = Parcel.objects.filter(state__in=["due", "sending"])
    return {
        "in": Inbound.objects.count(),
        "waiting": waiting.count(),
        "problems": sorted(
            set(Parcel.objects.exclude(problem="").values_list("problem", flat=True))
        ),
        "sent": sorted(
            Parcel.objects.filter(state="done").values_list("shipment__activity_id", flat=True)
        ),
        "states": sorted(Inbound.objects.values_list("activity_id", "state", "problem")),
    }


ORDERS = {
    one.__name__: one
    for one in (
        introduce,
        follow,
        ties,
        reply,
        answered,
        edit,
        delete,
        like,
        boost,
        block,
        thread,
        counts,
        traffic,
    )
}


def main() -> None:
    """Until the other end closes."""
    for line in sys.stdin:
        order = json.loads(line)
        try:
            answer = {"found": ORDERS[order.pop("do")](**order)}
        except Exception as error:  # noqa: BLE001 - told to the test, which fails with it
            answer = {"error": f"{type(error).__name__}: {error}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
