"""Whatever one looks through, the totals stay: over REST, all lenses, schemes and levels."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enishi.activities.models import Activity, Observation
from enishi.channels import taxonomy
from enishi.channels.models import Channel
from enishi.lenses.core.levels import Place
from enishi.lenses.core.sight import Lens
from enishi.lenses.models import Placement
from enishi.lenses.queries.balance import LEVELS
from tests.functional.lenses.conftest import Log

pytestmark = pytest.mark.django_db
SCHEMES = taxonomy.registry().schemes
DAYS = {"first": "2026-03-16", "last": "2026-04-12"}
TYPES = ("Create", "Like", "Announce", "Follow", "Undo", "Delete", "View", "schema:BuyAction")
SOURCES = ("followers", "reshares", "recommendation", "hashtag", "search")

channels = st.lists(
    st.fixed_dictionaries(
        {one.id: st.sampled_from(["", *(each.id for each in one.classes)]) for one in SCHEMES}
    ),
    min_size=1,
    max_size=3,
)
acts = st.lists(
    st.tuples(st.sampled_from(TYPES), st.booleans(), st.integers(0, 2), st.integers(1, 20)),
    min_size=4,
    max_size=12,
)
money = st.lists(
    st.tuples(
        st.sampled_from(["spend", "labour_cost", "revenue"]),
        st.integers(1, 90_000),
        st.none() | st.integers(0, 2),
        st.sampled_from(["", "sns", "cns", "other", "elsewhere"]),
    ),
    min_size=3,
    max_size=6,
)
reaches = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(SOURCES), st.integers(1, 900)), min_size=2
)


def fill(new_channel, classes, done, noted, reached):
    """A log: channels of any class, acts in both directions, amounts, and reach by source."""
    logs = [
        Log(new_channel(f"c{at}", taxonomy={"classes": {k: v for k, v in one.items() if v}}))
        for at, one in enumerate(classes)
    ]
    for kind, inbound, at, times in done:
        for _time in range(times):
            logs[at % len(logs)].act(kind, inbound=inbound, back=1 + at)
    for number, (metric, value, at, _place) in enumerate(noted):
        log = logs[(at or 0) % len(logs)]
        log.report({metric: value}, subject=f"item {number}", channel=at is not None)
    for at, source, value in reached:
        logs[at % len(logs)].report({f"reach_{source}": value}, back=1 + at)


@pytest.mark.requirement("R015")
@pytest.mark.requirement("R039")
@settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(classes=channels, done=acts, noted=money, reached=reaches)
def test_no_total_changes_whatever_one_looks_through(
    api, new_channel, workspace, classes, done, noted, reached
):
    for model in (Activity, Observation, Channel, Placement):
        model.objects.all().delete()
    cache.clear()
    fill(new_channel, classes, done, noted, reached)
    events = Activity.objects.filter(workspace_id=workspace.id).count()
    figures = {}
    for lens in Lens:
        for scheme in SCHEMES:
            for level in LEVELS:
                asked = DAYS | {"lens": lens.value, "scheme": scheme.id, "level": level}
                seen = api("get", "/lenses/events", asked, status=200)
                cells = [sum(row["cells"].values()) for row in seen["groups"]]
                assert (seen["events"], seen["total"], sum(cells)) == (events, events, events)
                known = {name: seen[name] for name in ("people", "two_way_threads", "formats")}
                assert figures.setdefault("all", known) == known
    balances = {str(api("get", "/lenses/balance", DAYS)["balance"]) for _again in range(2)}
    assert len(balances) == 1
    _no_place_changes_a_sum(api, noted)
    _the_parts_of_reach_are_all_of_it(api)


def _no_place_changes_a_sum(api, noted):
    """Each amount counts once, at its level and all above, wherever it is put."""
    before = api("get", "/lenses/levels", DAYS)["sums"]
    for number, (metric, _value, _at, place) in enumerate(noted):
        if place:
            told = {"metric": metric, "subject": f"item {number}", "place": place}
            api("put", "/lenses/placements", told, status=204)
    after = api("get", "/lenses/levels", DAYS)["sums"]
    for metric in ("spend", "labour_cost", "revenue"):
        total = sum(value for name, value, _at, _place in noted if name == metric)
        for sums in (before.get(metric, {}), after.get(metric, {})):
            assert sums.get(Place.MARKETING, 0) == total
            social = sum(sums.get(one, 0) for one in (Place.SNS, Place.CNS, Place.OTHER))
            assert sums.get(Place.SOCIAL, 0) == social
            assert social + sums.get(Place.ELSEWHERE, 0) == total


def _the_parts_of_reach_are_all_of_it(api):
    found = api("get", "/lenses/reach", DAYS)
    organic = sum(one["organic"] or 0 for one in found["channels"])
    assert organic == (found["organic"] or 0)
