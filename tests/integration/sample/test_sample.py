from __future__ import annotations

from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from enishi.accounts import queries
from enishi.accounts.models import Workspace
from enishi.accounts.permissions import Via
from enishi.activities.models import Activity, Observation
from enishi.adapters.sandbox import store
from enishi.channels.models import Channel
from enishi.inbox.models import Conversation
from enishi.kernel.errors import ConflictError, NotAllowedError
from enishi.publishing.models import Post
from enishi.sample import actions, history
from enishi.strategy.models import Objective, Tactic
from tests.plugins.people import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def actor_of(user, workspace):
    found = queries.membership(user.pk, workspace.slug)
    assert found is not None
    return queries.actor(found, Via.HTML)


@pytest.fixture
def sample_home(settings, tmp_path):
    settings.ENISHI_HOME = tmp_path
    settings.ENISHI_SECRET_KEYS = ""


def test_the_sample_is_alive_is_labelled_and_goes_in_one_step(sample_home, client_of):
    user = make_user("Hana", language="ja")
    workspace = actions.create_sample(user)
    actor = actor_of(user, workspace)
    assert workspace.is_sample
    _assert_a_year_of_history(workspace)
    _assert_a_desk_and_a_plan(workspace)
    home = client_of(actor).get(f"/w/{workspace.slug}/")
    assert "sample-banner" in home.content.decode()
    _assert_pages_ask_the_database_little(client_of(actor), f"/w/{workspace.slug}/")
    assert actions.create_sample(user) == workspace

    actions.delete_sample(actor)
    assert not Workspace.objects.filter(pk=workspace.pk).exists()
    for model in (Activity, Observation, Channel, Post, Conversation, Objective):
        assert not model.objects.exists(), model
    with store.opened(history.town().path) as db:
        assert db.execute("SELECT COUNT(*) FROM posts").fetchone() == (0,)


def _assert_pages_ask_the_database_little(client, base):
    pages = ["", "calendar/", "posts/", "posts/new/", "inbox/", "strategy/", "channels/", "log/"]
    for page in pages:
        client.get(base + page)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(base + page).status_code == 200
        assert len(asked) <= 15, (page, [query["sql"][:90] for query in asked])


def _assert_a_year_of_history(workspace):
    rows = Activity.objects.filter(workspace_id=workspace.pk)
    kinds = Counter(rows.values_list("type", "direction"))
    assert kinds["Like", "inbound"] > 2000
    assert kinds["Follow", "inbound"] > 300
    assert kinds["Create", "inbound"] > 200
    posts = Post.objects.filter(workspace=workspace, state="published")
    assert 280 <= posts.count() <= 450
    assert posts.values("text").distinct().count() > 0.9 * posts.count()
    times = rows.filter(direction="outbound").order_by("occurred_at")
    assert (times.last().occurred_at - times.first().occurred_at).days > 350
    followers = Observation.objects.filter(
        workspace_id=workspace.pk, subject="", metric="followers"
    )
    assert followers.count() > 700


def _assert_a_desk_and_a_plan(workspace):
    states = Counter(Post.objects.filter(workspace=workspace).values_list("state", flat=True))
    assert states["scheduled"] >= 6
    assert states["draft"] >= 3
    waiting = Conversation.objects.filter(workspace=workspace).exclude(state="resolved")
    assert 1 <= waiting.count() <= 60
    assert set(Channel.objects.values_list("state", flat=True)) == {"active"}
    assert Objective.objects.filter(workspace=workspace).count() == 6
    assert Tactic.objects.filter(workspace=workspace, posts__isnull=False).exists()


def test_a_sample_that_fails_leaves_nothing(sample_home, monkeypatch):
    monkeypatch.setattr(actions.history, "live_through", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.create_sample(make_user("Hana"))
    assert not Workspace.objects.filter(is_sample=True).exists()


def test_a_real_workspace_is_not_deleted_as_a_sample(owner):
    with pytest.raises(ConflictError):
        actions.delete_sample(owner)


def test_only_owners_delete_the_sample(member, workspace):
    Workspace.objects.filter(pk=workspace.pk).update(is_sample=True)
    with pytest.raises(NotAllowedError):
        actions.delete_sample(member)
