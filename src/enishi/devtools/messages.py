"""Translations: which texts the code shows, and whether people have put each into Japanese.

    python -m enishi.devtools.messages check      say what is missing, unused or broken
    python -m enishi.devtools.messages update     add what is missing, with an empty translation
    python -m enishi.devtools.messages prune      drop what the code no longer shows
    python -m enishi.devtools.messages compile    write the .mo files

Every folder of `enishi` keeps its own `locale/ja/LC_MESSAGES/django.po`. A text that two
folders show is translated once, in either.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from django.utils.translation.template import templatize

import enishi

LANGUAGE = "ja"
PACKAGE = Path(enishi.__file__).parent
_KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_STRING = r"u?(?:'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\")"
_CALL = re.compile(rf"\b(n?p?gettext|_)\(\s*({_STRING}(?:\s*,\s*{_STRING})*)", re.DOTALL)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sdf]|%(?:\.\d)?[sdf]|\{\w+\}")


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """What identifies a translation: context, text, plural text."""

    context: str
    text: str
    plural: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """A place in the code that shows a text."""

    key: Key
    folder: str
    path: str
    line: int


# ── What the code shows ────────────────────────────────────────────────────────────────


def uses(package: Path = PACKAGE) -> Iterator[Use]:
    """Every translatable text in Python and templates."""
    for path in sorted(package.rglob("*.py")):
        if "migrations" not in path.parts and "node_modules" not in path.parts:
            yield from _in_python(path, package)
    for pattern in ("*.html", "*.txt"):
        for path in sorted(package.rglob(f"templates/**/{pattern}")):
            yield from _in_template(path, package)


def _in_python(path: Path, package: Path) -> Iterator[Use]:
    found = extract_from_file("python", str(path), keywords=_KEYWORDS)
    for line, message, _comments, context in found:
        texts = message if isinstance(message, tuple) else (message,)
        plural = texts[1] if len(texts) > 1 else ""
        yield _use(Key(context or "", texts[0], plural), path, line, package)


def _in_template(path: Path, package: Path) -> Iterator[Use]:
    source = templatize(path.read_text())
    for call in _CALL.finditer(source):
        strings = [ast.literal_eval(text) for text in re.findall(_STRING, call[2])]
        context = strings.pop(0) if "p" in call[1].removesuffix("gettext") else ""
        plural = strings[1] if len(strings) > 1 else ""
        line = source.count("\n", 0, call.start()) + 1
        yield _use(Key(context, strings[0], plural), path, line, package)


def _use(key: Key, path: Path, line: int, package: Path) -> Use:
    place = path.relative_to(package)
    return Use(key, place.parts[0], str(place), line)


# ── What people have translated ────────────────────────────────────────────────────────


def catalogue_path(folder: str, package: Path = PACKAGE) -> Path:
    return package / folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def catalogues(package: Path = PACKAGE) -> dict[str, polib.POFile]:
    """The catalogue of each folder that has one."""
    paths = sorted(package.glob(f"*/locale/{LANGUAGE}/LC_MESSAGES/django.po"))
    return {path.relative_to(package).parts[0]: polib.pofile(str(path)) for path in paths}


def key_of(entry: polib.POEntry) -> Key:
    return Key(entry.msgctxt or "", entry.msgid, entry.msgid_plural or "")


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _is_done(entry: polib.POEntry) -> bool:
    return bool(not entry.obsolete and not entry.fuzzy and all(_translations(entry)))


# ── Comparing the two ──────────────────────────────────────────────────────────────────


def problems(package: Path = PACKAGE) -> list[str]:
    """One line for each text that is missing, unfinished, unused, contradicted or broken."""
    books = catalogues(package)
    shown = sorted(uses(package))
    return [
        *_missing(shown, books),
        *_unused({use.key for use in shown}, books),
        *(text for folder, book in books.items() for text in _broken(folder, book)),
        *_contradicted(books),
    ]


def missing(shown: list[Use], books: dict[str, polib.POFile]) -> list[Use]:
    """The first use of each text that no catalogue translates."""
    done = {key_of(entry) for book in books.values() for entry in book if _is_done(entry)}
    first: dict[Key, Use] = {}
    for use in shown:
        if use.key not in done:
            first.setdefault(use.key, use)
    return list(first.values())


def _missing(shown: list[Use], books: dict[str, polib.POFile]) -> Iterator[str]:
    for use in missing(shown, books):
        yield f"{use.path}:{use.line}: not translated: {use.key.text!r}"


def _unused(shown: set[Key], books: dict[str, polib.POFile]) -> Iterator[str]:
    for folder, book in books.items():
        for entry in book:
            if entry.obsolete or key_of(entry) not in shown:
                yield f"{folder}: no longer shown: {entry.msgid!r}"


def _broken(folder: str, book: polib.POFile) -> Iterator[str]:
    seen: set[Key] = set()
    for entry in book:
        if entry.fuzzy:
            yield f"{folder}: marked fuzzy: {entry.msgid!r}"
        if key_of(entry) in seen:
            yield f"{folder}: twice in the catalogue: {entry.msgid!r}"
        seen.add(key_of(entry))
        wanted = set(_PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
        for text in filter(None, _translations(entry)):
            if set(_PLACEHOLDER.findall(text)) != wanted:
                yield f"{folder}: other placeholders: {entry.msgid!r} → {text!r}"


def _contradicted(books: dict[str, polib.POFile]) -> Iterator[str]:
    said: dict[Key, tuple[str, list[str]]] = {}
    for folder, book in books.items():
        for entry in filter(_is_done, book):
            other, texts = said.setdefault(key_of(entry), (folder, _translations(entry)))
            if texts != _translations(entry):
                yield f"{folder}: {other} translates {entry.msgid!r} otherwise"


# ── Commands ───────────────────────────────────────────────────────────────────────────


def check(package: Path = PACKAGE) -> int:
    found = problems(package)
    for problem in found:
        print(problem)
    total = len({use.key for use in uses(package)})
    print(f"messages: {total} texts, {len(found)} problems")
    return 1 if found else 0


def _new_book(path: Path) -> polib.POFile:
    book = polib.POFile(wrapwidth=100)
    book.metadata = {
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    book.fpath = str(path)
    return book


def _blank(use: Use) -> polib.POEntry:
    entry = polib.POEntry(msgid=use.key.text, occurrences=[(use.path, "")])
    if use.key.context:
        entry.msgctxt = use.key.context
    if use.key.plural:
        entry.msgid_plural, entry.msgstr_plural = use.key.plural, {0: ""}
    return entry


def update(package: Path = PACKAGE) -> int:
    books = catalogues(package)
    known = {key_of(entry) for book in books.values() for entry in book}
    added = [use for use in missing(sorted(uses(package)), books) if use.key not in known]
    for use in added:
        path = catalogue_path(use.folder, package)
        books.setdefault(use.folder, _new_book(path)).append(_blank(use))
    for folder in {use.folder for use in added}:
        _save(books[folder], catalogue_path(folder, package))
    print(f"messages: {len(added)} texts added, to be translated")
    return 0


def prune(package: Path = PACKAGE) -> int:
    shown = {use.key for use in uses(package)}
    dropped = 0
    for folder, book in catalogues(package).items():
        unused = [entry for entry in book if entry.obsolete or key_of(entry) not in shown]
        for entry in unused:
            book.remove(entry)
        if unused:
            _save(book, catalogue_path(folder, package))
        dropped += len(unused)
    print(f"messages: {dropped} texts dropped")
    return 0


def _save(book: polib.POFile, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(str(path))


def compile_all(package: Path = PACKAGE) -> int:
    """Write each .mo beside its .po, in one step, so that a running server never sees half."""
    for folder, book in catalogues(package).items():
        target = catalogue_path(folder, package).with_suffix(".mo")
        half = target.with_suffix(".mo.new")
        half.write_bytes(book.to_binary())
        half.replace(target)
    return 0


CHECKS = {"messages": problems}
_COMMANDS = {"check": check, "update": update, "prune": prune, "compile": compile_all}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="messages", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("command", choices=sorted(_COMMANDS))
    return _COMMANDS[parser.parse_args(arguments).command]()


if __name__ == "__main__":
    sys.exit(main())
