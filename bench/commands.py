"""How long a fresh interpreter takes to import the library, and to print the command's help."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.measuring import Line, alternately, compared

IMPORT = 1.2
HELP = 3.0
_ROUNDS = 15


def lines(folder: Path) -> Iterator[Line]:
    """Each beside the libraries that it stands on. Their bytecode is kept in `folder`, and is there when it counts."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")

    def running(*command: str) -> Callable[[], object]:
        return lambda: subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)

    def python(code: str) -> Callable[[], object]:
        return running(sys.executable, "-c", code)

    ours, floor = alternately(python("import expense_core"), python("import sqlmodel"), rounds=_ROUNDS, calls=1)
    yield compared("import expense_core / import sqlmodel", ours, floor, IMPORT)
    everything = "import expense_core\nfor name in expense_core.__all__: getattr(expense_core, name)"
    ours, floor = alternately(python(everything), python("import sqlmodel"), rounds=_ROUNDS, calls=1)
    yield compared("all that it loads when asked / import sqlmodel", ours, floor)
    command = running(str(Path(sysconfig.get_path("scripts"), "expense")), "--help")
    ours, floor = alternately(command, python("import typer, rich.console"), rounds=_ROUNDS, calls=1)
    yield compared("expense --help / import typer, rich.console", ours, floor, HELP)
