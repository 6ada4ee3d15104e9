"""Enishi's side of the benchmark, each step in a process with Django set up.

    python -m benchmarks.federating.product STEP JSON

`strangers` makes a hub with posts, and accounts on other servers that sign activities
beforehand; `followers` makes who follows; `publish` publishes one post and waits until nobody
waits for it any more; `handled` waits until what came in is in the log.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import django

django.setup()

from django.core.management import call_command  # noqa: E402 - after setup

from benchmarks.federating.load import Prepared  # noqa: E402
from enishi.accounts import actions  # noqa: E402
from enishi.activities.models import Activity  # noqa: E402
from enishi.channels.contract import Outgoing  # noqa: E402
from enishi.hub import things  # noqa: E402
from enishi.hub.models import (  # noqa: E402
    Follow,
    HubActor,
    HubObject,
    Inbound,
    Parcel,
    RemoteActor,
)
from enishi.hub.protocol import keys, signatures  # noqa: E402
from enishi.hub.protocol.messages import Message  # noqa: E402
from enishi.hub.protocol.signatures import Scheme  # noqa: E402
from enishi.kernel import clock  # noqa: E402

AS2 = "https://www.w3.org/ns/activitystreams"

_PATIENCE = 110.0 * float(os.environ.get("ENISHI_LAB_PATIENCE", "1"))


def _hub() -> HubActor:
    call_command("migrate", interactive=False, verbosity=0)
    actions.create_workspace(actions.first_user(), name="Bench", language="en", time_zone="UTC")
    return HubActor.objects.select_related("hub__workspace", "channel").get(hub__isnull=False)


def _known(host: str, name: str, public: str = "", shared: str = "") -> RemoteActor:
    now, uri = clock.now(), f"http://{host}/users/{name}"
    return RemoteActor(
        uri=uri,
        type="Person",
        handle=name,
        name=name,
        host=host,
        url=uri,
        inbox=f"{uri}/inbox",
        shared_inbox=shared,
        followers_uri=f"{uri}/followers",
        keys={f"{uri}#main-key": public} if public else {},
        fetched_at=now,
        keys_fetched_at=now,
        trusted=True,
    )


def _post(ours: HubActor, text: str) -> HubObject:
    order = Outgoing(key=uuid4().hex[:12], text=text, created_at=clock.now(), language="en")
    return things.publish(ours, order, ())[0]


def strangers(count: int, servers: int, url: str, into: str) -> None:
    """Activities of accounts on many servers, signed and ready to be sent."""
    ours = _hub()
    posts = [_post(ours, f"Post {number}") for number in range(count // servers + 1)]
    people = []
    for number in range(servers):
        private = keys.new_rsa()
        row = _known(f"s{number}.example", "ann", keys.public_pem(private.public_key()))
        people.append((row, private))
    RemoteActor.objects.bulk_create([row for row, _private in people])
    with Path(into).open("wb") as file:
        for number in range(count):
            row, private = people[number % servers]
            document = _said(number, row, ours, posts[number // servers].uri)
            file.write(_signed(document, row, private, url, number).to_line())


def _said(number: int, row: RemoteActor, ours: HubActor, post: str) -> dict[str, Any]:
    """Half are answers, half are likes."""
    base = f"http://{row.host}"
    activity = {
        "@context": [AS2, "https://w3id.org/security/v1"],
        "id": f"{base}/activities/{number}",
        "actor": row.uri,
        "to": [f"{AS2}#Public"],
        "cc": [ours.uri, row.followers_uri],
        "published": clock.now().isoformat(),
    }
    if number // 2 % 2:
        return activity | {"type": "Like", "object": post}
    note = {
        "id": f"{base}/notes/{number}",
        "type": "Note",
        "attributedTo": row.uri,
        "inReplyTo": post,
        "content": f"<p>Answer {number}: how do you roast them, and how long may they rest?</p>",
        "to": activity["to"],
        "cc": activity["cc"],
        "tag": [{"type": "Mention", "href": ours.uri, "name": f"@{ours.handle}@{ours.host}"}],
        "published": activity["published"],
    }
    return activity | {"type": "Create", "object": note}


def _signed(
    document: dict[str, Any], row: RemoteActor, private: Any, url: str, number: int
) -> Prepared:
    body = json.dumps(document, ensure_ascii=False).encode()
    message = Message(
        "POST", f"{url}/hub/inbox", {"content-type": "application/activity+json"}, body
    )
    headers = signatures.sign(
        message,
        key=private,
        key_id=f"{row.uri}#main-key",
        scheme=Scheme.CAVAGE if number % 2 else Scheme.RFC9421,
        now=clock.now(),
    )
    return Prepared("/hub/inbox", headers, body.decode())


def handled(count: int) -> None:
    """Wait for the worker; how many activities of others are in the log."""
    begun = time.monotonic()
    rows = Activity.objects.filter(direction="inbound")
    _wait(lambda: not Inbound.objects.filter(state="new").exists() and rows.count() >= count)
    states = list(Inbound.objects.values_list("state", flat=True))
    tell(seconds=time.monotonic() - begun, logged=rows.count(), stored=len(states))


def followers(count: int, servers: int, port: int, *, shared: bool) -> None:
    """People who follow, on servers that all have an address of their own on loopback."""
    ours = _hub()
    rows = list(_spread(count, servers, port, shared=shared))
    RemoteActor.objects.bulk_create(rows, batch_size=500)
    Follow.objects.bulk_create(
        [
            Follow(actor=ours, remote=row, direction="in", state="accepted", activity_id=row.uri)
            for row in rows
        ],
        batch_size=500,
    )


def _spread(count: int, servers: int, port: int, *, shared: bool) -> Iterator[RemoteActor]:
    for number in range(count):
        server = number % servers
        host = f"127.1.{server // 250}.{server % 250 + 1}:{port}"
        yield _known(host, f"p{number}", shared=f"http://{host}/inbox" if shared else "")


def publish(worker: int) -> None:
    """Seconds and the worker's CPU seconds from a post to its last request."""
    ours = HubActor.objects.select_related("hub__workspace", "channel").get(hub__isnull=False)
    used, begun = cpu_seconds(worker), time.monotonic()
    thing = _post(ours, "Fresh beans for everybody who follows, wherever they are. #beans")
    packed = time.monotonic() - begun
    rows = Parcel.objects.filter(shipment__thing=thing)
    _wait(lambda: not rows.filter(state__in=["due", "sending"]).exists())
    tell(
        packed=packed,
        seconds=time.monotonic() - begun,
        cpu=cpu_seconds(worker) - used,
        parcels=rows.count(),
        done=rows.filter(state="done").count(),
    )


def cpu_seconds(pid: int) -> float:
    """What a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _wait(done: Callable[[], bool]) -> None:
    until = time.monotonic() + _PATIENCE
    while not done():
        if time.monotonic() > until:
            sys.exit("it never ended")
        time.sleep(0.2)


def tell(**values: Any) -> None:
    """Hand the result to the process that asked."""
    sys.stdout.write(json.dumps(values) + "\n")


STEPS = {
    "strangers": strangers,
    "handled": handled,
    "followers": followers,
    "publish": publish,
}

if __name__ == "__main__":
    STEPS[sys.argv[1]](**json.loads(sys.argv[2]))
