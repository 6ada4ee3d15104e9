"""`enishi-check [NAME…]`: the rules of the house that no other tool checks.

    enishi-check              everything
    enishi-check manifests    one of: manifests, layout, budgets, messages, …

Every module of `enishi.devtools` may offer checks as `CHECKS = {name: function}`; a function
yields one line for each problem.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Callable, Iterable, Sequence

import django

from enishi import devtools

Check = Callable[[], Iterable[str]]


def found() -> dict[str, Check]:
    """Every check by its name."""
    checks: dict[str, Check] = {}
    for entry in pkgutil.iter_modules(devtools.__path__):
        module = importlib.import_module(f"{devtools.__name__}.{entry.name}")
        checks.update(getattr(module, "CHECKS", {}))
    return dict(sorted(checks.items()))


def run(names: Sequence[str]) -> int:
    """Run checks by name, all without names; the number of problems."""
    checks = found()
    total = 0
    for name in names or list(checks):
        problems = list(checks[name]())
        total += len(problems)
        print(f"{name}: {f'{len(problems)} problems' if problems else 'good'}")
        for problem in problems:
            print(f"  {problem}")
    return total


def main(arguments: Sequence[str] | None = None) -> int:
    """Run from the command line: exit code 1 when there are problems."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
    django.setup()
    parser = argparse.ArgumentParser(prog="enishi-check", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*found(), []], metavar="NAME")
    return 1 if run(parser.parse_args(arguments).names) else 0


if __name__ == "__main__":
    sys.exit(main())
