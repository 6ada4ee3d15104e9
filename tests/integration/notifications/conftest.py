"""The town of publishing, in which things go wrong."""

from __future__ import annotations

from tests.integration.publishing.conftest import (  # noqa: F401 - fixtures of the town
    channel,
    home,
    make_channel,
    make_post,
    only_delivery,
    town,
)
