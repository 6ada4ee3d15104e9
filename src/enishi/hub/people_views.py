"""Hub: followers, following, quarantine, reports, blocks, and how open the hub is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from enishi.accounts.formkit import attempt
from enishi.accounts.requests import WorkspaceRequest
from enishi.hub import actions, directory, moderation, queries
from enishi.hub.models import FollowState
from enishi.hub.people_forms import AccountForm, BlockForm, FindForm, ListForm, MannerForm
from enishi.kernel.errors import EnishiError


def _context(request: WorkspaceRequest, tab: str) -> dict[str, Any]:
    account = directory.organisation(directory.hub_of(request.actor))
    return {"tab": tab, "account": account, "waiting": queries.waiting(request.actor)}


def _tried(request: WorkspaceRequest, run: Callable[[], Any], done: str) -> None:
    """Do something, and say how it went."""
    try:
        run()
    except EnishiError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)


# ── people ──


@require_safe
def people(request: WorkspaceRequest) -> HttpResponse:
    """Followers and followed, and looking somebody up to follow."""
    direction = "out" if request.GET.get("show") == "following" else "in"
    state = FollowState.PENDING.value if request.GET.get("show") == "asking" else ""
    search = request.GET.get("q", "")
    context = _context(request, "people") | {
        "direction": direction,
        "show": request.GET.get("show", ""),
        "search": search,
        "people": queries.people(
            request.actor,
            direction=direction,
            state=state,
            search=search,
            cursor=request.GET.get("after", ""),
        ),
    }
    return render(request, "hub/keep/people.html", context | _found(request))


def _found(request: WorkspaceRequest) -> dict[str, Any]:
    form = FindForm({"address": request.GET["find"]} if "find" in request.GET else None)
    address = str(request.GET.get("find", ""))
    look = None
    if form.is_valid():
        look = attempt(form, lambda: queries.profile(request.actor, address=address))
    return {"find_form": form, "found": look}


@require_POST
def follow(request: WorkspaceRequest) -> HttpResponse:
    """Ask to follow somebody who was looked at."""
    address = request.POST.get("address", "")
    done = _("Asked. Their server tells when you follow.")
    _tried(request, lambda: actions.follow(request.actor, address=address), done)
    return redirect(f"{_here(request, 'people')}?show=following")


@require_POST
def change_tie(request: WorkspaceRequest, follow_id: UUID, step: str) -> HttpResponse:
    """Let somebody follow, refuse or remove a follower, or follow somebody no more."""
    who, show = request.actor, request.POST.get("show", "")
    steps: dict[str, tuple[Callable[[], Any], str]] = {
        "accept": (
            lambda: actions.answer_follower(who, follow_id=follow_id, accept=True),
            _("They follow you now."),
        ),
        "remove": (
            lambda: actions.answer_follower(who, follow_id=follow_id, accept=False),
            _("They do not follow you any more."),
        ),
        "unfollow": (
            lambda: actions.unfollow(who, follow_id=follow_id),
            _("You do not follow them any more."),
        ),
    }
    if step not in steps:
        raise Http404
    _tried(request, *steps[step])
    back = f"?show={show}" if show in {"asking", "following"} else ""
    return redirect(f"{_here(request, 'people')}{back}")


# ── moderation ──


@require_safe
def moderate(request: WorkspaceRequest) -> HttpResponse:
    """The quarantine and the reports."""
    handled = request.GET.get("reports") == "handled"
    context = _context(request, "moderation") | {
        "held": queries.held(request.actor),
        "handled": handled,
        "reports": queries.reports(request.actor, handled=handled),
    }
    return render(request, "hub/keep/moderation.html", context)


@require_POST
def decide_held(request: WorkspaceRequest, waiting_id: int, step: str) -> HttpResponse:
    """Let something in, throw it away, or also block who said it."""
    who = request.actor
    steps: dict[str, tuple[Callable[[], Any], str]] = {
        "accept": (
            lambda: actions.let_in(who, waiting_id=waiting_id),
            _("Let in. It comes to the inbox in a moment."),
        ),
        "refuse": (
            lambda: actions.turn_away(who, waiting_id=waiting_id),
            _("Thrown away."),
        ),
        "block": (
            lambda: actions.turn_away(who, waiting_id=waiting_id, and_block=True),
            _("Thrown away, and the sender is blocked."),
        ),
    }
    if step not in steps:
        raise Http404
    _tried(request, *steps[step])
    return redirect("hub:moderation", request.workspace.slug)


@require_POST
def settle_report(request: WorkspaceRequest, report_id: UUID) -> HttpResponse:
    """Note that a report was dealt with."""
    note = request.POST.get("note", "")
    run = lambda: actions.settle_report(request.actor, report_id=report_id, note=note)  # noqa: E731
    _tried(request, run, _("Noted."))
    return redirect("hub:moderation", request.workspace.slug)


# ── blocks ──


@require_http_methods(["GET", "HEAD", "POST"])
def blocks(request: WorkspaceRequest) -> HttpResponse:
    """Who is kept out, and keeping out somebody else."""
    form = BlockForm(request.POST or None)
    if form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: actions.block(request.actor, **given)) is not None:
            messages.success(request, _("Saved."))
            return redirect("hub:blocks", request.workspace.slug)
    search = request.GET.get("q", "")
    context = _context(request, "blocks") | {
        "form": form,
        "list_form": ListForm(),
        "search": search,
        "decisions": queries.decisions(
            request.actor, search=search, cursor=request.GET.get("after", "")
        ),
    }
    return render(request, "hub/keep/blocks.html", context)


@require_POST
def unblock(request: WorkspaceRequest, rule_id: UUID) -> HttpResponse:
    """Take a decision back."""
    run = lambda: actions.unblock(request.actor, rule_id=rule_id)  # noqa: E731
    _tried(request, run, _("Taken back."))
    return redirect("hub:blocks", request.workspace.slug)


@require_POST
def import_blocks(request: WorkspaceRequest) -> HttpResponse:
    """Read a list: first what it would bring, then, when confirmed, bring it."""
    form = ListForm(request.POST, request.FILES)
    counts, text = None, ""
    if form.is_valid():
        text = form.words()
        run = actions.import_blocks if "confirmed" in request.POST else moderation.preview_blocks
        counts = attempt(form, lambda: run(request.actor, text=text))
    if counts is not None and "confirmed" in request.POST:
        done = ngettext("%d server added.", "%d servers added.", counts.added) % counts.added
        messages.success(request, done)
        return redirect("hub:blocks", request.workspace.slug)
    context = _context(request, "blocks") | {"list_form": form, "counts": counts, "text": text}
    return render(request, "hub/keep/import_blocks.html", context)


@require_safe
def export_blocks(request: WorkspaceRequest) -> HttpResponse:
    """The blocks of servers, as Mastodon imports them."""
    body = moderation.export_blocks(request.actor)
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="domain_blocks.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


# ── ourselves ──


@require_http_methods(["GET", "HEAD", "POST"])
def manner(request: WorkspaceRequest) -> HttpResponse:
    """Who may read and follow, the accounts and their keys."""
    now = queries.manner(request.actor)
    initial = {name: getattr(now, name) for name in MannerForm.base_fields}
    form = MannerForm(request.POST or None, initial=initial)
    if form.is_valid():
        wished = actions.Manner(**form.cleaned_data)
        if attempt(form, lambda: actions.change_manner(request.actor, wished)) is not None:
            messages.success(request, _("Saved."))
            return redirect("hub:manner", request.workspace.slug)
    return _manner(request, form, AccountForm())


def _manner(request: WorkspaceRequest, form: MannerForm, account: AccountForm) -> HttpResponse:
    context = _context(request, "manner") | {
        "form": form,
        "account_form": account,
        "manner": queries.manner(request.actor),
    }
    return render(request, "hub/keep/manner.html", context)


@require_POST
def open_account(request: WorkspaceRequest) -> HttpResponse:
    """An account for a person who writes."""
    form = AccountForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        made = attempt(form, lambda: actions.open_account(request.actor, **given))
        if made is not None:
            messages.success(request, _("%s is open, with a channel of its own.") % made)
            return redirect("hub:manner", request.workspace.slug)
    now = queries.manner(request.actor)
    initial = {name: getattr(now, name) for name in MannerForm.base_fields}
    return _manner(request, MannerForm(initial=initial), form)


@require_POST
def rotate_keys(request: WorkspaceRequest, account_id: UUID) -> HttpResponse:
    """New keys for an account."""
    run = lambda: actions.rotate_keys(request.actor, account_id=account_id)  # noqa: E731
    _tried(request, run, _("The account has new keys; other servers are told."))
    return redirect("hub:manner", request.workspace.slug)


@require_POST
def react(request: WorkspaceRequest, conversation_id: UUID) -> HttpResponse:
    """React to a message from the inbox, or take that back."""
    given, channel = request.POST, channel_of(request)
    undo = given.get("undo") == "1"
    run = lambda: actions.react(  # noqa: E731
        request.actor,
        channel_id=channel,
        uri=given.get("uri", ""),
        kind=given.get("kind", ""),
        emoji=given.get("emoji", ""),
        undo=undo,
    )
    _tried(request, run, _("Taken back.") if undo else _("Done."))
    return redirect("inbox:conversation", request.workspace.slug, conversation_id)


def channel_of(request: WorkspaceRequest) -> UUID:
    """The channel that a form or a link names."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        return UUID(given.get("channel", ""))
    except ValueError as error:
        raise Http404 from error


def _here(request: WorkspaceRequest, page: str) -> str:
    return f"/w/{request.workspace.slug}/hub/{page}/"
