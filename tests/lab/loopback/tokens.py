"""Sessions of the loopback platform: short access tokens, refresh tokens that work once."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Session:
    """What one sign-in gave."""

    account: str
    access: str = ""
    refresh: str = ""
    valid_until: float = 0.0
    spent: set[str] = field(default_factory=set)
    """Refresh tokens that were used: a second use means that one was stolen."""
    alive: bool = True


class Sessions:
    """All sessions; they live as long as the platform's process."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        """How long an access token is valid."""
        self._by_access: dict[str, Session] = {}
        self._by_refresh: dict[str, Session] = {}
        self.refreshed: Counter[str] = Counter()

    def sign_in(self, account: str, now: float) -> Session:
        """A new session."""
        return self._renewed(Session(account), now)

    def account_of(self, access: str, now: float) -> str | None:
        """Whose token this is, while it is valid."""
        session = self._by_access.get(access)
        if session is None or not session.alive or session.access != access:
            return None
        return session.account if now < session.valid_until else None

    def refresh(self, token: str, now: float) -> tuple[Session | None, str]:
        """New tokens for a refresh token; else whose session died of it."""
        session = self._by_refresh.get(token)
        if session is None or not session.alive:
            return None, session.account if session else ""
        if token in session.spent:
            session.alive = False
            return None, session.account
        session.spent.add(token)
        self.refreshed[session.account] += 1
        return self._renewed(session, now), session.account

    def expire(self, account: str) -> None:
        """Let the access tokens of an account (or of all) run out now."""
        for session in self._by_access.values():
            if account in ("", session.account):
                session.valid_until = 0.0

    def _renewed(self, session: Session, now: float) -> Session:
        session.access = f"a-{secrets.token_hex(8)}"
        session.refresh = f"r-{secrets.token_hex(8)}"
        session.valid_until = now + self.seconds
        self._by_access[session.access] = session
        self._by_refresh[session.refresh] = session
        return session
