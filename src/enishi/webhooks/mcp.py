"""MCP: webhooks. Secrets are shown to people only, so that none is made here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.kernel.surfaces import ToolServer
from enishi.webhooks import actions, queries


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""

    @server.tool()
    def list_webhooks() -> Any:
        """The workspace's webhooks: where they go, what they are told, whether they work."""
        return queries.endpoints(actor())

    @server.tool()
    def webhook_log(webhook_id: UUID, state: str = "", cursor: str = "") -> Any:
        """What a webhook was told, with each call; state: waiting, delivered or failed."""
        return queries.sendings(actor(), endpoint_id=webhook_id, state=state, cursor=cursor)

    @server.tool()
    def test_webhook(webhook_id: UUID) -> Any:
        """Send a test event to a webhook."""
        who = actor()
        made = actions.send_test(who, endpoint_id=webhook_id)
        return queries.sending(who, sending_id=made.id)

    @server.tool()
    def resend_webhook_message(message_id: UUID) -> Any:
        """Send an event to its webhook once more."""
        who = actor()
        actions.resend(who, sending_id=message_id)
        return queries.sending(who, sending_id=message_id)
