"""The reference pages, written from the code itself.

python -m enishi.devtools.reference write     write docs/reference
python -m enishi.devtools.reference check     fail when a page no longer tells the truth
"""

from __future__ import annotations

import argparse
import asyncio
import difflib
import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import django
import typer.main
from django.utils import translation

from enishi.kernel.states import StateGraph

FOLDER = Path(__file__).parents[3] / "docs" / "reference"
_NOTE = "<!-- Written by `make reference` from the code: edit there. -->"
_METHODS = ("get", "post", "put", "patch", "delete")


def pages() -> dict[str, str]:
    """The text of each page by file name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "enishi.site.settings")
    django.setup()
    makers: Mapping[str, Callable[[], Iterator[str]]] = {
        "api.md": _api,
        "command-line.md": _command_line,
        "mcp.md": _mcp,
        "metrics.md": _metrics,
        "permissions.md": _permissions,
        "settings.md": _settings,
        "states.md": _states,
        "webhook-events.md": _webhook_events,
    }
    with translation.override("en"):
        return {name: "\n".join([_NOTE, "", *make()]) + "\n" for name, make in makers.items()}


def _cell(text: object) -> str:
    return " ".join(str(text).replace("|", "\\|").split())


# ── Settings ───────────────────────────────────────────────────────────────────────────


def settings() -> list[tuple[str, str, str]]:
    """(name, meaning, default) of each environment variable, from where they are read."""
    from enishi.site import environment  # noqa: PLC0415 - after django.setup()

    lines = (environment.__doc__ or "").splitlines()
    rows = [re.split(r"\s{2,}", line.strip()) for line in lines if "ENISHI_" in line]
    return [(name, meaning, default) for name, meaning, default in rows]


def _settings() -> Iterator[str]:
    yield "# Settings"
    yield ""
    yield "Enishi reads these environment variables once, when it starts."
    yield ""
    yield "| variable | meaning | default |"
    yield "|---|---|---|"
    for name, meaning, default in settings():
        yield f"| `{name}` | {_cell(meaning)} | {_cell(default)} |"


# ── Metrics ────────────────────────────────────────────────────────────────────────────


def _metrics() -> Iterator[str]:
    from enishi.jobs import metrics  # noqa: PLC0415 - after django.setup()

    yield "# Metrics"
    yield ""
    yield "`GET /metrics` answers these in Prometheus' text format, on any web process, for all"
    yield "workers. It needs the bearer token of `ENISHI_METRICS_TOKEN`; without one it answers"
    yield "this machine only. Workers write their numbers with each heartbeat, every 4 seconds;"
    yield "those of one that stopped are told for 15 more minutes."
    yield ""
    yield "| metric | kind | labels | meaning |"
    yield "|---|---|---|---|"
    told = [("worker", metric) for metric in metrics.OF_WORKERS]
    for more, metric in [*told, *((None, metric) for metric in metrics.LIVE)]:
        labels = ", ".join(f"`{name}`" for name in [more, *metric.labels] if name)
        kind = type(metric).__name__.lower()
        yield f"| `{metric.name}` | {kind} | {labels} | {_cell(metric.help)} |"


# ── Permissions ────────────────────────────────────────────────────────────────────────


def _permissions() -> Iterator[str]:
    from enishi.accounts.permissions import (  # noqa: PLC0415 - after django.setup()
        ROLE_PERMISSIONS,
        Permission,
        Role,
    )

    yield "# Roles and permissions"
    yield ""
    yield "A token's scopes are permissions too: it may do what both it and its member may."
    yield ""
    yield "| permission | " + " | ".join(role.value for role in Role) + " |"
    yield "|---|" + "---|" * len(Role)
    for permission in Permission:
        marks = ("✓" if permission in ROLE_PERMISSIONS[role] else "" for role in Role)
        yield f"| `{permission.value}` | " + " | ".join(marks) + " |"


# ── States ─────────────────────────────────────────────────────────────────────────────


def _states() -> Iterator[str]:
    from enishi.channels.core.lifecycle import LIFECYCLE  # noqa: PLC0415 - after django.setup()
    from enishi.jobs.models import TASK_STATES  # noqa: PLC0415
    from enishi.publishing.core.states import DELIVERY_STATES  # noqa: PLC0415

    yield "# States"
    yield ""
    yield "Each graph is declared once and checked when the program starts: every state can be"
    yield "reached, and rows move by compare-and-set along these arrows only."
    graphs: tuple[tuple[str, StateGraph[Any]], ...] = (
        ("Deliveries", DELIVERY_STATES),
        ("Channels", LIFECYCLE),
        ("Tasks", TASK_STATES),
    )
    for name, graph in graphs:
        yield from ("", f"## {name}", "", "```mermaid", "stateDiagram-v2")
        yield f"    [*] --> {graph.initial.value}"
        for state, onward in graph.moves.items():
            yield from (f"    {state.value} --> {new.value}" for new in sorted(onward))
        yield from (f"    {state.value} --> [*]" for state in sorted(graph.terminal))
        yield "```"


# ── Webhooks ───────────────────────────────────────────────────────────────────────────


def _webhook_events() -> Iterator[str]:
    from enishi.webhooks.core.catalogue import (  # noqa: PLC0415 - after django.setup()
        EVENT_TYPES,
        TEST,
        example,
    )

    yield "# Webhook events"
    yield ""
    yield "How to receive and verify them: [receive webhooks](../how-to/receive-webhooks.md)."
    yield ""
    yield "| type | when |"
    yield "|---|---|"
    for kind, meaning in EVENT_TYPES.items():
        yield f"| `{kind}` | {_cell(meaning)} |"
    yield f"| `{TEST}` | Somebody asked for a test. It goes to every subscription. |"
    yield ""
    yield "Every call is a `POST` of JSON: `type`, `timestamp` (when it happened, UTC) and `data`,"
    yield "an [ActivityStreams 2.0](https://www.w3.org/TR/activitystreams-core/) activity as the"
    yield "log keeps it. Beside the standard's terms `data` may have:"
    yield ""
    yield "| property | meaning |"
    yield "|---|---|"
    for name, meaning in _OURS.items():
        yield f"| `{name}` | {meaning} |"
    yield ""
    yield "Headers: `webhook-id` (stays the same when a call is repeated), `webhook-timestamp`"
    yield "(seconds), `webhook-signature` (one or two signatures `v1,…`, with a space between)."
    yield ""
    yield "```json"
    yield json.dumps(example(), ensure_ascii=False, indent=2)
    yield "```"


_OURS = {
    "enishi:activity": "the activity's id in the log",
    "enishi:channel": "the channel's id",
    "enishi:post": "the post's id, for `GET /api/v1/posts/{id}`",
    "enishi:delivery": "the delivery's id, for `GET /api/v1/deliveries/{id}`",
    "enishi:state": "the delivery's state: failed, unknown, missed or held",
    "enishi:reason": "why, in one word: refused, gave_up, not_confirmed, late, stale, reconnect, …",
}


# ── Command line ───────────────────────────────────────────────────────────────────────


def _command_line() -> Iterator[str]:
    from enishi.site.cli import build  # noqa: PLC0415 - after django.setup()

    yield "# Command line"
    yield ""
    yield "`--json` before the command prints JSON. Exit codes: 0 done, 1 failed, 2 bad input,"
    yield "3 not allowed, 4 not found, 5 conflict."
    yield from _command(typer.main.get_command(build()), "enishi")


def _command(command: Any, path: str) -> Iterator[str]:
    yield ""
    yield f"## `{path}`"
    yield ""
    yield _cell(command.help or "").partition("\f")[0]
    rows = [_parameter(parameter) for parameter in command.params if parameter.name != "help"]
    shown = [row for row in rows if row]
    if shown:
        yield from ["", "| parameter | meaning | default |", "|---|---|---|", *shown]
    for name, child in sorted(getattr(command, "commands", {}).items()):
        yield from _command(child, f"{path} {name}")


def _parameter(parameter: Any) -> str:
    if {"--install-completion", "--show-completion"} & set(parameter.opts):
        return ""
    is_option = str(parameter.opts[0]).startswith("-")
    name = ", ".join(parameter.opts) if is_option else parameter.opts[0].upper()
    default = parameter.default
    told = "required" if parameter.required else "" if _is_empty(default) else default
    return f"| `{name}` | {_cell(getattr(parameter, 'help', '') or '')} | {_cell(told)} |"


def _is_empty(default: object) -> bool:
    return default in (None, "", False) or callable(default) or "UNSET" in repr(default)


# ── REST ───────────────────────────────────────────────────────────────────────────────


def operations() -> Iterator[tuple[str, str, str, str]]:
    """(tag, method, path, summary) of each REST operation."""
    from enishi.site.api import api  # noqa: PLC0415 - after django.setup()

    schema: dict[str, Any] = api.get_openapi_schema()
    for path, methods in schema["paths"].items():
        for method in _METHODS:
            if operation := methods.get(method):
                tag = (operation.get("tags") or ["other"])[0]
                yield tag, method.upper(), path, operation.get("summary", "")


def _api() -> Iterator[str]:
    yield "# REST"
    yield ""
    yield "The whole description, with every field, is at `/api/v1/openapi.json`; `enishi openapi`"
    yield "prints it. Send `Authorization: Bearer <token>`; problems come as RFC 9457 documents."
    last = ""
    for tag, method, path, summary in sorted(operations()):
        if tag != last:
            yield from ["", f"## {tag}", "", "| method | path | what it does |", "|---|---|---|"]
        last = tag
        yield f"| {method} | `{path}` | {_cell(summary)} |"


# ── Tools of assistants ────────────────────────────────────────────────────────────────


def tools() -> list[Any]:
    """The tools that an assistant sees."""
    from enishi.accounts.permissions import Actor  # noqa: PLC0415 - after django.setup()
    from enishi.kernel.ids import new_id  # noqa: PLC0415 - after django.setup()
    from enishi.site.mcp import build  # noqa: PLC0415 - only this page needs the protocol

    nobody = Actor.system(new_id())
    listed = asyncio.run(build(lambda: nobody).list_tools())
    return sorted(listed, key=lambda tool: tool.name)


def _mcp() -> Iterator[str]:
    yield "# Tools for assistants (MCP)"
    yield ""
    yield "`enishi --workspace <slug> --as <e-mail> mcp` serves these on standard input and output."
    yield "They act with that member's permissions."
    for tool in tools():
        yield from ["", f"## `{tool.name}`", "", _cell(tool.description or "")]
        schema = _schema_of(tool)
        needed = set(schema.get("required", ()))
        if properties := schema.get("properties"):
            yield ""
            for name, details in properties.items():
                optional = "" if name in needed else ", optional"
                yield f"- `{name}` ({_type_of(details)}{optional})"


def _schema_of(tool: Any) -> Mapping[str, Any]:
    schema: Mapping[str, Any] = getattr(tool, "input_schema", None) or tool.inputSchema
    return schema


def _type_of(details: Mapping[str, Any]) -> str:
    if "anyOf" in details:
        return " or ".join(_type_of(choice) for choice in details["anyOf"])
    return str(details.get("type") or details.get("$ref", "any").rpartition("/")[2])


# ── Commands ───────────────────────────────────────────────────────────────────────────


def differences(folder: Path = FOLDER) -> list[str]:
    """Where the pages and the code differ, as lines of a diff."""
    found: list[str] = []
    for name, text in pages().items():
        path = folder / name
        old = path.read_text().splitlines() if path.exists() else []
        found += difflib.unified_diff(old, text.splitlines(), f"{name} (page)", name, lineterm="")
    return found


def check() -> int:
    found = differences()
    for line in found[:60]:
        print(line)
    if found:
        print("docs/reference is out of date. Type:  make reference")
    return 1 if found else 0


def write() -> int:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text)
    return 0


CHECKS = {"reference": differences}
_COMMANDS = {"check": check, "write": write}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="reference", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("command", choices=sorted(_COMMANDS))
    return _COMMANDS[parser.parse_args(arguments).command]()


if __name__ == "__main__":
    sys.exit(main())
