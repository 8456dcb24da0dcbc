"""The `expense` command: the book from a shell. All it does is a use case of the core; it has no rules of its own."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from pathlib import Path

_INTERRUPTED = 130
_BETWEEN_COLLECTIONS = 50_000
"""Objects made before Python looks for garbage among them: with its own 700, that is a tenth of every start."""


def main() -> None:
    """Run the command. Exit codes: 0 done, 1 refused with a message on standard error, 2 wrong usage."""
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    try:
        from expense_core.cli.app import app
        from expense_core.cli.plain import spell_out
    except KeyboardInterrupt:  # loading all this takes long enough for somebody to change their mind
        sys.exit(_INTERRUPTED)
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - `>&-` leaves none to close
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            spell_out(stream)
    app()
