"""Opening a book that somebody keeps on their own machine: where it is, what it needs, and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path

from sqlmodel import Session

from expense_core import users
from expense_core.database import Database
from expense_core.errors import DatabaseUnavailable, SchemaOutdated
from expense_core.settings import Settings, default_database_url
from expense_core.tables import LocalUserCreate, UserPublic

_LOGIN_NAMES = ("LOGNAME", "USER", "USERNAME")
_LONGEST_NAME = 64


def login_name(environment: Mapping[str, str]) -> str:
    """What the person at this machine is called, as a username."""
    name = next(filter(None, map(environment.get, _LOGIN_NAMES)), "")
    return name.replace("@", " ").strip()[:_LONGEST_NAME] or "me"


def make_place_for(file: Path, *, make: bool = True) -> None:
    """Make the folder of the usual file; a name that somebody gave may be mistyped, and then nothing is made of it.

    Arguments:
        make: whether the file is going to be made where somebody named it.

    Raises:
        DatabaseUnavailable: the folder is not there or cannot be made, or the file is not to be made.
    """
    if str(file) == default_database_url().removeprefix("sqlite:///"):
        _make_folder_of(file)
    elif not file.parent.is_dir():
        raise DatabaseUnavailable(f"there is no folder {file.parent}; make it, or mend the name of the database")
    elif not make:
        raise DatabaseUnavailable(f"there is no book {file}; `expense add` makes it, or mend the name of the database")


def make_ready(database: Database, chosen: Settings) -> None:
    """Make sure that a database has the schema that we need; an embedded file that is new is given it.

    Nobody but its owner may read a new file: it is a book without a password.

    Raises:
        SchemaOutdated: it is older than this version needs.
        SchemaTooNew: a newer expense-core made it.
        NotOurDatabase: it holds something else.
    """
    file = chosen.embedded_file
    if file is not None:
        with suppress(OSError):  # it is there already, or cannot be made, of which the database tells
            file.touch(mode=0o600, exist_ok=False)
    try:
        database.check()
    except SchemaOutdated:
        if file is None or database.revision() is not None:
            raise
        database.upgrade()


def make_first_user(session: Session, new: LocalUserCreate) -> UserPublic | None:
    """Make the owner of a book that is new, and their ledger; None where another program has made one meanwhile."""
    return None if users.list(session, limit=1) else users.register_local(session, new)


def make_demo(chosen: Settings, today: date, currency: str) -> int:
    """Make the demo book anew, in the file that the settings name; how many expenses it has.

    Raises:
        DatabaseUnavailable: its folder cannot be made.
    """
    from expense_core import demo

    file = Path(str(chosen.embedded_file))
    _make_folder_of(file)
    for old in (file, Path(f"{file}-wal"), Path(f"{file}-shm")):
        old.unlink(missing_ok=True)
    with Database(chosen.database_url) as database:
        database.upgrade()
        with database.transaction() as session:
            return demo.make(session, today, currency)


def _make_folder_of(file: Path) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(
            f"the folder {file.parent} cannot be made ({error.strerror}); name another file with EXPENSE_DATABASE_URL"
        ) from error
