from __future__ import annotations

import pytest

from enishi.accounts.permissions import Role
from enishi.activities.models import Activity
from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.channels import actions
from enishi.channels.core.lifecycle import ChannelState
from enishi.channels.models import Channel, Credential
from enishi.jobs.models import Task
from enishi.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)


def test_it_saves_a_verified_account_with_its_owner(connect, owner, workspace):
    channel = connect()
    assert (channel.workspace_id, channel.handle) == (workspace.id, "hinode")
    assert channel.owner_id == owner.user_id
    assert Credential.objects.filter(channel=channel).exists()
    assert Task.objects.filter(name="channels.sync", key=str(channel.id)).exists()
    told = Activity.objects.get(type="Add", channel_id=channel.id)
    assert (told.user_id, told.source) == (owner.user_id, "enishi")


def test_it_leaves_nothing_behind_when_the_password_is_wrong(connect, town):
    town.sign_in("hinode", "kouji")
    with pytest.raises(InvalidInputError) as refused:
        connect(password="something else")
    assert refused.value.field == "password"
    assert "another password" in str(refused.value)
    assert not Channel.objects.exists()
    assert not Credential.objects.exists()
    assert connect(password="kouji").handle == "hinode"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(FaultKind.DROP, "verify"), "does not answer"),
        (Fault(FaultKind.BROKEN, "verify"), "does not answer"),
        (Fault(FaultKind.TOO_MANY, "verify", seconds=3), "slow down"),
        (Fault(FaultKind.EXPIRE, "verify"), "ended this session"),
    ],
    ids=["no connection", "fault of the server", "rate limit", "session ended"],
)
def test_it_explains_what_went_wrong_and_works_afterwards(connect, town, fault, words):
    town.arm(fault)
    with pytest.raises(InvalidInputError) as refused:
        connect()
    assert words in str(refused.value)
    assert "nothing was saved" in str(refused.value)
    assert not Channel.objects.exists()
    assert connect().state == ChannelState.DRAFT


def test_it_asks_for_fields_that_are_missing(owner):
    with pytest.raises(InvalidInputError) as refused:
        actions.connect_channel(owner, adapter="sandbox", fields={"handle": " "})
    assert refused.value.field == "handle"


def test_it_knows_only_installed_adapters(owner):
    with pytest.raises(NotFoundError):
        actions.connect_channel(owner, adapter="friendster", fields={})


def test_it_refuses_the_same_account_twice(connect):
    connect()
    with pytest.raises(ConflictError, match="connected already"):
        connect()
    assert Channel.objects.count() == 1


def test_two_workspaces_may_share_an_account(connect, stranger):
    assert connect().id != connect(stranger).id


def test_it_brings_a_disconnected_account_back_with_its_past(connect, owner):
    channel = connect()
    actions.disconnect_channel(owner, channel.id)
    assert connect().id == channel.id
    assert Credential.objects.filter(channel=channel).exists()


def test_it_reconnects_the_same_account_only(connect, owner, town):
    channel = connect()
    Channel.objects.filter(id=channel.id).update(state=ChannelState.RECONNECT, last_error="x")
    with pytest.raises(InvalidInputError, match="another account"):
        actions.reconnect_channel(
            owner, channel.id, fields={"handle": "tsukimi", "password": "kouji"}
        )
    fields = {"handle": "hinode", "password": "kouji"}
    renewed = actions.reconnect_channel(owner, channel.id, fields=fields)
    assert (renewed.state, renewed.last_error) == (ChannelState.DRAFT, "")


def test_it_forgets_credentials_when_it_disconnects(connect, owner):
    channel = actions.disconnect_channel(owner, connect().id)
    assert channel.state == ChannelState.ARCHIVED
    assert not Credential.objects.exists()
    with pytest.raises(ConflictError):
        actions.pause_channel(owner, channel.id)


def test_it_pauses_and_resumes(connect, owner):
    channel = connect()
    assert actions.pause_channel(owner, channel.id).state == ChannelState.PAUSED
    with pytest.raises(ConflictError):
        actions.read_now(owner, channel.id)
    assert actions.resume_channel(owner, channel.id).state == ChannelState.DRAFT
    with pytest.raises(ConflictError):
        actions.resume_channel(owner, channel.id)


_FIELDS = {"handle": "hinode", "password": "kouji"}
_WRITES = {
    "connect": lambda actor, _id: actions.connect_channel(actor, adapter="sandbox", fields=_FIELDS),
    "verify": lambda actor, _id: actions.verify_account(actor, adapter="sandbox", fields=_FIELDS),
    "reconnect": lambda actor, id_: actions.reconnect_channel(actor, id_, fields=_FIELDS),
    "pause": actions.pause_channel,
    "resume": actions.resume_channel,
    "disconnect": actions.disconnect_channel,
    "owners": lambda actor, id_: actions.set_owners(
        actor, id_, owner_id=None, backup_owner_id=None
    ),
    "cadence": lambda actor, id_: actions.set_cadence(actor, id_, posts_per_week=3),
    "activation": lambda actor, id_: actions.set_activation(
        actor, id_, item="policy", state="set", note="x"
    ),
    "activate": lambda actor, id_: actions.activate(actor, id_, actions.Plan(objective="x")),
    "taxonomy": lambda actor, id_: actions.set_taxonomy(actor, id_, sns_weight=0.5),
    "reset taxonomy": actions.reset_taxonomy,
}


@pytest.mark.parametrize("write", _WRITES.values(), ids=_WRITES)
@pytest.mark.parametrize("role", [Role.CREATOR, Role.RESPONDER, Role.AGENCY, Role.AUDITOR])
def test_only_managers_change_channels(connect, make_actor, write, role):
    channel = connect()
    with pytest.raises(NotAllowedError):
        write(make_actor(role), channel.id)


@pytest.mark.parametrize(
    "write", [_WRITES[name] for name in _WRITES if name not in {"connect", "verify"}]
)
def test_a_stranger_sees_no_channel_of_ours(connect, stranger, write):
    channel = connect()
    with pytest.raises(NotFoundError):
        write(stranger, channel.id)


def test_everybody_who_sees_channels_may_have_them_read(connect, member, stranger):
    channel = connect()
    actions.read_now(member, channel.id)
    with pytest.raises(NotFoundError):
        actions.read_now(stranger, channel.id)
