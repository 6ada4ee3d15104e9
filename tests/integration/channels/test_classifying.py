from __future__ import annotations

from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from enishi.adapters.sandbox.network import Draft
from enishi.channels import actions, queries, taxonomy
from enishi.channels.sync import sync_channel
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError


def test_several_schemes_stand_side_by_side_with_source_and_date(connect, owner):
    found = queries.channel(owner, connect().id).classification
    by_scheme = {one.scheme_id: one for one in found.judgements}
    assert {"mic-2015", "function-4", "usage-2024"} <= set(by_scheme)
    assert all(one.source and one.published for one in found.judgements)
    assert found.metrics == ("reach", "reshares", "spread_depth")


@pytest.mark.requirement("R013")
def test_the_weight_can_be_overridden_and_taken_back(connect, owner):
    channel = connect()
    assert queries.channel(owner, channel.id).classification.sns_weight == 0.5
    actions.set_taxonomy(
        owner, channel.id, sns_weight=0.8, classes={"mic-2015": "blog"}, tie_model="mutual"
    )
    found = queries.channel(owner, channel.id).classification
    assert (found.sns_weight, found.is_weight_override, found.tie_model) == (0.8, True, "mutual")
    assert taxonomy.classes_of(_row(channel))["mic-2015"] == "blog"
    actions.set_taxonomy(owner, channel.id, classes={"mic-2015": ""})
    assert taxonomy.classes_of(_row(channel))["mic-2015"] == "sns"
    actions.reset_taxonomy(owner, channel.id)
    assert queries.channel(owner, channel.id).classification.sns_weight == 0.5


def _row(channel):
    channel.refresh_from_db()
    return channel


@pytest.mark.parametrize(
    "wrong",
    [
        {"sns_weight": 1.1},
        {"classes": {"mic-2015": "zine"}},
        {"classes": {"x": "y"}},
        {"tie_model": "?"},
    ],
)
def test_impossible_classifications_are_refused(connect, owner, wrong):
    with pytest.raises(InvalidInputError):
        actions.set_taxonomy(owner, connect().id, **wrong)


@pytest.mark.requirement("R013")
def test_the_axis_is_measured_from_reach_when_the_network_tells(connect, owner, town):
    channel = connect()
    town.publish(channel.remote_id, [Draft("朝の一杯 #coffee", language="ja")])

    town.advance(clock.now() + timedelta(days=7))
    async_to_sync(sync_channel)(channel.id)
    detail = queries.channel(owner, channel.id)
    assert detail.reach is not None
    assert detail.reach_at is not None


@pytest.mark.requirement("R002")
def test_every_channel_of_sns_is_social_media(connect, owner):
    connect()
    card = queries.channels(owner)[0]
    assert card.path == ("social-media", "sns")
