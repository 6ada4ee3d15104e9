"""What a quote counts as depends on whose it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from enishi import vocab
from enishi.activities.log import NewActivity
from enishi.channels import recording
from enishi.channels.models import Channel
from enishi.kernel import clock

Record = Callable[[Channel, vocab.Node], NewActivity]


def _quote() -> vocab.Node:
    note = vocab.build(
        "Note", id="note-2", content="See", quote_url="note-1", published=clock.now()
    )
    return vocab.build("Create", id="act-2", actor="someone", object=note)


@pytest.mark.parametrize(
    ("record", "answered"),
    [(recording.inbound, "note-1"), (recording.own, "")],
    ids=["others' quote answers us", "our own quote is a post"],
)
def test_a_quote_counts_as(record: Record, answered: str, connect: Callable[[], Channel]) -> None:
    assert record(connect(), _quote()).target_key == answered
