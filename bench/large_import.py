"""Importing a million rows into a book that has a million: parsed, held against all of it, and given categories."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from bench import books, import_floor
from bench.books import Book, invented, new_database, opened
from bench.importing import import_file, peak
from bench.measuring import Line, compared

TIMES = 4.0
"""How many times as long as the floor it may take."""
GROWTH = 1.3
"""How many times as much memory a file of ten times the size may take."""
_HEADER = ("Booking date", "Description", "Category", "Amount", "Currency")
_OTHER_HEADER = ("Date", "Payee", "Category", "Amount", "Currency")


def sqlite_lines(folder: Path, count: int, rounds: int) -> Iterator[Line]:
    """Imports into a file, and their memory."""
    kept = folder / "kept.db"

    def copy(name: str) -> str:
        for beside in ("", "-wal", "-shm"):
            (folder / f"{name}.db{beside}").unlink(missing_ok=True)
        return f"sqlite:///{shutil.copyfile(kept, folder / f'{name}.db')}"

    _fill(f"sqlite:///{kept}", folder, count)
    yield from _lines("SQLite", folder, count, copy, rounds)


def postgresql_lines(folder: Path, server: str, count: int, rounds: int) -> Iterator[Line]:
    """Imports on a server, and the memory of the program that imports."""

    def copy(name: str) -> str:
        books.administer(server, f"DROP DATABASE IF EXISTS {name}")
        return new_database(server, name, template="kept")

    _fill(new_database(server, "kept"), folder, count)
    yield from _lines("PostgreSQL", folder, count, copy, rounds)


def _fill(url: str, folder: Path, count: int) -> None:
    """Let a book have so many expenses of an earlier statement, all in categories."""
    with opened(url) as book:
        import_file(book, _statement(folder / "before.csv", count, seed=2, categorised=True))
        books.settle(book.database)


def _lines(where: str, folder: Path, count: int, copy: Callable[[str], str], rounds: int) -> Iterator[Line]:
    file = _statement(folder / "large.csv", count, seed=3)
    other = _statement(folder / "other.csv", count, seed=2, is_another=True)
    taken: dict[str, list[float]] = {"ours": [], "again": [], "other": [], "floor": []}
    for _ in range(rounds):
        with opened(copy("ours")) as book:
            taken["ours"].append(_seconds(lambda book: import_file(book, file).as_before, book, count))
            taken["again"].append(_seconds(lambda book: import_file(book, file).duplicates, book, count))
        with opened(copy("other")) as book:
            taken["other"].append(_seconds(lambda book: _import_another(book, other), book, count))
        with opened(copy("floor")) as book:
            taken["floor"].append(_seconds(lambda book: import_floor.import_file(book, file), book, count))
    for what, name, allowed in (
        (f"import {count:,} rows into {count:,}", "ours", TIMES),
        ("the same file again", "again", None),
        ("all there already, out of another kind of file", "other", None),
    ):
        yield _rate(f"{where}: {what} / floor", count, taken[name], taken["floor"], allowed)
    small = _statement(folder / "small.csv", count // 10, seed=3)
    large_peak, small_peak = (peak(copy("peak"), one) for one in (file, small))
    growth = large_peak / small_peak
    yield Line(
        f"{where}: peak memory of importing {count:,} rows / {count // 10:,}",
        f"{large_peak} MiB",
        f"{small_peak} MiB",
        growth,
        growth,
        f"{GROWTH:g} times",
        is_over=growth > GROWTH,
    )


def _rate(what: str, count: int, ours: list[float], floor: list[float], allowed: float | None) -> Line:
    """Rows a second; `allowed` is how many times as long as the floor ours may take."""
    line = compared(what, ours, floor, allowed)
    return replace(line, ours=f"{count / median(ours):,.0f}/s", floor=f"{count / median(floor):,.0f}/s")


def _import_another(book: Book, file: Path) -> int:
    """Import a file of which almost all is in the book by another name; how many rows it has."""
    report = import_file(book, file)
    assert report.perhaps > 0.99 * report.rows, f"only {report.perhaps} of {report.rows} were recognised"
    return report.rows


def _statement(path: Path, count: int, seed: int, *, categorised: bool = False, is_another: bool = False) -> Path:
    """A bank's CSV with so many payments in it, where each shop has its category, or all have none.

    Another bank has other columns and other words, and is a day late.
    """
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(_OTHER_HEADER if is_another else _HEADER)
        for row in invented(count, seed):
            category = books.category_of(row) if categorised else ""
            day, text = row.booked_on, row.description
            if is_another:
                day, text = day + timedelta(days=1), f"Paid to {text.upper()}"
            table.writerow((day, text, category, row.amount, row.currency))
    return path


def _seconds(importing: Callable[[Book], int], book: Book, count: int) -> float:
    """How long it takes, once it is sure that it does what it should."""
    start = perf_counter()
    done = importing(book)
    seconds = perf_counter() - start
    assert done == count, f"{done} rows in place of {count}"
    return seconds
