"""Files that somebody asks for: there when they are whole, and in the place of another only where that is said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copymode
from typing import BinaryIO
from uuid import uuid4

from expense_core.errors import FieldError, Invalid


@contextmanager
def written(path: Path, *, replace: bool = False, private: bool = False) -> Iterator[BinaryIO]:
    """A file to write to, which gets its name once all of it is on the disk; whatever goes wrong leaves nothing.

    Arguments:
        replace: take the place of a file that is there, behind a link too; a pipe or a device is written to as it is.
        private: let nobody but its owner read it.

    Raises:
        Invalid: there is a file of this name, or none can be made or written; `errors` names "path".
    """
    target = path.resolve() if replace else path
    made = target.with_name(f".{uuid4().hex}.part")
    try:
        if path.exists() and not replace:
            raise FileExistsError
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                yield file
            return
        made.touch(0o600 if private else 0o666, exist_ok=False)
        if path.exists() and not private:
            copymode(target, made)
        with made.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if replace:
            made.replace(target)
        else:
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
