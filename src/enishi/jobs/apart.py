"""Work that computes for seconds, in a process of its own.

Python runs one thing at a time: a report or a model in the worker's own process would hold up
the posts that are due. So such tasks are carried out by a child with less priority, one at a
time for each worker, which also gives their memory back.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

import django

from enishi.jobs import registry

_NICER = 10
_TOLD = 400
_one_at_a_time = asyncio.Lock()


class ApartError(Exception):
    """The child failed; the text is the last line that it wrote."""


async def run_apart(name: str, payload: dict[str, Any]) -> None:
    """Carry out a plain task in a child; when this is cancelled the child ends too."""
    async with _one_at_a_time:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "enishi.jobs.apart",
            name,
            stdin=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            _, told = await child.communicate(json.dumps(payload).encode())
        except asyncio.CancelledError:
            child.kill()
            await child.wait()
            raise
    if child.returncode:
        lines = told.decode(errors="replace").strip().splitlines()
        raise ApartError(lines[-1][:_TOLD] if lines else f"ended with {child.returncode}")


def main() -> None:
    """The child: the task's name is the argument, its payload comes in as JSON."""
    os.nice(_NICER)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
    django.setup()
    kind = registry.task_types()[sys.argv[1]]
    kind.handler(json.load(sys.stdin))


if __name__ == "__main__":
    main()
