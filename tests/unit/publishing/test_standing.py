"""What attempts and parts say about whether something may stand on the network."""

from __future__ import annotations

import pytest

from enishi.channels.parts import COMMENT, media, thread
from enishi.publishing.core.standing import is_doubtful, stands


@pytest.mark.parametrize(
    ("outcomes", "doubtful"),
    [
        ([], False),
        (["transient"], False),
        (["unknown"], True),
        (["unknown", "transient"], False),
        (["unknown", "blind"], True),
        (["unknown", "auth_expired"], True),
        (["unknown", "rate_limited", "blind"], True),
        (["interrupted", "not_sent"], True),
        (["unknown", "refused"], False),
        (["transient", "uncertain"], True),
        (["unknown", "transient", "rate_limited"], False),
    ],
)
def test_it_stays_in_doubt_until_an_attempt_has_looked(outcomes, doubtful):
    assert is_doubtful(outcomes) is doubtful


@pytest.mark.parametrize(
    ("progress", "standing"),
    [({}, False), ({media(0): "a"}, False), ({thread(0): "a"}, True), ({COMMENT: "a"}, True)],
)
def test_it_knows_uploads_from_what_people_see(progress, standing):
    assert stands(progress) is standing
