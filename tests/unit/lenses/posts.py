"""Posts for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from enishi.analytics.facts import PostFacts

START = datetime(2026, 4, 1, 3, tzinfo=UTC)


def post(number, channel="a", *, likes=0.0, replies=0.0, text="", **reported):
    """One post; further numbers are what the network reported for it."""
    return PostFacts(
        post=f"{channel}/{number}",
        channel_id=channel,
        published_at=START + timedelta(hours=number),
        text=text,
        interactions={"likes": float(likes), "replies": float(replies)},
        reported={name: float(value) for name, value in reported.items()},
    )
