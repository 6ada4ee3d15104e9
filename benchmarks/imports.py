"""How fast files are checked and imported, and how much memory that takes.

    python benchmarks/imports.py [--rows 200000]
    python benchmarks/imports.py --big 300

Each kind of file is made and brought in by a fresh process with an empty data folder, through
the same actions that the pages call. "Again" is the same file a second time: it adds nothing.
Memory is the growth of the process's peak over what Django and the engines take at rest.
`--big` makes one outbox of so many megabytes and brings it in by `enishi imports add`: the
memory is then the whole peak of that program.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

HERE = Path(__file__).resolve()
START = datetime(2020, 1, 1, tzinfo=UTC)
STEP = timedelta(minutes=7)


def write_posts(path: Path, rows: int) -> None:
    """A spreadsheet of posts as people keep them in Japan: Shift_JIS, four numbers a row."""
    with path.open("w", encoding="cp932", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["投稿日時", "本文", "URL", "いいね数", "リポスト数", "返信数", "表示回数"])
        for number in range(rows):
            at = START + number * STEP
            text = f"本日の食パン、{number}斤目が焼き上がりました。"
            url = f"https://bakery.example/posts/{number}"
            writer.writerow([f"{at:%Y/%m/%d %H:%M}", text, url, number % 90, number % 20, 1, 900])


def write_metrics(path: Path, rows: int) -> None:
    """Daily numbers, one row a day and channel."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["date", "followers", "likes"])
        for number in range(rows):
            writer.writerow([f"{START + number * STEP:%Y-%m-%d %H:%M}", 1000 + number, number % 50])


def write_outbox(path: Path, rows: int) -> None:
    """The outbox of an archive, with what servers put around each note."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "OrderedCollection", "orderedItems": [')
        for number in range(rows):
            file.write("," if number else "")
            file.write(json.dumps(_entry(number), ensure_ascii=False))
        file.write("]}")


def _entry(number: int) -> dict[str, object]:
    address = f"https://town.example/users/hana/statuses/{number}"
    at = f"{START + number * STEP:%Y-%m-%dT%H:%M:%SZ}"
    public = ["https://www.w3.org/ns/activitystreams#Public"]
    markup = f"<p>本日の食パン、{number}斤目が焼き上がりました。</p>"
    note = {
        "id": address,
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": at,
        "url": address,
        "attributedTo": "https://town.example/users/hana",
        "to": public,
        "cc": ["https://town.example/users/hana/followers"],
        "sensitive": False,
        "content": markup,
        "contentMap": {"ja": markup},
        "attachment": [],
        "tag": [],
    }
    return {
        "id": f"{address}/activity",
        "type": "Create",
        "actor": "https://town.example/users/hana",
        "published": at,
        "to": public,
        "cc": ["https://town.example/users/hana/followers"],
        "object": note,
    }


def write_big_outbox(path: Path, megabytes: int) -> int:
    """An outbox of a size: one entry written again and again under new numbers. Its entries."""
    head, tail = '{"type": "OrderedCollection", "orderedItems": [\n', "]}\n"
    pattern = json.dumps(_entry(9_999_999), ensure_ascii=False)
    rows = int(megabytes * 1e6) // len(f"{pattern},\n".encode())
    shown = pattern.replace(f"{START + 9_999_999 * STEP:%Y-%m-%dT%H:%M:%SZ}", "{at}")
    parts = shown.split("9999999")
    with path.open("w", encoding="utf-8") as file:
        file.write(head)
        for number in range(rows):
            at = f"{START + timedelta(seconds=37 * number):%Y-%m-%dT%H:%M:%SZ}"
            file.write(",\n" if number else "")
            file.write(f"{number:07}".join(parts).replace("{at}", at))
        file.write(tail)
    return rows


FILES = {"posts.csv": write_posts, "metrics.csv": write_metrics, "outbox.json": write_outbox}


def peak() -> float:
    """The highest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(path: Path) -> dict[str, float]:
    """Check and import one file twice, in a process that does nothing else."""
    import django

    django.setup()

    from django.core.management import call_command

    from enishi.accounts.models import Organisation, Workspace
    from enishi.accounts.permissions import Actor

    call_command("migrate", verbosity=0)
    organisation = Organisation.objects.create(name="Bench")
    workspace = Workspace.objects.create(
        organisation=organisation, name="Bench", slug="bench", time_zone="Asia/Tokyo"
    )
    actor = Actor.system(workspace.pk)
    warm(path, actor)
    before = peak()
    checked, imported, job = bring_in(path, actor)
    used = peak() - before
    _, again, second = bring_in(path, actor)
    assert second.new == 0
    return {
        "rows": job.good,
        "new": job.new,
        "megabytes": path.stat().st_size / 1e6,
        "check": checked,
        "import": imported,
        "again": again,
        "memory": used,
    }


def warm(path: Path, actor: object) -> None:
    """Load what a running worker has loaded."""
    few = path.with_name(f"few-{path.name}")
    FILES[path.name](few, 10)
    bring_in(few, actor)


def bring_in(path: Path, actor: object) -> tuple[float, float, object]:
    """Seconds for the check, seconds for the import, and the job."""
    from enishi.imports import actions, running

    with path.open("rb") as content:
        started = time.perf_counter()
        job = actions.upload_import(actor, name=path.name, content=content, progress=running.ignore)
    checked = time.perf_counter()
    job = actions.confirm_import(actor, job.pk, progress=running.ignore)
    assert job.state == "done", job.problem
    return checked - started, time.perf_counter() - checked, job


def in_fresh_process(name: str, rows: int) -> dict[str, float]:
    """Run `measure` apart, with an empty data folder."""
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder:
        path = Path(folder) / name
        FILES[name](path, rows)
        environment = os.environ | {
            "ENISHI_HOME": str(Path(folder) / "home"),
            "DJANGO_SETTINGS_MODULE": "enishi.site.settings",
            "PYTHONPATH": str(HERE.parents[1] / "src"),
        }
        command = [sys.executable, str(HERE), "--measure", str(path)]
        done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE)
        result: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
        return result


def prepare() -> None:
    """A database with one workspace and its owner, for the command line to act in."""
    import django

    django.setup()

    from django.core.management import call_command

    from enishi.accounts.models import Membership, Organisation, User, Workspace
    from enishi.accounts.permissions import Role

    call_command("migrate", verbosity=0)
    organisation = Organisation.objects.create(name="Bench")
    workspace = Workspace.objects.create(
        organisation=organisation, name="Bench", slug="bench", time_zone="Asia/Tokyo"
    )
    user = User.objects.create(email="bench@example.test", name="Bench")
    Membership.objects.create(user=user, workspace=workspace, role=Role.OWNER)


def big(megabytes: int) -> Iterator[str]:
    """Bring one big outbox in by the command line; the lines of the table."""
    with tempfile.TemporaryDirectory(prefix="enishi-bench-") as folder:
        path = Path(folder) / "outbox.json"
        rows = write_big_outbox(path, megabytes)
        environment = os.environ | {
            "ENISHI_HOME": str(Path(folder) / "home"),
            "DJANGO_SETTINGS_MODULE": "enishi.site.settings",
            "PYTHONPATH": str(HERE.parents[1] / "src"),
        }
        subprocess.run([sys.executable, str(HERE), "--prepare"], env=environment, check=True)
        command = [str(Path(sys.executable).with_name("enishi")), "--json", "imports", "add"]
        started = time.perf_counter()
        done = subprocess.run(
            [*command, str(path)], env=environment, check=True, stdout=subprocess.PIPE
        )
        seconds = time.perf_counter() - started
        # of all children so far, and the import is the greatest of them by far
        memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        found = json.loads(done.stdout)
        assert (found["state"], found["good"]) == ("done", rows), found
        size = path.stat().st_size / 1e6
    yield "| file | rows | MB | whole, s | rows/s | peak memory, MB |"
    yield "|---|---|---|---|---|---|"
    yield (
        f"| outbox.json | {rows:,} | {size:.0f} | {seconds:.0f} "
        f"| {rows / seconds:,.0f} | {memory:.0f} |"
    )


def table(rows: int) -> Iterator[str]:
    """The lines of the table, one file after the other."""
    yield "| file | rows | MB | check, rows/s | import, rows/s | again, s | memory, MB |"
    yield "|---|---|---|---|---|---|---|"
    for name in FILES:
        found = in_fresh_process(name, rows)
        count = found["rows"]
        yield (
            f"| {name} | {count:,.0f} | {found['megabytes']:.0f} | {count / found['check']:,.0f} "
            f"| {count / found['import']:,.0f} | {found['again']:.1f} | {found['memory']:.0f} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--big", type=int, metavar="MB", help="one outbox of so many megabytes")
    parser.add_argument("--prepare", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--measure", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        print(json.dumps(measure(arguments.measure)))
        return
    if arguments.prepare:
        prepare()
        return
    for line in big(arguments.big) if arguments.big else table(arguments.rows):
        print(line, flush=True)


if __name__ == "__main__":
    main()
