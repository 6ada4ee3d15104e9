"""REST: tokens, problem details, repeated writes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import validate

from enishi.accounts import actions
from enishi.accounts.models import Membership, Workspace
from enishi.accounts.permissions import Actor, Permission
from enishi.site.models import KeptAnswer

Call = Callable[..., Any]


@pytest.fixture
def call(owner: Actor) -> Call:
    """`call("GET", "/members")` with a token that may do everything."""
    secret = actions.create_token(owner, name="test", scopes=list(Permission)).secret

    def send(method: str, path: str, body: object = None, **headers: str) -> Any:
        allowed = {"Authorization": f"Bearer {secret}"} | headers
        return Client().generic(
            method,
            f"/api/v1{path}",
            data=json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers={name.replace("_", "-"): value for name, value in allowed.items()},
        )

    return send


INVITE = {"email": "new@example.test", "role": "creator"}


def test_it_describes_itself(call: Call) -> None:
    description = call("GET", "/openapi.json").json()
    validate(description)
    assert "/api/v1/members" in description["paths"]


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "Bearer enishi_wrong"])
def test_it_asks_for_a_token(token: str) -> None:
    answer = Client().get("/api/v1/workspace", headers={"Authorization": token})
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"


def test_it_tells_the_field_and_the_remedy(call: Call) -> None:
    answer = call("POST", "/members", {"email": "nobody", "role": "creator"})
    problem = answer.json()
    assert (answer.status_code, problem["field"], problem["code"]) == (400, "email", "invalid")
    assert problem["remedy"]
    assert call("POST", "/members", INVITE).status_code == 201


def test_it_answers_in_the_language_asked_for(call: Call) -> None:
    bad = {"email": "nobody", "role": "creator"}
    english = call("POST", "/members", bad, Accept_Language="en").json()["title"]
    japanese = call("POST", "/members", bad, Accept_Language="ja").json()["title"]
    assert english.isascii()
    assert not japanese.isascii()


def test_it_names_what_does_not_fit(call: Call) -> None:
    answer = call("POST", "/members", {"role": "creator"})
    assert answer.status_code == 422
    assert any("email" in error["field"] for error in answer.json()["errors"])


def test_it_holds_tokens_to_their_scopes(owner: Actor) -> None:
    secret = actions.create_token(owner, name="t", scopes=[Permission.WORKSPACE_VIEW]).secret
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    assert client.get("/api/v1/members").status_code == 200
    refused = client.post("/api/v1/members", INVITE, content_type="application/json")
    assert refused.status_code == 403
    assert refused.json()["code"] == "not-allowed"


# --- repeated writes -----------------------------------------------------------------------


def test_the_same_key_does_a_thing_once(call: Call, workspace: Workspace) -> None:
    first, second = (call("POST", "/members", INVITE, Idempotency_Key="k1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert Membership.objects.filter(workspace=workspace).count() == 2


def test_the_same_key_for_something_else_is_refused(call: Call) -> None:
    call("POST", "/members", INVITE, Idempotency_Key="k1")
    other = call("POST", "/members", INVITE | {"role": "analyst"}, Idempotency_Key="k1")
    assert other.status_code == 422
    assert call("POST", "/members", INVITE, Idempotency_Key="k2").status_code == 409


def test_a_request_still_under_way_is_not_started_again(call: Call) -> None:
    call("POST", "/members", INVITE, Idempotency_Key="k1")
    KeptAnswer.objects.update(status=0)
    assert call("POST", "/members", INVITE, Idempotency_Key="k1").status_code == 409


def test_a_key_that_is_too_long_is_refused(call: Call) -> None:
    assert call("POST", "/members", INVITE, Idempotency_Key="k" * 201).status_code == 400
