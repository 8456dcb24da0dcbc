"""The `expense` command: the book from a shell. Everything it does is a use case of the core; it holds no rules of its own."""

from __future__ import annotations

import os
import sys
import traceback

from expense_core.cli.app import app
from expense_core.errors import ExpenseError, Invalid

__all__ = ["app", "main"]


def main() -> None:
    """Run the command. Exit codes: 0 done, 1 refused with a message on standard error, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr] # a text file, unless somebody replaced it
    try:
        app()
    except ExpenseError as error:
        _refuse(error.message)
    except BrokenPipeError:
        # Whoever read our output has seen enough (`expense list | head`); nothing more may be written, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:  # noqa: BLE001 - the outermost edge: a person is told in a sentence, and how to see the rest
        _unexpected(error)


def _unexpected(error: Exception) -> None:
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        _refuse(Invalid.from_validation(error).message)
    if os.environ.get("EXPENSE_TRACEBACK"):
        traceback.print_exception(error)
    _refuse(
        f"something went wrong that should not have ({type(error).__name__}: {error}); nothing was saved. "
        "Set EXPENSE_TRACEBACK=1 to see where, and please report it"
    )


def _refuse(message: str) -> None:
    sys.stderr.write(f"expense: {message}\n")
    sys.exit(1)
