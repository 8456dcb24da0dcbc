"""The `expense` command as people meet it: a program of its own, in a pipe or in a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import time
from types import TracebackType
from typing import Self

COMMAND = [sys.executable, "-c", "import sys; sys.argv[0] = 'expense'; from expense_core.cli import main; main()"]

_ADOPT = "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
"""Makes standard input the controlling terminal, where passwords are asked for and from which Ctrl-C comes."""
_PATIENCE = 60.0
_A_WHILE = 5.0
_CTRL_C = b"\x03"


def run(*words: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, with pipes."""
    return subprocess.run(
        [*COMMAND, *words],
        input=typed,
        capture_output=True,
        check=False,
        encoding="utf-8",
        errors="surrogateescape",
        env=os.environ | environment,
    )


class Terminal:
    """The command in a terminal of 80 by 24 characters."""

    def __init__(self, *words: str) -> None:
        self._master, slave = pty.openpty()
        termios.tcsetwinsize(slave, (24, 80))
        self._process = subprocess.Popen(
            [sys.executable, "-c", _ADOPT, *COMMAND, *words],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            env={name: value for name, value in os.environ.items() if name != "COLUMNS"} | {"TERM": "xterm"},
        )
        os.close(slave)
        self.shown = ""
        """All that was ever on the screen."""
        self._seen = 0
        self._is_closed = False

    def __enter__(self) -> Self:
        """The terminal; whatever still runs in it is ended with the `with` block."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)

    def wait_for(self, text: str) -> None:
        """Go on once this text is shown, after whatever was waited for before."""
        deadline = time.monotonic() + _PATIENCE
        while (found := self.shown.find(text, self._seen)) < 0:
            assert self._read(deadline), f"{text!r} never came: {self.shown}"
        self._seen = found + len(text)

    def type(self, text: str) -> None:
        """Type something and press Enter."""
        os.write(self._master, f"{text}\n".encode())

    def interrupt(self) -> int:
        """Press Ctrl-C, and again if nothing comes of it, as where Python was just about to wait for a key."""
        deadline = time.monotonic() + _PATIENCE
        while not self._is_closed and time.monotonic() < deadline:
            os.write(self._master, _CTRL_C)
            while self._read(time.monotonic() + _A_WHILE):
                pass
        return self._process.wait(_PATIENCE)

    def finish(self) -> int:
        """Wait for the end; the exit code."""
        deadline = time.monotonic() + _PATIENCE
        while self._read(deadline):
            pass
        return self._process.wait(_PATIENCE)

    def _read(self, deadline: float) -> bool:
        """Take in what is shown next; whether there was anything."""
        ready, _, _ = select.select([self._master], [], [], max(0.0, deadline - time.monotonic()))
        try:
            new = os.read(self._master, 65_536) if ready else b""
        except OSError:  # Linux's way to say that nobody has the terminal open any more
            self._is_closed, new = True, b""
        self.shown += new.decode(errors="replace").replace("\r\n", "\n")
        return bool(new)
