"""Where e-mail goes, by one address: the operator's ENISHI_EMAIL_URL.

smtp://user:password@mail.example:587    encrypted by STARTTLS; ?tls=off without
smtps://user:password@mail.example:465   encrypted from the first byte
console:                                 printed by the process that sends
(empty)                                  written to files in the data folder
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

_DJANGO = "django.core.mail.backends"
_PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class MailSettings:
    """What Django's mail settings are made of."""

    backend: str
    folder: Path
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    starttls: bool = False
    tls: bool = False


def mail_settings(url: str, folder: Path) -> MailSettings:
    """Read the address. Raises ValueError, which names no password, for one of another kind."""
    if not url:
        return MailSettings(f"{_DJANGO}.filebased.EmailBackend", folder)
    parts = urlsplit(url)
    if parts.scheme == "console":
        return MailSettings(f"{_DJANGO}.console.EmailBackend", folder)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("ENISHI_EMAIL_URL should look like smtp://user:password@host:587")
    plain = parse_qs(parts.query).get("tls") == ["off"]
    return MailSettings(
        f"{_DJANGO}.smtp.EmailBackend",
        folder,
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starttls=parts.scheme == "smtp" and not plain,
        tls=parts.scheme == "smtps",
    )
