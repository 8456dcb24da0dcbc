"""Importing a bank's CSV with the duplicate check: rows a second, and how much memory it takes."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from bench import import_by_hand
from bench.books import Book, invented, new_database, opened
from bench.measuring import Line
from expense_core import statements
from expense_core.statements.importing import ImportReport, import_rows

ROWS = 100_000
ROWS_A_SECOND = 40_000
GROWTH = 1.15
"""How many times as much memory a file of four times the size may take."""


def sqlite_lines(folder: Path, rounds: int) -> Iterator[Line]:
    """Imports on SQLite, the peak of their memory with them."""
    kept = folder / "kept.db"

    def copy(name: str) -> str:
        return f"sqlite:///{shutil.copyfile(kept, folder / name)}"

    with opened(f"sqlite:///{kept}") as book:
        import_file(book, _statement(folder, ROWS, seed=2))
    yield from _lines("SQLite", _statement(folder, ROWS, seed=3), copy, rounds, ROWS_A_SECOND)
    small, large = (peak(copy(f"peak{rows}.db"), _statement(folder, rows, seed=3)) for rows in (ROWS, 4 * ROWS))
    growth = large / small
    yield Line(
        f"SQLite: peak memory of importing {4 * ROWS:,} rows / {ROWS:,}",
        f"{large} MiB",
        f"{small} MiB",
        growth,
        growth,
        f"{GROWTH:g} times",
        is_over=growth > GROWTH,
    )


def postgresql_lines(folder: Path, server: str, rounds: int) -> Iterator[Line]:
    """Imports on PostgreSQL, for information."""
    with opened(new_database(server, "kept")) as book:
        import_file(book, _statement(folder, ROWS, seed=2))
    file = _statement(folder, ROWS, seed=3)
    yield from _lines("PostgreSQL", file, lambda name: new_database(server, name, template="kept"), rounds)


def import_file(book: Book, file: Path) -> ImportReport:
    """Do what `expense import` does with a file."""
    layout = statements.recognise(file)
    with book.database.transaction() as session:
        rows, kind = statements.rows(file, layout), statements.kind(layout)
        return import_rows(session, book.access, rows, note=file.name, kind=kind, stated=layout.stated)


def _lines(
    where: str, file: Path, copy: Callable[[str], str], rounds: int, allowed: int | None = None
) -> Iterator[Line]:
    """Imports into copies of a book that has as many rows of an earlier statement, ours and one by hand in turn."""
    ours: list[float] = []
    again: list[float] = []
    by_hand: list[float] = []
    for number in range(rounds):
        with opened(copy(f"ours{number}")) as book:
            ours.append(_seconds(lambda book: import_file(book, file).new, book))
            again.append(_seconds(lambda book: import_file(book, file).duplicates, book))
        with opened(copy(f"by_hand{number}")) as book:
            by_hand.append(_seconds(lambda book: import_by_hand.import_file(book, file), book))
    yield _rate(f"{where}: import {ROWS:,} rows of CSV / by hand", ours, by_hand, allowed)
    yield _rate(f"{where}: the same file again / by hand, not again", again, by_hand, allowed)


def _statement(folder: Path, count: int, seed: int) -> Path:
    """A bank's CSV with so many payments in it."""
    path = folder / f"statement-{count}-{seed}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("Booking date", "Description", "Category", "Amount", "Currency"))
        for row in invented(count, seed):
            table.writerow((row.booked_on, row.description, row.category, row.amount, row.currency))
    return path


def _seconds(importing: Callable[[Book], int], book: Book) -> float:
    """How long it takes, once it is sure that it does what it should."""
    start = perf_counter()
    done = importing(book)
    seconds = perf_counter() - start
    assert done == ROWS, f"{done} rows in place of {ROWS}"
    return seconds


def _rate(what: str, ours: list[float], floor: list[float], allowed: int | None) -> Line:
    return Line(
        what,
        f"{ROWS / median(ours):,.0f}/s",
        f"{ROWS / median(floor):,.0f}/s",
        median(ours) / median(floor),
        min(ours) / min(floor),
        "" if allowed is None else f"{allowed:,}/s",
        is_over=allowed is not None and ROWS / median(ours) < allowed,
    )


def peak(url: str, file: Path) -> int:
    """The most memory, in MiB, that a fresh process takes for an import."""
    done = subprocess.run([sys.executable, "-m", "bench.peak", url, file], capture_output=True, text=True, check=True)
    return int(done.stdout)
