"""The pages of the lenses, below `/w/<workspace>/`."""

from __future__ import annotations

from django.urls import path

from enishi.lenses.views import deciding, plans, seeing, trying

app_name = "lenses"
urlpatterns = [
    path("lenses/", seeing.balance, name="balance"),
    path("lenses/reach/", seeing.reach, name="reach"),
    path("lenses/reach/place/", seeing.place, name="place"),
    path("lenses/posts/", seeing.posts, name="posts"),
    path("lenses/posts/powers/", seeing.powers, name="powers"),
    path("lenses/posts/support/", seeing.support, name="support"),
    path("lenses/growth/", seeing.growth, name="growth"),
    path("lenses/growth/audit/", seeing.audit, name="audit"),
    path("lenses/awareness/", seeing.awareness, name="awareness"),
    path("lenses/decide/", deciding.decide, name="decide"),
    path("lenses/decide/split/", deciding.split, name="split"),
    path("lenses/decide/assess/", deciding.assess, name="assess"),
    path(
        "lenses/decide/assessment/<uuid:assessment_id>.<slug:form>",
        deciding.export,
        name="assessment",
    ),
    path("lenses/experiments/", trying.index, name="experiments"),
    path("lenses/experiments/new/", trying.create, name="new_experiment"),
    path("lenses/experiments/<uuid:trial_id>/", trying.trial, name="experiment"),
    path("lenses/experiments/<uuid:trial_id>/posts/", trying.assign, name="assign"),
    path("lenses/experiments/<uuid:trial_id>/look/", trying.look, name="look"),
    path("lenses/experiments/<uuid:trial_id>/abandon/", trying.abandon, name="abandon"),
    path("lenses/plans/", plans.index, name="plans"),
    path("lenses/plans/new/", plans.create, name="new_plan"),
    path("lenses/plans/check/", plans.check, name="check"),
    path("lenses/plans/<uuid:plan_id>/", plans.plan, name="plan"),
    path("lenses/plans/<uuid:plan_id>/edit/", plans.edit, name="edit_plan"),
    path("lenses/plans/<uuid:plan_id>/start/", plans.start, name="start_plan"),
    path("lenses/plans/<uuid:plan_id>/close/", plans.close, name="close_plan"),
    path("lenses/plans/<uuid:plan_id>/rule/", plans.rule, name="rule"),
    path("lenses/rule/<uuid:trigger_id>/decide/", plans.decide, name="decide_rule"),
    path("lenses/rule/<uuid:trigger_id>/remove/", plans.remove_rule, name="remove_rule"),
]
