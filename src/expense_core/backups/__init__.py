"""Backups: a whole book in one file, and back, between SQLite and PostgreSQL and from older versions to newer ones.

A file is lines of JSON, compressed by gzip and perhaps encrypted (docs/decisions/0012). What is not in it, and why, is
said in `contents`. It is read to its end and found whole before anything is restored; then all of it is, or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from sqlalchemy import delete, func, select
from sqlmodel import Session

from expense_core.backups import archive, contents, encryption
from expense_core.database import SCHEMA_REVISION, connection_of, now
from expense_core.errors import BookNotEmpty
from expense_core.tables import HistoryEntry, Ledger, Membership, User
from expense_core.tables.columns import table_of

__all__ = ["Backup", "is_encrypted", "restore", "write"]

is_encrypted = encryption.is_encrypted


@dataclass(frozen=True)
class Backup:
    """What is in a backup."""

    rows: dict[str, int]
    """How many rows of each table."""
    schema: str
    """The revision of the schema that it was made of."""
    made_at: str
    """When it was made, in ISO 8601."""


def write(session: Session, file: BinaryIO, *, passphrase: str | None = None) -> Backup:
    """Write all that a book is to a file, as it is at this moment; the session has read nothing before.

    Arguments:
        passphrase: encrypt it, so that whoever has the file needs this as well.

    Raises:
        OSError: the file cannot be written.
    """
    connection = connection_of(session)
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    made_at = now(session).isoformat()
    counts: dict[str, int] = {}
    pieces = archive.compressed(archive.lines(contents.sections(connection), made_at, counts))
    if passphrase is None:
        file.writelines(pieces)
    else:
        encryption.encrypt(pieces, file, passphrase)
    return Backup(counts, SCHEMA_REVISION, made_at)


def restore(session: Session, file: BinaryIO, *, passphrase: str | None = None) -> Backup:
    """Make a book what a backup has: an empty one, or one to which nothing has been written yet.

    Raises:
        BackupUnreadable: the file is no backup, or damaged, or was cut short.
        BackupTooNew: a newer expense-core made it.
        WrongPassphrase: it is encrypted, and with another passphrase, or none was given.
        BookNotEmpty: there is something in the book already.
    """
    with encryption.decrypted(file, passphrase) as plain:
        header, counts = archive.checked(plain)
        _require_new(session)
        connection = connection_of(session)
        for section, rows in archive.sections(plain):
            contents.load(connection, section, rows)
        contents.complete(connection)
        return Backup(counts, header.schema, header.made_at)


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
