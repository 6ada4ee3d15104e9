"""`enishi channel …`: connecting, reading and looking after channels."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer
from asgiref.sync import async_to_sync
from django.utils.translation import gettext as _

from enishi.accounts.terminal import current_actor, show
from enishi.channels import actions, known, queries, registry
from enishi.channels.api import described, network
from enishi.channels.sync import sync_channel
from enishi.kernel.errors import InvalidInputError

COMMAND = "channel"
app = typer.Typer(no_args_is_help=True, help="Channels: the accounts that you publish on.")

_COLUMNS = ("id", "network", "handle", "state", "last_read_at", "open_items", "last_error")


@app.command("list")
def list_channels(
    context: typer.Context,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Disconnected ones too.")] = False,
) -> None:
    """All channels of the workspace."""
    show(context, queries.channels(current_actor(context), archived=everything), columns=_COLUMNS)


@app.command("show")
def show_channel(context: typer.Context, channel_id: UUID) -> None:
    """One channel: health, activation, classification."""
    show(context, described(queries.channel(current_actor(context), channel_id)))


@app.command()
def networks(context: typer.Context) -> None:
    """What can be connected, and what each network asks for."""
    show(context, [network(one) for one in queries.networks(current_actor(context))])


@app.command("known")
def known_networks(context: typer.Context) -> None:
    """The registry of known networks, connectable or not."""
    current_actor(context)
    columns = ("id", "name", "since", "until", "tie_model", "sns_weight")
    show(context, known.known_networks(), columns=columns)


@app.command()
def connect(
    context: typer.Context,
    adapter: str,
    field: Annotated[list[str], typer.Option(help="name=value; secrets are asked for.")],
    server: Annotated[str, typer.Option(help="Another server than the usual one.")] = "",
    waive: Annotated[str, typer.Option(help="Waive the activation list, with this reason.")] = "",
) -> None:
    """Verify an account with its network and keep it as a channel."""
    actor = current_actor(context)
    channel = actions.connect_channel(
        actor, adapter=adapter, service_url=server, fields=_fields(adapter, field)
    )
    if waive:
        actions.activate(actor, channel.id, actions.Plan(waive_rest=waive))
    show(context, described(queries.channel(actor, channel.id)))


@app.command("sign-in")
def sign_in(
    context: typer.Context,
    adapter: str,
    server: Annotated[str, typer.Option(help="Your server, or your whole name there.")] = "",
    waive: Annotated[str, typer.Option(help="Waive the activation list, with this reason.")] = "",
) -> None:
    """Connect by signing in on the network's own site: prints the address, asks for the code."""
    actor = current_actor(context)
    begun = actions.begin_sign_in(actor, adapter=adapter, service_url=server)
    typer.echo(begun.url, err=True)
    code = typer.prompt(_("Code"), err=True)
    channel = actions.sign_in_channel(actor, sign_in_id=begun.id, code=code)
    if waive:
        actions.activate(actor, channel.id, actions.Plan(waive_rest=waive))
    show(context, described(queries.channel(actor, channel.id)))


@app.command()
def reconnect(
    context: typer.Context,
    channel_id: UUID,
    field: Annotated[list[str], typer.Option(help="name=value; secrets are asked for.")],
) -> None:
    """Give a channel new credentials for the same account."""
    actor = current_actor(context)
    adapter = queries.channel(actor, channel_id).card.adapter
    actions.reconnect_channel(actor, channel_id, fields=_fields(adapter, field))
    show(context, described(queries.channel(actor, channel_id)))


@app.command()
def sync(context: typer.Context, channel_id: UUID) -> None:
    """Read a channel now, in this process, and say what it brought."""
    actions.read_now(current_actor(context), channel_id)
    done = async_to_sync(sync_channel)(channel_id)
    show(context, {"new": done.new, "observed": done.observed, "problems": done.problems})


@app.command()
def follow(context: typer.Context, channel_id: UUID, account: str) -> None:
    """Follow @name@host with a channel's account."""
    actions.follow(current_actor(context), channel_id, account=account)


@app.command()
def unfollow(context: typer.Context, channel_id: UUID, account: str) -> None:
    """Follow an account no more."""
    actions.unfollow(current_actor(context), channel_id, account=account)


@app.command()
def following(context: typer.Context, channel_id: UUID, cursor: str = "") -> None:
    """Whom a channel's account follows."""
    found = actions.following(current_actor(context), channel_id, cursor=cursor)
    show(context, found.items, columns=("address", "name", "tie"))


@app.command()
def look(context: typer.Context, channel_id: UUID, account: str) -> None:
    """Look at @name@host before following it."""
    show(context, actions.look(current_actor(context), channel_id, account=account))


@app.command()
def search(context: typer.Context, channel_id: UUID, words: str, cursor: str = "") -> None:
    """Posts of strangers by words, or below a #hashtag."""
    page = actions.search(current_actor(context), channel_id, words=words, cursor=cursor)
    show(context, [one.json() for one in page.items])


@app.command()
def pause(context: typer.Context, channel_id: UUID) -> None:
    """Stop reading and publishing on a channel."""
    show(context, {"state": actions.pause_channel(current_actor(context), channel_id).state})


@app.command()
def resume(context: typer.Context, channel_id: UUID) -> None:
    """Let a paused channel go on."""
    show(context, {"state": actions.resume_channel(current_actor(context), channel_id).state})


@app.command()
def disconnect(context: typer.Context, channel_id: UUID) -> None:
    """Forget the credentials; posts and log stay."""
    show(context, {"state": actions.disconnect_channel(current_actor(context), channel_id).state})


@app.command()
def activate(
    context: typer.Context,
    channel_id: UUID,
    objective: str = "",
    audience: str = "",
    policy: str = "",
    posts_per_week: Annotated[int, typer.Option(help="0: as it is.")] = 0,
    waive: Annotated[str, typer.Option(help="Waive what is open, with this reason.")] = "",
) -> None:
    """Answer the five points without which nothing can be scheduled."""
    plan = actions.Plan(objective, audience, policy, posts_per_week or None, waive)
    channel = actions.activate(current_actor(context), channel_id, plan)
    show(context, {"state": channel.state})


@app.command("rotate-keys")
def rotate_keys(context: typer.Context) -> None:
    """Encrypt all stored credentials with a new key (the first of ENISHI_SECRET_KEYS)."""
    show(context, {"rotated": actions.rotate_keys()})


def _fields(adapter: str, given: list[str]) -> dict[str, str]:
    """`name=value` pairs; a secret that is missing is asked for without echo."""
    values: dict[str, str] = {}
    for pair in given:
        name, sign, value = pair.partition("=")
        if not sign:
            raise InvalidInputError(
                _("“%(pair)s” is not name=value.") % {"pair": pair}, field="field"
            )
        values[name] = value
    for field in registry.get(adapter).manifest.fields:
        if field.required and field.secret and field.name not in values:
            values[field.name] = typer.prompt(str(field.label), hide_input=True)
    return values
