"""Packages that tests install start no servers of the machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.lab.processes import no_services


def test_it_lets_packages_start_nothing_while_they_are_installed(tmp_path: Path):
    policy = tmp_path / "policy-rc.d"
    with no_services(policy):
        asked = subprocess.run([policy, "rabbitmq-server", "start"], check=False)
        assert asked.returncode == 101, "forbidden, in the words of Debian's policy"
    assert not policy.exists()


def test_it_leaves_a_policy_of_the_machine_alone(tmp_path: Path):
    policy = tmp_path / "policy-rc.d"
    policy.write_text("its own")
    with no_services(policy):
        assert policy.read_text() == "its own"
    assert policy.read_text() == "its own"
