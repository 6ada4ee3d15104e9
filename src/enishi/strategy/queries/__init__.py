"""Every read of the plan."""

from __future__ import annotations

from enishi.strategy.queries.plan import (
    channels,
    check_statement,
    checked,
    details,
    linkable_posts,
    measure,
    measure_of,
    node,
    objective,
    owners,
    pacing_overview,
    parent,
    place_among,
    place_of,
    post_tactics,
    tactic,
    tactics,
    tree,
    upstreams,
)

__all__ = [
    "channels",
    "check_statement",
    "checked",
    "details",
    "linkable_posts",
    "measure",
    "measure_of",
    "node",
    "objective",
    "owners",
    "pacing_overview",
    "parent",
    "place_among",
    "place_of",
    "post_tactics",
    "tactic",
    "tactics",
    "tree",
    "upstreams",
]
