"""A channel on a real Bluesky network: connected, read into the log, reconnected."""

from __future__ import annotations

import itertools

import pytest
from asgiref.sync import async_to_sync

from enishi.activities.models import Activity, Observation
from enishi.channels import actions
from enishi.channels.contract import Secrets
from enishi.channels.core.lifecycle import ChannelState
from enishi.channels.models import Channel, Credential
from enishi.channels.service import open_adapter, store_secrets
from enishi.channels.sync import sync_channel
from enishi.kernel.errors import InvalidInputError
from tests.adapters.bluesky_bench import LiveBench
from tests.adapters.conformance import outgoing

pytestmark = [pytest.mark.live, pytest.mark.django_db(transaction=True)]

_numbers = itertools.count(1)


@pytest.fixture
def home(settings, tmp_path):
    settings.ENISHI_HOME = tmp_path
    settings.ENISHI_ALLOWED_NETWORKS = ["127.0.0.0/8", "::1/128"]


@pytest.fixture
def people(bluesky):
    """Two accounts on the network."""
    return LiveBench(bluesky, f"c{next(_numbers)}")


def connect(owner, people, **changes):
    fields = {"identifier": people.handle, "app_password": people.password}
    return actions.connect_channel(
        owner,
        adapter="bluesky",
        **{"service_url": people.service_url, "fields": fields} | changes,
    )


async def _publish(channel, **changes):
    async with open_adapter(channel) as adapter:
        return await adapter.publish(outgoing(**changes))


def test_what_people_do_on_the_network_arrives_in_the_log(home, owner, people):
    channel = connect(owner, people)
    assert channel.handle == people.handle
    assert people.password not in str(Credential.objects.get(channel=channel).ciphertext)
    post = async_to_sync(_publish)(channel)
    async_to_sync(people.others_act)(post)
    people.network.settle()
    done = async_to_sync(sync_channel)(channel.id)
    assert done.problems == {}
    read = Activity.objects.filter(channel_id=channel.id)
    types = read.filter(direction="inbound").values_list("type", flat=True)
    assert sorted(types) == ["Announce", "Create", "Create", "Create", "Follow", "Like"]
    reply = read.get(direction="inbound", text="おいしそう")
    assert reply.target_key == post.remote_id
    assert read.get(direction="outbound", type="Create").object_key == post.remote_id
    count = read.count()
    async_to_sync(sync_channel)(channel.id)
    assert read.count() == count
    followers = Observation.objects.get(channel_id=channel.id, subject="", metric="followers")
    assert followers.value == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fields": {"identifier": "no.test", "app_password": "x"}}, "app password is not right"),
        ({"service_url": "http://localhost:9"}, "does not answer"),
        ({"service_url": "http://10.255.0.1"}, "ENISHI_ALLOWED_NETWORKS"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_kept(home, owner, people, changes, words):
    with pytest.raises(InvalidInputError) as refused:
        connect(owner, people, **changes)
    assert words in str(refused.value)
    assert Channel.objects.count() == Credential.objects.count() == 0
    assert connect(owner, people).state == ChannelState.DRAFT


def test_a_session_that_ended_asks_for_the_password_and_goes_on(home, owner, people):
    channel = connect(owner, people)
    store_secrets(channel.id, Secrets({"access": "eyJ.a.b", "refresh": "eyJ.x.y"}))
    async_to_sync(sync_channel)(channel.id)
    channel.refresh_from_db()
    assert channel.state == ChannelState.RECONNECT
    actions.reconnect_channel(
        owner,
        channel.id,
        fields={"identifier": people.handle, "app_password": people.password},
    )
    assert async_to_sync(sync_channel)(channel.id).problems == {}
