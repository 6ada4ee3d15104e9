"""Two lenses on the same events: nothing appears, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.channels import taxonomy
from enishi.lenses.core.sight import FOCUS, Events, Lens, group_of, is_visible, look

TYPES = [
    "Create", "Like", "Announce", "Follow", "Undo", "Delete", "Update", "Move", "Add", "View",
    "Listen", "Block", "Flag", "Question", "schema:BuyAction", "schema:SearchAction", "Whatever",
]  # fmt: skip
EVENTS = st.lists(
    st.builds(
        Events,
        channel_id=st.sampled_from(["", "a", "b", "c", "gone"]),
        direction=st.sampled_from(["inbound", "outbound", "internal"]),
        type=st.sampled_from(TYPES),
        kind=st.sampled_from(["", "post", "reply", "Like", "Follow", "Announce", "Note"]),
        count=st.integers(0, 10_000),
    ),
    max_size=40,
)


def class_of(scheme, level):
    """Any way to divide channels, some of them unknown to it."""
    if level == "channel":
        return lambda channel: channel
    found = {
        "a": scheme.classes[0].id,
        "b": scheme.classes[-1].id,
    }
    if level == "frame":
        sns = {one.id for one in scheme.classes if one.is_sns}
        return lambda channel: "sns" if found.get(channel) in sns else "other"
    return lambda channel: found.get(channel, "")


@pytest.mark.requirement("R015")
@given(
    events=EVENTS,
    lens=st.sampled_from(Lens),
    scheme=st.sampled_from(taxonomy.registry().schemes),
    level=st.sampled_from(["class", "frame", "channel"]),
)
def test_it_never_changes_the_number_of_events_by_lens_scheme_or_level(events, lens, scheme, level):
    seen = look(events, lens, class_of(scheme, level), [one.id for one in scheme.classes])
    assert seen.total == sum(one.count for one in events)
    assert sum(seen.of_column(column) for column in seen.columns) == seen.total
    assert len(set(seen.columns)) == len(seen.columns)


@pytest.mark.requirement("R015")
@given(event=EVENTS.filter(bool).map(lambda events: events[0]))
def test_it_shows_every_event_in_the_focus_of_a_lens(event):
    assert is_visible(event)


@pytest.mark.parametrize(
    ("event", "network", "media"),
    [
        (("outbound", "Create", "post"), "broadcasts", "posts"),
        (("outbound", "Create", "reply"), "conversations", "comments"),
        (("inbound", "Create", "post"), "conversations", "comments"),
        (("inbound", "Like", "Note"), "approval", "reactions"),
        (("inbound", "Announce", "Note"), "approval", "spread"),
        (("inbound", "Undo", "Like"), "approval", "reactions"),
        (("inbound", "Undo", ""), "ties", "people"),
        (("inbound", "Follow", ""), "ties", "people"),
        (("inbound", "schema:BuyAction", ""), "business", "people"),
        (("internal", "Create", "post"), "house", "house"),
        (("inbound", "View", ""), "views", "views"),
    ],
)
def test_it_sorts_by_what_the_lens_is_for(event, network, media):
    direction, type_, kind = event
    made = Events("a", direction, type_, kind, 1)
    assert group_of(made, Lens.NETWORK) == network
    assert group_of(made, Lens.MEDIA) == media


def test_it_puts_what_the_lens_is_for_first():
    events = [Events("a", "outbound", "Create", "post", 3), Events("a", "inbound", "Follow", "", 1)]
    rows = look(events, Lens.NETWORK, str, ["a"]).rows
    assert [row.group in FOCUS[Lens.NETWORK] for row in rows] == [True, False]
