"""MCP: channels as tools for an assistant. Stored credentials are never shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.channels import actions, queries
from enishi.channels.api import described, network
from enishi.kernel.surfaces import ToolServer


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""
    _reading(server, actor)
    _connecting(server, actor)
    _running(server, actor)
    _around(server, actor)


def _around(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def look_at_account(channel_id: UUID, account: str) -> Any:
        """An account of a channel's network (@name@host): name, description, our following."""
        return actions.look(actor(), channel_id, account=account)

    @server.tool()
    def list_followed_accounts(channel_id: UUID, cursor: str = "") -> Any:
        """Whom a channel's account follows; tie is accepted, or pending until they answer."""
        return actions.following(actor(), channel_id, cursor=cursor)

    @server.tool()
    def follow_account(channel_id: UUID, account: str) -> Any:
        """Follow an account (@name@host) with a channel's own, on the hub or Mastodon."""
        actions.follow(actor(), channel_id, account=account)
        return actions.look(actor(), channel_id, account=account)

    @server.tool()
    def unfollow_account(channel_id: UUID, account: str) -> Any:
        """Follow an account no more."""
        actions.unfollow(actor(), channel_id, account=account)
        return {"done": True}

    @server.tool()
    def search_network(channel_id: UUID, words: str, cursor: str = "") -> Any:
        """Posts of strangers on a channel's network by words, or below a #hashtag."""
        page = actions.search(actor(), channel_id, words=words, cursor=cursor)
        return {"items": [one.json() for one in page.items], "cursor": page.cursor}


def _reading(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def list_channels() -> list[queries.ChannelCard]:
        """The workspace's channels with state, health and open activation points."""
        return queries.channels(actor())

    @server.tool()
    def get_channel(channel_id: UUID) -> dict[str, Any]:
        """One channel: health, activation list, classification by several schemes."""
        return described(queries.channel(actor(), channel_id))

    @server.tool()
    def list_networks() -> list[dict[str, Any]]:
        """What can be connected, what each network can do, and which fields it asks for."""
        return [network(manifest) for manifest in queries.networks(actor())]


def _connecting(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def connect_channel(
        adapter: str, fields: dict[str, str], service_url: str = ""
    ) -> dict[str, Any]:
        """Connect an account. Ask the person for the fields; the network verifies them first."""
        who = actor()
        channel = actions.connect_channel(
            who, adapter=adapter, fields=fields, service_url=service_url
        )
        return described(queries.channel(who, channel.id))

    @server.tool()
    def activate_channel(
        channel_id: UUID,
        objective: str = "",
        audience: str = "",
        policy: str = "",
        posts_per_week: int | None = None,
        waive_rest: str = "",
    ) -> dict[str, Any]:
        """Settle the points without which nothing can be scheduled; waiving needs a reason."""
        who = actor()
        plan = actions.Plan(objective, audience, policy, posts_per_week, waive_rest)
        actions.activate(who, channel_id, plan)
        return described(queries.channel(who, channel_id))


def _running(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def read_channel(channel_id: UUID) -> dict[str, Any]:
        """Have a channel read now; what comes appears in the log and the inbox soon after."""
        who = actor()
        actions.read_now(who, channel_id)
        return described(queries.channel(who, channel_id))

    @server.tool()
    def pause_channel(channel_id: UUID) -> dict[str, Any]:
        """Stop reading and publishing on a channel until it is resumed."""
        who = actor()
        actions.pause_channel(who, channel_id)
        return described(queries.channel(who, channel_id))

    @server.tool()
    def resume_channel(channel_id: UUID) -> dict[str, Any]:
        """Let a paused channel go on."""
        who = actor()
        actions.resume_channel(who, channel_id)
        return described(queries.channel(who, channel_id))
