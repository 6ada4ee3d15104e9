from __future__ import annotations

import copy
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import enishi.channels
from enishi.channels.core import taxonomy
from enishi.channels.core.reach import ReachSources, split_reach
from enishi.channels.core.taxonomy import TaxonomyError

DOCUMENT = tomllib.loads(
    (Path(enishi.channels.__file__).parent / "data/taxonomy.toml").read_text(encoding="utf-8")
)
REGISTRY = taxonomy.parse(DOCUMENT)


def classes_in(scheme_id):
    scheme = REGISTRY.scheme(scheme_id)
    return taxonomy.group(
        REGISTRY.networks, scheme, lambda network: network.classes.get(scheme_id, "")
    )


@pytest.mark.requirement("R001")
@pytest.mark.requirement("R002")
@pytest.mark.parametrize("scheme", REGISTRY.schemes, ids=lambda scheme: scheme.id)
def test_everything_that_is_sns_is_social_media(scheme):
    paths = {network.id: taxonomy.frame(network.classes, scheme) for network in REGISTRY.networks}
    social = {name for name, path in paths.items() if taxonomy.is_below(path, "social-media")}
    sns = {name for name, path in paths.items() if taxonomy.is_below(path, "sns")}
    assert sns <= social
    assert len(social) >= len(sns)


@pytest.mark.requirement("R003")
def test_each_of_the_six_classes_has_a_network():
    grouped = classes_in("mic-2015")
    six = {"blog", "sns", "video", "messaging", "information-sharing", "bookmarking"}
    assert {name for name, members in grouped.items() if members} >= six


@pytest.mark.requirement("R004")
@pytest.mark.parametrize("scheme", REGISTRY.schemes, ids=lambda scheme: scheme.id)
def test_grouping_by_any_scheme_keeps_the_total(scheme):
    grouped = classes_in(scheme.id)
    assert sum(map(len, grouped.values())) == len(REGISTRY.networks)


@pytest.mark.requirement("R004")
def test_each_functional_category_has_its_own_metrics():
    scheme = REGISTRY.scheme("function-4")
    metrics = {one.id: one.metrics for one in scheme.classes}
    assert "rating" in metrics["reviews"]
    assert "reply_rate" in metrics["communication"]
    assert "reshares" in metrics["transmission"]
    assert {"answers", "edits"} == set(metrics["knowledge"])


@pytest.mark.requirement("R010")
def test_mixi_facebook_and_line_carry_their_ties_with_source_and_date():
    mixi, facebook, line = (REGISTRY.network(name) for name in ("mixi", "facebook", "line"))
    assert mixi.tie.invitation
    assert "istorical" in mixi.tie.note.en
    assert facebook.tie.model == line.tie.model == "mutual"
    assert line.tie.official_account
    assert all(one.tie.source.published and one.since for one in (mixi, facebook, line))


@pytest.mark.requirement("R012")
def test_sources_may_disagree_about_instagram():
    instagram = REGISTRY.network("instagram")
    said = {
        scheme.id: scheme.find(instagram.classes[scheme.id]).is_sns
        for scheme in (REGISTRY.scheme("sns-cns-2020"), REGISTRY.scheme("usage-2024"))
    }
    assert said == {"sns-cns-2020": False, "usage-2024": True}
    assert all(scheme.source.published for scheme in REGISTRY.schemes)


@pytest.mark.requirement("R011")
def test_reciprocity_is_the_share_of_ties_that_are_returned():
    edges = [("a", "b"), ("b", "a"), ("a", "c")]
    assert taxonomy.reciprocity(edges) == pytest.approx(2 / 3)
    assert taxonomy.reciprocity([]) is None
    with pytest.raises(ValueError, match="one-way"):
        taxonomy.reciprocity(edges, mutual=True)


@pytest.mark.requirement("R013")
def test_the_axis_is_computed_from_where_reach_came():
    sources = ReachSources(
        followers=3200, reshares=1300, recommendation=2500, hashtag=1200, search=800, paid=1000
    )
    split = split_reach(sources)
    assert (split.organic, split.paid) == (9000, 1000)
    assert (split.sns_percent, split.cns_percent) == (50, 50)


def test_without_organic_reach_nothing_is_claimed():
    split = split_reach(ReachSources(paid=500))
    assert (split.sns_index, split.cns_index, split.paid) == (None, None, 500)
    with pytest.raises(ValueError, match="negative"):
        ReachSources(followers=-1)


_COUNT = st.integers(0, 10**9)


@given(st.builds(ReachSources, *[_COUNT] * 6))
def test_the_two_indexes_share_what_is_organic(sources):
    split = split_reach(sources)
    if split.sns_index is not None and split.cns_index is not None:
        assert split.sns_index + split.cns_index == pytest.approx(1)


def _broken(change):
    document = copy.deepcopy(DOCUMENT)
    change(document)
    return document


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["network"][0]["classes"].update({"mic-2015": "zine"}),
        lambda d: d["network"][0]["classes"].update({"mic-1999": "sns"}),
        lambda d: d["network"][0].update(sns_weight=1.5),
        lambda d: d["network"].append(d["network"][0]),
        lambda d: d["scheme"][0].update(source="hearsay"),
    ],
    ids=["class", "scheme", "weight", "twice", "source"],
)
def test_a_registry_that_contradicts_itself_is_refused(change):
    with pytest.raises(TaxonomyError):
        taxonomy.parse(_broken(change))
