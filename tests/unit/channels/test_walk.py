"""Reading newest-first lists: nothing lost, nothing twice."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from enishi.channels.walk import MAX_REMEMBERED, OVERLAP_SECONDS, Item, Walk

NOW = 1_800_000_000


class Network:
    """A list of items, newest first, in pages."""

    def __init__(self, size: int = 3) -> None:
        self.items: list[Item] = []
        self.size = size

    def add(self, key: str, at: int) -> None:
        self.items.append(Item(key, at))
        self.items.sort(key=lambda item: -item.at)

    def page(self, cursor: str) -> tuple[list[Item], str]:
        older = [item for item in self.items if not cursor or item.at < int(cursor)]
        shown = older[: self.size]
        return shown, str(shown[-1].at) if len(older) > self.size else ""


def read(network: Network, cursor: str, pages: int = 1000) -> tuple[list[str], str]:
    """Up to so many pages of a walk."""
    found: list[str] = []
    for _number in range(pages):
        walk = Walk.read(cursor)
        items, onward = network.page(walk.page)
        found += [item.key for item in items if walk.is_new(item)]
        after = walk.after(items, onward)
        cursor = after.cursor()
        if not after.walking:
            break
    return found, cursor


def test_it_reads_all_and_then_only_what_is_new():
    network = Network()
    for number in range(10):
        network.add(f"a{number}", NOW + number * 7000)
    first, cursor = read(network, "")
    assert sorted(first) == sorted(item.key for item in network.items)
    assert read(network, cursor)[0] == []
    network.add("b", NOW + 90_000)
    assert read(network, cursor)[0] == ["b"]


def test_it_meets_what_slips_in_a_little_late():
    network = Network()
    network.add("on time", NOW)
    _found, cursor = read(network, "")
    network.add("late", NOW - OVERLAP_SECONDS + 1)
    found, cursor = read(network, cursor)
    assert found == ["late"]
    assert read(network, cursor)[0] == []


def test_it_starts_anew_with_a_cursor_it_cannot_read():
    for cursor in ("", "old style", "[]", '{"seen": 1, "unheard": 2}', "null"):
        assert Walk.read(cursor) == Walk()


def test_it_remembers_no_more_than_it_must():
    walk = Walk().after([Item(str(n), NOW) for n in range(3 * MAX_REMEMBERED)], "")
    assert len(walk.known) == MAX_REMEMBERED


def test_it_stops_when_the_pages_repeat():
    walk = Walk().after([Item("a", NOW)], "same")
    assert walk.walking
    assert not walk.after([Item("b", NOW)], "same").walking


@given(
    times=st.lists(st.integers(0, 50_000), min_size=1, max_size=40, unique=True),
    stops=st.lists(st.integers(1, 3), max_size=40),
    size=st.integers(1, 5),
)
def test_it_loses_nothing_and_repeats_nothing_however_it_is_broken_off(times, stops, size):
    """Items arrive in the order of their time; a walk may stop after any page."""
    network = Network(size)
    cursor, found = "", []
    for number, at in enumerate(sorted(times)):
        network.add(str(at), NOW + at)
        if number < len(stops):
            some, cursor = read(network, cursor, stops[number])
            found += some
    for _number in range(2):
        rest, cursor = read(network, cursor)
        found += rest
    assert sorted(found) == sorted(str(at) for at in times)
