"""An environment that holds nothing but the wheel, and running programs in it and here."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]
_PATIENCE = 60.0
"""Seconds."""


@dataclass(frozen=True)
class Installed:
    """A virtual environment with the wheel in it."""

    folder: Path

    def run(self, command: Sequence[str | Path], book: Path) -> str:
        """What one of its programs prints, working on a book from beside it; the test fails if the program does."""
        return run([self._programs / command[0], *command[1:]], self._environment(book), book.parent)

    @contextmanager
    def serving(self, book: Path) -> Iterator[str]:
        """The address at which `expense api` serves a book, until the end of the block."""
        port = _free_port()
        with (book.parent / "server.log").open("w+", encoding="utf-8") as log:
            server = subprocess.Popen(
                [self._programs / "expense", "api", "--port", str(port)],
                cwd=book.parent,
                env=self._environment(book),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
            try:
                deadline = time.monotonic() + _PATIENCE
                while not _listens(port):
                    assert server.poll() is None, Path(log.name).read_text(encoding="utf-8")
                    assert time.monotonic() < deadline, Path(log.name).read_text(encoding="utf-8")
                    time.sleep(0.1)
                yield f"http://127.0.0.1:{port}"
            finally:
                server.terminate()
                server.wait(_PATIENCE)

    def _environment(self, book: Path) -> dict[str, str]:
        # Nothing of the environment that the tests run in may reach it, so that only what was installed can answer.
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
        return kept | {"HOME": str(book.parent), "COLUMNS": "100", "EXPENSE_DATABASE_URL": f"sqlite:///{book}"}

    def install(self, *what: str | Path) -> None:
        """Install something with pip, as its user would."""
        environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}
        run([self._programs / "python", "-m", "pip", "install", "--quiet", *what], environment, self.folder)

    @property
    def _programs(self) -> Path:
        return self.folder / ("Scripts" if os.name == "nt" else "bin")


def run(command: Sequence[str | Path], environment: Mapping[str, str] = os.environ, folder: Path = CHECKOUT) -> str:
    """What a program prints, on either stream; the test fails and shows it if the program does."""
    __tracebackhide__ = True  # the assertion says it all, and an environment has secrets in it
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}"
    return done.stdout


def build(folder: Path, *options: str) -> None:
    """Build what the options name from the checkout; without any the sdist, and the wheel from the sdist."""
    run([sys.executable, "-m", "build", "--quiet", f"--outdir={folder}", *options, CHECKOUT])


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as caller:
        return caller.connect_ex(("127.0.0.1", port)) == 0
