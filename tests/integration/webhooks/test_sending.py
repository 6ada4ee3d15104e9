"""Events reach a real receiver, signed; whatever it answers has its consequence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Actor, Role
from enishi.jobs.testing import run_until_idle
from enishi.kernel.errors import ConflictError, InvalidInputError, NotAllowedError, NotFoundError
from enishi.notifications.models import Notification
from enishi.publishing import actions as publishing
from enishi.publishing.models import Post
from enishi.webhooks import actions, keyring, queries
from enishi.webhooks.core.retrying import DISABLE_AFTER, SCHEDULE
from enishi.webhooks.models import Call, Endpoint, Event, Sending
from enishi.webhooks.tasks import KEEP, tidy


@pytest.fixture
def endpoint(owner, receiver) -> Endpoint:
    """The receiver, subscribed to everything."""
    made = actions.add_endpoint(owner, url=receiver.url)
    receiver.secret = made.secret
    return made.endpoint


def only_sending() -> Sending:
    return Sending.objects.get()


def test_it_tells_a_published_post_with_a_signature_that_holds(
    owner, endpoint, receiver, make_post, only_delivery
):
    post = make_post("Hello programs")
    publishing.publish_now(owner, post_id=post.id)
    run_until_idle()
    assert receiver.refused == 0
    assert sorted(receiver.types) == ["delivery.published", "post.created", "post.scheduled"]
    [heard] = [item for item in receiver.heard if item["type"] == "delivery.published"]
    data = heard["data"]
    delivery = only_delivery(post)
    assert data["type"] == "Create"
    assert data["object"]["id"] == delivery.remote_id
    assert data["object"]["content"] == "Hello programs"
    assert data["enishi:delivery"] == str(delivery.id)
    assert data["enishi:post"] == str(post.id)
    assert data["@context"][0] == "https://www.w3.org/ns/activitystreams"
    assert heard["timestamp"].endswith("Z")


def test_it_tells_a_failure_with_its_reason(owner, endpoint, receiver, make_post):
    actions.change_endpoint(owner, endpoint_id=endpoint.id, events=["delivery.failed"])
    post = make_post("Too long, in a moment")
    publishing.publish_now(owner, post_id=post.id)
    Post.objects.filter(id=post.id).update(text="x" * 5000)
    run_until_idle()
    assert receiver.types == ["delivery.failed"]
    assert receiver.heard[0]["data"]["enishi:reason"] == "refused"


def test_it_never_tells_what_was_rolled_back(owner, endpoint, receiver, make_post):
    with transaction.atomic():
        make_post("Never happened")
        transaction.set_rollback(True)
    run_until_idle()
    assert receiver.heard == []
    assert not Event.objects.exists()


def test_it_writes_nothing_when_nobody_listens(owner, make_post):
    make_post("Into the void")
    assert not Event.objects.exists()


def test_it_calls_again_with_the_same_id_until_it_is_taken(owner, endpoint, receiver):
    receiver.answers = [500, 503, 204]
    actions.send_test(owner, endpoint_id=endpoint.id)
    run_until_idle()
    assert only_sending().state == "waiting"
    run_until_idle(after=SCHEDULE[0] * 2)
    run_until_idle(after=SCHEDULE[1] * 3)
    assert receiver.types == ["webhook.test"]
    assert len(receiver.ids) == 3
    assert len(set(receiver.ids)) == 1
    assert only_sending().state == "delivered"
    assert list(Call.objects.values_list("status", flat=True)) == [500, 503, 204]
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_it_waits_as_long_as_a_busy_receiver_asks(owner, endpoint, receiver):
    receiver.answers, receiver.headers = [429], {"retry-after": "3600"}
    actions.send_test(owner, endpoint_id=endpoint.id)
    run_until_idle()
    run_until_idle(after=timedelta(minutes=30))
    assert len(receiver.ids) == 1
    receiver.answers = [204]
    run_until_idle(after=timedelta(minutes=61))
    assert receiver.types == ["webhook.test"]


def test_it_gives_up_an_event_after_the_last_retry_and_a_person_can_send_it_again(
    owner, endpoint, receiver
):
    receiver.answers = [500]
    actions.send_test(owner, endpoint_id=endpoint.id)
    Sending.objects.update(tried=len(SCHEDULE))
    run_until_idle()
    sending = only_sending()
    assert sending.state == "failed"
    receiver.answers = [204]
    actions.resend(owner, sending_id=sending.id)
    run_until_idle()
    assert only_sending().state == "delivered"
    assert len(set(receiver.ids)) == 1


def test_it_stops_at_once_when_the_receiver_is_gone_and_says_so(owner, endpoint, receiver):
    receiver.answers = [410]
    actions.send_test(owner, endpoint_id=endpoint.id)
    run_until_idle()
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_reason) == ("disabled", "gone")
    told = Notification.objects.get(user_id=owner.user_id)
    assert (told.kind, told.path) == ("webhook_disabled", f"settings/webhooks/{endpoint.id}/")
    with pytest.raises(ConflictError):
        actions.send_test(owner, endpoint_id=endpoint.id)


def test_it_switches_off_what_fails_for_days_and_sends_what_waits_when_switched_on(
    owner, endpoint, receiver
):
    receiver.answers = [500]
    actions.send_test(owner, endpoint_id=endpoint.id)
    run_until_idle()
    run_until_idle(after=DISABLE_AFTER + timedelta(minutes=1))
    endpoint.refresh_from_db()
    assert (endpoint.state, endpoint.disabled_reason) == ("disabled", "failing")
    assert only_sending().state == "waiting"
    receiver.answers = [204]
    actions.resume(owner, endpoint_id=endpoint.id)
    run_until_idle()
    assert receiver.types == ["webhook.test"]


def test_it_signs_with_both_secrets_for_a_day_after_a_new_one(owner, endpoint, receiver):
    old = receiver.secret
    made = actions.rotate_secret(owner, endpoint_id=endpoint.id)
    for secret in (old, made.secret):
        receiver.secret = secret
        actions.send_test(owner, endpoint_id=endpoint.id)
        run_until_idle()
    assert (len(receiver.heard), receiver.refused) == (2, 0)
    until = made.endpoint.previous_until
    assert until is not None
    Endpoint.objects.update(previous_until=until - keyring.OVERLAP)
    receiver.secret = old
    actions.send_test(owner, endpoint_id=endpoint.id)
    run_until_idle()
    assert receiver.refused == 1


def test_it_calls_no_private_address_unless_the_operator_allows_it(
    owner, endpoint, receiver, settings
):
    settings.ENISHI_ALLOWED_NETWORKS = ()
    actions.send_test(owner, endpoint_id=endpoint.id)
    run_until_idle()
    assert receiver.ids == []
    assert Call.objects.get().problem == "refused"
    with pytest.raises(InvalidInputError) as caught:
        actions.add_endpoint(owner, url="http://169.254.169.254/latest")
    assert caught.value.field == "url"


def test_it_notes_that_no_answer_came(owner, endpoint, receiver):
    Endpoint.objects.update(url="http://127.0.0.1:9/nobody")
    actions.send_test(owner, endpoint_id=endpoint.id)
    run_until_idle()
    call = Call.objects.get()
    assert (call.status, call.problem) == (0, "not_reached")


def test_it_tells_nothing_while_paused_and_only_what_was_chosen(
    owner, endpoint, receiver, make_post
):
    actions.change_endpoint(owner, endpoint_id=endpoint.id, events=["post.deleted"])
    post = make_post("Quietly")
    run_until_idle()
    assert receiver.heard == []
    actions.pause(owner, endpoint_id=endpoint.id)
    publishing.delete_post(owner, post_id=post.id)
    actions.resume(owner, endpoint_id=endpoint.id)
    run_until_idle()
    assert receiver.heard == []


def test_it_calls_again_what_a_dead_worker_held(owner, endpoint, receiver):
    sending = actions.send_test(owner, endpoint_id=endpoint.id)
    Sending.objects.update(state="sending", claimed_at=sending.created_at, tried=1)
    run_until_idle(after=timedelta(minutes=11))
    tidy({})
    run_until_idle(after=timedelta(minutes=12))
    assert receiver.types == ["webhook.test"]


def test_it_forgets_what_is_long_done(owner, endpoint, receiver):
    actions.send_test(owner, endpoint_id=endpoint.id)
    run_until_idle()
    Event.objects.update(created_at=Event.objects.get().created_at - KEEP - timedelta(days=1))
    tidy({})
    assert not Sending.objects.exists()
    assert not Call.objects.exists()


def test_it_shows_the_log_without_any_secret(owner, endpoint, receiver):
    actions.send_test(owner, endpoint_id=endpoint.id)
    run_until_idle()
    [item] = queries.sendings(owner, endpoint_id=endpoint.id).items
    assert (item.state, item.calls[0].status, item.next_at) == ("delivered", 204, None)
    assert receiver.secret not in repr(queries.endpoints(owner)) + repr(item)
    assert receiver.secret.encode() not in bytes(Endpoint.objects.get().secrets)


@pytest.mark.parametrize(
    "url",
    ["", "example.com", "ftp://example.com/x", "https://me:pw@example.com/", "http://10.1.2.3/"],
)
def test_it_refuses_addresses_that_cannot_work(owner, url):
    with pytest.raises(InvalidInputError):
        actions.add_endpoint(owner, url=url)


def test_it_refuses_event_types_that_do_not_exist(owner):
    with pytest.raises(InvalidInputError) as caught:
        actions.add_endpoint(owner, url="https://example.com/", events=["post.exploded"])
    assert "post.exploded" in str(caught.value)


def test_it_is_for_owners_and_managers_of_the_workspace_only(
    owner, member, stranger, endpoint, make_actor
):
    assert queries.endpoints(make_actor(Role.MANAGER))
    with pytest.raises(NotAllowedError):
        queries.endpoints(member)
    with pytest.raises(NotFoundError):
        actions.send_test(stranger, endpoint_id=endpoint.id)
    assert queries.endpoints(stranger) == []


def test_it_goes_with_its_workspace(owner: Actor, endpoint, workspace: Workspace):
    actions.remove_endpoint(owner, endpoint_id=endpoint.id)
    assert not Endpoint.objects.exists()
