"""Changing the words of a post that stands on networks already."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from enishi.accounts.permissions import Permission
from enishi.accounts.requests import WorkspaceRequest
from enishi.kernel.errors import ConflictError, EnishiError
from enishi.publishing import actions, queries
from enishi.publishing.core.content import PostInput, VariantInput
from enishi.publishing.values import MediaView, PostDetail, VariantView


@require_http_methods(["GET", "POST"])
def revise(request: WorkspaceRequest, post_id: UUID) -> HttpResponse:
    """The words of a published post; saving them has the networks told."""
    request.actor.require(Permission.POSTS_EDIT)
    request.actor.require(Permission.POSTS_PUBLISH)
    found = queries.post_detail(request.actor, post_id=post_id)
    if not found.revisable:
        messages.warning(request, _("This post is, or may be, on a network: it stays as it is."))
        return redirect("publishing:post", request.workspace.slug, post_id)
    stored = queries.content_of(request.actor, post_id=post_id)
    if request.method == "GET":
        return _page(request, found, stored)
    content = _content(request, stored)
    try:
        actions.update_post(
            request.actor, post_id=post_id, version=_version(request, found), content=content
        )
    except ConflictError as error:
        return _page(request, found, content, error, status=409)
    except EnishiError as error:
        return _page(request, found, content, error, status=422)
    messages.success(request, _("The change is on its way."))
    return redirect("publishing:post", request.workspace.slug, post_id)


def _version(request: WorkspaceRequest, found: PostDetail) -> int:
    given = request.POST.get("version", "")
    return int(given) if given.isdecimal() else found.card.version


def _content(request: WorkspaceRequest, stored: PostInput) -> PostInput:
    """What is stored, with the words that were typed."""
    alts = request.POST.getlist("alt")
    return replace(
        stored,
        text=request.POST.get("text", stored.text),
        channels=[_variant(request, one) for one in stored.channels],
        attachments=[
            replace(item, alt=alts[place] if place < len(alts) else item.alt)
            for place, item in enumerate(stored.attachments)
        ],
    )


def _variant(request: WorkspaceRequest, stored: VariantInput) -> VariantInput:
    key = stored.channel_id
    if f"variant-{key}" not in request.POST:
        return stored
    own = request.POST.get(f"own-{key}") == "1"
    return replace(stored, text=request.POST.get(f"variant-{key}", "") if own else "")


def _page(
    request: WorkspaceRequest,
    found: PostDetail,
    content: PostInput,
    error: EnishiError | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "post": found,
        "card": found.card,
        "content": content,
        "version": _version(request, found),
        "variants": list(_variants(found, content)),
        "media": list(_media(found, content)),
        "error": error,
        "conflict": isinstance(error, ConflictError),
    }
    return render(request, "publishing/revise.html", context, status=status)


def _variants(found: PostDetail, content: PostInput) -> Iterator[tuple[VariantView, str]]:
    own = {one.channel_id: one.text for one in content.channels}
    for variant in found.variants:
        yield variant, own.get(variant.channel.channel_id, "")


def _media(found: PostDetail, content: PostInput) -> Iterator[MediaView]:
    alts = {item.media_id: item.alt for item in content.attachments}
    for media in found.media:
        yield replace(media, alt=alts.get(media.id, media.alt))
