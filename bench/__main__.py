"""`python -m bench`, with the names of the parts to run, or with none for all of them."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from bench import books, commands, exporting, importing, large_import, queries, serving, terminal
from bench.measuring import Line, print_table


def main() -> None:
    """Run the parts that are asked for and print one table."""
    parts: dict[str, Callable[[Path], Iterator[Line]]] = {
        "commands": commands.lines,
        "sqlite": lambda folder: on_sqlite(folder, asked.expenses),
        "postgresql": lambda folder: on_postgresql(folder, asked.expenses),
        "import-sqlite": lambda folder: importing.sqlite_lines(folder, rounds=5),
        "import-postgresql": import_on_postgresql,
        "large-import-sqlite": lambda folder: large_import.sqlite_lines(folder, asked.expenses, rounds=3),
        "large-import-postgresql": lambda folder: large_import_on_postgresql(folder, asked.expenses),
        "export-sqlite": lambda folder: export_on_sqlite(folder, asked.expenses),
        "export-postgresql": lambda folder: export_on_postgresql(folder, asked.expenses),
        "serve-sqlite": lambda folder: serving.lines(folder, f"sqlite:///{folder / 'book.db'}", "SQLite"),
        "serve-postgresql": serve_on_postgresql,
        "terminal": lambda folder: terminal.lines(folder, asked.expenses),
    }
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*parts, []], help=", ".join(parts))
    parser.add_argument("--expenses", type=int, default=1_000_000, help="how many the book has (default: %(default)s)")
    asked = parser.parse_args()
    lines: list[Line] = []
    with tempfile.TemporaryDirectory(prefix="expense-bench-") as root:
        Path(root).chmod(0o755)  # PostgreSQL may have to run as somebody else
        for name in asked.parts or parts:
            print(f"measuring {name} ...", file=sys.stderr)
            folder = Path(root, name)
            folder.mkdir()
            lines += parts[name](folder)
    print_table(lines)


def on_sqlite(folder: Path, count: int) -> Iterator[Line]:
    """Recording and finding in a file."""
    with books.opened(f"sqlite:///{folder / 'book.db'}") as book:
        books.fill(book, count)
        yield from queries.lines(book, "SQLite")


def on_postgresql(folder: Path, count: int) -> Iterator[Line]:
    """Recording and finding on a server."""
    with books.server(folder / "server") as server, books.opened(books.new_database(server, "book")) as book:
        books.fill(book, count)
        yield from queries.lines(book, "PostgreSQL")


def import_on_postgresql(folder: Path) -> Iterator[Line]:
    """Importing on a server."""
    with books.server(folder / "server") as server:
        yield from importing.postgresql_lines(folder, server, rounds=3)


def large_import_on_postgresql(folder: Path, count: int) -> Iterator[Line]:
    """Importing much into a large book on a server."""
    with books.server(folder / "server") as server:
        yield from large_import.postgresql_lines(folder, server, count, rounds=3)


def export_on_sqlite(folder: Path, count: int) -> Iterator[Line]:
    """Writing out a file."""
    urls = [f"sqlite:///{folder / name}" for name in ("large.db", "small.db")]
    yield from _exported(*urls, folder, count, "SQLite")


def export_on_postgresql(folder: Path, count: int) -> Iterator[Line]:
    """Writing out what is on a server."""
    with books.server(folder / "server") as server:
        urls = [books.new_database(server, name) for name in ("large", "small")]
        yield from _exported(*urls, folder, count, "PostgreSQL")


def _exported(large: str, small: str, folder: Path, count: int, where: str) -> Iterator[Line]:
    for url, size in ((large, count), (small, count // 10)):
        with books.opened(url) as book:
            books.fill(book, size)
    with books.opened(large) as book:
        yield from exporting.lines(book, folder, count, where)
    yield exporting.peak_line(large, small, folder, where)


def serve_on_postgresql(folder: Path) -> Iterator[Line]:
    """Serving from a server."""
    with books.server(folder / "server") as server:
        yield from serving.lines(folder, books.new_database(server, "book"), "PostgreSQL")


if __name__ == "__main__":
    main()
