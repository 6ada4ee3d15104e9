"""Accounts of other people: found by their address, and those that are followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from enishi.adapters.mastodon.client import Client, MissingError
from enishi.adapters.mastodon.text import plain
from enishi.channels.contract import People, Person, Tie
from enishi.channels.errors import RejectedError

Json = dict[str, Any]

_PAGE = 40


async def found(client: Client, account: str) -> Json:
    """The account by its id or @name@host; one of another server may have to be fetched."""
    name = account.strip().lstrip("@")
    answer: Any = None
    try:
        if "@" in name:
            answer = await client.get("/api/v1/accounts/lookup", acct=name)
        else:
            answer = await client.get(f"/api/v1/accounts/{quote(name, safe='')}")
    except MissingError:
        answer = await _searched(client, name) if "@" in name else None
    if not isinstance(answer, dict) or not answer.get("id"):
        raise RejectedError(_("This account cannot be found."), field="account_id")
    return answer


async def _searched(client: Client, name: str) -> object:
    answer = await client.get(
        "/api/v2/search", q=f"@{name}", type="accounts", limit=1, resolve="true"
    )
    return next(iter(answer.get("accounts") or []), None)


async def look(client: Client, account: str) -> Person:
    """An account with what stands between it and ours."""
    shown = await found(client, account)
    ties = await _relationships(client, [str(shown["id"])])
    return _person(client, shown, ties.get(str(shown["id"])))


async def following(client: Client, own_id: str, cursor: str) -> People:
    """Whom the account follows, as the server lists them."""
    params: dict[str, str | int | list[str]] = {"limit": _PAGE}
    if cursor:
        params["max_id"] = cursor
    answer = await client.pages(f"/api/v1/accounts/{own_id}/following", params)
    rows = [one for one in answer.data or [] if isinstance(one, dict) and one.get("id")]
    ties = await _relationships(client, [str(one["id"]) for one in rows])
    usual: Json = {"following": True}
    people = [_person(client, one, ties.get(str(one["id"]), usual)) for one in rows]
    return People(people, answer.onward)


async def _relationships(client: Client, ids: Sequence[str]) -> dict[str, Json]:
    """By account; empty at servers that do not tell."""
    if not ids:
        return {}
    try:
        answer = await client.pages("/api/v1/accounts/relationships", {"id[]": list(ids)})
    except MissingError:
        return {}
    return {str(one["id"]): one for one in answer.data if isinstance(one, dict) and one.get("id")}


def _person(client: Client, shown: Mapping[str, Any], tie: Mapping[str, Any] | None) -> Person:
    address = str(shown.get("acct") or shown.get("username") or "")
    known = tie or {}
    told = known.get("followed_by")
    return Person(
        account_id=str(shown["id"]),
        address=f"@{address}" if "@" in address else f"@{address}@{client.host}",
        name=str(shown.get("display_name") or shown.get("username") or address),
        url=str(shown.get("url") or ""),
        about=plain(str(shown.get("note") or "")),
        tie=_tie(known),
        follows_us=told if isinstance(told, bool) else None,
        asks_first=shown.get("locked") is True,
        blocked=known.get("blocking") is True or known.get("domain_blocking") is True,
    )


def _tie(known: Mapping[str, Any]) -> Tie:
    if known.get("following"):
        return Tie.ACCEPTED
    return Tie.PENDING if known.get("requested") else Tie.NONE
