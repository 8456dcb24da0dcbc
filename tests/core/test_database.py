"""Transactions: what is written together is saved together, or none of it is."""

import re
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from traceback import format_exception

import pytest
from sqlalchemy import Column, MetaData, String, Table, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from expense_core import categories, expenses, ledgers, users
from expense_core.bulk import load
from expense_core.database import Database, location, now, system_clock
from expense_core.errors import DatabaseError, DatabaseLocked, DatabaseUnavailable, ExpenseError, SettingsError
from expense_core.ledgers import LEDGERS
from expense_core.tables import CategoryCreate, ExpenseCreate, LocalUserCreate, Membership

PRIVATE = "for Sam alone"
NOWHERE = Table("nowhere", MetaData(), Column("description", String))


def register(session, name="alice"):
    return users.register_local(session, LocalUserCreate(username=name))


def names(database):
    with database.reading() as session:
        return [user.username for user in users.list(session)]


def transact(database, *writes):
    with database.transaction() as session:
        for write in writes:
            write(session)


def refuse(_session):
    raise ValueError("not today")


@pytest.fixture
def other(database_url):
    """Another program that uses the same book."""
    with Database(database_url) as database:
        yield database


def test_what_a_transaction_wrote_is_there_for_everybody_once_it_ends(database, other):
    """And not a moment earlier."""
    with database.transaction() as session:
        register(session)
        meanwhile = names(other)

    assert meanwhile == []
    assert names(other) == ["alice"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_a_transaction_that_fails_leaves_nothing(database, error):
    """Whatever ended it: to roll back is the default."""

    def fail(session):
        raise error

    with pytest.raises(error):
        transact(database, register, fail)

    assert names(database) == []


def test_a_transaction_that_cannot_be_flushed_leaves_nothing(database):
    """Objects that wait in the session are written at the end of the block, and may still be refused."""

    def add(session):
        session.add(Membership(ledger_id=1, user_id=1, role="emperor", created_at=now(session)))

    with pytest.raises(IntegrityError):
        transact(database, register, add)

    assert names(database) == []


def test_a_transaction_in_which_a_statement_failed_is_never_reported_as_saved(postgresql_url):
    """PostgreSQL answers COMMIT with a rollback then, and without a word."""

    def fail_unnoticed(session):
        with suppress(IntegrityError):
            session.execute(text("INSERT INTO memberships VALUES (1, 1, 'emperor', now())"))

    with Database(postgresql_url) as database:
        with pytest.raises(DatabaseError, match="nothing of it was saved"):
            transact(database, register, fail_unnoticed)

        assert names(database) == []


LEAKS = {
    "no such table": lambda s: s.execute(text("INSERT INTO nowhere (description) VALUES (:said)"), {"said": PRIVATE}),
    "a row that breaks a rule": lambda s: s.execute(
        text("INSERT INTO ledgers (id, name, currency, created_at) VALUES (1, :said, NULL, NULL)"), {"said": PRIVATE}
    ),
    "many rows": lambda s: load(s, NOWHERE, [(PRIVATE,), (PRIVATE,)]),
    "many rows that break a rule": lambda s: load(s, LEDGERS, [(1, PRIVATE, "EUR", None)] * 2),
}


@pytest.mark.parametrize("write", LEAKS.values(), ids=LEAKS)
def test_what_was_being_written_is_not_in_the_text_of_an_error(database, write):
    """Amounts and descriptions are nobody's business who reads a log; what went wrong is there all the same."""
    with pytest.raises((ExpenseError, DBAPIError)) as refused:
        transact(database, write)

    told = "".join(format_exception(refused.value))
    assert PRIVATE not in told
    assert re.search("nowhere|currency|created_at", told)


def test_reading_writes_nothing(database):
    """Not even what was written in it by mistake."""
    with database.reading() as session:
        register(session)

    assert names(database) == []


def test_a_session_that_is_left_open_knows_nothing_of_the_block_before(database_url, other):
    """One block is refused, one only looks, one writes what another program then sees."""
    with Database(database_url, leave_open=True) as kept:
        with pytest.raises(ValueError, match="not today"):
            transact(kept, register, refuse)
        looked = [names(kept)]
        transact(kept, register)
        transact(other, lambda session: register(session, "Bob"))
        looked.append(names(kept))

    assert looked == [[], ["alice", "Bob"]]
    assert names(other) == ["alice", "Bob"]


def test_reading_waits_for_no_writer(database, other):
    """A long import keeps nobody from looking at the book as it was."""
    with database.transaction() as writing:
        register(writing)

        assert names(other) == []


def test_an_open_session_sees_what_it_wrote(session):
    """Before anybody else does."""
    alice = register(session)

    assert users.get(session, alice.id) == alice


def test_transactions_in_threads_wait_for_each_other(database, database_url):
    """What one has read and then written back is not overwritten by the other."""
    with database.transaction() as session:
        book = ledgers.open(session, register(session))
    together = threading.Barrier(4)

    def work(number):
        together.wait()
        for turn in range(5):
            with database.transaction() as session:
                categories.create(session, book, CategoryCreate(name=f"{number}.{turn}"))
                expenses.record(session, book, ExpenseCreate(amount=1))

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, range(4)))

    with database.reading() as session:
        assert len(categories.list(session, book)) == len(expenses.find(session, book).items) == 20


def test_sqlite_holds_what_a_transaction_read_until_it_ends(sqlite_url):
    """A transaction has the write lock from its first moment: another waits, but only so long."""
    with Database(sqlite_url) as one, Database(sqlite_url, busy_timeout=0.05) as other, one.transaction() as session:
        users.list(session)

        with pytest.raises(DatabaseLocked, match="another program is writing to the database"):
            transact(other, register)


def test_a_busy_pool_says_so(database_url):
    """When every connection is taken, and none comes back in time."""
    busy = pytest.raises(DatabaseUnavailable, match="every connection to the database is in use")

    with (
        Database(database_url, pool_size=1, busy_timeout=0.05) as database,
        database.reading(),
        database.reading(),
        busy,
    ):
        names(database)


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("foreign_keys", 1), ("busy_timeout", 10_000), ("synchronous", 2)]
)
def test_sqlite_keeps_its_promises(sqlite_url, pragma, value):
    """Readers beside a writer, foreign keys, patience, and commits that survive a power cut."""
    with Database(sqlite_url) as database, database.reading() as session:
        assert session.scalar(text(f"PRAGMA {pragma}")) == value


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_book_in_memory_lasts_as_long_as_its_database(url):
    """For a test, or a look around; no file is made."""
    with Database(url) as database:
        database.upgrade()
        with database.transaction() as session:
            register(session)

        assert names(database) == ["alice"]


def test_a_file_in_the_home_folder_may_be_given_with_a_tilde(tmp_path, monkeypatch):
    """A shell does not expand it inside a URL."""
    monkeypatch.setenv("HOME", str(tmp_path))

    with Database("sqlite:///~/book.db") as database:
        database.upgrade()

    assert Path(tmp_path, "book.db").exists()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "write sqlite:///FILE or"),
        ("expenses.db", "write sqlite:///FILE or"),
        ("postgresql://alice:secret@host:port/book", "write sqlite:///FILE or"),
        ("mysql://alice:secret@host/book", "only SQLite .* and PostgreSQL .* are supported"),
        ("postgresql+asyncpg://alice:secret@host/book", "only SQLite .* and PostgreSQL .* are supported"),
        ("sqlite+aiosqlite:///book.db", "only SQLite .* and PostgreSQL .* are supported"),
        ("sqlite://book.db/", "write three slashes before the name of a SQLite file: sqlite:///FILE"),
    ],
)
def test_a_url_of_no_database_that_we_know_is_refused(url, message):
    """Saying how to write one, and never repeating the password."""
    with pytest.raises(SettingsError, match=message) as caught:
        Database(url)

    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("postgresql://u:p@h/n", "postgresql+psycopg2://u:p@h/n"),
        ("postgresql+psycopg2://u:p@h/n", "postgresql+psycopg2://u:p@h/n"),
        ("sqlite:////tmp/book.db", "sqlite:////tmp/book.db"),
    ],
)
def test_a_url_is_understood_with_the_driver_or_without(url, place):
    """The driver is the one that comes with the package."""
    assert location(url).render_as_string(hide_password=False) == place


def test_the_moment_is_that_of_the_database(session, clock):
    """Nothing else in the book knows what time it is."""
    assert now(session) == clock.now


def test_the_clock_of_the_system_is_in_utc():
    """What a database goes by unless it is given another clock."""
    moment = system_clock()

    assert moment.tzinfo is UTC
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_new_file_that_somebody_writes_to_is_waited_for(new_sqlite_url):
    """It becomes a book when the other program is done, and only so long is waited for that."""
    with closing(sqlite3.connect(location(new_sqlite_url).database)) as other:
        other.execute("BEGIN IMMEDIATE")

        with Database(new_sqlite_url, busy_timeout=0.05) as database, pytest.raises(DatabaseLocked):
            database.upgrade()

    with Database(new_sqlite_url) as database:
        database.upgrade()
