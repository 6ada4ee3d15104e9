"""The pages of the strategy, below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.strategy.views import keeping, numbers, plan, starting, thinking, work

app_name = "strategy"
_NODE = "strategy/<slug:level>/<uuid:node_id>"
urlpatterns = [
    path("strategy/", plan.tree, name="tree"),
    path("strategy/kpis/", numbers.kpis, name="kpis"),
    path("strategy/kpi/<slug:key>/explain/", numbers.explain, name="explain"),
    path("strategy/smart/", plan.smart, name="smart"),
    path("strategy/starters/", starting.picker, name="starters"),
    path("strategy/starters/undo/", starting.undo, name="undo_starter"),
    path("strategy/starters/<slug:key>/", starting.create, name="use_starter"),
    path("strategy/pillars/<slug:key>/", starting.pillar, name="pillar"),
    path("strategy/hours/", work.weekly, name="sheet"),
    path("strategy/hours/save/", work.save_sheet, name="save_sheet"),
    path("strategy/hours/timer/", work.timer, name="timer"),
    path("strategy/month/", work.month, name="month"),
    path("strategy/month/change/", work.change_month, name="change_month"),
    path("strategy/costs/", work.change_cost, name="change_cost"),
    path("strategy/resources/", work.capacity, name="resources"),
    path("strategy/resources/change/", work.change_resource, name="change_resource"),
    path("strategy/canvas/", thinking.canvas, name="canvas"),
    path("strategy/canvas/save/", thinking.save_canvas, name="save_canvas"),
    path("strategy/canvas/coverage.csv", thinking.coverage, name="coverage"),
    path("strategy/risks/", thinking.risks, name="risks"),
    path("strategy/risks/change/", thinking.change_risk, name="change_risk"),
    path("strategy/outside/", thinking.factors, name="factors"),
    path("strategy/outside/change/", thinking.change_factor, name="change_factor"),
    path("strategy/alignment/", thinking.align, name="alignment"),
    path("strategy/alignment/link/", thinking.link, name="align"),
    path("strategy/watch/", numbers.watch, name="watch"),
    path("strategy/thresholds/", numbers.thresholds, name="thresholds"),
    path("strategy/conversations/<uuid:conversation_id>/", plan.conversation, name="conversation"),
    path("strategy/versions/", keeping.history, name="versions"),
    path("strategy/versions/change/", keeping.change_history, name="change_versions"),
    path("strategy/reviews/", keeping.programme, name="programme"),
    path("strategy/reviews/draft/", keeping.draft, name="draft_review"),
    path("strategy/reviews/<uuid:review_id>/", keeping.review, name="review"),
    path("strategy/reviews/<uuid:review_id>/minutes/", keeping.minutes, name="minutes"),
    path("strategy/one-page/", keeping.one_page, name="one_page"),
    path("strategy/strategy/<uuid:node_id>/", plan.strategy, name="strategy"),
    path("strategy/strategy/<uuid:node_id>/approve/", plan.approve, name="approve"),
    path("strategy/objective/<uuid:node_id>/", plan.objective, name="objective"),
    path("strategy/objective/<uuid:node_id>/kpis/", plan.change_pack, name="change_pack"),
    path("strategy/tactic/<uuid:node_id>/", plan.tactic, name="tactic"),
    path("strategy/tactic/<uuid:node_id>/posts/", plan.link, name="link"),
    path("strategy/tactic/<uuid:node_id>/posts/remove/", plan.unlink, name="unlink"),
    path("strategy/tactic/<uuid:node_id>/change/", work.change_tactic, name="change_tactic"),
    path("strategy/<slug:level>/new/", plan.create, name="create"),
    path(f"{_NODE}/edit/", plan.edit, name="edit"),
    path(f"{_NODE}/outline/", plan.outline, name="outline"),
    path(f"{_NODE}/move/", plan.move, name="move"),
    path(f"{_NODE}/delete/", plan.delete, name="delete"),
]
