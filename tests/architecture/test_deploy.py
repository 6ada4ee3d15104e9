"""The files in deploy/ agree with the product and with one another."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from enishi.devtools import reference
from enishi.jobs import metrics
from enishi.site.cli import build
from tools import bootstrap

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))
VARIABLE = re.compile(r"\bENISHI_[A-Z_]+\b")
OFFICIAL = re.compile(r"[a-z]+(:[\w.-]+)?")


def compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())


def is_command(words: list[str]) -> bool:
    """Whether `enishi …` knows these words."""
    command: Any = typer.main.get_command(build())
    for word in words:
        command = getattr(command, "commands", {}).get(word)
    return command is not None


def test_it_names_only_settings_that_exist() -> None:
    documented = {name for name, _, _ in reference.settings()}
    named = {
        name
        for path in DEPLOY.rglob("*")
        if path.is_file()
        for name in VARIABLE.findall(path.read_text())
    }
    assert named - documented == set()


@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_it_starts_commands_that_exist_under_systemd(unit: Path) -> None:
    commands = re.findall(r"^ExecStart\w*=\S+/enishi (.+)$", unit.read_text(), re.MULTILINE)
    assert commands
    assert all(is_command(command.split()) for command in commands)


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
@pytest.mark.parametrize("unit", UNITS, ids=lambda path: path.name)
def test_it_writes_units_that_systemd_understands(unit: Path, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("enishi")
    text = unit.read_text().replace("/opt/enishi/.venv/bin/enishi", str(program))
    copy = tmp_path / unit.name.replace("@", "@1")
    copy.write_text(text.replace("file:///opt/enishi", f"file://{DEPLOY.parent}"))
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(copy)],
        check=False,
        capture_output=True,
        text=True,
    )
    complaints = [line for line in done.stderr.splitlines() if copy.name in line]
    assert (done.returncode, complaints) == (0, []), done.stderr


def test_it_gives_workers_time_to_end_what_they_have_in_hand() -> None:
    for unit in UNITS:
        stop = re.search(r"^TimeoutStopSec=(\d+)$", unit.read_text(), re.MULTILINE)
        assert stop is not None
        assert int(stop[1]) > 25
    for name in ("worker", "fleet"):
        assert int(compose()["services"][name]["stop_grace_period"].removesuffix("s")) > 25


def test_it_composes_services_that_exist() -> None:
    services = compose()["services"]
    for service in services.values():
        assert set(service.get("depends_on", {})) <= set(services)
        mounts = {mount.partition(":")[0] for mount in service.get("volumes", [])}
        assert mounts <= set(compose()["volumes"])
        if service["image"] == "enishi":
            assert is_command(service["command"][1:]), service["command"]
        else:
            assert OFFICIAL.fullmatch(service["image"]), "the registry's official images only"


def test_it_composes_with_every_variable_that_it_asks_for() -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    asked = set(re.findall(r"\$\{([A-Z_]+)", text))
    offered = set(
        re.findall(r"^(?:# )?([A-Z_]+)=", (DEPLOY / "compose.env").read_text(), re.MULTILINE)
    )
    assert asked - offered == {"OTEL_EXPORTER_OTLP_ENDPOINT"}


def test_it_builds_an_image_from_files_that_exist_and_without_root() -> None:
    lines = (DEPLOY / "Dockerfile").read_text().splitlines()
    words = [line.split() for line in lines if line and not line.startswith(("#", " "))]
    assert all(OFFICIAL.fullmatch(line[1]) for line in words if line[0] == "FROM")
    assert [line[1] for line in words if line[0] == "USER"] == ["enishi"]
    copied = [
        source
        for line in words
        if line[0] == "COPY" and not line[1].startswith("--from")
        for source in line[1:-1]
    ]
    assert [source for source in copied if not (DEPLOY.parent / source).exists()] == []
    let_in = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    assert [source for source in copied if f"!{source}" not in let_in] == []
    last = [line for line in words if line[0] == "CMD"][-1]
    assert is_command([word.strip('[]",') for word in last[2:]])


def test_it_watches_metrics_that_exist() -> None:
    text = (DEPLOY / "prometheus" / "alerts.yaml").read_text()
    known = {metric.name for metric in (*metrics.OF_WORKERS, *metrics.LIVE)}
    known |= {f"{name}_bucket" for name in known}
    rules = yaml.safe_load(text)["groups"][0]["rules"]
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)
    named = {name for rule in rules for name in re.findall(r"\benishi_\w+", rule["expr"])}
    assert named - known == set()
    assert yaml.safe_load((DEPLOY / "prometheus" / "scrape.yaml").read_text())


def test_it_packs_everything_that_the_image_runs_into_the_wheel(tmp_path: Path) -> None:
    words = ["build", "--wheel", "--offline", "--out-dir", str(tmp_path), str(DEPLOY.parent)]
    command = [str(bootstrap.uv()), *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    (wheel,) = tmp_path.glob("*.whl")
    archive = zipfile.ZipFile(wheel)
    packed = set(archive.namelist())
    source = DEPLOY.parent / "src"
    needed = {
        str(path.relative_to(source))
        for path in (source / "enishi").rglob("*")
        if path.suffix in {".html", ".mo", ".py", ".sql", ".toml", ".txt"}
    }
    assert needed - packed == set()
    assert any(name.startswith("enishi/site/static/enishi/") for name in packed)
    entries = next(name for name in packed if name.endswith("/entry_points.txt"))
    assert "enishi = " in archive.read(entries).decode()
