"""A home of the test's own, and the `expense` command in it, run in this process."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from expense_core.cli.app import app

_FROM_OUTSIDE = ("EXPENSE_", "LC_", "LANG", "XDG_", "FORCE_COLOR", "NO_COLOR", "PYTHONIOENCODING", "PYTHONUNBUFFERED")
_OF_THE_TESTS = "EXPENSE_TEST_"


@dataclass(frozen=True)
class Ran:
    """A command that ended."""

    code: int
    out: str
    err: str


Expense = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Alice's home folder, empty, where she is; English without a country, so that her books are in euros."""
    for name in [*os.environ]:
        if name.startswith(_FROM_OUTSIDE) and not name.startswith(_OF_THE_TESTS):
            monkeypatch.delenv(name)
    folder = tmp_path / "home"
    folder.mkdir()
    for name, value in {"HOME": str(folder), "LOGNAME": "alice", "LC_ALL": "C.UTF-8", "COLUMNS": "200"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def expense(home: Path) -> Expense:
    """Run a command; what is `typed` is its standard input, which is no terminal."""

    def run(*words: str, typed: str = "") -> Ran:
        result = CliRunner().invoke(app, words, input=typed)
        assert isinstance(result.exception, (SystemExit, type(None))), result.exception
        assert "Traceback" not in result.stderr
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def book(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, expense: Expense) -> Expense:
    """The same, with a book of Alice's that is there already."""
    monkeypatch.setenv("EXPENSE_DATABASE_URL", sqlite_url)
    assert expense("list").code == 0
    return expense


@pytest.fixture
def each_book(database_url: str, monkeypatch: pytest.MonkeyPatch, expense: Expense) -> Expense:
    """The same, on each kind of database."""
    monkeypatch.setenv("EXPENSE_DATABASE_URL", database_url)
    assert expense("list").code == 0
    return expense
