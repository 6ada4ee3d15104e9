"""Trials of two ways that stop by their rule only, and what posting more often brings."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enishi.jobs.testing import run_task
from enishi.lenses.models import Assessment
from enishi.notifications.models import Notification
from tests.functional.lenses.conftest import DAY_12

pytestmark = pytest.mark.django_db
BODY = {"title": "Hooks", "factor": "hook", "first": "Question", "second": "Statement"}


@pytest.fixture
def trial(api, day_12):
    """`trial(per_arm=8)`: begun 20 days ago; posts count from the first day on."""

    def begin(**fields):
        day_12(days=-20)
        made = api("post", "/lenses/experiments", BODY | {"ripe_days": 1} | fields, status=201)
        return f"/lenses/experiments/{made['id']}"

    return begin


@pytest.fixture
def publish(api, log, day_12):
    """`publish(path, arm, *engagements, start=19)`: posts reaching 100, with these likes."""

    def send(path, arm, *likes, start=19.0):
        for number, count in enumerate(likes):
            back = start - number * 0.5
            post = log.post(f"{arm} {number}", back=back, reach=100, likes=count)
            day_12(days=-back, hours=1)
            api("put", f"{path}/posts", {"post": post, "arm": arm}, status=200)
        day_12()

    return send


@pytest.mark.requirement("R053")
@pytest.mark.parametrize(
    ("first", "second", "look", "outcome"),
    [((30, 33, 36, 31), (3, 4, 3, 4), 2, "first"), ((2, 3, 2, 3), (20, 24, 22, 21), 2, "second")],
)
def test_it_reports_difference_interval_and_n_and_stops_early_by_its_rule(
    api, see, trial, publish, first, second, look, outcome
):
    path = trial(per_arm=8)
    publish(path, "a", *first)
    publish(path, "b", *second)
    found = api("post", f"{path}/look", {}, status=200)
    assert (found["state"], found["outcome"], len(found["looks"])) == ("stopped", outcome, look)
    last = found["looks"][-1]
    assert (last["first"], last["second"]) == (4, 4)
    assert last["low"] < last["difference"] < last["high"]
    assert (last["low"] > 0) is (outcome == "first")
    assert sum(one["risk"] for one in found["rule"]) == pytest.approx(0.05)
    page = see(path.removeprefix("/lenses/") + "/")
    assert f'data-outcome="{outcome}"' in page
    assert "4 + 4" in page
    assert Notification.objects.filter(kind="trial_over").count() == 1


@pytest.mark.requirement("R053")
def test_it_goes_on_to_the_end_without_a_clear_difference_and_says_so(api, trial, publish):
    path = trial(per_arm=8)
    publish(path, "a", 9, 12, 7, 10)
    publish(path, "b", 10, 8, 11, 9)
    half = api("post", f"{path}/look", {}, status=200)
    assert (half["state"], half["outcome"], len(half["looks"])) == ("running", "open", 2)
    assert half["next_look"]["per_arm"] == 6
    publish(path, "a", 11, 8, 9, 10, start=9.0)
    publish(path, "b", 12, 9, 8, 10, start=9.0)
    done = api("post", f"{path}/look", {}, status=200)
    assert (done["state"], done["outcome"], len(done["looks"])) == ("ended", "unclear", 4)
    assert api("post", f"{path}/abandon", {"reason": "?"}, status=409)


@pytest.mark.requirement("R053")
def test_nobody_chooses_posts_by_their_numbers_or_ends_it_with_a_result(api, trial, log, day_12):
    path = trial(per_arm=8)
    old = log.post("before", back=25, reach=100, likes=50)
    known = log.post("known", back=15, reach=100, likes=50)
    day_12(days=-13)
    api("put", f"{path}/posts", {"post": old, "arm": "a"}, status=400)
    refused = api("put", f"{path}/posts", {"post": known, "arm": "a"}, status=409)
    assert "known already" in str(refused)
    api("post", f"{path}/abandon", {"reason": ""}, status=400)
    given_up = api("post", f"{path}/abandon", {"reason": "The shop is closed"}, status=200)
    assert (given_up["state"], given_up["outcome"]) == ("abandoned", "open")
    api("post", "/lenses/experiments", BODY | {"per_arm": 3}, status=400)


@pytest.mark.requirement("R053")
def test_it_shows_what_weeks_brought_by_how_often_was_posted(api, see, log):
    for week, posts in enumerate((1, 1, 1, 3, 3, 4)):  # Mondays before 12 April 2026, a Sunday
        for number in range(posts):
            log.post("hello", back=6 + week * 7 - number, reach=100, likes=10 * posts + week)
    found = api("get", "/lenses/frequency", {"first": "2026-03-02", "last": "2026-04-12"})
    steps = {one["least"]: one for one in found["steps"]}
    assert found["weeks"] == 6
    assert (steps[1]["weeks"], steps[3]["weeks"]) == (3, 3)
    assert steps[1]["mean"] == pytest.approx(11)
    assert steps[1]["low"] < 11 < steps[1]["high"]
    page = see("experiments/?first=2026-03-02&last=2026-04-12")
    assert 'data-posts="3"' in page
    few = api("get", "/lenses/frequency", {"first": "2026-03-30", "last": "2026-04-12"})
    assert few["steps"][0]["low"] is None


@pytest.mark.requirement("R029")
def test_it_tells_people_once_on_the_day_to_ask_again(api, day_12):
    answers = dict.fromkeys(
        ("audience", "resources", "purpose", "content", "answering", "risk", "measuring"), 0
    )
    day = f"{DAY_12 + timedelta(days=9):%Y-%m-%d}"
    told = {"purpose": "Sell bread", "answers": answers, "recheck_on": day}
    api("post", "/lenses/assessments", told, status=201)
    run_task("lenses.rechecks")
    assert not Notification.objects.exists()
    day_12(days=9)
    run_task("lenses.rechecks")
    run_task("lenses.rechecks")
    (news,) = Notification.objects.filter(kind="recheck_due")
    assert news.parameters["name"] == "Sell bread"
    assert Assessment.objects.get().told_at is not None
