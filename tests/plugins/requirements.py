"""Notes which tests prove which requirement, for `make requirements`.

Every run appends one JSON line per proving test to `.cache/requirements/<run>.jsonl`.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Generator
from pathlib import Path

import pytest

_NUMBER = re.compile(r"R\d{3}")
_PROOFS = pytest.StashKey[list[dict[str, str]]]()


def _numbers(item: pytest.Item) -> list[str]:
    return [str(mark.args[0]) for mark in item.iter_markers("requirement") if mark.args]


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_PROOFS] = []


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for mark in item.iter_markers("requirement"):
            if len(mark.args) != 1 or not _NUMBER.fullmatch(str(mark.args[0])):
                message = f"{item.nodeid}: write requirement('R033'), one number a marker"
                raise pytest.UsageError(message)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    worth_noting = report.when == "call" or report.outcome != "passed"
    if worth_noting and (numbers := _numbers(item)):
        proofs = item.config.stash[_PROOFS]
        proofs.extend(
            {"requirement": number, "test": item.nodeid, "outcome": report.outcome}
            for number in numbers
        )
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    proofs = session.config.stash[_PROOFS]
    if not proofs:
        return
    folder = Path(session.config.rootpath) / ".cache" / "requirements"
    folder.mkdir(parents=True, exist_ok=True)
    run = os.environ.get("ENISHI_TEST_RUN", "last")
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    lines = "".join(json.dumps(proof) + "\n" for proof in proofs)
    (folder / f"{run}-{worker}.jsonl").write_text(lines)
