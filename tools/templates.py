"""Looks over the templates with djLint.

Lint only: reformatting would move blanks into texts that people translate.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DJLINT = Path(sys.executable).parent / "djlint"


def main() -> int:
    folders = [str(path) for path in sorted((ROOT / "src" / "enishi").glob("*/templates"))]
    if not folders:
        return 0
    command = [str(DJLINT), *folders, "--lint", "--quiet"]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
