"""Backups: a whole book in one file, and back, between SQLite and PostgreSQL and from older versions to newer ones.

Those of one ledger alone are in `one_ledger`.

A file is lines of JSON, compressed by gzip and perhaps encrypted (docs/decisions/0010). What is not in it, and why, is
said in `contents`. It is read to its end and found whole before anything is restored; then all of it is, or nothing.
"""

from __future__ import annotations

from typing import BinaryIO

from sqlalchemy import delete, func, select
from sqlmodel import Session

from expense_core.backups import archive, contents, encryption
from expense_core.backups.archive import Backup, Of
from expense_core.database import connection_of, now
from expense_core.errors import BookNotEmpty
from expense_core.tables import HistoryEntry, Ledger, Membership, User
from expense_core.tables.columns import table_of

__all__ = ["Backup", "is_encrypted", "restore", "write"]

is_encrypted = encryption.is_encrypted


def write(session: Session, file: BinaryIO, *, passphrase: str | None = None) -> Backup:
    """Write all that a book is to a file, as it is at this moment; the session has read nothing before.

    Arguments:
        passphrase: encrypt it, so that whoever has the file needs this as well.

    Raises:
        OSError: the file cannot be written.
    """
    connection = contents.at_this_moment(session)
    return archive.save(contents.sections(connection), file, Of.BOOK, now(session).isoformat(), passphrase)


def restore(session: Session, file: BinaryIO, *, passphrase: str | None = None) -> Backup:
    """Make a book what a backup has: an empty one, or one to which nothing has been written yet.

    Raises:
        BackupUnreadable: the file is no backup, or damaged, or was cut short.
        BackupTooNew: a newer expense-core made it.
        WrongPassphrase: it is encrypted, and with another passphrase, or none was given.
        BookNotEmpty: there is something in the book already.
    """
    with encryption.decrypted(file, passphrase) as plain:
        found = archive.checked(plain, Of.BOOK)
        _require_new(session)
        connection = connection_of(session)
        for section, rows in archive.sections(plain):
            contents.load(connection, section, rows)
        contents.complete(connection)
        return found


def _require_new(session: Session) -> None:
    """Take out the user whom first use has made, with their ledger; go on only where there is nothing else.

    Raises:
        BookNotEmpty: there is.
    """
    users, ledgers, memberships = (table_of(model) for model in (User, Ledger, Membership))
    written = session.scalar(select(func.count()).select_from(table_of(HistoryEntry)))
    everyone = session.scalars(select(users.c.hashed_password)).all()
    if written or len(everyone) > 1 or any(everyone):
        raise BookNotEmpty(
            "there is something in this book already, and a backup takes the place of nothing; restore it into a new "
            "one: expense --database sqlite:///new.db restore FILE"
        )
    for table in (memberships, ledgers, users):
        session.execute(delete(table))
