from __future__ import annotations

import pytest

from enishi.accounts.permissions import Role
from enishi.activities.models import Activity
from enishi.channels import actions, queries
from enishi.channels.core.lifecycle import ChannelState
from enishi.kernel.errors import InvalidInputError


def state_of(owner, channel, item):
    items = queries.channel(owner, channel.id).activation
    return next(one for one in items if one.item == item)


@pytest.mark.requirement("R042")
def test_a_channel_stays_draft_until_its_five_points_are_settled(connect, owner):
    channel = connect()
    assert channel.state == ChannelState.DRAFT
    assert queries.channels(owner)[0].open_items == 4
    for item in ("audience", "policy"):
        actions.set_activation(owner, channel.id, item=item, state="set", note="decided")
    actions.set_cadence(owner, channel.id, posts_per_week=5)
    waived = actions.set_activation(
        owner, channel.id, item="objective", state="waived", note="only a trial"
    )
    assert waived.state == ChannelState.ACTIVE
    assert state_of(owner, channel, "objective").note == "only a trial"
    assert Activity.objects.filter(type="Accept", text__contains="only a trial").exists()
    reopened = actions.set_activation(owner, channel.id, item="objective", state="open")
    assert reopened.state == ChannelState.DRAFT


@pytest.mark.requirement("R042")
def test_waiving_needs_a_reason(connect, owner):
    channel = connect()
    with pytest.raises(InvalidInputError) as refused:
        actions.set_activation(owner, channel.id, item="policy", state="waived", note=" ")
    assert refused.value.field == "note"


@pytest.mark.requirement("R042")
def test_the_whole_list_can_be_answered_at_once(connect, owner):
    plan = actions.Plan(objective="500 readers", posts_per_week=3, waive_rest="trying it out")
    channel = actions.activate(owner, connect().id, plan)
    assert channel.state == ChannelState.ACTIVE
    assert state_of(owner, channel, "objective").state == "set"
    assert state_of(owner, channel, "policy").state == "waived"
    assert state_of(owner, channel, "owner").state == "set"


def test_an_owner_and_a_cadence_are_facts_and_not_ticks(connect, owner):
    channel = actions.activate(owner, connect().id, actions.Plan(waive_rest="trial"))
    actions.set_owners(owner, channel.id, owner_id=None, backup_owner_id=None)
    assert state_of(owner, channel, "owner").state == "open"
    channel.refresh_from_db()
    assert channel.state == ChannelState.DRAFT


@pytest.mark.parametrize("count", [0, -1, 501])
def test_a_cadence_must_be_possible(connect, owner, count):
    with pytest.raises(InvalidInputError):
        actions.set_cadence(owner, connect().id, posts_per_week=count)


@pytest.mark.requirement("R045")
def test_channels_without_a_backup_owner_are_listed(connect, owner, make_actor):
    channel, second = connect(), connect(handle="tsukimi")
    manager = make_actor(Role.MANAGER)
    actions.set_owners(owner, channel.id, owner_id=owner.user_id, backup_owner_id=manager.user_id)
    assert [card.id for card in queries.without_backup(owner)] == [second.id]


def test_only_members_can_own_a_channel(connect, owner, stranger):
    channel = connect()
    with pytest.raises(InvalidInputError, match="not a member"):
        actions.set_owners(owner, channel.id, owner_id=stranger.user_id, backup_owner_id=None)
    with pytest.raises(InvalidInputError, match="different people"):
        actions.set_owners(owner, channel.id, owner_id=owner.user_id, backup_owner_id=owner.user_id)


@pytest.mark.parametrize("wrong", [{"item": "slogan"}, {"state": "done"}])
def test_unknown_points_and_states_are_refused(connect, owner, wrong):
    given = {"item": "policy", "state": "set", "note": "x"} | wrong
    with pytest.raises(InvalidInputError):
        actions.set_activation(owner, connect().id, **given)
