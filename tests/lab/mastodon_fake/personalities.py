"""How the servers that speak the Mastodon API differ, as far as clients notice."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Personality:
    """One kind of server. The defaults are those of a Mastodon of today."""

    name: str
    version: str
    characters: int = 500
    counts_links_in_full: bool = False
    media_count: int = 4
    instance_v2: bool = True
    media_v2: bool = True
    media_slow: bool = False
    """Whether a file is accepted first and ready later."""
    knows_keys: bool = True
    key_seconds: float = 3600
    batch: bool = True
    edits: bool = True
    polls: bool = True
    quotes: bool = True
    contexts: bool = True
    pages: bool = True
    """Whether `max_id` and `limit` are heard."""
    streams: bool = True
    search: bool = True
    pkce: bool = True
    needs_media: bool = False
    ids: str = "snowflake"
    extra: dict[str, object] = field(default_factory=dict)
    """What the server adds to `/api/v1/instance`."""


MASTODON = Personality("mastodon", "4.4.2", media_slow=True)
OLD = Personality(
    "old-mastodon",
    "3.0.1",
    instance_v2=False,
    media_v2=False,
    batch=False,
    edits=False,
    quotes=False,
    pkce=False,
)
GOTOSOCIAL = Personality(
    "gotosocial",
    "0.19.1+git-abc1234",
    characters=5000,
    counts_links_in_full=True,
    media_count=6,
    knows_keys=False,
    batch=False,
    quotes=False,
    ids="ulid",
    extra={"account_domain": "social.example"},
)
PIXELFED = Personality(
    "pixelfed",
    "3.5.3 (compatible; Pixelfed 0.12.5)",
    counts_links_in_full=True,
    media_count=10,
    instance_v2=False,
    media_v2=False,
    knows_keys=False,
    batch=False,
    edits=False,
    polls=False,
    quotes=False,
    streams=False,
    search=False,
    pkce=False,
    needs_media=True,
)
AKKOMA = Personality(
    "akkoma",
    "2.7.2 (compatible; Akkoma 3.15.2)",
    characters=5000,
    counts_links_in_full=True,
    media_count=16,
    instance_v2=False,
    batch=False,
    quotes=False,
    pkce=False,
    ids="flake",
    extra={
        "max_toot_chars": 5000,
        "max_media_attachments": 16,
        "description_limit": 5000,
        "poll_limits": {
            "max_options": 20,
            "max_option_chars": 200,
            "min_expiration": 0,
            "max_expiration": 31_536_000,
        },
    },
)
SNAC = Personality(
    "snac",
    "4.0.0 (not true; really snac/2.80)",
    characters=100_000,
    counts_links_in_full=True,
    instance_v2=False,
    media_v2=True,
    knows_keys=False,
    batch=False,
    quotes=False,
    pages=False,
    contexts=False,
    streams=False,
    search=False,
    pkce=False,
    ids="hash",
    extra={"max_toot_chars": 100_000},
)
ALL = (MASTODON, OLD, GOTOSOCIAL, PIXELFED, AKKOMA, SNAC)
