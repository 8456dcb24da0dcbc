"""The documents, taken apart, and a reader who does what they show."""

from __future__ import annotations

import doctest
import io
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from expense_core import Database
from expense_core.cli import main

CHECKOUT = Path(__file__).parents[1]
PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
_FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BOOK = re.compile(r"sqlite:///expenses\.db|postgresql\+psycopg2://\w+:\w+@localhost/\w+")
"""The database that the examples of a page have in common."""
_REFUSAL = "expense: "
_FILES = ("csv", "ofx", "qif", "mt940", "xml", "journal")
"""Languages of blocks that are files, for the examples to read."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    line: int
    """That of its first line in the document, counted from 1."""
    language: str
    file_name: str
    """What follows the language: the file that the block is."""
    text: str


def blocks(page: Path, *languages: str) -> list[Block]:
    """The blocks of a document in these languages, in order."""
    text = page.read_text(encoding="utf-8")
    found = [
        Block(text.count("\n", 0, match.start(3)) + 1, match[1], match[2] or "", match[3])
        for match in _FENCE.finditer(text)
    ]
    return [block for block in found if block.language in languages]


def section(page: Path, heading: str) -> str:
    """What stands under a heading of the second level."""
    found = re.search(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found, f"{page.name} has no heading: ## {heading}"
    return found[1]


def expect(shown: str, printed: str, where: str) -> None:
    """Make sure that an example printed what the document shows, where "..." stands for anything."""
    shown, printed = ("".join(f"{line.rstrip()}\n" for line in text.splitlines()) for text in (shown, printed))
    same = doctest.OutputChecker().check_output(shown, printed, doctest.ELLIPSIS)
    assert same, f"{where} shows\n{shown}\nbut what is printed is\n{printed}"


class Reader:
    """Somebody who follows a document from its first line to its last, in a folder and a home of their own."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._monkeypatch = monkeypatch
        self._names: dict[str, Any] = {"__name__": "__main__"}

    def follow(self, page: Path, *, postgresql: str | None = None) -> None:
        """Write the files that the document shows, and run its examples; those on PostgreSQL, where an URL is given."""
        for block in blocks(page, *_FILES, "python", "console"):
            if block.language in _FILES:
                Path(block.file_name).write_text(block.text, encoding="utf-8")
            elif block.language == "python":
                self._run_python(page, block, postgresql)
            else:
                self._run_console(page, block, postgresql)

    def close(self) -> None:
        """Close the databases that examples left open."""
        for value in self._names.values():
            if isinstance(value, Database):
                value.close()

    def _run_python(self, page: Path, block: Block, postgresql: str | None) -> None:
        text = _BOOK.sub(postgresql, block.text) if postgresql else block.text
        printed = io.StringIO()
        with redirect_stdout(printed):
            placed = "\n" * (block.line - 1) + text  # so that a traceback names the document's own lines
            exec(compile(placed, page, "exec", dont_inherit=True), self._names)  # noqa: S102 - our own examples
        shown = "".join(f"{line}\n" for line in re.findall(r"^ *#> ?(.*)$", text, re.MULTILINE))
        expect(shown, printed.getvalue(), f"{page}:{block.line}")

    def _run_console(self, page: Path, block: Block, postgresql: str | None) -> None:
        for command, shown in re.findall(r"^\$ (.*\n)((?:(?!\$ ).*\n)*)", block.text, re.MULTILINE):
            first, *others = shlex.split(command)
            if first == "export":
                name, _, value = others[0].partition("=")
                self._monkeypatch.setenv(name, _BOOK.sub(postgresql, value) if postgresql else value)
                continue
            printed, code = self._run_expense(command)
            assert code == (1 if shown.startswith(_REFUSAL) else 0), f"{page}:{block.line}: {command}{printed}"
            if shown:
                expect(shown, printed, f"{page}:{block.line}: {command}")

    def _run_expense(self, command: str) -> tuple[str, int]:
        """What the command printed, errors too, and its exit code; a pipe before it is its input."""
        *before, last = command.rsplit(" | ", 1)
        given = subprocess.run(before[0], shell=True, stdout=subprocess.PIPE, check=True).stdout if before else b""  # noqa: S602
        words = shlex.split(last)
        assert words[0] == "expense", f"only `expense` and `export` can be run: {command}"
        screen = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with self._monkeypatch.context() as patch:
            patch.setattr(sys, "argv", words)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
            patch.setattr(sys, "stdout", screen)
            patch.setattr(sys, "stderr", screen)
            with pytest.raises(SystemExit) as end:
                main()
        screen.seek(0)
        return screen.read(), int(end.value.code or 0)
