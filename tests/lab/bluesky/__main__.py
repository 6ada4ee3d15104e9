"""Starting a network by hand."""

from __future__ import annotations

import sys

from tests.lab.bluesky import main

sys.exit(main(sys.argv[1:]))
