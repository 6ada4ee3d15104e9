"""The pages of django-allauth that people need: second factors, passkeys, sessions."""

from __future__ import annotations

import pytest
from django.test import Client

from enishi.accounts.models import User
from enishi.accounts.permissions import Actor

PASSWORD = "correct horse battery"


@pytest.fixture
def signed_in(owner: Actor) -> Client:
    client = Client()
    email = User.objects.get(pk=owner.user_id).email
    client.post("/account/login/", {"login": email, "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.mark.parametrize(
    "path",
    [
        "/account/2fa/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/",
        "/account/2fa/webauthn/add/",
        "/account/sessions/",
        "/account/password/change/",
    ],
)
def test_it_shows_every_security_page(signed_in: Client, path: str) -> None:
    for language in ("ja", "en"):
        page = signed_in.get(path, headers={"Accept-Language": language})
        assert page.status_code == 200
        assert page["Content-Language"] == language


def test_it_greets_people_by_name(owner: Actor) -> None:
    user = User.objects.get(pk=owner.user_id)
    sign_in = {"login": user.email, "password": PASSWORD}
    page = Client().post("/account/login/", sign_in, follow=True)
    assert "Olga" in page.content.decode()
    assert user.username not in page.content.decode()
