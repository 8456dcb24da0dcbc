"""Bad days: whatever happens to the file, the disk, the server or the program, each earlier row is as it was."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import make_url, select, text
from sqlalchemy.exc import OperationalError
from sqlmodel import SQLModel

from expense_core import categories, expenses, history, ledgers, reports, users
from expense_core.database import Database
from expense_core.errors import (
    DatabaseDamaged,
    DatabaseError,
    DatabaseFull,
    DatabaseLocked,
    DatabaseUnavailable,
)
from expense_core.tables import CategoryCreate, ExpenseCreate, LocalUserCreate

FILLER = "x" * 400


@pytest.fixture
def book(database):
    """Alice's authority in a book with something of everything in it."""
    with database.transaction() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
        food = categories.create(session, access, CategoryCreate(name="Food"))
        fun = categories.create(session, access, CategoryCreate(name="Fun"))
        expenses.record_many(session, access, rows(200, food.id))
        expenses.record_many(session, access, rows(5, fun.id))
        expenses.delete(session, access, 1, 2, 3)
        expenses.record(session, access, ExpenseCreate(amount=1))
        history.undo(session, access)
    return access


def rows(number, category_id=None):
    return (ExpenseCreate(amount=1 + index, description=FILLER, category_id=category_id) for index in range(number))


def everything(database):
    """Every row of every table."""
    with database.reading() as session:
        return {
            table.name: session.execute(select(table).order_by(*table.primary_key)).all()
            for table in SQLModel.metadata.sorted_tables
        }


def food(session, access):
    return categories.named(session, access, "Food")


def fun(session, access):
    return categories.named(session, access, "Fun")


# What is written on a bad day: one write of each kind, the larger ones first


WRITES = {
    "record_many": lambda session, access: expenses.record_many(session, access, rows(3_000)),
    "create": lambda session, access: [
        categories.create(session, access, CategoryCreate(name=f"{number} {FILLER[:90]}")) for number in range(500)
    ],
    "merge": lambda session, access: categories.merge(
        session, access, food(session, access).id, fun(session, access).id
    ),
    "undo": lambda session, access: (
        expenses.delete(session, access, *range(4, 200)),
        session.execute(text("UPDATE expenses SET notes = '' || description")),
        history.undo(session, access),
    ),
}
writes = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


# A full disk


@only_sqlite
@writes
def test_on_a_full_disk_nothing_of_a_write_is_saved(database, book, write):
    """Once there is room again, it goes on."""
    before = everything(database)

    with pytest.raises(DatabaseFull, match="nothing was saved; free some space"), database.transaction() as session:
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
        write(session, book)

    assert everything(database) == before
    database.close()
    with database.transaction() as session:
        write(session, book)
    assert everything(database) != before


@only_sqlite
def test_a_write_that_is_cut_short_by_a_limit_is_not_saved(database, book, tmp_path):
    """A file may grow only so far: the operating system refuses the rest, as it does over a quota."""
    before = everything(database)
    script = (
        "import resource, sys; from expense_core import Database, ExpenseCreate, expenses, ledgers, users\n"
        "with Database(sys.argv[1]) as database, database.transaction() as session:\n"
        "    book = ledgers.open(session, users.named(session, 'alice'))\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "    expenses.record_many(session, book, [ExpenseCreate(amount=1, description='x' * 400)] * 20_000)\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(database.engine.url)], capture_output=True, text=True, check=False
    )

    assert done.stderr.splitlines()[-1] == (
        "expense_core.errors.DatabaseUnavailable: the database file could not be read or written; nothing was saved: "
        "check the disk, its free space and your quota, and try again"
    )
    assert everything(database) == before


@only_sqlite
@pytest.mark.parametrize("goes_on", [True, False])
def test_a_write_that_failed_takes_the_rest_of_its_transaction_with_it(database, book, goes_on):
    """SQLite itself rolls back when the disk is full: a program that goes on all the same saves nothing piecemeal."""
    before = everything(database)

    with (
        pytest.raises(DatabaseError, match="an earlier statement of this transaction failed"),
        database.transaction() as session,
    ):
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
        with pytest.raises(OperationalError):
            expenses.record_many(session, book, rows(3_000))
        if goes_on:
            expenses.record(session, book, ExpenseCreate(amount=1))

    assert everything(database) == before


# A damaged file


def damaged(path, how):
    """Damage a SQLite file that nobody has open."""
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    if how == "random bytes":
        content = bytearray(random.Random(7).randbytes(len(content)))
    elif how == "truncated":
        del content[middle:]
    path.write_bytes(content)


@only_sqlite
@pytest.mark.parametrize("how", ["random bytes", "truncated"])
def test_a_damaged_file_says_so_and_is_left_as_it_is(database, book, how):
    """Whoever repairs it finds it unchanged."""
    database.close()
    path = Path(database.engine.url.database)
    damaged(path, how)
    content = path.read_bytes()

    for attempt in (
        database.check,
        lambda: everything(database),
        lambda: in_transaction(database, expenses.record_many, book, rows(1_000)),
        lambda: database.upgrade(),
    ):
        with pytest.raises(DatabaseDamaged, match="restore it from a backup or name another file"):
            attempt()

    database.close()
    assert path.read_bytes() == content


def in_transaction(database, use_case, *arguments):
    with database.transaction() as session:
        return use_case(session, *arguments)
