from __future__ import annotations

import re

import pytest

from enishi.accounts.permissions import Role
from enishi.adapters.sandbox.faults import Fault, FaultKind
from enishi.adapters.sandbox.network import FILE_NAME, Network
from enishi.channels.models import Channel

PASSWORD = "kouji-miso"


@pytest.fixture(autouse=True)
def town(settings, tmp_path) -> Network:
    settings.ENISHI_HOME = tmp_path
    settings.ENISHI_SECRET_KEYS = ""
    return Network(tmp_path / FILE_NAME)


def connect(page, base, **plan):
    page.post(f"{base}/channels/connect/sandbox/", {"handle": "hinode", "password": PASSWORD})
    page.post(f"{base}/channels/connect/sandbox/confirm/", plan)
    return Channel.objects.get(handle="hinode")


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_an_empty_workspace_offers_to_connect(page, base):
    shown = text(page.get(f"{base}/channels/"))
    assert f"{base}/channels/connect/" in shown


def test_the_wizard_shows_the_account_before_it_saves(page, base):
    chosen = page.get(f"{base}/channels/connect/")
    assert f"{base}/channels/connect/sandbox/" in text(chosen)
    form = text(page.get(f"{base}/channels/connect/sandbox/"))
    assert 'name="handle"' in form
    assert 'type="password"' in form
    given = {"handle": "hinode", "password": PASSWORD}
    response = page.post(f"{base}/channels/connect/sandbox/", given)
    assert response.status_code == 302
    assert not Channel.objects.exists()
    shown = text(page.get(response.url))
    assert "hinode" in shown
    assert PASSWORD not in shown
    saved = page.post(response.url, {"waive_rest": "just a test"}, follow=True)
    channel = Channel.objects.get()
    assert saved.redirect_chain[-1][0] == f"{base}/channels/{channel.id}/"
    assert channel.state == "active"


def test_the_session_holds_no_secret_in_clear(page, base):
    page.post(f"{base}/channels/connect/sandbox/", {"handle": "hinode", "password": PASSWORD})
    assert PASSWORD not in str(dict(page.session))
    assert "token" not in str(dict(page.session))


def test_a_wrong_password_is_explained_beside_the_field(page, base, town):
    town.sign_in("hinode", "another one")
    given = {"handle": "hinode", "password": PASSWORD}
    response = page.post(
        f"{base}/channels/connect/sandbox/", given, headers={"accept-language": "en"}
    )
    assert response.status_code == 422
    assert response.context["form"].errors["password"]
    assert PASSWORD not in text(response)
    town.forget("hinode")
    assert page.post(f"{base}/channels/connect/sandbox/", given).status_code == 302


def test_an_unreachable_network_is_explained(page, base, town):
    town.arm(Fault(FaultKind.DROP, "verify"))
    given = {"handle": "hinode", "password": PASSWORD}
    response = page.post(f"{base}/channels/connect/sandbox/", given)
    assert response.status_code == 422
    assert response.context["form"].non_field_errors()


def test_confirming_without_a_check_goes_back_to_the_form(page, base):
    response = page.get(f"{base}/channels/connect/sandbox/confirm/")
    assert response.url == f"{base}/channels/connect/sandbox/"


@pytest.mark.requirement("R042")
def test_a_draft_channel_shows_its_open_points(page, base):
    channel = connect(page, base)
    assert channel.state == "draft"
    answers = {"objective": "x", "audience": "y", "policy": "z", "posts_per_week": "5"}
    page.post(f"{base}/channels/{channel.id}/plan/", answers)
    channel.refresh_from_db()
    assert channel.state == "active"
    reopen = {"item": "policy", "state": "open"}
    page.post(f"{base}/channels/{channel.id}/activation/", reopen)
    channel.refresh_from_db()
    assert channel.state == "draft"
    bad = {"item": "policy", "state": "waived", "note": ""}
    assert page.post(f"{base}/channels/{channel.id}/activation/", bad).status_code == 422


@pytest.mark.requirement("R045")
def test_a_channel_without_backup_says_so(page, base, owner, make_actor):
    channel = connect(page, base)
    shown = page.get(f"{base}/channels/{channel.id}/", headers={"accept-language": "en"})
    assert "Nobody stands in" in text(shown)
    backup = make_actor(Role.MANAGER)
    people = {"owner_id": str(owner.user_id), "backup_owner_id": str(backup.user_id)}
    page.post(f"{base}/channels/{channel.id}/owners/", people)
    shown = page.get(f"{base}/channels/{channel.id}/", headers={"accept-language": "en"})
    assert "Nobody stands in" not in text(shown)


def test_the_page_shows_health_and_how_to_reconnect(page, base):
    channel = connect(page, base)
    Channel.objects.update(state="reconnect", last_error="The town has ended this session.")
    shown = text(page.get(f"{base}/channels/{channel.id}/"))
    assert "The town has ended this session." in shown
    assert f"{base}/channels/{channel.id}/reconnect/" in shown
    wrong = page.post(
        f"{base}/channels/{channel.id}/reconnect/", {"handle": "hinode", "password": "nope!"}
    )
    assert wrong.status_code == 422
    page.post(
        f"{base}/channels/{channel.id}/reconnect/", {"handle": "hinode", "password": PASSWORD}
    )
    channel.refresh_from_db()
    assert channel.state == "draft"


def test_pausing_resuming_and_disconnecting_by_buttons(page, base):
    channel = connect(page, base, waive_rest="test")
    steps = [("pause", "paused"), ("resume", "active"), ("disconnect", "archived")]
    assert page.get(f"{base}/channels/{channel.id}/disconnect/").status_code == 200
    for step, state in steps:
        assert page.post(f"{base}/channels/{channel.id}/{step}/").status_code == 302
        channel.refresh_from_db()
        assert channel.state == state
    assert "hinode" not in text(page.get(f"{base}/channels/"))
    assert "hinode" in text(page.get(f"{base}/channels/?show=all"))


def test_the_classification_can_be_corrected(page, base):
    channel = connect(page, base)
    answers = {"sns_weight": "0.9", "tie_model": "mutual", "class_mic-2015": "blog"}
    page.post(f"{base}/channels/{channel.id}/taxonomy/", answers)
    channel.refresh_from_db()
    assert channel.taxonomy["sns_weight"] == 0.9
    page.post(f"{base}/channels/{channel.id}/taxonomy/", {"reset": "1"})
    channel.refresh_from_db()
    assert channel.taxonomy == {}


@pytest.mark.requirement("R012")
def test_instagram_is_sns_and_not_sns_depending_on_the_source(page, base):
    shown = text(
        page.get(f"{base}/channels/networks/instagram/", headers={"accept-language": "en"})
    )
    assert "Not SNS: CNS" in shown
    assert "2020-01-25" in shown
    assert "Everyday usage, 2024" in shown


@pytest.mark.requirement("R003")
@pytest.mark.parametrize("scheme", ["mic-2015", "function-4", "sns-cns-2020", "usage-2024"])
def test_the_registry_is_grouped_by_each_scheme_with_the_same_total(page, base, scheme):
    response = page.get(f"{base}/channels/networks/?scheme={scheme}")
    groups = response.context["groups"]
    assert sum(len(group.networks) for group in groups) == response.context["total"]


def test_creators_see_channels_and_change_nothing(client_of, member, page, base):
    channel = connect(page, base)
    theirs = client_of(member)
    shown = text(theirs.get(f"{base}/channels/{channel.id}/"))
    assert "/disconnect/" not in shown
    assert theirs.post(f"{base}/channels/{channel.id}/pause/").status_code == 403
    assert theirs.get(f"{base}/channels/connect/").status_code == 403


def test_strangers_find_nothing(client_of, stranger, page, base):
    channel = connect(page, base)
    theirs = client_of(stranger)
    assert theirs.get(f"{base}/channels/").status_code == 404
    assert theirs.get(f"{base}/channels/{channel.id}/").status_code == 404


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "address", ["", "connect/", "connect/sandbox/", "connect/feed/", "networks/", "networks/mixi/"]
)
def test_every_page_is_shown_in_both_languages(page, base, language, address):
    connect(page, base)
    page.cookies["enishi_language"] = language
    response = page.get(f"{base}/channels/{address}")
    assert response.status_code == 200
    assert f'lang="{language}"' in text(response)


def test_the_list_needs_few_queries(page, base, owner, django_assert_max_num_queries):
    connect(page, base)
    with django_assert_max_num_queries(15):
        page.get(f"{base}/channels/")
