"""Every write of publishing. Surfaces call these; nothing else changes the rows."""

from __future__ import annotations

from enishi.publishing.actions.adopting import adopt_published
from enishi.publishing.actions.deliveries import (
    check_again,
    delete_on_network,
    give_up,
    mark_published,
    retry_delivery,
    undo_decision,
)
from enishi.publishing.actions.media import upload_media
from enishi.publishing.actions.overdue import (
    Overdue,
    drop_overdue,
    each_overdue,
    postpone_overdue,
    publish_overdue,
    queue_overdue,
    resume_with,
    spread_overdue,
)
from enishi.publishing.actions.pausing import pause_publishing, resume_publishing
from enishi.publishing.actions.posts import create_post, delete_post, update_post
from enishi.publishing.actions.queues import (
    add_to_queue,
    close_queue_gaps,
    create_queue,
    delete_queue,
    move_in_queue,
    shuffle_queue,
    step_in_queue,
    update_queue,
)
from enishi.publishing.actions.replies import send_reply
from enishi.publishing.actions.scheduling import (
    cancel_post,
    move_post,
    publish_now,
    schedule_post,
)
from enishi.publishing.actions.slots import (
    Drafts,
    create_series,
    delete_series,
    pause_series,
    restore_occurrence,
    resume_series,
    skip_occurrence,
    tick_checklist,
    update_series,
)
from enishi.publishing.core.content import AttachmentInput, PostInput, VariantInput

__all__ = [
    "AttachmentInput",
    "Drafts",
    "Overdue",
    "PostInput",
    "VariantInput",
    "add_to_queue",
    "adopt_published",
    "cancel_post",
    "check_again",
    "close_queue_gaps",
    "create_post",
    "create_queue",
    "create_series",
    "delete_on_network",
    "delete_post",
    "delete_queue",
    "delete_series",
    "drop_overdue",
    "each_overdue",
    "give_up",
    "mark_published",
    "move_in_queue",
    "move_post",
    "pause_publishing",
    "pause_series",
    "postpone_overdue",
    "publish_now",
    "publish_overdue",
    "queue_overdue",
    "restore_occurrence",
    "resume_publishing",
    "resume_series",
    "resume_with",
    "retry_delivery",
    "schedule_post",
    "send_reply",
    "shuffle_queue",
    "skip_occurrence",
    "spread_overdue",
    "step_in_queue",
    "tick_checklist",
    "undo_decision",
    "update_post",
    "update_queue",
    "update_series",
    "upload_media",
]
