"""The composer: writing, checking while one writes, uploading, saving."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from enishi.accounts.permissions import Actor, Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.channels.manifest import Option
from enishi.kernel.errors import ConflictError, EnishiError
from enishi.publishing import actions, board, internal, queries, slot_queries
from enishi.publishing.composed import post_composed
from enishi.publishing.core import grid
from enishi.publishing.core.content import AttachmentInput, PostInput
from enishi.publishing.core.states import PostState
from enishi.publishing.forms import NOW, QUEUE, SCHEDULE, ComposerForm, content_of
from enishi.publishing.home import zone_of
from enishi.publishing.models import Post
from enishi.publishing.values import MediaView, PostDetail


@require_http_methods(["GET", "POST"])
def new(request: WorkspaceRequest) -> HttpResponse:
    """Write a post."""
    request.actor.require(Permission.POSTS_EDIT)
    if request.method == "POST":
        return _submit(request, None)
    chosen = [each.id for each in board.choices(request.actor) if each.ready]
    content = PostInput(text=request.GET.get("text", ""))
    form = ComposerForm(initial=_first_moment(request))
    return _page(request, form, content, chosen=chosen if len(chosen) == 1 else [])


@require_http_methods(["GET", "POST"])
def edit(request: WorkspaceRequest, post_id: UUID) -> HttpResponse:
    """Change a post that is not on any network yet."""
    request.actor.require(Permission.POSTS_EDIT)
    found = queries.post_detail(request.actor, post_id=post_id)
    if found.revisable:
        return redirect("publishing:revise", request.workspace.slug, post_id)
    if not found.editable:
        messages.warning(request, _("This post is, or may be, on a network: it stays as it is."))
        return redirect("publishing:post", request.workspace.slug, post_id)
    if request.method == "POST":
        return _submit(request, found)
    content = queries.content_of(request.actor, post_id=post_id)
    form = ComposerForm(initial=_initial(found) | _initial_queue(request, post_id))
    return _page(request, form, content, found=found)


def _first_moment(request: WorkspaceRequest) -> dict[str, object]:
    """Today's next hour, or nine o'clock of the day that was clicked in the calendar."""
    soon = timezone.localtime() + timedelta(hours=1)
    day = grid.parse_day(request.GET.get("date", ""), soon.date())
    hour = soon.replace(minute=0) if day == soon.date() else soon.replace(hour=9, minute=0)
    planned = SCHEDULE if "date" in request.GET else QUEUE if "queue" in request.GET else None
    moment = {"date": day, "time": hour.time().replace(second=0, microsecond=0)}
    return moment | ({"when": planned} if planned else {}) | {"queue": request.GET.get("queue")}


def _initial(found: PostDetail) -> dict[str, object]:
    local: datetime = found.card.local or timezone.localtime() + timedelta(hours=1)
    draft = found.card.state in {PostState.DRAFT, PostState.CANCELLED}
    planned = not draft or found.card.slot is not None
    return {
        "version": found.card.version,
        "language": found.language,
        "link": found.link,
        "date": local.date(),
        "time": local.time().replace(second=0, microsecond=0),
        "when": SCHEDULE if planned else "draft",
        **_initial_limit(found.valid_until),
    }


def _initial_queue(request: WorkspaceRequest, post_id: UUID) -> dict[str, object]:
    """What waits in a queue keeps its place there unless somebody chooses otherwise."""
    queue_id = slot_queries.queue_of(request.actor, post_id=post_id)
    return {"when": QUEUE, "queue": queue_id} if queue_id else {}


def _initial_limit(valid_until: datetime | None) -> dict[str, object]:
    if valid_until is None:
        return {}
    local = timezone.localtime(valid_until)
    return {"until_date": local.date(), "until_time": local.time().replace(microsecond=0)}


def _page(
    request: WorkspaceRequest,
    form: ComposerForm,
    content: PostInput,
    *,
    found: PostDetail | None = None,
    chosen: Iterable[UUID] = (),
    status: int = 200,
    conflict: bool = False,
) -> HttpResponse:
    variants = {variant.channel_id: variant.text for variant in content.channels}
    picked = set(chosen) | set(variants)
    choices = board.choices(request.actor)
    return render(
        request,
        "publishing/composer.html",
        {
            "form": form,
            "content": content,
            "thread": [*content.thread, ""],
            "post": found,
            "ticked": _ticked(request, found),
            "conflict": conflict,
            "choices": [(each, each.id in picked, variants.get(each.id, "")) for each in choices],
            "channel_options": _options(choices, content),
            "threads": any(each.threads for each in choices),
            "comments": any(each.comments for each in choices) or bool(content.first_comment),
            "media": _media(request, content.attachments),
            "may_publish": request.actor.can(Permission.POSTS_PUBLISH),
            **_checked(request, content),
        },
        status=status,
    )


def _ticked(request: WorkspaceRequest, found: PostDetail | None) -> list[str]:
    """What of the slot's checklist is done: as sent, else as stored."""
    if "checklist" in request.POST:
        return request.POST.getlist("done")
    return list(found.card.slot.ticked) if found and found.card.slot else []


def _options(
    choices: Iterable[board.Choice], content: PostInput
) -> list[tuple[board.Choice, list[tuple[Option, str]], bool]]:
    """What each channel can be told with the post: (channel, options with values, is any set)."""
    given = {variant.channel_id: variant.options for variant in content.channels}
    found = []
    for choice in choices:
        values = [(one, _value(one, given.get(choice.id, {}))) for one in choice.options]
        is_set = any(value not in {"", one.default} for one, value in values)
        if values:
            found.append((choice, values, is_set))
    return found


def _value(option: Option, given: Mapping[str, Any]) -> str:
    value = given.get(option.name, option.default)
    return "\n".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _media(request: WorkspaceRequest, attachments: Iterable[AttachmentInput]) -> list[MediaView]:
    return [
        replace(
            queries.media_view(request.actor, media_id=item.media_id),
            alt=item.alt,
            focus=item.focus,
            poster_id=item.poster_id,
        )
        for item in attachments
    ]


def _checked(request: WorkspaceRequest, content: PostInput) -> dict[str, Any]:
    """Length, problems and preview for each chosen channel."""
    texts = {variant.channel_id: variant.text for variant in content.channels}
    channels = {each.id: each for each in board.choices(request.actor)}
    checks = queries.check_content(request.actor, content=content)
    return {
        "checks": [
            (found, channels[found.channel_id], texts.get(found.channel_id) or content.text)
            for found in checks
            if found.channel_id in channels
        ],
        "previewed": _media(request, content.attachments),
        "author": request.actor.name,
    }


@require_POST
def check(request: WorkspaceRequest) -> HttpResponse:
    """What each network would say of the form as it is now."""
    content = content_of(request.POST)
    context = _checked(request, content) | {"content": content}
    return render(request, "publishing/_checks.html", context)


@require_POST
def upload(request: WorkspaceRequest) -> HttpResponse:
    """Take images and answer with their fields for the composer."""
    try:
        media = [
            queries.media_view(request.actor, media_id=_store(request, file).id)
            for file in request.FILES.getlist("files")
        ]
    except EnishiError as error:
        return render(request, "publishing/_upload_refused.html", {"error": error}, status=422)
    return render(request, "publishing/_attachments.html", {"media": media})


def _store(request: WorkspaceRequest, file: UploadedFile[bytes]) -> Any:
    return actions.upload_media(request.actor, content=file.read(), name=file.name or "")


def _submit(request: WorkspaceRequest, found: PostDetail | None) -> HttpResponse:
    """Save, and plan or publish if asked: all of it, or nothing but the uploaded images."""
    form = ComposerForm(request.POST)
    content = content_of(request.POST)
    try:
        content = _with_uploads(request, content)
        if form.is_valid():
            post = _save(request.actor, request, form, content, found)
            messages.success(request, _DONE[form.cleaned_data["when"]]())
            return redirect("publishing:post", request.workspace.slug, post.id)
    except ConflictError as error:
        form.add_error(None, str(error))
        return _page(request, form, content, found=found, status=409, conflict=True)
    except EnishiError as error:
        form.add_error(_FIELDS.get(error.field), str(error))
    return _page(request, form, content, found=found, status=422)


_FIELDS = {"at": "date", "valid_until": "until_date"} | {
    name: name for name in ("date", "text", "link", "language")
}
_DONE = {
    "draft": lambda: _("The draft is saved."),
    SCHEDULE: lambda: _("The post is scheduled."),
    QUEUE: lambda: _("The post waits in the queue."),
    NOW: lambda: _("The post is on its way."),
}


def _with_uploads(request: WorkspaceRequest, content: PostInput) -> PostInput:
    """Without scripts, files come with the form itself; stills of films always do."""
    files = request.FILES.getlist("files")
    alts = [*request.POST.getlist("new_alt"), *([""] * len(files))]
    added = [
        AttachmentInput(_store(request, file).id, alt)
        for file, alt in zip(files, alts, strict=False)
    ]
    known = {item.media_id for item in content.attachments}
    fresh = [item for item in added if item.media_id not in known]
    present = [_with_poster(request, item) for item in content.attachments]
    return replace(content, attachments=(*present, *fresh))


def _with_poster(request: WorkspaceRequest, item: AttachmentInput) -> AttachmentInput:
    file = request.FILES.get(f"still-{item.media_id}")
    return replace(item, poster_id=_store(request, file).id) if file else item


def _aware(request: WorkspaceRequest, wall_clock: str) -> str | datetime:
    """What was typed in the reader's zone, for an action that would take it for another's."""
    if not wall_clock:
        return ""
    return datetime.fromisoformat(wall_clock).replace(tzinfo=zone_of(request.actor))


@internal.told
@transaction.atomic
def _save(
    actor: Actor,
    request: WorkspaceRequest,
    form: ComposerForm,
    content: PostInput,
    found: PostDetail | None,
) -> Post:
    when = form.cleaned_data["when"]
    if found is None:
        post = actions.create_post(actor, content=content)
    else:
        version = form.cleaned_data["version"] or found.card.version
        post = actions.update_post(actor, post_id=found.card.id, version=version, content=content)
    if when == SCHEDULE:
        post = actions.schedule_post(
            actor,
            post_id=post.id,
            at=form.moment(),
            time_zone=zone_of(request.actor).key,
            valid_until=form.limit(),
        )
    elif when == QUEUE:
        post = actions.add_to_queue(
            actor,
            post_id=post.id,
            queue_id=form.cleaned_data["queue"],
            first=form.cleaned_data["first"],
            valid_until=_aware(request, form.limit()),
        )
    elif when == NOW:
        post = actions.publish_now(actor, post_id=post.id)
    if "checklist" in request.POST and found is not None and found.card.slot is not None:
        actions.tick_checklist(actor, post_id=post.id, done=request.POST.getlist("done"))
    post_composed.send(sender=Post, actor=actor, post=post, data=request.POST)
    return post
