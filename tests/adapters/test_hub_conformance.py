"""The hub's adapter, on a hub of this database."""

from __future__ import annotations

import pytest

from enishi.channels import registry
from enishi.channels.contract import Adapter, Connection
from enishi.channels.http.testing import FakeHttp, connection
from tests.adapters.conformance import AdapterConformance, Bench
from tests.integration.hub.peers import Peer

pytestmark = pytest.mark.django_db(transaction=True)


class HubBench(Bench):
    """An account of a hub, and Alice elsewhere."""

    adapter_id = "hub"
    reasons = frozenset({"reply", "mention", "quote", "like", "reshare", "follow"})
    refuses_twice = True

    def __init__(self, client, ours, alice: Peer) -> None:
        self.client, self.ours, self.alice = client, ours, alice

    def typed(self) -> Connection:
        return connection(FakeHttp(), secrets={"actor": self.ours.uri})

    def mistyped(self) -> Connection:
        return connection(FakeHttp(), secrets={"actor": "https://nobody.example/"})

    async def connected(self) -> Adapter:
        return registry.get("hub").open(self.typed())

    async def others_act(self, post) -> None:
        from asgiref.sync import sync_to_async  # noqa: PLC0415 - Django is ready only now

        await sync_to_async(self._act)(post.remote_id)

    def _act(self, uri: str) -> None:
        from enishi.hub.federation import handling  # noqa: PLC0415 - Django is ready only now

        alice, ours = self.alice, self.ours
        mention = [{"type": "Mention", "href": ours.uri, "name": "@us"}]
        for activity in (
            alice.activity("Create", alice.note("<p>Nice</p>", inReplyTo=uri)),
            alice.activity("Create", alice.note("<p>You!</p>", tag=mention)),
            alice.activity("Create", alice.note("<p>Look</p>", quoteUrl=uri)),
            alice.activity("Like", uri),
            alice.activity("Announce", uri),
            alice.activity("Follow", ours.uri),
        ):
            assert alice.send(self.client, activity).status_code == 202
        handling.handle_new()


class TestHub(AdapterConformance):
    adapter_id = "hub"

    @pytest.fixture
    def bench(self, client, workspace, owner, monkeypatch):
        from enishi.hub import provisioning  # noqa: PLC0415 - Django is ready only now
        from enishi.hub.models import HubActor  # noqa: PLC0415 - Django is ready only now
        from tests.integration.hub.peers import key  # noqa: PLC0415 - Django is ready only now

        monkeypatch.setattr("enishi.hub.protocol.keys.new_rsa", lambda: key(1))
        hub = provisioning.found(workspace, user_id=owner.user_id)
        alice = Peer()
        alice.known()
        return HubBench(client, HubActor.objects.get(hub=hub), alice)
