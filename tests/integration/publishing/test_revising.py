"""Changing what a published post says is a delivery: tried, looked for, settled, told of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any
from unittest.mock import patch

import pytest

from enishi.accounts.permissions import Actor
from enishi.activities.models import Activity
from enishi.channels import registry
from enishi.channels.models import Channel
from enishi.jobs.testing import run_until_idle
from enishi.kernel.errors import ConflictError, InvalidInputError
from enishi.publishing import actions, queries
from enishi.publishing.actions import VariantInput
from enishi.publishing.core.states import DeliveryKind, DeliveryState
from enishi.publishing.models import Delivery, Post
from tests.integration.publishing.model import Platform, Step, adapters

HOUR = timedelta(hours=1)
D = DeliveryState


@pytest.fixture
def platform() -> Iterator[Platform]:
    """A network whose posts can be changed, and one that can be asked by nobody."""
    found = Platform()

    def real(name: str) -> registry.AdapterType:
        return registry.load(import_module(f"tests.lab.loopback.{name}"))

    known = {kind.manifest.id: kind for kind in registry.all()}
    with patch.object(registry, "_found", lambda: known | adapters(found, real)):
        yield found


@pytest.fixture
def channel(platform, make_channel) -> Channel:
    return make_channel(adapter="loopback_key", service_url="http://127.0.0.1:1")


@pytest.fixture
def post(owner, platform, make_post) -> Post:
    """A post that stands on the network."""
    made = make_post("Spring manu")
    actions.publish_now(owner, post_id=made.id)
    run_until_idle()
    assert [one["text"] for one in platform.posts] == ["Spring manu"]
    made.refresh_from_db()
    return made


def revise(actor: Actor, post: Post, text: str, version: int = 0, **more: Any) -> None:
    content = queries.content_of(actor, post_id=post.id)
    changed = replace(content, text=text, **more)
    actions.update_post(actor, post_id=post.id, version=version or post.version, content=changed)


def the_edit(post: Post) -> Delivery:
    return Delivery.objects.get(post=post, kind=DeliveryKind.EDIT)


def shown(platform: Platform) -> list[str]:
    return [one["text"] for one in platform.posts]


def test_it_changes_the_post_on_the_network_once_and_tells_the_log(owner, post, platform):
    revise(owner, post, "Spring menu")
    assert the_edit(post).state == D.SCHEDULED
    run_until_idle()
    edit = the_edit(post)
    assert (edit.state, edit.attempts, shown(platform)) == (D.PUBLISHED, 1, ["Spring menu"])
    row = Activity.objects.get(type="Update", direction="outbound")
    assert (row.object_key, row.text) == (edit.target_id, "Spring menu")
    assert Activity.objects.filter(type="Create", direction="outbound").count() == 1
    assert Post.objects.get(id=post.id).state == "published"


@pytest.mark.parametrize("lost", [Step.LOST_AFTER, Step.BUG_AFTER])
def test_it_looks_before_it_changes_again(owner, post, platform, lost):
    revise(owner, post, "Spring menu")
    platform.steps = [lost]
    run_until_idle()
    assert the_edit(post).state == D.SCHEDULED
    run_until_idle(after=HOUR)
    edit = the_edit(post)
    assert [row.outcome for row in edit.tries.order_by("number")] == ["unknown", "found"]
    assert (edit.state, platform.edits) == (D.PUBLISHED, [("p1", "Spring menu")])


def test_it_tries_again_what_did_not_arrive(owner, post, platform):
    revise(owner, post, "Spring menu")
    platform.steps = [Step.LOST_BEFORE]
    run_until_idle()
    run_until_idle(after=HOUR)
    assert [row.outcome for row in the_edit(post).tries.order_by("number")] == ["unknown", "done"]
    assert platform.edits == [("p1", "Spring menu")]


def test_newer_words_go_into_the_change_that_waits(owner, post, platform):
    revise(owner, post, "Spring menu")
    revise(owner, post, "Spring menu!", version=post.version + 1)
    run_until_idle()
    assert the_edit(post).state == D.PUBLISHED
    assert platform.edits == [("p1", "Spring menu!")]


def test_two_changes_are_never_under_way_at_once(owner, post, platform):
    revise(owner, post, "Spring menu")
    Delivery.objects.filter(id=the_edit(post).id).update(state=D.PUBLISHING)
    with pytest.raises(ConflictError, match="just being sent"):
        revise(owner, post, "Spring menu!", version=post.version + 1)
    assert Post.objects.get(id=post.id).text == "Spring menu"


def test_it_refuses_a_change_of_an_older_version(owner, post):
    revise(owner, post, "Spring menu")
    with pytest.raises(ConflictError, match="meanwhile"):
        revise(owner, post, "Mine", version=post.version)
    assert Post.objects.get(id=post.id).text == "Spring menu"


def test_a_refusal_is_shown_with_what_can_be_done(owner, post, platform):
    revise(owner, post, "Spring menu")
    platform.steps = [Step.REFUSED]
    run_until_idle()
    view = next(
        one
        for one in queries.post_detail(owner, post_id=post.id).deliveries
        if one.kind is DeliveryKind.EDIT
    )
    assert (view.state, view.can) == (D.FAILED, {"retry", "give_up"})
    assert "still shows it as it was" in str(view.next.text)
    assert view.next.waits_for_person
    actions.retry_delivery(owner, delivery_id=view.id)
    run_until_idle()
    assert shown(platform) == ["Spring menu"]


def test_only_words_can_be_changed(owner, post):
    with pytest.raises(InvalidInputError, match="only the words"):
        revise(owner, post, "Spring menu", thread=("More",))
    assert not Delivery.objects.filter(kind=DeliveryKind.EDIT).exists()


def test_where_the_network_allows_no_change_it_says_so(owner, platform, make_channel, make_post):
    stiff = make_channel(adapter="loopback_person", service_url="http://127.0.0.1:1")
    made = make_post("Spring manu", stiff)
    actions.publish_now(owner, post_id=made.id)
    run_until_idle()
    made.refresh_from_db()
    detail = queries.post_detail(owner, post_id=made.id)
    assert (detail.revisable, detail.stiff) == (False, (stiff.name,))
    with pytest.raises(ConflictError, match=stiff.name):
        revise(owner, made, "Spring menu")


def test_a_channel_keeps_its_own_words_where_it_must(
    owner, platform, channel, make_channel, make_post
):
    stiff = make_channel(adapter="loopback_person", service_url="http://127.0.0.1:1")
    made = make_post("Spring manu", channel, stiff)
    actions.publish_now(owner, post_id=made.id)
    run_until_idle()
    made.refresh_from_db()
    own = (VariantInput(channel.id), VariantInput(stiff.id, "Spring manu"))
    revise(owner, made, "Spring menu", channels=own)
    run_until_idle()
    assert sorted(shown(platform)) == ["Spring manu", "Spring menu"]


def test_what_is_deleted_is_not_changed_any_more(owner, post, platform):
    revise(owner, post, "Spring menu")
    sent = Delivery.objects.get(post=post, kind=DeliveryKind.PUBLISH)
    with patch.object(registry.get("loopback_key").manifest.__class__, "supports", lambda *_: True):
        actions.delete_on_network(owner, delivery_id=sent.id)
    assert the_edit(post).state == D.CANCELLED
