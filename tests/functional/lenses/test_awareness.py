"""Awareness: share of voice, branded searches from CSV, who comes back, campaigns, videos."""

from __future__ import annotations

import io
import re

import pytest

from enishi.accounts import actions as accounts
from enishi.accounts.permissions import Permission
from enishi.imports import tasks

pytestmark = pytest.mark.django_db

SEARCHES = """日付,指名検索数
2026-04-06,40
2026-04-07,52
2026-04-09,0
2026-04-10,61
"""


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.ENISHI_HOME = tmp_path


@pytest.fixture
def bring_in(client, owner):
    secret = accounts.create_token(owner, name="import", scopes=[Permission.IMPORTS_RUN]).secret
    named = {"authorization": f"Bearer {secret}", "accept-language": "en"}

    def send(content):
        file = io.BytesIO(content.encode("cp932"))
        file.name = "search.csv"
        made = client.post("/api/v1/imports", {"file": file}, headers=named).json()
        path = f"/api/v1/imports/{made['id']}/confirm"
        client.post(path, "{}", content_type="application/json", headers=named)
        tasks.run({"import": made["id"]})
        return client.get(f"/api/v1/imports/{made['id']}", headers=named).json()

    return send


@pytest.mark.requirement("R081")
def test_it_aligns_branded_searches_by_day_with_mentions_and_keeps_gaps(api, see, log, bring_in):
    log.act("Create", back=5, actor_key="a", object_key="a/1")
    log.act("Create", back=5, actor_key="b", object_key="b/1")
    done = bring_in(SEARCHES)
    assert (done["state"], done["new"]) == ("done", 4)
    asked = {"first": "2026-04-06", "last": "2026-04-10"}
    found = api("get", "/lenses/awareness", asked)
    days = {one["day"][-2:]: (one["searches"], one["mentions"]) for one in found["days"]}
    assert days["07"] == (52, 2)
    assert days["08"] == (None, 0)
    assert days["09"] == (0, 0)
    assert [one[0] for one in days.values()] == [40, 52, None, 0, 61]
    assert found["gaps"] == 1
    assert found["packs"]["awareness"]["branded_searches"] == 153
    text = see("awareness/?first=2026-04-06&last=2026-04-10")
    row = re.search(r'data-day="2026-04-08">(.*?)</tr>', text)[1]
    assert re.findall(r'<td class="end number">(.*?)</td>', row) == ["–", "0"]
    assert "is a gap, not zero" in text


@pytest.mark.requirement("R081")
@pytest.mark.parametrize(("rivals", "share"), [({"A": 5, "B": 1}, 0.25), ({"A": 2}, 0.5)])
def test_it_shares_the_voice_on_days_on_which_rivals_were_observed(api, see, log, rivals, share):
    for number in range(2):
        log.act("Create", back=3, actor_key=f"p{number}", object_key=f"said/{number}")
    log.act("Create", back=9, actor_key="early", object_key="said/9")
    for name, count in rivals.items():
        log.report({"rival_mentions": count}, subject=name, back=3, channel=False)
    found = api("get", "/kpis/share_of_voice")
    assert found["value"] == pytest.approx(share)
    assert "A 5 + B 1" in found["formula_filled"] or "A 2" in found["formula_filled"]
    assert f"{share * 100:.2f} %" in see("awareness/")


@pytest.mark.requirement("R081")
def test_it_says_not_observed_without_a_number_of_rivals(api, log):
    log.act("Create", back=3, actor_key="a", object_key="a/1")
    pack = api("get", "/lenses/awareness")["packs"]["awareness"]
    assert (pack["mentions"], pack["share_of_voice"], pack["branded_searches"]) == (1, None, None)


def test_it_refuses_a_rival_without_a_name(api):
    refused = api("post", "/log/numbers", {"metric": "rival_mentions", "value": 3}, status=400)
    assert refused["field"] == "subject"


@pytest.mark.requirement("R081")
def test_it_shows_loyalty_and_traffic_by_utm(api, see, log):
    for back, who in ((3, "a"), (2, "a"), (2, "b"), (2, "c"), (1, "c")):
        log.act("Like", back=back, actor_key=who, object_key="ours")
    address = "https://x.example/?utm_source=social&utm_campaign=spring"
    for _ in range(3):
        log.act("schema:InteractAction", object_key=address)
    log.act("schema:InteractAction", object_key="https://x.example/")
    found = api("get", "/lenses/awareness")
    assert found["packs"]["loyalty"]["returning_people"] == pytest.approx(2 / 3)
    assert [(one["source"], one["campaign"], one["clicks"]) for one in found["campaigns"]] == [
        ("social", "spring", 3),
        ("", "", 1),
    ]


@pytest.mark.requirement("R054")
def test_it_shows_video_measures_beside_what_networks_mean_by_them(api, see, log):
    log.post(plays=200, full_plays=50, average_watch_seconds=36, video_seconds=60)
    log.post(plays=10, video_seconds=600)
    found = api("get", "/lenses/awareness")
    video = found["packs"]["video"]
    assert (video["video_retention"], video["video_completion"]) == (0.6, 0.25)
    assert video["short_videos"] == 1
    shorts = next(one for one in found["definitions"] if one["since"] == "2025-03-31")
    assert "break" in shorts["text"]
    text = see("awareness/")
    assert "60.00 %" in text
    assert shorts["text"].split(".")[0] in text
