"""Bad days: whatever happens to the file, the disk, the server or the program, each earlier row is as it was."""

# ruff: noqa: S311 - what a file is damaged with need not be a secret

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from traceback import format_exception

import pytest
import writes
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from expense_core import categories, expenses, history, journal, ledgers, reports, users
from expense_core.database import Database
from expense_core.errors import (
    ConnectionLost,
    DatabaseDamaged,
    DatabaseError,
    DatabaseFull,
    DatabaseLocked,
    DatabaseUnavailable,
    TotalTooLarge,
)
from expense_core.queries import ExpenseFilter
from expense_core.tables import Action, CategoryCreate, ExpenseCreate, LocalUserCreate

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


def in_transaction(database, use_case, *arguments):
    with database.transaction() as session:
        return use_case(session, *arguments)


def everything(database):
    """Every row of every table."""
    with database.reading() as session:
        return writes.everything(session)


# What is written on a bad day: one write of each kind, the larger ones first


WRITES = {
    "record_many": lambda session, access: expenses.record_many(session, access, rows(1_200)),
    "create": lambda session, access: [
        categories.create(session, access, CategoryCreate(name=f"{number} {FILLER[:90]}")) for number in range(60)
    ],
    "merge": lambda session, access: categories.merge(session, access, 1, 2),
    "undo": lambda session, access: (
        expenses.delete(session, access, *range(4, 200)),
        session.execute(text("UPDATE expenses SET notes = '' || description")),
        history.undo(session, access),
    ),
}
each_write = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
only_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
only_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


# A full disk


def on_a_full_disk(session, write, access):
    """Write where the file has no room to grow."""
    pages = session.scalar(text("PRAGMA page_count"))
    session.execute(text(f"PRAGMA max_page_count = {pages}"))
    write(session, access)


@only_sqlite
@each_write
def test_on_a_full_disk_nothing_of_a_write_is_saved(database, book, write):
    """Once there is room again, it goes on."""
    before = everything(database)

    with pytest.raises(DatabaseFull, match="nothing was saved; free some space"):
        in_transaction(database, on_a_full_disk, write, book)

    assert everything(database) == before
    database.close()
    in_transaction(database, write, book)
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

    # What measures coverage would have to write a file too.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    command = [sys.executable, "-c", script, str(database.engine.url)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert done.stderr.splitlines()[-1] == (
        "expense_core.errors.DatabaseUnavailable: the database file could not be read or written; nothing was saved: "
        "check the disk, its free space and your quota, and try again"
    )
    assert everything(database) == before


def many_entries(session, access):
    """Row by row, with no trigger: SQLite cannot take back the last statement alone, and takes back all of them."""
    for _ in range(1_000):
        journal.begin(session, access, Action.RECORD, note=FILLER)


@only_sqlite
@pytest.mark.parametrize("goes_on", [True, False])
def test_a_write_that_failed_takes_the_rest_of_its_transaction_with_it(database, book, goes_on):
    """SQLite itself rolls back when the disk is full: a program that goes on all the same saves nothing piecemeal."""
    before = everything(database)

    def go_on(session, access):
        with pytest.raises(OperationalError):
            on_a_full_disk(session, many_entries, access)
        if goes_on:
            expenses.record(session, access, ExpenseCreate(amount=1))

    with pytest.raises(DatabaseError, match="an earlier statement of this transaction failed"):
        in_transaction(database, go_on, book)

    assert everything(database) == before


# A damaged file


def file_of(database):
    """The file of a book that nobody has open, all in one."""
    database.close()
    return Path(database.engine.url.database)


@only_sqlite
@pytest.mark.parametrize("how", ["random bytes", "cut off in the middle"])
def test_a_damaged_file_says_so_and_is_left_as_it_is(database, book, how):
    """Whoever repairs it finds it unchanged."""
    path = file_of(database)
    content = path.read_bytes()
    broken = (
        content[: len(content) // 2] if how == "cut off in the middle" else random.Random(7).randbytes(len(content))
    )
    path.write_bytes(broken)

    for attempt in (
        database.check,
        database.upgrade,
        lambda: everything(database),
        lambda: in_transaction(database, expenses.record_many, book, rows(1_000)),
    ):
        with pytest.raises(DatabaseDamaged, match="restore it from a backup or name another file"):
            attempt()

    database.close()
    assert path.read_bytes() == broken


@only_sqlite
def test_a_garbled_page_is_damage_or_not_in_the_way(database, book):
    """Whichever page it is: reading and writing end well or say what is wrong, and never touch what is sound."""
    before = everything(database)
    path = file_of(database)
    content = path.read_bytes()
    said = []

    for start in range(4_096, len(content), 3 * 4_096):
        path.write_bytes(content[:start] + random.Random(start).randbytes(4_096) + content[start + 4_096 :])
        for attempt in (
            lambda: everything(database),
            lambda: in_transaction(database, reports.spending, book, ["month", "category"]),
            lambda: not_saved(database, expenses.record_many, book, rows(10)),
        ):
            try:
                attempt()
                said.append(None)
            except DatabaseDamaged:
                said.append(DatabaseDamaged)
        database.close()
        mended = path.read_bytes()
        path.write_bytes(mended[:start] + content[start : start + 4_096] + mended[start + 4_096 :])

    assert set(said) == {None, DatabaseDamaged}
    assert everything(database) == before


def not_saved(database, use_case, *arguments):
    """Do it, and take it back with the transaction."""
    with database.reading() as session:
        use_case(session, *arguments)


@only_sqlite
def test_text_that_is_no_text_any_more_is_damage(database, book):
    """One bit in the middle of a description."""
    path = file_of(database)
    path.write_bytes(path.read_bytes().replace(FILLER.encode(), b"\xf8" + FILLER[1:].encode(), 1))

    with pytest.raises(DatabaseDamaged, match="restore it from a backup") as damaged:
        everything(database)

    assert FILLER[:20] not in "".join(
        format_exception(damaged.value)
    )  # what it says is nobody's business who reads logs


# A sum that is too large


@only_sqlite
def test_a_sum_that_is_too_large_is_said_to_be_so(database, book):
    """SQLite adds up in 64 bits; a narrower selection goes on."""
    largest = ExpenseCreate(amount="999999999999", spent_on="2025-12-31", category_id=1)
    in_transaction(database, expenses.record_many, book, [largest] * 1_000)
    before = everything(database)

    for attempt in (reports.spending, categories.list):
        with pytest.raises(TotalTooLarge, match="too large to be added up; narrow the selection"):
            in_transaction(database, attempt, book)

    this_year = ExpenseFilter(spent_from="2026-01-01")
    assert in_transaction(database, reports.spending, book, (), this_year).totals[0].count == 202
    assert everything(database) == before


# A file that others hold, or that may not be written


@only_sqlite
def test_a_file_that_another_program_writes_to_is_waited_for_so_long_and_no_longer(database, book):
    """It can be read meanwhile, and written once the other is done."""
    before = everything(database)
    other = sqlite3.connect(database.engine.url.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")

    with Database(str(database.engine.url), busy_timeout=0.05) as impatient:
        with pytest.raises(DatabaseLocked, match="try again in a moment"):
            in_transaction(impatient, expenses.empty_trash, book)
        assert everything(impatient) == before
        other.close()
        assert in_transaction(impatient, expenses.empty_trash, book) == 3


@only_sqlite
def test_a_file_that_another_program_has_to_itself_is_locked_for_all(database, book):
    """Not even reading is possible; it says so, and waits no longer than it was told to."""
    path = file_of(database)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode = EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")

    with Database(f"sqlite:///{path}", busy_timeout=0.05) as impatient:
        for attempt in (impatient.check, impatient.upgrade, lambda: everything(impatient)):
            with pytest.raises(DatabaseLocked, match="try again in a moment"):
                attempt()
        other.close()
        impatient.check()


@contextmanager
def an_ordinary_user():
    """Without root's right to write everywhere, where it is root who runs the tests."""
    if os.geteuid():
        yield
        return
    os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(0)


@only_sqlite
@pytest.mark.parametrize(("of_file", "of_folder"), [(0o444, 0o777), (0o444, 0o555), (0o666, 0o555), (0o000, 0o777)])
def test_a_file_or_folder_that_may_not_be_written_is_said_to_be_so(database, book, of_file, of_folder):
    """Nothing is changed, and the same book can be written once the permissions are mended."""
    before = everything(database)
    with tempfile.TemporaryDirectory() as place:  # since pytest's own folders are closed to other users
        path = shutil.copy(file_of(database), place)
        Path(path).chmod(of_file)
        Path(place).chmod(of_folder)

        refused = pytest.raises(DatabaseUnavailable, match="check its folder and your permissions")
        with an_ordinary_user(), Database(f"sqlite:///{path}") as book_there, refused:
            in_transaction(book_there, expenses.empty_trash, book)

        Path(place).chmod(0o777)
        for file in Path(place).iterdir():  # the book, and what SQLite puts beside it
            file.chmod(0o666)
        with an_ordinary_user(), Database(f"sqlite:///{path}") as book_there:
            assert everything(book_there) == before
            assert in_transaction(book_there, expenses.empty_trash, book) == 3


# A server that breaks off


@only_postgresql
@each_write
def test_a_connection_that_is_cut_in_the_middle_saves_nothing(database, book, write):
    """The next transaction finds a new connection."""
    before = everything(database)

    def lose_the_connection(session, access):
        write(session, access)
        pid = session.scalar(text("SELECT pg_backend_pid()"))
        in_transaction(database, lambda other: other.execute(text(f"SELECT pg_terminate_backend({pid}, 5000)")))
        write(session, access)

    with pytest.raises(ConnectionLost, match="broke off the connection; see what was saved, and try again"):
        in_transaction(database, lose_the_connection, book)

    assert everything(database) == before
    in_transaction(database, write, book)
    assert everything(database) != before


@only_postgresql
@pytest.mark.parametrize("goes_on", [True, False])
def test_whoever_goes_on_after_a_cut_is_told_that_nothing_was_saved(database, book, goes_on):
    """Even a program that caught the error."""
    before = everything(database)

    def go_on(session, access):
        expenses.record(session, access, ExpenseCreate(amount=1))
        with pytest.raises(OperationalError):
            session.scalar(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        if goes_on:
            expenses.record(session, access, ExpenseCreate(amount=1))

    with pytest.raises(DatabaseError, match="an earlier statement of this transaction failed"):
        in_transaction(database, go_on, book)

    assert everything(database) == before


# A program that is killed


KILLED = """
import sys
from expense_core import Database, ExpenseCreate, expenses, ledgers, users

def rows():
    for number in range(100_000):
        if number == 1_500:
            print("half-way", flush=True)
            sys.stdin.read()
        yield ExpenseCreate(amount=1, notes="x" * 10_000)

with Database(sys.argv[1]) as database, database.transaction() as session:
    expenses.record_many(session, ledgers.open(session, users.named(session, "alice")), rows())
"""


def test_a_program_that_is_killed_half_way_has_saved_nothing(database, book, database_url):
    """SIGKILL, which nobody can prepare for; the book is free for the next one."""
    before = everything(database)
    database.close()

    with subprocess.Popen(
        [sys.executable, "-c", KILLED, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout.readline() == "half-way\n"
        if database.is_sqlite:
            assert Path(f"{database.engine.url.database}-wal").stat().st_size > 1_000_000  # it has written already
        program.send_signal(signal.SIGKILL)

    assert everything(database) == before
    assert in_transaction(database, expenses.empty_trash, book) == 3
