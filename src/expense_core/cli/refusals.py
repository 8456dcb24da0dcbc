"""How a command ends that cannot do what it was asked: with a sentence on standard error and an exit code."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from expense_core.errors import ExpenseError, Invalid

_REFUSED = 1
_INTERRUPTED = 130
"""What shells report of a program that Ctrl-C ended."""
_OURS = (typer.Exit, typer.Abort, typer.TyperException, EOFError)
"""What typer itself knows how to end with: wrong usage, a question left unanswered."""


@contextmanager
def refusals() -> Iterator[None]:
    """Turn whatever goes wrong into its sentence and exit code; a traceback never reaches the person."""
    try:
        yield
        sys.stdout.flush()
    except _OURS:
        raise
    except BrokenPipeError as error:
        # Whoever read our output has seen enough (`expense list | head`).
        _write_what_can_be_written()
        raise typer.Exit from error
    except KeyboardInterrupt as error:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends now; whoever presses it again need not see how
        _tell("interrupted; a change that was not finished was not saved")
        raise typer.Exit(_INTERRUPTED) from error
    except Exception as error:  # the outermost edge: a person is told in a sentence, and how to see the rest
        if os.environ.get("EXPENSE_TRACEBACK"):
            traceback.print_exception(error)
        _write_what_can_be_written()
        _tell(_sentence(error))
        raise typer.Exit(_REFUSED) from error


def _write_what_can_be_written() -> None:
    """Let go of output that nothing takes any more: Python would try it again at its end, and complain."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _tell(message: str) -> None:
    sys.stderr.write(f"expense: {message}\n")


def _sentence(error: Exception) -> str:
    """What is wrong and what to do about it."""
    from pydantic import ValidationError

    match error:
        case ExpenseError():
            return error.message
        case ValidationError():
            return Invalid.from_validation(error).message
        case OSError(strerror=str(reason)):
            return f"{error.filename}: {reason}" if error.filename else reason
        case _:
            return (
                f"something went wrong that should not have ({type(error).__name__}: {error}); a change that was not "
                "finished was not saved. Set EXPENSE_TRACEBACK=1 to see where, and please report it"
            )
