"""Credentials at rest: encrypted by Fernet, with keys that can be rotated.

Keys come from the setting ENISHI_SECRET_KEYS (a comma list; the first encrypts, all decrypt)
or, when that is empty, from the file `secret.key` in the data folder, one key a line, made at
first use and readable by its owner only.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from enishi.channels.contract import Secrets
from enishi.kernel.errors import ConflictError

T = TypeVar("T")
KEY_FILE = "secret.key"


def key_path() -> Path:
    """Where the keys lie when the environment does not give them."""
    return Path(settings.ENISHI_HOME) / KEY_FILE


def keys_from_environment() -> list[str]:
    """The keys that the operator gave, first the one that encrypts."""
    given = getattr(settings, "ENISHI_SECRET_KEYS", "") or os.environ.get("ENISHI_SECRET_KEYS", "")
    parts = given.split(",") if isinstance(given, str) else given
    return [key.strip() for key in parts if key.strip()]


def _create(path: Path, lines: Sequence[str]) -> None:
    """Write the file so that no other user can read it at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in lines))
    fresh.replace(path)


def _claim(path: Path) -> None:
    """Make the first key file; when two processes start at once, one of them wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.first")
    _create(fresh, [Fernet.generate_key().decode()])
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def _keys_from_file() -> list[str]:
    path = key_path()
    if not path.exists():
        _claim(path)
    return path.read_text(encoding="ascii").split()


def _fernets() -> MultiFernet:
    keys = keys_from_environment()
    if keys:
        return _of_keys(tuple(keys))
    path = key_path()
    if not path.exists():
        _claim(path)
    written = path.stat()
    return _of_file(path, (written.st_mtime_ns, written.st_ino, written.st_size))


@lru_cache(maxsize=1)
def _of_file(_path: Path, _written: tuple[int, int, int]) -> MultiFernet:
    """The keys of the file; they are read anew when another was put in its place."""
    return _of_keys(tuple(_keys_from_file()))


@lru_cache(maxsize=1)
def _of_keys(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:
        raise ConflictError(
            _("A key for credentials is not valid."),
            remedy=_("Check ENISHI_SECRET_KEYS or the file secret.key in the data folder."),
        ) from error


def _or_explain(read: Callable[[], T]) -> T:
    try:
        return read()
    except InvalidToken as error:
        raise ConflictError(
            _("The stored credentials cannot be decrypted with the present key."),
            remedy=_("Restore the key file of the data folder, or reconnect the channel."),
        ) from error


def encrypt(secrets: Secrets) -> bytes:
    """The secrets as they are stored."""
    return _fernets().encrypt(json.dumps(dict(secrets.values), sort_keys=True).encode())


def decrypt(ciphertext: bytes) -> Secrets:
    """The secrets in clear; raises ConflictError when no key opens them."""
    clear = _or_explain(lambda: _fernets().decrypt(ciphertext))
    return Secrets(json.loads(clear))


def rotate(ciphertext: bytes) -> bytes:
    """The same secrets, encrypted anew with the first key."""
    return _or_explain(lambda: _fernets().rotate(ciphertext))


def add_key() -> bool:
    """Put a new key before the others; false when the environment holds the keys."""
    if keys_from_environment():
        return False
    _create(key_path(), [Fernet.generate_key().decode(), *_keys_from_file()])
    return True


def drop_old_keys() -> None:
    """Keep the first key of the file only, once everything was rotated to it."""
    if not keys_from_environment():
        _create(key_path(), _keys_from_file()[:1])
