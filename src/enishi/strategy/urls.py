"""The pages of the strategy, below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.strategy.views import numbers, plan

app_name = "strategy"
urlpatterns = [
    path("strategy/", plan.tree, name="tree"),
    path("strategy/kpis/", numbers.kpis, name="kpis"),
    path("strategy/kpi/<slug:key>/explain/", numbers.explain, name="explain"),
    path("strategy/smart/", plan.smart, name="smart"),
    path("strategy/objective/<uuid:node_id>/", plan.objective, name="objective"),
    path("strategy/tactic/<uuid:node_id>/", plan.tactic, name="tactic"),
    path("strategy/tactic/<uuid:node_id>/posts/", plan.link, name="link"),
    path("strategy/tactic/<uuid:node_id>/posts/remove/", plan.unlink, name="unlink"),
    path("strategy/<slug:level>/new/", plan.create, name="create"),
    path("strategy/<slug:level>/<uuid:node_id>/edit/", plan.edit, name="edit"),
    path("strategy/<slug:level>/<uuid:node_id>/move/", plan.move, name="move"),
    path("strategy/<slug:level>/<uuid:node_id>/delete/", plan.delete, name="delete"),
]
