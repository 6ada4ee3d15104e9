"""Statistics computed by a process of its own.

The statistical libraries take about a second and 100 MB to load, and compute for seconds more. A
program that has other things to do asks such a process, and gets its memory back.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any


def ask_child(module: str, question: object, *, seconds: float) -> Any:
    """What `python -m module` answers in JSON to a question in JSON. Blocks meanwhile."""
    done = subprocess.run(  # noqa: S603 - a module of ours
        [sys.executable, "-m", module],
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        input=json.dumps(question),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=seconds,
    )
    return json.loads(done.stdout)
