"""Refusals of publishing that several actions share."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from enishi.kernel.errors import ConflictError, NotFoundError


def no_such_post() -> NotFoundError:
    """The post is not there, or not in the actor's workspace."""
    return NotFoundError(_("There is no such post."), field="post")


def no_such_delivery() -> NotFoundError:
    """The delivery is not there, or not in the actor's workspace."""
    return NotFoundError(_("There is no such delivery."), field="delivery")


def no_such_channel() -> NotFoundError:
    """The channel is not there, or not in the actor's workspace."""
    return NotFoundError(_("There is no such channel."), field="channel")


def changed_meanwhile() -> ConflictError:
    """Two people edit the same post."""
    return ConflictError(
        _("Somebody else changed this post meanwhile."),
        field="version",
        remedy=_("Reload it and make your change again; theirs is not lost."),
    )


def partly_out(remedy: object) -> ConflictError:
    """A thread broke off, or an answer of the network got lost."""
    return ConflictError(
        _("A part of this post is on a network already, or may be."), remedy=remedy
    )


def too_late(what: object) -> ConflictError:
    """The worker or another person was faster."""
    return ConflictError(what, remedy=_("Reload the page to see where it stands."))
