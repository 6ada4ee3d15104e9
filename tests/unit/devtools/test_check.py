"""enishi-check: it finds what it should, and finds nothing here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from enishi.channels import registry
from enishi.channels.contract import Capability
from enishi.channels.manifest import Tier
from enishi.devtools import adapters, budgets, check


@pytest.mark.parametrize("name", ["manifests", "layout"])
def test_it_finds_nothing_wrong_with_our_adapters(name):
    assert list(check.found()[name]()) == []


def test_it_finds_its_checks_by_looking():
    assert {"manifests", "layout", "budgets", "messages"} <= set(check.found())


def changed(**fields):
    feed = registry.get("feed")
    return replace(feed, manifest=feed.manifest.model_copy(update=fields))


def test_it_notices_what_is_declared_and_not_done():
    broken = changed(capabilities=frozenset({Capability.HISTORY, Capability.INBOX}))
    assert adapters.undeclared(broken) == ["declares inbox but does not implement it"]


def test_it_notices_what_is_done_and_not_declared():
    broken = changed(capabilities=frozenset())
    assert adapters.undeclared(broken) == ["implements history but does not declare it"]


def test_it_holds_an_adapter_to_its_tier(tmp_path):
    platinum = changed(quality=Tier.PLATINUM)
    assert any("push-not-poll" in problem for problem in adapters.quality(platinum))
    empty = replace(platinum, folder=tmp_path)
    assert list(adapters.quality(empty)) == ["there is no quality.toml"]
    (tmp_path / "quality.toml").write_text('owner = "perhaps"\nunheard-of = "done"')
    problems = list(adapters.quality(empty))
    assert "quality.toml: no such rule: unheard-of" in problems
    assert any(problem.startswith("quality.toml: owner (bronze): write") for problem in problems)


def test_it_notices_missing_files(tmp_path, monkeypatch):
    broken = replace(registry.get("feed"), folder=tmp_path)
    monkeypatch.setattr(registry, "all", lambda: (broken,))
    assert "feed: there is no client.py" in list(adapters.layout())


def test_it_counts_lines_of_code_only():
    source = '"""Doc."""\n\n# comment\nx = """a\nb"""\n\n\ndef f():\n    """Doc."""\n    return 1\n'
    assert budgets.code_lines(source) == 4


def test_it_notices_what_grew_too_large(tmp_path):
    long = "def f():\n" + "    x = 1\n" * 60
    (tmp_path / "long.py").write_text(long)
    (tmp_path / "file.py").write_text("x = 1\n" * 501)
    (tmp_path / "excused.py").write_text("# budget: a table of facts\n" + "x = 1\n" * 501)
    adapter = tmp_path / "adapters" / "big"
    adapter.mkdir(parents=True)
    (adapter / "adapter.py").write_text("x = 1\n" * 400)
    (adapter / "client.py").write_text("x = 1\n" * 400)
    found = list(budgets.budgets(tmp_path))
    assert found == [
        "file.py: 501 lines, at most 500",
        "long.py: 1: f has 61 lines, at most 60",
        "adapters/big: 800 lines, at most 600",
    ]
    (adapter / "quality.toml").write_text('budget = { status = "exempt", reason = "rich" }')
    assert len(list(budgets.budgets(tmp_path))) == 2


def test_it_ends_with_an_exit_code(monkeypatch, capsys):
    monkeypatch.setattr(check, "found", lambda: {"a": list, "b": lambda: ["wrong"]})
    assert check.main(["a"]) == 0
    assert check.main([]) == 1
    assert "b: 1 problems\n  wrong" in capsys.readouterr().out
