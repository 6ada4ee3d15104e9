from __future__ import annotations

import sys

from tests.lab.fedify import main

sys.exit(main(sys.argv[1:]))
