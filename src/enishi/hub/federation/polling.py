"""Polls of ours: what may be chosen, until when, and how they stand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count

from enishi.hub.models import HubObject, Vote
from enishi.kernel import clock


def options(poll: HubObject) -> list[str]:
    """What can be chosen."""
    return [str(one["name"]) for one in poll.data.get("options", [])]


def is_open(poll: HubObject) -> bool:
    """Whether votes still count."""
    end = poll.data.get("end")
    return not poll.data.get("closed") and (not end or str(end) > clock.now().isoformat())


def recount(polls: Iterable[UUID]) -> None:
    """Bring the numbers of polls up to date."""
    for poll in HubObject.objects.filter(id__in=list(polls)):
        votes = Vote.objects.filter(thing=poll)
        numbers = dict(votes.values_list("option").annotate(number=Count("id")))
        data: dict[str, Any] = dict(poll.data)
        data["options"] = [
            {**one, "votes": numbers.get(one["name"], 0)} for one in data.get("options", [])
        ]
        data["voters"] = votes.values("remote").distinct().count()
        HubObject.objects.filter(id=poll.id).update(data=data)
