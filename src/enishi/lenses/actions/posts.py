"""Marks on posts, and the request for the mixed model."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from enishi.accounts.permissions import Actor, Permission
from enishi.kernel import clock
from enishi.kernel.errors import InvalidInputError
from enishi.lenses import computing
from enishi.lenses.core.approach import Kind
from enishi.lenses.models import Support


@transaction.atomic
def mark_support(actor: Actor, *, post: str, kind: str) -> bool:
    """Say that an advertisement or another account helped a post; whether that is new."""
    actor.require(Permission.STRATEGY_EDIT)
    if kind not in set(Kind):
        raise InvalidInputError(
            _("There is no such kind of support."), field="kind", remedy=", ".join(Kind)
        )
    if not post.strip():
        raise InvalidInputError(_("There is no such post."), field="post")
    _row, is_new = Support.objects.get_or_create(
        workspace_id=actor.workspace_id,
        post=post,
        kind=kind,
        defaults={"by_id": actor.user_id, "at": clock.now()},
    )
    return is_new


@transaction.atomic
def unmark_support(actor: Actor, *, post: str, kind: str = "") -> int:
    """Take marks off a post; how many were taken."""
    actor.require(Permission.STRATEGY_EDIT)
    rows = Support.objects.filter(workspace_id=actor.workspace_id, post=post)
    if kind:
        rows = rows.filter(kind=kind)
    count, _rows = rows.delete()
    return count


def request_powers(actor: Actor) -> None:
    """Have the mixed model computed by a worker soon."""
    actor.require(Permission.STRATEGY_VIEW)
    computing.request(actor.workspace_id)
