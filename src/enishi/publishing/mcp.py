"""MCP: posts as tools for an assistant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.kernel.surfaces import ToolServer
from enishi.publishing import actions, queries, slot_mcp
from enishi.publishing.actions import Overdue, PostInput, VariantInput
from enishi.publishing.core.states import PostState
from enishi.publishing.inputs import Changes, apply, on_channels


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""
    _register_reading(server, actor)
    _register_writing(server, actor)
    _register_scheduling(server, actor)
    _register_pausing(server, actor)
    _register_deliveries(server, actor)
    slot_mcp.register(server, actor)


def _register_reading(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def list_posts(
        states: list[PostState] | None = None, text: str = "", cursor: str = "", limit: int = 30
    ) -> Any:
        """Posts, the one changed last first; `cursor` of an answer leads to the next page."""
        return queries.posts(actor(), states=states or (), text=text, cursor=cursor, limit=limit)

    @server.tool()
    def get_post(post_id: UUID) -> Any:
        """A post with its deliveries: what happened on each channel and what comes next."""
        return queries.post_detail(actor(), post_id=post_id)

    @server.tool()
    def calendar(first: date, last: date) -> Any:
        """The days from `first` to `last`, with the posts planned or published on them."""
        return queries.calendar(actor(), first=first, last=last)

    @server.tool()
    def posts_needing_attention() -> Any:
        """Posts that failed, were held or missed, or whose outcome is unknown."""
        return queries.needs_attention(actor())

    @server.tool()
    def check_post_text(text: str, channel_ids: list[UUID]) -> Any:
        """How long a text is on each channel, the limit, and what the network would refuse."""
        content = PostInput(text=text, channels=[VariantInput(item) for item in channel_ids])
        return queries.check_content(actor(), content=content)


def _register_writing(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def create_post(
        text: str,
        channel_ids: list[UUID],
        link: str = "",
        thread: list[str] | None = None,
        first_comment: str = "",
    ) -> Any:
        """Write a draft. Nothing is published before it is scheduled or published."""
        who = actor()
        content = PostInput(
            text=text,
            channels=[VariantInput(item) for item in channel_ids],
            thread=thread or (),
            link=link,
            first_comment=first_comment,
        )
        made = actions.create_post(who, content=content)
        return queries.post_detail(who, post_id=made.id)

    @server.tool()
    def edit_post(
        post_id: UUID, version: int, text: str | None = None, channel_ids: list[UUID] | None = None
    ) -> Any:
        """Change what a post says. `version` is the one that get_post showed.

        Of a published post only the words can be changed, and only where the network allows
        it: that is seen by everybody at once, so ask the person first.
        """
        who = actor()
        content = queries.content_of(who, post_id=post_id)
        chosen: Sequence[VariantInput] | None = None
        if channel_ids is not None:
            chosen = on_channels(channel_ids, content.channels)
        changes = Changes(text=text, channels=chosen)
        actions.update_post(who, post_id=post_id, version=version, content=apply(changes, content))
        return queries.post_detail(who, post_id=post_id)

    @server.tool()
    def delete_post(post_id: UUID) -> str:
        """Throw away a post that never came out."""
        actions.delete_post(actor(), post_id=post_id)
        return "deleted"


def _register_scheduling(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def schedule_post(post_id: UUID, at: str, time_zone: str = "", valid_until: str = "") -> Any:
        """Have a post go out at a time, e.g. 2027-04-01T09:30 in the workspace's zone."""
        who = actor()
        actions.schedule_post(
            who, post_id=post_id, at=at, time_zone=time_zone, valid_until=valid_until or None
        )
        return queries.post_detail(who, post_id=post_id)

    @server.tool()
    def move_post(post_id: UUID, at: str, time_zone: str = "") -> Any:
        """Give a post another time."""
        who = actor()
        actions.move_post(who, post_id=post_id, at=at, time_zone=time_zone)
        return queries.post_detail(who, post_id=post_id)

    @server.tool()
    def publish_post(post_id: UUID) -> Any:
        """Publish a post now. The public sees it: ask the person first."""
        who = actor()
        actions.publish_now(who, post_id=post_id)
        return queries.post_detail(who, post_id=post_id)

    @server.tool()
    def cancel_post(post_id: UUID) -> Any:
        """Take a post out of the schedule."""
        who = actor()
        actions.cancel_post(who, post_id=post_id)
        return queries.post_detail(who, post_id=post_id)


def _register_pausing(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def pause_publishing(channel_id: UUID | None = None, reason: str = "") -> Any:
        """In a crisis: let no planned post out, on one channel or in the whole workspace."""
        who = actor()
        actions.pause_publishing(who, channel_id=channel_id, reason=reason)
        return queries.pauses(who.workspace_id)

    @server.tool()
    def resume_publishing(
        channel_id: UUID | None = None, waiting: Overdue = Overdue.SEND, minutes: int = 15
    ) -> Any:
        """Lift a pause. Ask the person first what becomes of posts whose time has passed.

        send: at once; spread: so many minutes apart; ask: they become missed.
        """
        who = actor()
        actions.resume_with(who, channel_id=channel_id, waiting=waiting, minutes=minutes)
        return queries.pauses(who.workspace_id)


def _register_deliveries(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def retry_delivery(delivery_id: UUID) -> Any:
        """Send a delivery again that failed, was held or missed.

        With an unknown outcome only after the person has looked and it is not on the network.
        """
        who = actor()
        actions.retry_delivery(who, delivery_id=delivery_id)
        return queries.delivery_detail(who, delivery_id=delivery_id)

    @server.tool()
    def check_delivery(delivery_id: UUID) -> Any:
        """Look on the network for a delivery with unknown outcome; send it if it is not there."""
        who = actor()
        actions.check_again(who, delivery_id=delivery_id)
        return queries.delivery_detail(who, delivery_id=delivery_id)

    @server.tool()
    def mark_delivery_published(delivery_id: UUID, url: str = "", remote_id: str = "") -> Any:
        """Confirm that a delivery stands on the network; only after the person has seen it.

        Give its address, or the remote_id of one of the delivery's candidates.
        """
        who = actor()
        actions.mark_published(who, delivery_id=delivery_id, url=url, remote_id=remote_id)
        return queries.delivery_detail(who, delivery_id=delivery_id)

    @server.tool()
    def undo_delivery_decision(delivery_id: UUID) -> Any:
        """Take back that somebody marked a delivery as published or gave it up."""
        who = actor()
        actions.undo_decision(who, delivery_id=delivery_id)
        return queries.delivery_detail(who, delivery_id=delivery_id)

    @server.tool()
    def give_up_delivery(delivery_id: UUID) -> Any:
        """Stop trying to send a delivery."""
        who = actor()
        actions.give_up(who, delivery_id=delivery_id)
        return queries.delivery_detail(who, delivery_id=delivery_id)

    @server.tool()
    def delete_on_network(delivery_id: UUID) -> Any:
        """Delete a published post on its network. It cannot be undone: ask the person first."""
        who = actor()
        made = actions.delete_on_network(who, delivery_id=delivery_id)
        return queries.delivery_detail(who, delivery_id=made.id)
