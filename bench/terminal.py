"""The terminal app in a terminal, beside a bare Textual app: how soon its table is there, and how it answers keys."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import sysconfig
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from statistics import median

from bench import books
from bench.measuring import Line, compared, duration
from expense_core import ExpenseCreate, expenses

FEW = 100
_LINES, _COLUMNS = 24, 80
_START = _KEY = 2.0
"""How many times as long as the bare app it may take."""
_SEARCH = 0.1
"""Seconds from the last key to what was found."""
_GROWTH = 30
"""MiB more that a book of many expenses may take."""
_ROUNDS, _KEYS = 7, 40
_PATIENCE = 30.0
_SETTLED = 1.5
"""Seconds after which the totals are there too."""
_SEEN_WHOLE = 21
"""Of the bare app's rows, the last one that there is room for."""


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        self.started = time.perf_counter()
        self._ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", _LINES, _COLUMNS, 0, 0))
        self.process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
        )
        os.close(theirs)
        self._said = b""

    def wait_for(self, text: str) -> float:
        """Seconds from the start until this text was drawn."""
        pattern = re.compile(rb"(?:\x1b\[[0-9;]*[A-Za-z])*".join(re.escape(one.encode()) for one in text))
        while not pattern.search(self._said):
            self._read(_PATIENCE)
        return time.perf_counter() - self.started

    def press(self, keys: str) -> float:
        """Seconds until something is drawn after these keys."""
        self.quiet()
        begun = time.perf_counter()
        os.write(self._ours, keys.encode())
        self._said = b""
        self._read(_PATIENCE)
        return time.perf_counter() - begun

    def press_for(self, keys: str, text: str) -> float:
        """Seconds until this text is drawn after these keys."""
        self.quiet()
        self._said = b""
        self.started = time.perf_counter()
        os.write(self._ours, keys.encode())
        return self.wait_for(text)

    def quiet(self, seconds: float = 0.15) -> None:
        """Wait until nothing has been drawn for a while."""
        while select.select([self._ours], [], [], seconds)[0]:
            self._said += os.read(self._ours, 65_536)

    def resident(self) -> int:
        """KiB that the program holds."""
        found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found
        return int(found[1])

    def close(self) -> None:
        """End the program."""
        self.process.terminate()
        while self.process.poll() is None:
            if select.select([self._ours], [], [], 0.05)[0]:
                try:
                    os.read(self._ours, 65_536)
                except OSError:
                    break
        self.process.wait()
        os.close(self._ours)

    def _read(self, patience: float) -> None:
        assert select.select([self._ours], [], [], patience)[0], f"nothing was drawn: {self._said[-500:]!r}"
        self._said += os.read(self._ours, 65_536)


def lines(folder: Path, count: int) -> Iterator[Line]:
    """Starting, keys, searching and memory, with few expenses and with many.

    A book is as it was left by the start before; and once more as one that was changed elsewhere meanwhile.
    """
    environment = os.environ | {"HOME": str(folder), "TERM": "xterm-256color", "EXPENSE_LOCALE": "en_GB"}
    environment.pop("NO_COLOR", None)
    environment["XDG_CACHE_HOME"] = str(folder / ".cache")
    bare = [sys.executable, "-m", "bench.bare_app"]
    small, large = (_command(_book(folder / f"{name}.db", many)) for name, many in (("few", 0), ("many", count)))
    starts: dict[str, list[float]] = {"bare": [], "small": [], "large": [], "changed": []}
    keys: dict[str, list[float]] = {"bare": [], "small": [], "large": [], "changed": []}
    for turn in range(_ROUNDS + 1):
        for name, command, shown in (
            ("bare", bare, f"number {_SEEN_WHOLE - 3:02}"),
            ("small", small, "Tea 083"),
            ("large", large, "Tea 083"),
            ("changed", large, "Tea 083"),
        ):
            if name == "changed":
                os.utime(folder / "many.db")
            with _running(command, environment) as terminal:
                started = terminal.wait_for(shown)
                if turn:  # the first time the bytecode was made
                    starts[name].append(started)
                    keys[name] += [terminal.press("\x1b[B") for _ in range(_KEYS // _ROUNDS)]
    yield compared(
        f"terminal: {FEW} expenses on the screen / a bare app's rows", starts["small"], starts["bare"], _START
    )
    yield compared(f"terminal: {count:,} expenses / a bare app's rows", starts["large"], starts["bare"], _START)
    yield compared(
        f"terminal: {count:,} expenses, changed elsewhere / a bare app's rows",
        starts["changed"],
        starts["bare"],
        _START,
    )
    yield compared(f"terminal: a key at {count:,} expenses / in a bare app", keys["large"], keys["bare"], _KEY)
    yield from _searching(large, environment, count)
    yield _memory(small, large, environment, count)


def _searching(command: Sequence[str], environment: dict[str, str], count: int) -> Iterator[Line]:
    """From the last key to what was found: something frequent, something rare, something that is not there.

    All letters come at once, so that nothing of it can have been found before the last one.
    """
    for what, text, found in (
        ("frequent", "saffron", "Saffron House"),
        ("rare", "needle", "A needle"),
        ("absent", "zzyzx", "Nothing found"),
    ):
        taken = []
        for _ in range(_ROUNDS):
            with _running(command, environment) as terminal:
                terminal.wait_for("Tea 083")
                time.sleep(_SETTLED)
                terminal.press("/")
                taken.append(terminal.press_for(text, found))
        yield Line(
            f"terminal: search {count:,} for what is {what}, from the last key",
            duration(median(taken)),
            "",
            median(taken) / _SEARCH,
            min(taken) / _SEARCH,
            duration(_SEARCH),
            is_over=median(taken) > _SEARCH,
        )


def _memory(small: Sequence[str], large: Sequence[str], environment: dict[str, str], count: int) -> Line:
    """What it holds once the table is there."""
    held = []
    for command in (small, large):
        with _running(command, environment) as terminal:
            terminal.wait_for("Tea 083")
            time.sleep(_SETTLED)
            terminal.quiet()
            held.append(terminal.resident() / 1024)
    return Line(
        f"terminal: memory with {count:,} expenses / with {FEW}",
        f"{held[1]:.0f} MiB",
        f"{held[0]:.0f} MiB",
        held[1] / held[0],
        held[1] / held[0],
        f"{_GROWTH} MiB more",
        is_over=held[1] - held[0] > _GROWTH,
    )


@contextmanager
def _running(command: Sequence[str], environment: dict[str, str]) -> Iterator[Terminal]:
    terminal = Terminal(command, environment)
    try:
        yield terminal
    finally:
        terminal.close()


def _command(file: Path) -> list[str]:
    return [str(Path(sysconfig.get_path("scripts"), "expense")), "--database", f"sqlite:///{file}", "tui"]


def _book(file: Path, count: int) -> Path:
    """A book of ten years with so many expenses, and of this month with a hundred."""
    today = datetime.now().astimezone().date()
    with books.opened(f"sqlite:///{file}") as book:
        if count:
            books.fill(book, count - FEW - 1)
        with book.database.transaction() as session:
            tea = [
                ExpenseCreate(amount="2.10", description=f"Tea {number:03}", spent_on=today) for number in range(FEW)
            ]
            needle = ExpenseCreate(amount="1", description="A needle", spent_on=books.FIRST_DAY)
            expenses.record_many(session, book.access, [needle, *tea])
        books.settle(book.database)
    return file
