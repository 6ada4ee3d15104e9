from __future__ import annotations

from datetime import UTC, datetime

from enishi import vocab
from enishi.channels.models import Channel
from enishi.kernel.ids import new_id
from enishi.publishing import events
from enishi.publishing.models import Delivery

AT = datetime(2026, 11, 22, 7, tzinfo=UTC)


def test_it_writes_what_came_out_as_a_document_that_can_be_read():
    channel = Channel(id=new_id(), workspace_id=new_id(), name="ことり", remote_id="did:plc:me")
    delivery = Delivery(
        id=new_id(), workspace_id=channel.workspace_id, channel=channel, post_id=new_id()
    )
    told = events.published(
        delivery, "Hello", remote_id="at://one", remote_url="https://a.test/1", at=AT, language="en"
    )
    assert vocab.parse(told.document).json() == told.document
    assert told.document["object"] == {
        "type": "Note",
        "id": "at://one",
        "content": "Hello",
        "url": "https://a.test/1",
        "published": "2026-11-22T07:00:00Z",
    }
