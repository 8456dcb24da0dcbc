"""An environment that holds nothing but the wheel, and running programs in it and here."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Installed:
    """A virtual environment with the wheel in it."""

    folder: Path

    def run(self, command: Sequence[str | Path], book: Path) -> str:
        """What one of its programs prints, working on a book from beside it; the test fails if the program does."""
        # Nothing of the environment that the tests run in may reach it, so that only what was installed can answer.
        kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "LANG") if name in os.environ}
        own = {"HOME": str(book.parent), "COLUMNS": "100", "EXPENSE_DATABASE_URL": f"sqlite:///{book}"}
        return run([self._programs / command[0], *command[1:]], {**kept, **own}, book.parent)

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
