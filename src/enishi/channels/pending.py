"""A verified account between two pages of the wizard: encrypted, and only for a while."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from enishi.channels import vault
from enishi.channels.actions import Verified
from enishi.channels.contract import Account, Secrets
from enishi.kernel import clock

_KEY = "channels.pending"
LIFETIME = timedelta(minutes=15)


def keep(session: SessionBase, verified: Verified) -> None:
    """Put it into the session; the session's row holds ciphertext only."""
    plain = {
        "adapter": verified.adapter,
        "service_url": verified.service_url,
        "account": asdict(replace(verified.account, secrets=None)),
        "secrets": dict(verified.secrets.values),
        "at": clock.now().isoformat(),
    }
    sealed = vault.encrypt(Secrets({"pending": json.dumps(plain)}))
    session[_KEY] = base64.b64encode(sealed).decode()


def kept(session: SessionBase, adapter: str) -> Verified | None:
    """What was verified for this adapter a moment ago, if anything."""
    sealed = session.get(_KEY)
    if not sealed:
        return None
    plain: dict[str, Any] = json.loads(vault.decrypt(base64.b64decode(sealed))["pending"])
    is_old = clock.now() - datetime.fromisoformat(plain["at"]) > LIFETIME
    if is_old or plain["adapter"] != adapter:
        return None
    return Verified(
        adapter=plain["adapter"],
        service_url=plain["service_url"],
        account=Account(**plain["account"]),
        secrets=Secrets(plain["secrets"]),
    )


def drop(session: SessionBase) -> None:
    """Forget it."""
    session.pop(_KEY, None)
