"""`enishi run`: prepares everything with Django loaded, then becomes the supervisor."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import sys
from pathlib import Path
from typing import NoReturn

from django.core.management import call_command
from django.db import connections
from django.db.utils import OperationalError
from django.utils.translation import gettext as _

from enishi.accounts import actions
from enishi.jobs.checks import refuse_bad_settings
from enishi.kernel.errors import ConflictError, EnishiError
from enishi.site.environment import Environment


def run() -> NoReturn:
    """Start web and worker. Raises EnishiError when that cannot work here."""
    environment = Environment.read()
    _hold(environment.home / "run.lock")
    _check_address(environment)
    refuse_bad_settings()
    _migrate()
    banner = _banner(environment, actions.first_start_link())
    connections.close_all()
    _become_supervisor(banner)


def _hold(lock: Path) -> None:
    """One supervisor per data folder. The lock lives as long as this process, also after exec."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise ConflictError(
            _("Enishi is already running with the data folder %(folder)s.")
            % {"folder": lock.parent},
            remedy=_("Stop it first, or choose another folder with ENISHI_HOME."),
        ) from error
    os.set_inheritable(descriptor, True)  # noqa: FBT003 - the standard library's order


def _check_address(environment: Environment) -> None:
    """Say in words why nothing can listen there, before anything is started."""
    family = socket.AF_INET6 if ":" in environment.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((environment.host, environment.port))
        except OSError as error:
            raise _refusal(environment, error) from error


def _refusal(environment: Environment, error: OSError) -> EnishiError:
    place = {"host": environment.host, "port": environment.port}
    if error.errno == errno.EADDRINUSE:
        return ConflictError(
            _("Port %(port)s on %(host)s is in use by another program.") % place,
            remedy=_("Stop that program, or choose another port: ENISHI_PORT=%(port)s make run")
            % {"port": environment.port + 1},
        )
    return ConflictError(
        _("Enishi cannot listen on %(host)s, port %(port)s: %(reason)s.")
        % (place | {"reason": error.strerror or error}),
        remedy=_("Choose another address with ENISHI_HOST and ENISHI_PORT."),
    )


def _migrate() -> None:
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except OperationalError as error:
        raise ConflictError(
            _("The database cannot be used: %(reason)s.") % {"reason": str(error).strip()},
            remedy=_("Check ENISHI_DATABASE_URL and whether the database server runs."),
        ) from error


def _banner(environment: Environment, link: str | None) -> str:
    """What a person reads once the address answers."""
    lines = ["", "  " + _("Enishi is ready: %(url)s") % {"url": environment.url}]
    if link:
        lines += ["  " + _("Sign in with this link; it works once:"), f"  {link}"]
    lines += ["  " + _("Data folder: %(folder)s") % {"folder": environment.home}]
    return "\n".join([*lines, "  " + _("Ctrl-C stops it."), ""])


def _become_supervisor(banner: str) -> NoReturn:
    reader, writer = os.pipe()
    with os.fdopen(writer, "w", encoding="utf-8") as pipe:
        pipe.write(banner)
    os.set_inheritable(reader, True)  # noqa: FBT003 - the standard library's order
    sys.stdout.flush()
    program = [sys.executable, "-m", "enishi.site.supervisor"]
    os.execve(  # noqa: S606 - our own module
        sys.executable, program, os.environ | {"ENISHI_BANNER": str(reader)}
    )
