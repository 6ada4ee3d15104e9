"""Every write that a person makes to webhooks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from enishi import vocab
from enishi.accounts.permissions import Actor, Permission
from enishi.accounts.signals import administered
from enishi.channels.http.guard import NetworkGuard
from enishi.kernel import clock
from enishi.kernel.errors import ConflictError, InvalidInputError, NotFoundError
from enishi.kernel.ids import new_id
from enishi.webhooks import keyring, outbox
from enishi.webhooks.core.catalogue import EVENT_TYPES, TEST
from enishi.webhooks.core.signing import new_secret
from enishi.webhooks.core.states import (
    ENDPOINT_STATES,
    SENDING_STATES,
    EndpointState,
    SendingState,
)
from enishi.webhooks.models import Endpoint, Sending
from enishi.webhooks.outbox import Told

_MOST_ENDPOINTS = 50


@dataclass(frozen=True, slots=True)
class Made:
    """An endpoint with its secret, which is shown this once."""

    endpoint: Endpoint
    secret: str


@transaction.atomic
def add_endpoint(
    actor: Actor, *, url: str, events: Iterable[str] = (), description: str = ""
) -> Made:
    """Have an address told what happens from now on. Without `events` it is told everything."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    if Endpoint.objects.filter(workspace_id=actor.workspace_id).count() >= _MOST_ENDPOINTS:
        raise ConflictError(
            _("A workspace has at most %d webhooks.") % _MOST_ENDPOINTS,
            remedy=_("Remove one that is no longer needed."),
        )
    secret = new_secret()
    endpoint = Endpoint.objects.create(
        workspace_id=actor.workspace_id,
        url=_address(url),
        events=_types(events),
        description=description.strip()[:200],
        secrets=keyring.sealed(secret),
        created_by_id=actor.user_id,
    )
    _administered(actor, "Add", endpoint)
    return Made(endpoint, secret)


@transaction.atomic
def change_endpoint(
    actor: Actor,
    *,
    endpoint_id: UUID,
    url: str | None = None,
    events: Iterable[str] | None = None,
    description: str | None = None,
) -> Endpoint:
    """Change address, events or description; what is left out stays."""
    endpoint = _get(actor, endpoint_id)
    if url is not None:
        endpoint.url = _address(url)
    if events is not None:
        endpoint.events = _types(events)
    if description is not None:
        endpoint.description = description.strip()[:200]
    endpoint.save(update_fields=["url", "events", "description"])
    _administered(actor, "Update", endpoint)
    return endpoint


@transaction.atomic
def remove_endpoint(actor: Actor, *, endpoint_id: UUID) -> None:
    """Forget an endpoint with its delivery log."""
    endpoint = _get(actor, endpoint_id)
    _administered(actor, "Remove", endpoint)
    endpoint.delete()


@transaction.atomic
def pause(actor: Actor, *, endpoint_id: UUID) -> Endpoint:
    """Tell it nothing for the while: what happens meanwhile is never told."""
    return _moved(actor, endpoint_id, EndpointState.PAUSED)


@transaction.atomic
def resume(actor: Actor, *, endpoint_id: UUID) -> Endpoint:
    """Tell it again, also what still waited when it was paused or switched off."""
    endpoint = _moved(actor, endpoint_id, EndpointState.ACTIVE)
    now = clock.now()
    waiting = Sending.objects.filter(endpoint=endpoint, state=SendingState.WAITING.value)
    if waiting.update(due_at=now):
        outbox.ask(endpoint.id, now)
    return endpoint


def _moved(actor: Actor, endpoint_id: UUID, new: EndpointState) -> Endpoint:
    endpoint = _get(actor, endpoint_id)
    sources = [state.value for state in ENDPOINT_STATES.sources_of(new)]
    moved = Endpoint.objects.filter(id=endpoint.id, state__in=sources).update(
        state=new.value, failing_since=None, disabled_reason=""
    )
    if not moved:
        raise ConflictError(_("The webhook is in that state already."))
    _administered(actor, "Update", endpoint)
    endpoint.refresh_from_db()
    return endpoint


@transaction.atomic
def rotate_secret(actor: Actor, *, endpoint_id: UUID) -> Made:
    """Make a new secret. For a day both sign, so that the receiver can change in peace."""
    endpoint = _get(actor, endpoint_id)
    fresh = new_secret()
    endpoint.secrets = keyring.sealed(fresh, keyring.current(endpoint))
    endpoint.previous_until = clock.now() + keyring.OVERLAP
    endpoint.save(update_fields=["secrets", "previous_until"])
    _administered(actor, "Update", endpoint)
    return Made(endpoint, fresh)


@transaction.atomic
def send_test(actor: Actor, *, endpoint_id: UUID) -> Sending:
    """Tell one endpoint a test event, whatever it subscribed to."""
    endpoint = _get(actor, endpoint_id)
    if endpoint.state != EndpointState.ACTIVE:
        raise ConflictError(
            _("The webhook is not active."), remedy=_("Switch it on, then test it.")
        )
    now, identifier = clock.now(), new_id()
    data = vocab.build(
        "Announce",
        id=f"urn:uuid:{identifier}",
        published=now,
        actor=vocab.build("Application", name="Enishi"),
        object=vocab.build("Note", content="This is a test from Enishi."),
    ).json()
    told = Told(actor.workspace_id, TEST, now, data)
    [sending] = outbox.put([told], {actor.workspace_id: [endpoint]})
    return sending


@transaction.atomic
def resend(actor: Actor, *, sending_id: UUID) -> Sending:
    """Send an event once more, with the same id, and count its retries from the start."""
    actor.require(Permission.WEBHOOKS_MANAGE)
    found = (
        Sending.objects.select_related("endpoint")
        .filter(id=sending_id, endpoint__workspace_id=actor.workspace_id)
        .first()
    )
    if found is None:
        raise NotFoundError(_("There is no such webhook message."), field="message")
    if found.endpoint.state != EndpointState.ACTIVE:
        raise ConflictError(_("The webhook is not active."), remedy=_("Switch it on first."))
    now = clock.now()
    sources = SENDING_STATES.sources_of(SendingState.WAITING) - {SendingState.SENDING}
    states = [state.value for state in sources | {SendingState.WAITING}]
    moved = Sending.objects.filter(id=found.id, state__in=states).update(
        state=SendingState.WAITING.value, due_at=now, tried=0
    )
    if not moved:
        raise ConflictError(_("It is being sent just now."))
    outbox.ask(found.endpoint_id, now)
    found.refresh_from_db()
    return found


def _get(actor: Actor, endpoint_id: UUID) -> Endpoint:
    actor.require(Permission.WEBHOOKS_MANAGE)
    rows = Endpoint.objects.select_for_update(of=("self",))
    found = rows.filter(id=endpoint_id, workspace_id=actor.workspace_id).first()
    if found is None:
        raise NotFoundError(_("There is no such webhook."), field="webhook")
    return found


def _address(url: str) -> str:
    """The address, or why nothing can be sent there."""
    parts = urlsplit(url.strip())
    remedy = _("It looks like https://example.com/enishi.")
    if parts.scheme not in {"https", "http"} or not parts.hostname or len(url) > 2000:  # noqa: PLR2004 - the column
        raise InvalidInputError(_("This is not a web address."), field="url", remedy=remedy)
    if parts.username or parts.password:
        raise InvalidInputError(
            _("An address with a password would be kept unencrypted."),
            field="url",
            remedy=_("Check the signature at the receiver instead."),
        )
    _require_public(parts.hostname)
    return url.strip()


def _require_public(host: str) -> None:
    """Refuse private addresses that are written as numbers; names are looked up when calling."""
    try:
        ip_address(host)
    except ValueError:
        return
    if not NetworkGuard(settings.ENISHI_ALLOWED_NETWORKS).permits(host):
        raise InvalidInputError(
            _("This address lies in a private network."),
            field="url",
            remedy=_("The operator can allow it with ENISHI_ALLOWED_NETWORKS."),
        )


def _types(events: Iterable[str]) -> list[str]:
    chosen = sorted(set(events))
    unknown = [kind for kind in chosen if kind not in EVENT_TYPES]
    if unknown:
        raise InvalidInputError(
            _("There is no event type %s.") % ", ".join(unknown),
            field="events",
            remedy=_("Choose from: %s.") % ", ".join(EVENT_TYPES),
        )
    return [] if len(chosen) == len(EVENT_TYPES) else chosen


def _administered(actor: Actor, kind: str, endpoint: Endpoint) -> None:
    administered.send(
        Endpoint, actor=actor, type=kind, name=f"webhook {endpoint.url}", object_id=endpoint.id
    )
