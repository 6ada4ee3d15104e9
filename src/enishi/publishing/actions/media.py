"""Uploading media."""

from __future__ import annotations

from django.db import transaction

from enishi.accounts.permissions import Actor, Permission
from enishi.publishing import media
from enishi.publishing.models import Media


@transaction.atomic
def upload_media(actor: Actor, *, content: bytes, name: str = "") -> Media:
    """Keep an image or film. The same file again is the one that is there already."""
    actor.require(Permission.POSTS_EDIT)
    picture = media.prepare(content)
    path = media.path_of(actor.workspace_id, picture)
    media.store(path, picture.content)
    stored, _new = Media.objects.get_or_create(
        workspace_id=actor.workspace_id,
        sha256=picture.sha256,
        defaults={
            "file": path,
            "name": name[:200],
            "media_type": picture.media_type,
            "width": picture.width,
            "height": picture.height,
            "size": len(picture.content),
        },
    )
    return stored
