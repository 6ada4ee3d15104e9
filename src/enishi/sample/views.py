"""The button *Look around with sample data*."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from enishi.accounts import queries
from enishi.sample import actions


@require_POST
@login_required
def make_sample(request: HttpRequest) -> HttpResponse:
    """Make the user's sample workspace, or go to the one that there is."""
    workspace = actions.create_sample(queries.signed_in(request.user))
    messages.success(request, _("This is the sample. Everything in it is invented."))
    return redirect("home", workspace.slug)
