"""The secrets of an endpoint, encrypted where they rest."""

from __future__ import annotations

from datetime import datetime, timedelta

from enishi.channels import vault
from enishi.channels.contract import Secrets
from enishi.webhooks.models import Endpoint

OVERLAP = timedelta(hours=24)
"""How long the secret before still signs after a new one was made."""


def sealed(current: str, previous: str = "") -> bytes:
    """Secrets as they are stored."""
    return vault.encrypt(Secrets({"current": current, "previous": previous}))


def current(endpoint: Endpoint) -> str:
    """The secret that is valid from now on."""
    return vault.decrypt(bytes(endpoint.secrets)).values["current"]


def valid(endpoint: Endpoint, now: datetime) -> list[str]:
    """The secrets that sign now, the newest first."""
    found = vault.decrypt(bytes(endpoint.secrets)).values
    overlaps = endpoint.previous_until is not None and now < endpoint.previous_until
    return [found["current"]] + ([found["previous"]] if overlaps and found["previous"] else [])
