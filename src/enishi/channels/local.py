"""Networks that live in this very installation.

An adapter stands below the slices and must not import them. A slice that is a network itself
says so here when it starts (`provide`), and the adapter of the same id asks for it (`network`).
All that an adapter may do with it is this protocol; `token` is what `verify` gave as secret.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from django.utils.translation import gettext_lazy as _

from enishi.channels.contract import (
    Account,
    Attachment,
    Metric,
    Outgoing,
    Page,
    People,
    Person,
    Receipt,
)
from enishi.channels.errors import RejectedError


class LocalNetwork(Protocol):
    """What a network of our own does for one account. Called in threads; may block."""

    def account(self, token: str) -> Account:
        """Whose token this is; AuthExpiredError when it is nobody's."""
        ...

    def publish(
        self, token: str, outgoing: Outgoing, media: Sequence[tuple[Attachment, bytes]]
    ) -> Receipt:
        """Publish everything at once; the same key again changes nothing."""
        ...

    def find(self, token: str, key: str) -> Receipt | None: ...

    def edit(
        self,
        token: str,
        remote_id: str,
        outgoing: Outgoing,
        media: Sequence[tuple[Attachment, bytes]],
    ) -> Receipt: ...

    def edited(self, token: str, remote_id: str, outgoing: Outgoing) -> Receipt | None: ...

    def delete(self, token: str, remote_id: str) -> None: ...

    def inbox(self, token: str, cursor: str) -> Page: ...

    def history(self, token: str, cursor: str) -> Page: ...

    def metrics(self, token: str, subjects: Sequence[str]) -> list[Metric]: ...

    def follow(self, token: str, account_id: str) -> None: ...

    def unfollow(self, token: str, account_id: str) -> None: ...

    def look(self, token: str, account_id: str) -> Person: ...

    def following(self, token: str, cursor: str) -> People: ...


_networks: dict[str, LocalNetwork] = {}


def provide(adapter_id: str, found: LocalNetwork) -> None:
    """Say that this installation is the network behind an adapter."""
    _networks[adapter_id] = found


def network(adapter_id: str) -> LocalNetwork:
    """The network behind an adapter; RejectedError when nothing here provides it."""
    try:
        return _networks[adapter_id]
    except KeyError:
        raise RejectedError(_("This network is not part of this installation.")) from None
