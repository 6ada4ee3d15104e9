"""Every write of publishing. Surfaces call these; nothing else changes the rows."""

from __future__ import annotations

from enishi.publishing.actions.adopting import adopt_published
from enishi.publishing.actions.deliveries import (
    check_again,
    delete_on_network,
    give_up,
    mark_published,
    retry_delivery,
)
from enishi.publishing.actions.media import upload_media
from enishi.publishing.actions.pausing import pause_publishing, resume_publishing
from enishi.publishing.actions.posts import create_post, delete_post, update_post
from enishi.publishing.actions.replies import send_reply
from enishi.publishing.actions.scheduling import (
    cancel_post,
    move_post,
    publish_now,
    schedule_post,
)
from enishi.publishing.core.content import AttachmentInput, PostInput, VariantInput

__all__ = [
    "AttachmentInput",
    "PostInput",
    "VariantInput",
    "adopt_published",
    "cancel_post",
    "check_again",
    "create_post",
    "delete_on_network",
    "delete_post",
    "give_up",
    "mark_published",
    "move_post",
    "pause_publishing",
    "publish_now",
    "resume_publishing",
    "retry_delivery",
    "schedule_post",
    "send_reply",
    "update_post",
    "upload_media",
]
