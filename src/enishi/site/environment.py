"""What the operator sets: environment variables, read once.

ENISHI_HOME              data folder                          ~/.local/share/enishi
ENISHI_HOST              address to listen on                 127.0.0.1
ENISHI_PORT              port to listen on                    8000
ENISHI_URL               public address                       http://HOST:PORT
ENISHI_DATABASE_URL      postgres://… or sqlite:///…          SQLite in ENISHI_HOME
ENISHI_ALLOWED_NETWORKS  private networks adapters may reach  none (CIDR, comma-separated)
ENISHI_SECRET_KEYS       keys for credentials, newest first   made in ENISHI_HOME
ENISHI_WEB_PROCESSES     web processes                        1
ENISHI_WEB_THREADS       requests at a time in each           4
ENISHI_JOBS_BEAT         seconds between two heartbeats          4
ENISHI_JOBS_DEAD         seconds until a silent worker is lost  20
ENISHI_JOBS_SETTLE       seconds a lost worker keeps a claim  75
ENISHI_JOBS_DRAIN        seconds a stopping worker may take   25
ENISHI_CARRIER           embedded, or celery for a fleet      embedded
ENISHI_CARRIER_URL       its broker: redis://… or amqp://…    none
ENISHI_CARRIER_AGAIN     seconds until a lost message is sent again  60
ENISHI_METRICS_TOKEN     bearer token for /metrics            none: this machine only
ENISHI_EMAIL_URL         mail server: smtp://USER:PASS@HOST:587   files in ENISHI_HOME/mail
ENISHI_EMAIL_FROM        sender of e-mails                    enishi@ the host of ENISHI_URL
ENISHI_DEBUG             1 shows tracebacks                   0
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit


@dataclass(frozen=True, slots=True)
class Environment:
    """The operator's choices with their defaults filled in."""

    home: Path
    host: str
    port: int
    url: str
    database_url: str
    allowed_networks: tuple[str, ...]
    debug: bool
    web_processes: int
    web_threads: int
    email_url: str
    email_from: str
    metrics_token: str
    carrier: str
    carrier_url: str
    carrier_again: float

    @property
    def package(self) -> Path:
        """Where Enishi itself is installed."""
        return Path(__file__).parents[1]

    @classmethod
    def read(cls) -> Environment:
        get = os.environ.get
        home = Path(get("ENISHI_HOME") or "~/.local/share/enishi").expanduser().resolve()
        host, port = get("ENISHI_HOST", "127.0.0.1"), int(get("ENISHI_PORT", "8000"))
        networks = get("ENISHI_ALLOWED_NETWORKS", "")
        url = (get("ENISHI_URL") or f"http://{host}:{port}").rstrip("/")
        return cls(
            home=home,
            host=host,
            port=port,
            url=url,
            database_url=get("ENISHI_DATABASE_URL", ""),
            allowed_networks=tuple(part.strip() for part in networks.split(",") if part.strip()),
            debug=get("ENISHI_DEBUG", "0") == "1",
            web_processes=int(get("ENISHI_WEB_PROCESSES", "1")),
            web_threads=int(get("ENISHI_WEB_THREADS", "4")),
            email_url=get("ENISHI_EMAIL_URL", ""),
            email_from=get("ENISHI_EMAIL_FROM") or f"Enishi <enishi@{urlsplit(url).hostname}>",
            metrics_token=get("ENISHI_METRICS_TOKEN", ""),
            carrier=get("ENISHI_CARRIER") or "embedded",
            carrier_url=get("ENISHI_CARRIER_URL", ""),
            carrier_again=float(get("ENISHI_CARRIER_AGAIN") or 60),
        )

    def django_secret(self) -> str:
        """The signing key of sessions and forms, made at the first start."""
        return stored_secret(self.home / "django.key")

    def database(self) -> dict[str, object]:
        """Django's description of the database that ENISHI_DATABASE_URL names."""
        if self.database_url.startswith(("postgres://", "postgresql://")):
            return _postgres(self.database_url)
        path = self.database_url.removeprefix("sqlite:///") or str(self.home / "enishi.sqlite3")
        return _sqlite(path)


def stored_secret(path: Path) -> str:
    """The secret in `path`, which is made, readable by its owner only, when missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(secret := secrets.token_urlsafe(48))
    return secret


def _postgres(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


def _sqlite(path: str) -> dict[str, object]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 30,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA mmap_size=268435456; PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
            ),
        },
    }
