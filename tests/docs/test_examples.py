"""Whoever follows a document from its first line to its last sees what it shows."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import OTHER_SERVER
from documents import CHECKOUT, PAGES, Reader, blocks


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """Alice, who writes English, at a computer on which nothing is set."""
    for name in os.environ:
        if name.startswith(("EXPENSE_", "LC_", "LANG", "XDG_")) and name != OTHER_SERVER:
            monkeypatch.delenv(name)
    for name, value in {"HOME": str(tmp_path), "LOGNAME": "alice", "NO_COLOR": "1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    alice = Reader(monkeypatch)
    yield alice
    alice.close()


@pytest.mark.parametrize(
    "page", [page for page in PAGES if blocks(page, "python", "console")], ids=lambda page: page.stem
)
def test_the_examples_of_a_page_do_what_it_shows(page, reader, request):
    """Every Python block runs, and every command; what they print is what is written under them."""
    postgresql = request.getfixturevalue("new_postgresql_url") if page.stem == "postgresql" else None

    reader.follow(page, postgresql=postgresql)


def test_the_library_does_on_postgresql_what_its_page_shows(reader, new_postgresql_url):
    """Both databases are first class: the same examples print the same answers."""
    reader.follow(CHECKOUT / "docs" / "library.md", postgresql=new_postgresql_url)
