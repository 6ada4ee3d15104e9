"""A disk so small that it can be filled."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.lab.processes import LabUnavailableError

_BLOCK = b"\0" * 65536
_NAME = "filler"


@contextmanager
def small_disk(megabytes: int, owner: str | None = None) -> Iterator[Path]:
    """A file system of its own in memory; mounting takes root."""
    folder = Path(tempfile.mkdtemp(prefix="enishi-disk-"))
    folder.chmod(0o755)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "enishi-lab", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        folder.rmdir()
        raise LabUnavailableError("a small disk cannot be mounted here")
    if owner:
        shutil.chown(folder, owner, owner)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=False, capture_output=True)
        folder.rmdir()


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """Not a byte is left on the disk, as long as this lasts."""
    filler = folder / _NAME
    with filler.open("wb", buffering=0) as file:
        for block in (_BLOCK, _BLOCK[:512]):
            _write_until_full(file.fileno(), block)
    try:
        yield
    finally:
        filler.unlink()


def _write_until_full(descriptor: int, block: bytes) -> None:
    try:
        while os.write(descriptor, block):
            pass
    except OSError:
        return
