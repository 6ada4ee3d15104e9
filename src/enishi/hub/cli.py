"""`enishi hub …`: followers, blocks, quarantine, reports and keys of the hub."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from enishi.accounts.terminal import current_actor, show
from enishi.hub import actions, moderation, outward, queries, residence

app = typer.Typer(no_args_is_help=True, help="The hub: people, blocks, quarantine, keys.")

_PEOPLE = ("id", "address", "name", "state", "since")
_HELD = ("id", "address", "text", "reason", "received_at")
_BLOCKS = ("id", "value", "verdict", "comment")
_REPORTS = ("id", "host", "reporter", "content", "note")


@app.command("show")
def show_hub(context: typer.Context) -> None:
    """How open the hub is, and its accounts."""
    show(context, queries.manner(current_actor(context)))


@app.command()
def change(
    context: typer.Context,
    *,
    signed_reads: Annotated[bool | None, typer.Option(help="Only signed requests read.")] = None,
    locked: Annotated[bool | None, typer.Option(help="Ask before somebody follows.")] = None,
    allowed_only: Annotated[bool | None, typer.Option(help="Allowed servers only.")] = None,
    quarantine: Annotated[str | None, typer.Option(help="off, suspicious or new.")] = None,
) -> None:
    """Change how open the hub is; what is left out stays."""
    actor = current_actor(context)
    actions.change_manner(actor, actions.Manner(signed_reads, locked, allowed_only, quarantine))
    show(context, queries.manner(actor))


@app.command()
def host(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="social.example.com; empty: the installation's.")],
) -> None:
    """Give a hub that nobody knows yet a host name of its own."""
    actor = current_actor(context)
    residence.use_host(actor, host=name)
    show(context, queries.manner(actor))


@app.command()
def alias(context: typer.Context, address: str) -> None:
    """Say that an account elsewhere was ours, so that it may move here."""
    actor = current_actor(context)
    residence.add_alias(actor, address=address)
    show(context, queries.manner(actor))


@app.command()
def move(context: typer.Context, address: str) -> None:
    """Move to an account elsewhere that names ours as its alias; followers go along."""
    actor = current_actor(context)
    residence.move_away(actor, address=address)
    show(context, queries.manner(actor))


@app.command()
def people(
    context: typer.Context,
    direction: Annotated[str, typer.Argument(help="in (followers) or out (followed).")] = "in",
    search: str = "",
    state: Annotated[str, typer.Option(help="pending, accepted or rejected.")] = "",
    cursor: str = "",
) -> None:
    """Followers, or those whom we follow."""
    found = queries.people(
        current_actor(context), direction=direction, search=search, state=state, cursor=cursor
    )
    show(context, found.items, columns=_PEOPLE)


@app.command()
def look(context: typer.Context, address: str) -> None:
    """Look at an account elsewhere."""
    show(context, queries.profile(current_actor(context), address=address))


@app.command()
def follow(context: typer.Context, address: str) -> None:
    """Follow @name@host."""
    tie = actions.follow(current_actor(context), address=address)
    show(context, {"id": tie.id, "state": tie.state})


@app.command()
def unfollow(context: typer.Context, follow_id: UUID) -> None:
    """Follow somebody no more."""
    actions.unfollow(current_actor(context), follow_id=follow_id)


@app.command()
def accept(context: typer.Context, follow_id: UUID) -> None:
    """Let somebody follow who asked."""
    actions.answer_follower(current_actor(context), follow_id=follow_id, accept=True)


@app.command()
def refuse(context: typer.Context, follow_id: UUID) -> None:
    """Refuse or remove a follower."""
    actions.answer_follower(current_actor(context), follow_id=follow_id, accept=False)


@app.command()
def quarantine(context: typer.Context) -> None:
    """What waits in quarantine."""
    show(context, queries.held(current_actor(context)), columns=_HELD)


@app.command("let-in")
def let_in(context: typer.Context, waiting_id: int) -> None:
    """Let something out of the quarantine; its sender is trusted from now on."""
    actions.let_in(current_actor(context), waiting_id=waiting_id)


@app.command("turn-away")
def turn_away(
    context: typer.Context,
    waiting_id: int,
    *,
    block_sender: Annotated[bool, typer.Option("--block", help="Block the sender, too.")] = False,
) -> None:
    """Throw away what waits in quarantine."""
    actions.turn_away(current_actor(context), waiting_id=waiting_id, and_block=block_sender)


@app.command()
def blocks(context: typer.Context, search: str = "", cursor: str = "") -> None:
    """Blocks and other decisions about servers and accounts."""
    found = queries.decisions(current_actor(context), search=search, cursor=cursor)
    show(context, found.items, columns=_BLOCKS)


@app.command()
def block(
    context: typer.Context,
    target: Annotated[str, typer.Argument(help="A server, or @name@host.")],
    verdict: Annotated[str, typer.Option(help="block, quiet, no_media or allow.")] = "block",
    comment: str = "",
) -> None:
    """Block a server or an account."""
    rule = actions.block(current_actor(context), target=target, verdict=verdict, comment=comment)
    show(context, {"id": rule.id, "value": rule.value, "verdict": rule.verdict})


@app.command()
def unblock(context: typer.Context, rule_id: UUID) -> None:
    """Take a decision back."""
    actions.unblock(current_actor(context), rule_id=rule_id)


@app.command("import-blocks")
def import_blocks(
    context: typer.Context,
    file: Path,
    *,
    preview: Annotated[bool, typer.Option(help="Only count.")] = False,
) -> None:
    """Import a block list as Mastodon exports it."""
    run = moderation.preview_blocks if preview else actions.import_blocks
    show(context, run(current_actor(context), text=file.read_text("utf-8")))


@app.command("export-blocks")
def export_blocks(context: typer.Context) -> None:
    """Print the blocks of servers as CSV."""
    typer.echo(moderation.export_blocks(current_actor(context)), nl=False)


@app.command()
def reports(context: typer.Context, *, handled: bool = False) -> None:
    """Reports of other servers."""
    show(context, queries.reports(current_actor(context), handled=handled), columns=_REPORTS)


@app.command()
def settle(context: typer.Context, report_id: UUID, note: str = "") -> None:
    """Note that a report was dealt with, and how."""
    actions.settle_report(current_actor(context), report_id=report_id, note=note)


@app.command("rotate-keys")
def rotate_keys(context: typer.Context, account_id: UUID) -> None:
    """Give an account new keys; followers' servers are told."""
    actions.rotate_keys(current_actor(context), account_id=account_id)


@app.command("open-account")
def open_account(context: typer.Context, handle: str, name: str) -> None:
    """Open an account for a person who writes, with a channel of its own."""
    made = actions.open_account(current_actor(context), handle=handle, name=name)
    show(context, {"id": made.id, "address": str(made)})


@app.command()
def react(
    context: typer.Context,
    channel_id: UUID,
    uri: str,
    kind: Annotated[str, typer.Argument(help="like, share or emoji.")],
    *,
    emoji: str = "",
    undo: bool = False,
) -> None:
    """Like or share a post of somebody else, answer it with an emoji, or undo it."""
    who = current_actor(context)
    actions.react(who, channel_id=channel_id, uri=uri, kind=kind, emoji=emoji, undo=undo)


@app.command()
def poll(context: typer.Context, channel_id: UUID, uri: str) -> None:
    """A poll of somebody else as it stands."""
    show(context, outward.poll(current_actor(context), channel_id=channel_id, uri=uri))


@app.command()
def vote(context: typer.Context, channel_id: UUID, uri: str, choices: list[str]) -> None:
    """Vote in a poll of somebody else, once."""
    outward.vote(current_actor(context), channel_id=channel_id, uri=uri, choices=choices)


@app.command()
def flag(context: typer.Context, channel_id: UUID, uri: str, comment: str = "") -> None:
    """Report a post to the moderators of its server."""
    outward.report(current_actor(context), channel_id=channel_id, uri=uri, comment=comment)
