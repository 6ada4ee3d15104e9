"""MCP: the hub's people, blocks, quarantine and reports. Keys are replaced by people only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from enishi.accounts.permissions import Actor
from enishi.hub import actions, moderation, outward, queries, residence
from enishi.kernel.surfaces import ToolServer


def register(server: ToolServer, actor: Callable[[], Actor]) -> None:
    """Add the tools of this slice."""
    _about_people(server, actor)
    _about_moderation(server, actor)
    _about_reports(server, actor)
    _about_residence(server, actor)
    _about_others_posts(server, actor)


def _about_residence(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def hub_use_host(host: str) -> Any:
        """Give a hub that nobody knows yet a host name of its own; empty: the installation's."""
        residence.use_host(actor(), host=host)
        return queries.manner(actor())

    @server.tool()
    def hub_add_alias(address: str) -> Any:
        """Say that an account elsewhere (@name@host) was ours, so that it may move here."""
        residence.add_alias(actor(), address=address)
        return queries.manner(actor())

    @server.tool()
    def hub_move_away(address: str) -> Any:
        """Move to an account elsewhere that names ours as its alias; followers go along.

        It cannot be undone: ask the person first.
        """
        residence.move_away(actor(), address=address)
        return queries.manner(actor())


def _about_people(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def hub_people(
        direction: str = "in", state: str = "", search: str = "", cursor: str = ""
    ) -> Any:
        """The hub's followers (direction in) or those it follows (out); state pending asks."""
        return queries.people(
            actor(), direction=direction, state=state, search=search, cursor=cursor
        )

    @server.tool()
    def hub_profile(address: str) -> Any:
        """An account on the social web (@name@host): name, description, whether we follow it."""
        return queries.profile(actor(), address=address)

    @server.tool()
    def hub_follow(address: str) -> Any:
        """Follow an account on the social web (@name@host)."""
        tie = actions.follow(actor(), address=address)
        return {"id": tie.id, "state": tie.state}

    @server.tool()
    def hub_unfollow(follow_id: UUID) -> Any:
        """Follow somebody no more; the id is that of the list of people."""
        actions.unfollow(actor(), follow_id=follow_id)
        return {"done": True}

    @server.tool()
    def hub_answer_follower(follow_id: UUID, accept: bool) -> Any:  # noqa: FBT001 - an argument of the tool
        """Let somebody follow who asked, or refuse (also removes a follower)."""
        actions.answer_follower(actor(), follow_id=follow_id, accept=accept)
        return {"done": True}


def _about_moderation(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def hub_quarantine() -> Any:
        """What strangers said to the hub and waits for a decision, with the reason."""
        return queries.held(actor())

    @server.tool()
    def hub_decide_quarantine(waiting_id: int, accept: bool, block: bool = False) -> Any:  # noqa: FBT001, FBT002 - arguments of the tool
        """Let something out of the quarantine, or throw it away (and block who said it)."""
        if accept:
            actions.let_in(actor(), waiting_id=waiting_id)
        else:
            actions.turn_away(actor(), waiting_id=waiting_id, and_block=block)
        return {"done": True}

    @server.tool()
    def hub_blocks(search: str = "", cursor: str = "") -> Any:
        """Servers and accounts that the hub blocks or limits, with the reason."""
        return queries.decisions(actor(), search=search, cursor=cursor)

    @server.tool()
    def hub_block(target: str, verdict: str = "block", comment: str = "") -> Any:
        """Block a server (example.com) or account (@name@host), or: quiet, no_media, allow."""
        rule = actions.block(actor(), target=target, verdict=verdict, comment=comment)
        return {"id": rule.id, "value": rule.value, "verdict": rule.verdict}

    @server.tool()
    def hub_unblock(rule_id: UUID) -> Any:
        """Take a block back."""
        actions.unblock(actor(), rule_id=rule_id)
        return {"done": True}

    @server.tool()
    def hub_import_blocks(text: str, preview: bool = True) -> Any:  # noqa: FBT001, FBT002 - arguments of the tool
        """Import a block list (Mastodon's CSV); with preview it only counts."""
        run = moderation.preview_blocks if preview else actions.import_blocks
        return run(actor(), text=text)


def _about_reports(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def hub_reports(handled: bool = False) -> Any:  # noqa: FBT001, FBT002 - an argument of the tool
        """Reports that other servers sent about posts of the hub."""
        return queries.reports(actor(), handled=handled)

    @server.tool()
    def hub_settle_report(report_id: UUID, note: str = "") -> Any:
        """Note that a report was dealt with, and how."""
        actions.settle_report(actor(), report_id=report_id, note=note)
        return {"done": True}

    @server.tool()
    def hub_settings() -> Any:
        """How open the hub is (signed reads, locked, quarantine), its accounts, what waits."""
        who = actor()
        return {"hub": queries.manner(who), "waiting": queries.waiting(who)}

    @server.tool()
    def hub_change_settings(
        signed_reads: bool | None = None,  # noqa: FBT001 - arguments of the tool
        locked: bool | None = None,  # noqa: FBT001
        quarantine: str | None = None,
    ) -> Any:
        """Change how open the hub is; quarantine is off, suspicious or new."""
        who = actor()
        manner = actions.Manner(signed_reads=signed_reads, locked=locked, quarantine=quarantine)
        actions.change_manner(who, manner)
        return queries.manner(who)


def _about_others_posts(server: ToolServer, actor: Callable[[], Actor]) -> None:
    @server.tool()
    def hub_react(
        channel_id: UUID,
        uri: str,
        kind: str,
        emoji: str = "",
        undo: bool = False,  # noqa: FBT001, FBT002 - an argument of the tool
    ) -> Any:
        """React to somebody's post by its id with a hub channel's account: like, share, emoji."""
        actions.react(actor(), channel_id=channel_id, uri=uri, kind=kind, emoji=emoji, undo=undo)
        return {"done": True}

    @server.tool()
    def hub_poll(channel_id: UUID, uri: str) -> Any:
        """A poll of somebody else by its id: question, answers, votes, whether we voted."""
        return outward.poll(actor(), channel_id=channel_id, uri=uri)

    @server.tool()
    def hub_vote(channel_id: UUID, uri: str, choices: list[str]) -> Any:
        """Vote in a poll of somebody else, once; the answers by their words."""
        outward.vote(actor(), channel_id=channel_id, uri=uri, choices=choices)
        return {"done": True}

    @server.tool()
    def hub_flag(channel_id: UUID, uri: str, comment: str = "") -> Any:
        """Report somebody's post to the moderators of its server."""
        outward.report(actor(), channel_id=channel_id, uri=uri, comment=comment)
        return {"done": True}
