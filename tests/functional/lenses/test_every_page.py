"""Every page of the lenses, empty."""

from __future__ import annotations

import pytest

from enishi.accounts.permissions import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_kpis():
    """Every KPI that the pages name."""


PAGES = (
    "",
    "reach/",
    "posts/",
    "decide/",
    "plans/",
    "plans/new/",
    "growth/",
    "experiments/",
    "experiments/new/",
    "awareness/",
    "decide/assess/",
)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_it_answers_on_an_empty_workspace(page, workspace, path, language):
    answer = page.get(f"/w/{workspace.slug}/lenses/{path}", headers={"accept-language": language})
    assert answer.status_code == 200


def test_it_is_not_shown_to_those_who_may_not_see_the_strategy(client_of, make_actor, workspace):
    browser = client_of(make_actor(Role.RESPONDER))
    assert browser.get(f"/w/{workspace.slug}/lenses/").status_code == 403
