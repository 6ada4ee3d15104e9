"""A RabbitMQ of our own: one node on free ports of loopback, with its data in a scratch folder.

RabbitMQ's programs step down to their own user when root starts them and refuse what that user
cannot read, so that the folder is that user's.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.lab import processes

USER = "rabbitmq"
_PLACES = ("/usr/lib/rabbitmq/bin", "/usr/lib/rabbitmq/lib/*/sbin", "/usr/sbin")


@contextmanager
def rabbitmq_server(port: int | None = None) -> Iterator[str]:
    """Start a node; the value is the address for a client. With `port`, exactly there."""
    program = _program()
    owner = USER if os.geteuid() == 0 else None
    port = port or processes.free_port()
    with processes.scratch_folder(owner) as folder, _name_server(owner, folder) as epmd:
        environment = _environment(folder, port, epmd)
        command = processes.bound_to_us([program], user=owner)
        with processes.server(
            command,
            log=folder / "log",
            ready=lambda: _answers(port),
            seconds=60,
            environment=environment,
        ):
            yield f"amqp://guest:guest@127.0.0.1:{port}//"


def _program() -> str:
    found = processes.find_program("rabbitmq-server", *_PLACES)
    if found is None:
        processes.debian_package("rabbitmq-server")
        found = processes.find_program("rabbitmq-server", *_PLACES)
    if found is None:
        raise processes.LabUnavailableError("RabbitMQ is not installed")
    real = sorted(Path("/usr/lib/rabbitmq/lib").glob("*/sbin/rabbitmq-server"))
    return str(real[-1]) if real else found  # Debian's wrapper changes the user by itself


@contextmanager
def _name_server(owner: str | None, folder: Path) -> Iterator[int]:
    """Erlang's name server: one of our own, as else one of the machine's would stay behind."""
    epmd = shutil.which("epmd")
    if epmd is None:
        raise processes.LabUnavailableError("Erlang is not installed")
    port = processes.free_port()
    options = ["-port", str(port), "-address", "127.0.0.1"]
    command = processes.bound_to_us([epmd, *options], user=owner)
    with processes.server(
        command, log=folder / "epmd.log", ready=lambda: processes.listens(port), seconds=10
    ):
        yield port


def _environment(folder: Path, port: int, epmd: int) -> Mapping[str, str]:
    (folder / "rabbitmq.conf").write_text(
        f"listeners.tcp.1 = 127.0.0.1:{port}\nlog.console = true\nlog.file = false\n"
    )
    (folder / "plugins").write_text("[].\n")
    (folder / "advanced.config").write_text("[].\n")
    return {
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PATH": os.environ["PATH"],
        "ERL_EPMD_PORT": str(epmd),
        "RABBITMQ_NODENAME": f"enishi{port}@localhost",
        "RABBITMQ_DIST_PORT": str(processes.free_port()),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1",
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(folder / "advanced.config"),
        "RABBITMQ_CONF_ENV_FILE": str(folder / "none"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "plugins"),
        "RABBITMQ_MNESIA_BASE": str(folder / "mnesia"),
        "RABBITMQ_LOG_BASE": str(folder / "logs"),
        "RABBITMQ_PID_FILE": str(folder / "pid"),
    }


def _answers(port: int) -> bool:
    """A client that speaks AMQP is greeted: a port that is open is not enough."""
    if not processes.listens(port):
        return False
    code = "import sys, amqp; amqp.Connection(sys.argv[1], connect_timeout=5).connect()"
    words = [sys.executable, "-c", code, f"127.0.0.1:{port}"]
    return subprocess.run(words, check=False, capture_output=True).returncode == 0
