"""Whatever atheris thinks of, given to the statement readers: each file is read or refused, soon and in little memory.

`nox -s fuzz` begins with the small files in `seeds/` and those of the banks; what follows `--` is the name of a format,
to ask one reader alone, and options of libFuzzer. Anything but a typed error of statements ends it, and the file that
did it is in `crash-*`.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["expense_core.statements"]):
    from expense_core import statements
    from expense_core.statements.formats import entries

    readers = {name: entry.load() for name, entry in entries().items()}

from damage import ends_well

named = [argument for argument in sys.argv[1:] if argument in readers]
ask = readers[named[0]].recognise if named else statements.recognise
file = Path(tempfile.mkdtemp(prefix="expense-fuzz-"), "statement")


def read(content: bytes) -> None:
    """Give a reader one file."""
    file.write_bytes(content)
    ends_well(file, ask)


atheris.Setup([argument for argument in sys.argv if argument not in named], read)
atheris.Fuzz()
