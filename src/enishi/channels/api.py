"""REST: channels, connecting them, and the registry of networks."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from enishi.accounts.permissions import Permission
from enishi.accounts.terminal import to_plain
from enishi.channels import actions, known, queries
from enishi.channels.manifest import Manifest

router = Router(tags=["Channels"])


class ConnectIn(Schema):
    """Credentials; they are stored encrypted and never given back."""

    adapter: str
    fields: dict[str, str]
    service_url: str = ""


class SignInIn(Schema):
    """Where to sign in; `channel_id` to reconnect a channel that is there."""

    adapter: str
    service_url: str = ""
    channel_id: UUID | None = None


class CodeIn(Schema):
    code: str


class ReconnectIn(Schema):
    fields: dict[str, str]
    service_url: str = ""


class OwnersIn(Schema):
    owner_id: UUID | None = None
    backup_owner_id: UUID | None = None


class ReadersIn(Schema):
    """Who reads the channel, and which function of the company it serves (empty: everybody's)."""

    audience: str | None = None
    function: str | None = None


class ItemIn(Schema):
    state: str
    note: str = ""
    reference: UUID | None = None


class PlanIn(Schema):
    objective: str = ""
    audience: str = ""
    policy: str = ""
    posts_per_week: int | None = None
    waive_rest: str = ""


class TaxonomyIn(Schema):
    classes: dict[str, str] = Field(default_factory=dict)
    sns_weight: float | None = None
    tie_model: str = ""


def _actor(request: HttpRequest) -> Any:
    return request.actor  # type: ignore[attr-defined]  # set by the token


def network(manifest: Manifest) -> dict[str, Any]:
    """A network as programs see it: what it can do and what connecting asks for."""
    return {
        "id": manifest.id,
        "name": str(manifest.name),
        "description": str(manifest.description),
        "capabilities": sorted(manifest.capabilities),
        "default_service": manifest.default_service,
        "oauth": manifest.oauth,
        "options": [one.name for one in manifest.options],
        "fields": [
            {
                "name": field.name,
                "label": str(field.label),
                "required": field.required,
                "secret": field.secret,
            }
            for field in manifest.fields
        ],
        "text_max": manifest.text.max if manifest.text else None,
    }


def described(detail: queries.ChannelDetail) -> dict[str, Any]:
    """A channel's page as plain values."""
    return {
        **_plain(detail.card),
        "description": detail.description,
        "connected_at": detail.connected_at,
        "has_credentials": detail.credential is not None,
        "readings": [_plain(one) for one in detail.readings],
        "activation": [_plain(one) for one in detail.activation],
        "classification": _plain(detail.classification),
        "reach": _plain(detail.reach) if detail.reach else None,
    }


def _plain(value: Any) -> Any:
    return to_plain(asdict(value))


@router.get("/channels", response=list[dict[str, Any]])
def channels(request: HttpRequest, archived: bool = False) -> Any:  # noqa: FBT001, FBT002 - a query parameter
    """All channels of the workspace."""
    return [_plain(card) for card in queries.channels(_actor(request), archived=archived)]


@router.post("/channels", response={201: dict[str, Any]})
def connect(request: HttpRequest, body: ConnectIn) -> Any:
    """Verify an account with its network and keep it."""
    actor = _actor(request)
    channel = actions.connect_channel(actor, **body.dict())
    return Status(201, described(queries.channel(actor, channel.id)))


@router.post("/channels/sign-ins", response={201: dict[str, Any]})
def begin_sign_in(request: HttpRequest, body: SignInIn) -> Any:
    """Begin a sign-in on the network's own site; it shows a code to be sent here."""
    begun = actions.begin_sign_in(_actor(request), **body.dict())
    return Status(201, {"id": begun.id, "url": begun.url})


@router.post("/channels/sign-ins/{uuid:sign_in_id}", response={201: dict[str, Any]})
def finish_sign_in(request: HttpRequest, sign_in_id: UUID, body: CodeIn) -> Any:
    """Exchange the code, verify the account and keep it."""
    actor = _actor(request)
    channel = actions.sign_in_channel(actor, sign_in_id=sign_in_id, code=body.code)
    return Status(201, described(queries.channel(actor, channel.id)))


@router.get("/channels/{uuid:channel_id}", response=dict[str, Any])
def channel(request: HttpRequest, channel_id: UUID) -> Any:
    """One channel: health, activation, classification."""
    return described(queries.channel(_actor(request), channel_id))


@router.delete("/channels/{uuid:channel_id}", response={204: None})
def disconnect(request: HttpRequest, channel_id: UUID) -> Any:
    """Forget the credentials; posts and log stay."""
    actions.disconnect_channel(_actor(request), channel_id)
    return Status(204, None)


@router.post("/channels/{uuid:channel_id}/reconnect", response=dict[str, Any])
def reconnect(request: HttpRequest, channel_id: UUID, body: ReconnectIn) -> Any:
    """New credentials for the same account."""
    actor = _actor(request)
    actions.reconnect_channel(actor, channel_id, **body.dict())
    return described(queries.channel(actor, channel_id))


@router.post("/channels/{uuid:channel_id}/pause", response=dict[str, Any])
def pause(request: HttpRequest, channel_id: UUID) -> Any:
    """Stop reading and publishing until it is resumed."""
    actor = _actor(request)
    actions.pause_channel(actor, channel_id)
    return described(queries.channel(actor, channel_id))


@router.post("/channels/{uuid:channel_id}/resume", response=dict[str, Any])
def resume(request: HttpRequest, channel_id: UUID) -> Any:
    """Let a paused channel go on."""
    actor = _actor(request)
    actions.resume_channel(actor, channel_id)
    return described(queries.channel(actor, channel_id))


@router.post("/channels/{uuid:channel_id}/read", response=dict[str, Any])
def read(request: HttpRequest, channel_id: UUID) -> Any:
    """Have it read without waiting for its turn."""
    actor = _actor(request)
    actions.read_now(actor, channel_id)
    return described(queries.channel(actor, channel_id))


@router.put("/channels/{uuid:channel_id}/owners", response=dict[str, Any])
def owners(request: HttpRequest, channel_id: UUID, body: OwnersIn) -> Any:
    """Who answers for the channel, and who stands in."""
    actor = _actor(request)
    actions.set_owners(actor, channel_id, **body.dict())
    return described(queries.channel(actor, channel_id))


@router.put("/channels/{uuid:channel_id}/readers", response=dict[str, Any])
def readers(request: HttpRequest, channel_id: UUID, body: ReadersIn) -> Any:
    """Say who reads the channel (external or internal) and whom in the company it serves."""
    actor = _actor(request)
    actions.set_readers(actor, channel_id, **body.dict())
    return described(queries.channel(actor, channel_id))


@router.put("/channels/{uuid:channel_id}/activation", response=dict[str, Any])
def activate(request: HttpRequest, channel_id: UUID, body: PlanIn) -> Any:
    """Answer several points of the activation list; what is empty stays as it is."""
    actor = _actor(request)
    actions.activate(actor, channel_id, actions.Plan(**body.dict()))
    return described(queries.channel(actor, channel_id))


@router.put("/channels/{uuid:channel_id}/activation/{item}", response=dict[str, Any])
def activation_item(request: HttpRequest, channel_id: UUID, item: str, body: ItemIn) -> Any:
    """Set, waive (with a reason) or reopen one point."""
    actor = _actor(request)
    actions.set_activation(actor, channel_id, item=item, **body.dict())
    return described(queries.channel(actor, channel_id))


@router.put("/channels/{uuid:channel_id}/taxonomy", response=dict[str, Any])
def classify(request: HttpRequest, channel_id: UUID, body: TaxonomyIn) -> Any:
    """Override how the channel is classified."""
    actor = _actor(request)
    actions.set_taxonomy(actor, channel_id, **body.dict())
    return described(queries.channel(actor, channel_id))


class AccountIn(Schema):
    """An account of the same network: @name@host, or its id there."""

    account: str


@router.post("/channels/{uuid:channel_id}/following", response={204: None})
def follow(request: HttpRequest, channel_id: UUID, body: AccountIn) -> Any:
    """Follow an account with the channel's own."""
    actions.follow(_actor(request), channel_id, account=body.account)
    return Status(204, None)


@router.get("/channels/{uuid:channel_id}/following", response=dict[str, Any])
def following(request: HttpRequest, channel_id: UUID, cursor: str = "") -> Any:
    """Whom the channel's account follows, with those who have not answered where it tells."""
    return to_plain(actions.following(_actor(request), channel_id, cursor=cursor))


@router.get("/channels/{uuid:channel_id}/people", response=dict[str, Any])
def look(request: HttpRequest, channel_id: UUID, account: str) -> Any:
    """Look at an account of the network, given as @name@host."""
    return to_plain(actions.look(_actor(request), channel_id, account=account))


@router.delete("/channels/{uuid:channel_id}/following", response={204: None})
def unfollow(request: HttpRequest, channel_id: UUID, body: AccountIn) -> Any:
    """Follow an account no more."""
    actions.unfollow(_actor(request), channel_id, account=body.account)
    return Status(204, None)


@router.get("/channels/{uuid:channel_id}/search", response=dict[str, Any])
def search(request: HttpRequest, channel_id: UUID, words: str, cursor: str = "") -> Any:
    """Posts of strangers by words, or below a `#hashtag`; nothing of it is kept."""
    page = actions.search(_actor(request), channel_id, words=words, cursor=cursor)
    return {"items": [one.json() for one in page.items], "cursor": page.cursor, "more": page.more}


@router.get("/networks", response=list[dict[str, Any]])
def networks(request: HttpRequest) -> Any:
    """What can be connected here, and what each asks for."""
    return [network(manifest) for manifest in queries.networks(_actor(request))]


@router.get("/networks/known", response=list[dict[str, Any]])
def known_networks(request: HttpRequest) -> Any:
    """The registry of known networks with every scheme's judgement."""
    _actor(request).require(Permission.CHANNELS_VIEW)
    return [_plain(one) for one in known.known_networks()]
