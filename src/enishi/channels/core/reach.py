"""Where reach came from, and what that says of the SNS↔CNS axis (R013).

People who follow or reshare connect by *people* (SNS); recommendation, hashtag and search
connect by *content* (CNS). Paid reach says nothing about either and stands apart.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReachSources:
    """How many people a period's posts reached, by the way they came to see them."""

    followers: int = 0
    reshares: int = 0
    recommendation: int = 0
    hashtag: int = 0
    search: int = 0
    paid: int = 0

    def __post_init__(self) -> None:
        if min(self.followers, self.reshares, self.by_content, self.paid) < 0:
            raise ValueError("reach cannot be negative")

    @property
    def by_people(self) -> int:
        return self.followers + self.reshares

    @property
    def by_content(self) -> int:
        return self.recommendation + self.hashtag + self.search


@dataclass(frozen=True, slots=True)
class ReachSplit:
    """Organic reach divided between people and content; the indexes add up to 1."""

    organic: int
    paid: int
    sns_index: float | None
    cns_index: float | None

    @property
    def sns_percent(self) -> int:
        return round(100 * (self.sns_index or 0))

    @property
    def cns_percent(self) -> int:
        return round(100 * (self.cns_index or 0))


def split_reach(sources: ReachSources) -> ReachSplit:
    """The SNS and CNS indexes; both are None when there was no organic reach to judge by."""
    organic = sources.by_people + sources.by_content
    if organic == 0:
        return ReachSplit(organic=0, paid=sources.paid, sns_index=None, cns_index=None)
    return ReachSplit(
        organic=organic,
        paid=sources.paid,
        sns_index=sources.by_people / organic,
        cns_index=sources.by_content / organic,
    )
