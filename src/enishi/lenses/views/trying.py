"""Pages of trials, and of what posting more or less often brings."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enishi.accounts.formkit import attempt
from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.lenses import actions, pictures, queries, words
from enishi.lenses.core.experiments import LOOKS, Outcome
from enishi.lenses.forms import TrialForm
from enishi.lenses.queries.experiments import TrialView
from enishi.lenses.views.asking import asked, done, toolbar

_MEASURES = ("engagements", "followers")


@require_GET
def index(request: WorkspaceRequest) -> HttpResponse:
    """All trials, and the frequency response curve."""
    wanted = asked(request.GET)
    measure = request.GET.get("measure", "")
    measure = measure if measure in _MEASURES else _MEASURES[0]
    curve = queries.frequency(request.actor, wanted, measure=measure)
    context = {
        "tab": "experiments",
        "trials": [(one, said(one)) for one in queries.trials(request.actor)],
        "curve": curve,
        "chart": pictures.frequency(curve),
        "measures": [
            ("engagements", _("Engagements of the week")),
            ("followers", _("New followers")),
        ],
        "measure": measure,
    }
    shown = toolbar(request, wanted, curve.window, measure=measure)
    return render(request, "lenses/experiments.html", context | shown)


def said(found: TrialView) -> str:
    """What came out, with the names of the arms."""
    named = {"first": found.row.first, "second": found.row.second}
    return str(words.OUTCOMES[Outcome(found.row.outcome)]) % named


@require_GET
def trial(request: WorkspaceRequest, trial_id: UUID) -> HttpResponse:
    """One trial: its rule, its looks, its posts."""
    found, posts = queries.trial(request.actor, trial_id)
    context: dict[str, Any] = {
        "tab": "experiments",
        "found": found,
        "row": found.row,
        "said": said(found),
        "posts": posts,
        "measure": dict(words.trial_measures())[found.row.measure],
        "looks": LOOKS,
        "next_name": found.row.first if found.next_arm == "a" else found.row.second,
        "can_edit": request.actor.can(Permission.STRATEGY_EDIT),
    }
    return render(request, "lenses/experiment.html", context)


@require_http_methods(["GET", "POST"])
def create(request: WorkspaceRequest) -> HttpResponse:
    """A new trial."""
    request.actor.require(Permission.STRATEGY_EDIT)
    form = TrialForm(request.POST or None)
    if form.is_valid():
        given = actions.TrialInput(**form.cleaned_data)
        made = attempt(form, lambda: actions.create_trial(request.actor, given))
        if made is not None:
            return redirect(reverse("lenses:experiment", args=[request.workspace.slug, made.id]))
    context = {"form": form, "heading": _("New experiment"), "tab": "experiments"}
    return render(request, "lenses/experiment_form.html", context)


@require_POST
def assign(request: WorkspaceRequest, trial_id: UUID) -> HttpResponse:
    """Give a post to an arm."""
    given = request.POST
    return done(
        request,
        "experiment",
        trial_id,
        act=lambda: actions.assign_post(
            request.actor, trial_id, post=given.get("post", ""), arm=given.get("arm", "")
        ),
        said=_("Saved."),
    )


@require_POST
def look(request: WorkspaceRequest, trial_id: UUID) -> HttpResponse:
    """Make the looks whose posts are in."""
    return done(
        request,
        "experiment",
        trial_id,
        act=lambda: actions.look_at_trial(request.actor, trial_id),
        said=_("Every look whose posts are in was made."),
    )


@require_POST
def abandon(request: WorkspaceRequest, trial_id: UUID) -> HttpResponse:
    """Give a trial up."""
    return done(
        request,
        "experiment",
        trial_id,
        act=lambda: actions.abandon_trial(
            request.actor, trial_id, reason=request.POST.get("reason", "")
        ),
        said=_("The experiment was given up."),
    )
