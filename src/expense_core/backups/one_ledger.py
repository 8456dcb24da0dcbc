"""Backups of one ledger: all that is in it, and back as a new ledger of whoever restores it, here or elsewhere.

The file is one like that of a whole book, without what is not the ledger's: of the users who are named in it there are
only the usernames, and nothing of who may see it. Ids belong to all ledgers of a database, so that a restored row gets
another one, and whatever refers to it follows.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO

from pydantic import ValidationError
from sqlalchemy import Column, Connection, Table, select, union
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from expense_core import ledgers, money
from expense_core.backups import archive, contents, encryption
from expense_core.backups.archive import Backup, Of, Sections
from expense_core.backups.contents import Section, Value
from expense_core.backups.row_shapes import changes, shape_of
from expense_core.categories import CATEGORIES, EXPENSES
from expense_core.database import connection_of, now
from expense_core.errors import BackupUnreadable, Invalid
from expense_core.journal import CHANGES, ENTRIES, TABLES
from expense_core.ledgers import LEDGERS, MEMBERSHIPS, USERS, Access
from expense_core.tables import LedgerCreate, LedgerPublic, Role, UserPublic
from expense_core.tables.text import fold, searchable, sought

_BESIDE = {LEDGERS: ["id", "name", "currency"], USERS: ["id", "username"]}
"""What is saved beside the ledger's rows, and of that these columns alone."""
_DERIVED: Mapping[str, Callable[[Row], str]] = {
    "name_key": lambda row: fold(row["name"]),
    "search_text": lambda row: searchable(row["description"], row["notes"]),
}
"""Columns that are made of others, and made of them anew."""
_ASTRAY = "the backup has rows that do not belong together; nothing was restored"
_LAST = 2**63 - 1

Row = dict[str, Any]
"""A row's columns by their names. Any: what they hold."""


@dataclass(frozen=True)
class Whole:
    """A backup of a ledger that was read to its end, and is restored out of its file."""

    file: BinaryIO
    backup: Backup
    ids: Mapping[str, Sequence[int]]
    """Those of each table's rows, in rising order."""


def write(session: Session, access: Access, file: BinaryIO, *, passphrase: str | None = None) -> Backup:
    """Write all that is in a ledger to a file, as it is at this moment; the session has read nothing before.

    Arguments:
        passphrase: encrypt it, so that whoever has the file needs this as well.

    Raises:
        PermissionDenied: `access` is not an owner's.
        OSError: the file cannot be written.
    """
    access.require(Role.OWNER)
    connection = contents.at_this_moment(session)
    return archive.save(_sections(connection, access), file, Of.LEDGER, now(session).isoformat(), passphrase)


@contextmanager
def opened(file: BinaryIO, *, passphrase: str | None = None, most: int | None = None) -> Iterator[Whole]:
    """The backup in a file, once all of it was read; no database is asked meanwhile.

    Arguments:
        most: how many bytes it may come to, unpacked.

    Raises:
        BackupUnreadable: the file is no backup of a ledger, or damaged, or was cut short.
        BackupTooNew: a newer expense-core made it.
        WrongPassphrase: it is encrypted, and with another passphrase, or none was given.
    """
    with encryption.decrypted(file, passphrase) as plain:
        found = archive.checked(plain, Of.LEDGER, most=most)
        yield Whole(plain, found, {section.table: _ids(section, rows) for section, rows in archive.sections(plain)})


def restore(session: Session, user: UserPublic, whole: Whole) -> LedgerPublic:
    """Make a new ledger that only the user is a member of, with all that a backup has.

    Whoever is named in it stays who they are where they share a ledger with the user. Anybody else becomes the user: of
    a name alone nobody knows whether it is the same person's here.

    Raises:
        BackupUnreadable: it has what no ledger can have; then none is made.
    """
    restoring = _Restoring(session, user, whole)
    try:
        with session.begin_nested():
            for section, rows in archive.sections(whole.file):
                restoring.take(section, rows)
            return restoring.made()
    except IntegrityError as error:
        raise BackupUnreadable(_ASTRAY) from error


class _Numbers:
    """The ids that rows get, by those that they had."""

    def __init__(self, before: Sequence[int] = (), here: Sequence[int] = ()) -> None:
        self._before = before
        self._here = here

    def __getitem__(self, before: int) -> int:
        place = bisect_left(self._before, before)
        if place == len(self._before) or self._before[place] != before:
            raise BackupUnreadable(_ASTRAY)
        return self._here[place]


class _Restoring:
    """A ledger that is being filled, table by table."""

    def __init__(self, session: Session, user: UserPublic, whole: Whole) -> None:
        self._session = session
        self._user = user
        self._ids = whole.ids
        self._ledgers: list[LedgerPublic] = []
        self._numbers: defaultdict[str, _Numbers] = defaultdict(_Numbers)

    def made(self) -> LedgerPublic:
        """The ledger.

        Raises:
            BackupUnreadable: the backup has none, or several.
        """
        if len(self._ledgers) != 1:
            raise BackupUnreadable(_ASTRAY)
        [ledger] = self._ledgers
        contents.complete(connection_of(self._session), ledger.id)
        return ledger

    def take(self, section: Section, rows: Iterator[list[Value]]) -> None:
        """Put the rows of a table where they belong.

        Raises:
            BackupUnreadable: they belong nowhere.
        """
        table = contents.table_for(section, among=[*_BESIDE, *_parts()])
        found = _sound(table, section, rows)
        ids = self._ids[table.name]
        if table in _BESIDE and set(section.columns) != set(_BESIDE[table]):
            raise BackupUnreadable(_ASTRAY)
        if table is LEDGERS:
            self._ledgers += [self._make(row) for row in found]
            self._numbers[table.name] = _Numbers(ids, [ledger.id for ledger in self._ledgers])
        elif table is USERS:
            self._numbers[table.name] = _Numbers(ids, self._people(found))
        else:
            connection = connection_of(self._session)
            if contents.has_ids(table):
                self._numbers[table.name] = _Numbers(ids, contents.new_ids(connection, table, len(ids)))
            self._fill(connection, table, contents.lacking(table, section), found)

    def _make(self, row: Row) -> LedgerPublic:
        return ledgers.create(self._session, self._user, LedgerCreate(name=row["name"], currency=row["currency"]))

    def _people(self, rows: Iterator[Row]) -> list[int]:
        """Who each user is here."""
        mine = select(MEMBERSHIPS.c.ledger_id).where(MEMBERSHIPS.c.user_id == self._user.id)
        query = select(USERS.c.username_key, USERS.c.id).join(MEMBERSHIPS, MEMBERSHIPS.c.user_id == USERS.c.id)
        found = self._session.execute(query.where(MEMBERSHIPS.c.ledger_id.in_(mine)))
        known = {str(one.username_key): int(one.id) for one in found}
        return [known.get(sought(row["username"]), self._user.id) for row in rows]

    def _fill(self, connection: Connection, table: Table, lacking: Row, rows: Iterator[Row]) -> None:
        led = _references(table)
        derived = {name: make for name, make in _DERIVED.items() if name in table.c}
        with contents.filled(connection, table) as fill:
            while batch := [lacking | row for row in islice(rows, contents.AT_ONCE)]:
                for row in batch:
                    for name, target in led.items():
                        if row[name] is not None:
                            row[name] = self._numbers[target][row[name]]
                    if table is CHANGES:
                        self._follow(row)
                    row.update({name: make(row) for name, make in derived.items()})
                fill(batch)

    def _follow(self, row: Row) -> None:
        """Let a line of the history lead to the row that it is about, and to the categories that that was in."""
        row["object_id"] = self._numbers[TABLES[row["kind"]].name][row["object_id"]]
        pairs = changes(row["kind"], row["fields"])
        moved = {
            name: [None if number is None else self._numbers[CATEGORIES.name][number] for number in pair]
            for name, pair in pairs.items()
            if name == "category_id"
        }
        row["fields"] = json.dumps(pairs | moved, ensure_ascii=False)


def _sections(connection: Connection, access: Access) -> Sections:
    ledger = select(*_columns(LEDGERS)).where(LEDGERS.c.id == access.ledger_id)
    named = union(
        *(
            select(table.c[name]).where(table.c.ledger_id == access.ledger_id)
            for table in _parts()
            for name, target in _references(table).items()
            if target == USERS.name
        )
    )
    people = select(*_columns(USERS)).where(USERS.c.id.in_(named)).order_by(USERS.c.id)
    yield Section(LEDGERS.name, _BESIDE[LEDGERS], None), contents.rows_of(connection, ledger)
    yield Section(USERS.name, _BESIDE[USERS], None), contents.rows_of(connection, people)
    for table in _parts():
        mine = contents.query_of(table).where(table.c.ledger_id == access.ledger_id)
        yield Section(table.name, table.c.keys(), None), contents.rows_of(connection, mine)


def _columns(table: Table) -> list[Column[Any]]:  # Any: what they hold
    return [table.c[name] for name in _BESIDE[table]]


def _parts() -> list[Table]:
    """The tables of a ledger, each after those that it refers to; the history does so without a foreign key."""
    mine = [table for table in contents.parts() if "ledger_id" in table.c and table is not MEMBERSHIPS]
    return sorted(mine, key=lambda table: table is CHANGES)


def _references(table: Table) -> dict[str, str]:
    """The columns that hold ids, each with the table of which these are."""
    found = {"ledger_id": LEDGERS.name} | {
        element.parent.name: element.column.table.name
        for constraint in table.foreign_key_constraints
        for element in constraint.elements
        if element.column.name == "id"
    }
    if table is ENTRIES:
        found["undone_after"] = ENTRIES.name
    if contents.has_ids(table):
        found["id"] = table.name
    return found


def _ids(section: Section, rows: Iterator[list[Value]]) -> Sequence[int]:
    """The ids of a table's rows.

    Raises:
        BackupUnreadable: they do not rise.
    """
    found = array("q")
    place = section.columns.index("id") if "id" in section.columns else None
    for row in rows:
        if place is None:
            continue
        match row[place : place + 1]:
            case [int() as number] if (found[-1] if found else 0) < number <= _LAST:
                found.append(number)
            case _:
                raise BackupUnreadable(_ASTRAY)
    return found


def _sound(table: Table, section: Section, rows: Iterator[list[Value]]) -> Iterator[Row]:
    """The rows of a table, each once it is sure that a use case could have stored it.

    Raises:
        BackupUnreadable: one is another.
    """
    names = [name for name in section.columns if name not in _DERIVED]
    shape = shape_of(table, names)
    for row in rows:
        try:
            given = dict(zip(section.columns, row, strict=True))
            found = dict(shape.model_validate({name: given[name] for name in names}))
            if table is EXPENSES:
                money.check(found["amount"], found["currency"])
            if table is CHANGES:
                changes(found["kind"], found["fields"])
        except (ValueError, RecursionError) as error:
            why = Invalid.from_validation(error).message if isinstance(error, ValidationError) else error
            told = f"the backup has a row of {table.name} that no ledger can have ({why}); nothing was restored"
            raise BackupUnreadable(told) from error
        yield found
