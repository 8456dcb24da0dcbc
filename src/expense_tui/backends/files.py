"""Files that somebody asks for: there when they are whole, and never in the place of another."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from uuid import uuid4

from expense_core.errors import FieldError, Invalid

if TYPE_CHECKING:
    from expense_core import ExpensePublic
    from expense_core.exports import Form


def write_expenses(expenses: Sequence[ExpensePublic], form: Form, path: Path) -> None:
    """Write these expenses to a file.

    Raises:
        Invalid: as `written`.
    """
    from expense_core import exports

    with written(path) as file:
        file.writelines(exports.pieces(exports.pages_of(expenses), form))


@contextmanager
def written(path: Path) -> Iterator[BinaryIO]:
    """A file to write to, which gets its name once all of it is on the disk; whatever goes wrong leaves nothing.

    Raises:
        Invalid: there is a file of this name, or none can be made or written; `errors` names "path".
    """
    made = path.with_name(f".{uuid4().hex}.part")
    try:
        if path.exists():
            raise FileExistsError
        with made.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        _name(made, path)
    except OSError as error:
        raise _refused(path, error) from error
    finally:
        made.unlink(missing_ok=True)


def _name(made: Path, path: Path) -> None:
    """Give a file its name, unless another has taken it meanwhile."""
    try:
        path.hardlink_to(made)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, as on a memory stick
        path.touch(exist_ok=False)
        made.replace(path)


def _refused(path: Path, error: OSError) -> Invalid:
    if isinstance(error, FileExistsError):
        code, told = "file_exists", f"there is a file {path} already; choose another name"
    else:
        code, told = "file_not_written", f"{path} cannot be written: {error.strerror}"
    return Invalid(told, [FieldError("path", code, told)])
