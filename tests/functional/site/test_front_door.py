"""The first run, signing in and out, languages, settings pages, errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from enishi.accounts import actions
from enishi.accounts.models import ApiToken, Membership, User, Workspace
from enishi.accounts.permissions import Actor, Role
from enishi.activities.models import Activity

ClientOf = Callable[[Actor], Client]
FIRST_RUN = {"language": "ja", "name": "喫茶 縁", "time_zone": "Asia/Tokyo"}


@pytest.fixture
def newcomer(db: None) -> Client:
    """A browser that followed the link of the first start."""
    client = Client()
    link = actions.first_start_link()
    assert link is not None
    path = link.removeprefix("http://testserver")
    assert client.get(path).status_code == 200, "a look at the link does not use it up"
    assert client.post(path).status_code == 302
    return client


def test_a_newcomer_sets_up_a_workspace(newcomer: Client) -> None:
    assert newcomer.get("/", follow=True).redirect_chain[-1][0] == "/welcome/"
    assert newcomer.post("/welcome/", FIRST_RUN).status_code == 302
    workspace = Workspace.objects.get()
    assert (workspace.name, workspace.language, workspace.country) == ("喫茶 縁", "ja", "JP")
    page = newcomer.get("/welcome/start/")
    assert page.status_code == 200
    assert page["Content-Language"] == "ja"
    assert newcomer.get("/", follow=True).redirect_chain[-1][0] == f"/w/{workspace.slug}/"


def test_a_password_given_at_the_first_run_signs_in_later(newcomer: Client) -> None:
    credentials = {"email": "hana@shop.example", "password": "shio to satou 42"}
    newcomer.post("/welcome/", FIRST_RUN | credentials)
    assert newcomer.get("/welcome/start/").status_code == 200, "the session goes on"
    other = Client()
    sign_in = {"login": credentials["email"], "password": "wrong"}
    refused = other.post("/account/login/", sign_in)
    assert refused.status_code == 200
    assert other.get("/welcome/start/").status_code == 302
    assert other.post("/account/login/", sign_in | {"password": credentials["password"]}).url == "/"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "name"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"email": "a@shop.example", "password": "short"}, "password"),
    ],
)
def test_it_shows_what_to_mend_and_makes_nothing(
    newcomer: Client, change: dict[str, str], words: str
) -> None:
    page = newcomer.post("/welcome/", FIRST_RUN | change)
    assert page.status_code == 200
    assert words in page.context["form"].errors
    assert not Workspace.objects.exists()
    assert newcomer.post("/welcome/", FIRST_RUN).status_code == 302


def test_a_used_link_says_so_kindly(newcomer: Client) -> None:
    user = actions.first_user()
    path = actions.sign_in_link(user).removeprefix("http://testserver")
    assert Client().post(path).status_code == 302
    page = Client().post(path, headers={"Accept-Language": "en"})
    assert page.status_code == 404
    assert "sign-in-link" in page.content.decode()


def test_nobody_can_sign_up_uninvited(db: None) -> None:
    page = Client().post(
        "/account/signup/",
        {"email": "x@x.example"} | dict.fromkeys(("password1", "password2"), "a long enough one"),
    )
    assert page.status_code in {200, 302, 403}
    assert not User.objects.exists()


def test_a_second_workspace_belongs_to_the_same_organisation(newcomer: Client) -> None:
    newcomer.post("/welcome/", FIRST_RUN)
    newcomer.post("/welcome/", FIRST_RUN | {"name": "Tea House"})
    first, second = Workspace.objects.order_by("created_at")
    assert first.organisation == second.organisation


# --- workspaces and languages ----------------------------------------------------------------


def test_visitors_are_asked_to_sign_in(base: str) -> None:
    answer = Client().get(f"{base}/settings/")
    assert answer.status_code == 302
    assert answer.url.startswith("/account/login/?next=")


def test_strangers_find_nothing(client_of: ClientOf, stranger: Actor, base: str) -> None:
    assert client_of(stranger).get(f"{base}/settings/").status_code == 404
    assert client_of(stranger).get("/w/no-such-place/settings/").status_code == 404


def test_the_language_is_remembered(page: Client, owner: Actor, base: str) -> None:
    answer = page.post("/language/", {"language": "ja", "next": f"{base}/settings/"})
    assert answer.url == f"{base}/settings/"
    assert page.get(answer.url)["Content-Language"] == "ja"
    page.post("/language/", {"language": "en"})
    assert page.get(f"{base}/settings/")["Content-Language"] == "en"
    assert User.objects.get(pk=owner.user_id).language == "en"


def test_the_language_form_does_not_lead_elsewhere(page: Client) -> None:
    answer = page.post("/language/", {"language": "ja", "next": "https://evil.example/"})
    assert answer.url == "/"


def test_pages_allow_no_foreign_or_inline_code(page: Client, base: str) -> None:
    answer = page.get(f"{base}/settings/")
    policy = answer["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in answer.content.decode()
    assert " style=" not in answer.content.decode()


# --- settings ------------------------------------------------------------------------------


def test_an_owner_renames_the_workspace(page: Client, workspace: Workspace, base: str) -> None:
    form = {"name": "Kissa Enishi", "language": "ja", "time_zone": "Asia/Tokyo", "country": "JP"}
    assert page.post(f"{base}/settings/", form).status_code == 302
    workspace.refresh_from_db()
    assert workspace.name == "Kissa Enishi"
    told = Activity.objects.get(workspace_id=workspace.pk, text="Kissa Enishi")
    assert (told.type, told.direction, told.via) == ("Update", "internal", "html")


@pytest.mark.requirement("R056")
def test_an_owner_invites_changes_and_removes(
    page: Client, workspace: Workspace, base: str
) -> None:
    url = f"{base}/settings/members/"
    invited = page.post(url, {"email": "mika@shop.example", "name": "Mika", "role": "creator"})
    assert "/sign-in/" in invited.context["link"]
    membership = Membership.objects.get(user__email="mika@shop.example")
    page.post(f"{url}{membership.pk}/role/", {"role": "responder"})
    membership.refresh_from_db()
    assert membership.role == Role.RESPONDER
    page.post(f"{url}{membership.pk}/remove/")
    assert not Membership.objects.filter(pk=membership.pk).exists()


@pytest.mark.requirement("R056")
def test_a_creator_sees_members_without_the_controls(
    client_of: ClientOf, member: Actor, owner: Actor, base: str
) -> None:
    page = client_of(member).get(f"{base}/settings/members/")
    assert page.status_code == 200
    assert "/role/" not in page.content.decode()
    boss = Membership.objects.get(user_id=owner.user_id)
    refused = client_of(member).post(f"{base}/settings/members/{boss.pk}/remove/")
    assert refused.status_code == 403
    assert Membership.objects.filter(pk=boss.pk).exists()


def test_a_token_is_shown_once(page: Client, base: str) -> None:
    form = {"name": "Till", "days": "30", "scopes": ["posts.view", "posts.edit"]}
    made = page.post(f"{base}/settings/tokens/", form)
    secret = made.context["made"].secret
    assert secret in made.content.decode()
    assert secret not in page.get(f"{base}/settings/tokens/").content.decode()
    page.post(f"{base}/settings/tokens/{ApiToken.objects.get().pk}/revoke/")
    assert ApiToken.objects.get().revoked_at is not None


def test_a_user_gets_a_name_and_password(page: Client, owner: Actor, base: str) -> None:
    form = {"name": "Olga", "email": "olga@shop.example", "password": "shio to satou 42"}
    assert page.post(f"{base}/settings/me/", form).status_code == 302
    assert page.get(f"{base}/settings/me/").status_code == 200, "the session goes on"
    assert User.objects.get(pk=owner.user_id).check_password("shio to satou 42")


def test_a_workspace_goes_only_after_its_name_was_typed(
    page: Client, workspace: Workspace, base: str
) -> None:
    assert page.post(f"{base}/settings/delete/", {"name": "kissa"}).status_code == 200
    assert Workspace.objects.filter(pk=workspace.pk).exists()
    assert page.post(f"{base}/settings/delete/", {"name": workspace.name}).status_code == 302
    assert not Workspace.objects.filter(pk=workspace.pk).exists()
