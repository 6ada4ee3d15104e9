"""Writing the plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from enishi.activities.models import Activity
from enishi.kernel.errors import (
    ConflictError,
    InvalidInputError,
    NotAllowedError,
    NotFoundError,
)
from enishi.publishing.models import Post
from enishi.strategy import actions, queries
from enishi.strategy.core.nodes import Level
from enishi.strategy.inputs import Details, Measure
from enishi.strategy.models import Goal, Objective, Strategy, Tactic
from tests.integration.strategy.conftest import APRIL

pytestmark = pytest.mark.django_db


def make(actor, level, parent=None, title="題", **more):
    return actions.create_node(actor, level=level, parent_id=parent, details=Details(title), **more)


def test_it_builds_four_levels(owner, plan):
    [goal] = queries.tree(owner)
    [strategy] = goal.strategies
    [objective] = strategy.objectives
    assert [goal.node.id, strategy.node.id] == [plan.goal, plan.strategy]
    assert objective.node.id == plan.objective
    assert [tactic.node.id for tactic in objective.tactics] == [plan.tactic]
    assert objective.measure == APRIL


@pytest.mark.requirement("R020")
@pytest.mark.parametrize("level", [Level.GOAL, Level.STRATEGY, Level.OBJECTIVE])
def test_it_refuses_to_delete_what_has_something_below_it(owner, plan, level):
    with pytest.raises(ConflictError, match="1"):
        actions.delete_node(owner, level=level, node_id=getattr(plan, level.value))
    assert Objective.objects.exists()


def test_it_deletes_from_below(owner, plan):
    for level in reversed(Level):
        actions.delete_node(owner, level=level, node_id=getattr(plan, level.value))
    for model in (Goal, Strategy, Objective, Tactic):
        assert not model.objects.exists()


def test_a_workspace_takes_its_plan_along(workspace, plan):
    workspace.delete()
    assert not Goal.objects.exists()


def test_an_objective_reads_its_figures_from_its_title(owner, plan):
    made = make(owner, Level.OBJECTIVE, plan.strategy, "4/1–4/30に+1,000フォロワー(4,200→5,200)")
    assert queries.measure(owner, made.id) == APRIL


def test_what_is_given_wins_over_the_title(owner, plan):
    given = Measure(target=6000)
    title = "4/1–4/30に+1,000フォロワー(4,200→5,200)"
    made = make(owner, Level.OBJECTIVE, plan.strategy, title, measure=given)
    assert queries.measure(owner, made.id) == replace(APRIL, target=6000)


def test_it_updates_details_and_measure(owner, plan, channel):
    actions.update_node(
        owner,
        level=Level.OBJECTIVE,
        node_id=plan.objective,
        details=Details("新しい題", "説明", owner.user_id, "done"),
        measure=replace(APRIL, end=date(2026, 5, 31), channel_ids=(channel.id,)),
    )
    found = queries.objective(owner, plan.objective)
    assert (found.row.node.title, found.row.node.status) == ("新しい題", "done")
    assert found.row.node.owner_name == "Olga"
    assert found.row.measure.end == date(2026, 5, 31)
    assert found.channels == ["喫茶えにし"]


@pytest.mark.parametrize(
    ("details", "field"),
    [
        (Details(""), "title"),
        (Details("  "), "title"),
        (Details("長" * 201), "title"),
        (Details("題", status="maybe"), "status"),
        (Details("題", owner_id=uuid4()), "owner"),
    ],
)
def test_it_says_which_detail_must_change(owner, details, field):
    with pytest.raises(InvalidInputError) as refused:
        actions.create_node(owner, level=Level.GOAL, details=details)
    assert refused.value.field == field
    assert not Goal.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"metric": "happiness"}, "metric"),
        ({"baseline": float("nan")}, "baseline"),
        ({"target": float("inf")}, "target"),
        ({"end": date(2026, 3, 1)}, "end"),
        ({"end": date(2046, 3, 1)}, "end"),
        ({"channel_ids": (uuid4(),)}, "channels"),
        ({"upstream_id": uuid4()}, "upstream"),
    ],
)
def test_it_says_what_of_the_measure_must_change(owner, plan, change, field):
    with pytest.raises(InvalidInputError) as refused:
        actions.update_node(
            owner,
            level=Level.OBJECTIVE,
            node_id=plan.objective,
            details=Details("題"),
            measure=replace(APRIL, **change),
        )
    assert refused.value.field == field
    assert queries.measure(owner, plan.objective) == APRIL


def test_an_objective_is_not_its_own_first_level(owner, plan):
    with pytest.raises(InvalidInputError):
        actions.update_node(
            owner,
            level=Level.OBJECTIVE,
            node_id=plan.objective,
            details=Details("題"),
            measure=replace(APRIL, upstream_id=plan.objective),
        )


def test_a_node_needs_the_parent_of_its_level(owner, plan):
    with pytest.raises(InvalidInputError):
        make(owner, Level.STRATEGY)
    with pytest.raises(NotFoundError):
        make(owner, Level.STRATEGY, plan.strategy)


def titles(owner, plan):
    [goal] = queries.tree(owner)
    return [each.node.title for each in goal.strategies]


@pytest.mark.parametrize(
    ("place", "expected"), [(0, "CAB"), (1, "ACB"), (2, "ABC"), (99, "ABC"), (-5, "CAB")]
)
def test_it_moves_among_its_siblings(owner, plan, place, expected):
    Tactic.objects.all().delete()
    Objective.objects.all().delete()
    Strategy.objects.all().delete()
    ids = [make(owner, Level.STRATEGY, plan.goal, title).id for title in "ABC"]
    actions.move_node(owner, level=Level.STRATEGY, node_id=ids[2], position=place)
    assert "".join(titles(owner, plan)) == expected


def test_it_moves_below_another_parent(owner, plan):
    other = make(owner, Level.STRATEGY, plan.goal, "別の戦略")
    actions.move_node(owner, level=Level.OBJECTIVE, node_id=plan.objective, parent_id=other.id)
    assert queries.parent(owner, plan.objective) == other.id
    with pytest.raises(NotFoundError):
        actions.move_node(owner, level=Level.OBJECTIVE, node_id=plan.objective, parent_id=plan.goal)


def test_posts_are_linked_once_and_unlinked(owner, workspace, plan):
    post = Post.objects.create(workspace=workspace, text="おはようございます")
    assert actions.link_post(owner, tactic_id=plan.tactic, post_id=post.id)
    assert not actions.link_post(owner, tactic_id=plan.tactic, post_id=post.id)
    assert [one.id for one in queries.tactic(owner, plan.tactic).posts] == [post.id]
    assert [leaf.id for leaf in queries.post_tactics(owner, post.id)] == [plan.tactic]
    assert actions.unlink_post(owner, tactic_id=plan.tactic, post_id=post.id)
    assert not actions.unlink_post(owner, tactic_id=plan.tactic, post_id=post.id)


def test_only_posts_of_the_workspace_are_linked(owner, stranger, plan):
    post = Post.objects.create(workspace_id=stranger.workspace_id, text="よそ")
    with pytest.raises(NotFoundError):
        actions.link_post(owner, tactic_id=plan.tactic, post_id=post.id)


def test_what_people_do_is_in_the_log(owner, workspace, plan):
    post = Post.objects.create(workspace=workspace, text="おはよう")
    actions.link_post(owner, tactic_id=plan.tactic, post_id=post.id)
    actions.unlink_post(owner, tactic_id=plan.tactic, post_id=post.id)
    actions.update_node(owner, level=Level.TACTIC, node_id=plan.tactic, details=Details("夜"))
    actions.move_node(owner, level=Level.TACTIC, node_id=plan.tactic, position=0)
    actions.delete_node(owner, level=Level.TACTIC, node_id=plan.tactic)
    rows = Activity.objects.filter(object_key=f"urn:uuid:{plan.tactic}")
    assert sorted(rows.values_list("type", flat=True)) == sorted(
        ["Create", "Add", "Remove", "Update", "Move", "Delete"]
    )
    assert set(rows.values_list("object_type", flat=True)) == {"enishi:Tactic"}


ACTS = {
    "create": lambda actor, plan, post: make(actor, Level.TACTIC, plan.objective),
    "update": lambda actor, plan, post: actions.update_node(
        actor, level=Level.GOAL, node_id=plan.goal, details=Details("題")
    ),
    "move": lambda actor, plan, post: actions.move_node(
        actor, level=Level.GOAL, node_id=plan.goal, position=0
    ),
    "link": lambda actor, plan, post: actions.link_post(actor, tactic_id=plan.tactic, post_id=post),
    "unlink": lambda actor, plan, post: actions.unlink_post(
        actor, tactic_id=plan.tactic, post_id=post
    ),
    "delete": lambda actor, plan, post: actions.delete_node(
        actor, level=Level.TACTIC, node_id=plan.tactic
    ),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=list(ACTS))
def test_an_owner_may_a_creator_may_not_and_a_stranger_finds_nothing(
    act, owner, member, stranger, workspace, plan
):
    post = Post.objects.create(workspace=workspace, text="おはよう").id
    with pytest.raises(NotAllowedError):
        act(member, plan, post)
    with pytest.raises(NotFoundError):
        act(stranger, plan, post)
    act(owner, plan, post)
