"""A database that fails says so in our own words, and every earlier row is as it was."""

import os
import socket
from pathlib import Path

import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from expense_core import users
from expense_core.database import Database, location
from expense_core.errors import (
    Conflict,
    DatabaseDamaged,
    DatabaseFull,
    DatabaseLocked,
    DatabaseUnavailable,
    SchemaOutdated,
)
from expense_core.tables import LocalUserCreate


def write(database, *statements):
    with database.transaction() as session:
        for statement in statements:
            session.execute(text(statement))


def read(database):
    with database.reading() as session:
        return [user.username for user in users.list(session)]


def overwrite(url, position, length):
    """Break a SQLite file, from a position on or from its end."""
    with Path(location(url).database).open("r+b") as file:
        file.seek(position, os.SEEK_END if position < 0 else os.SEEK_SET)
        file.write(b"\xff" * length)


@pytest.mark.parametrize("content", [b"%PDF-1.7 no book at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5_000])
def test_a_file_that_is_no_database_is_called_damaged(tmp_path, content):
    """And is left as it is."""
    (tmp_path / "book.db").write_bytes(content)

    with (
        Database(f"sqlite:///{tmp_path / 'book.db'}") as database,
        pytest.raises(DatabaseDamaged, match="damaged, or is no SQLite database; restore it from a backup"),
    ):
        database.check()

    assert (tmp_path / "book.db").read_bytes() == content


def test_a_file_whose_pages_are_broken_is_called_damaged(sqlite_url):
    """A sound beginning is not enough."""
    overwrite(sqlite_url, 4_096, 100_000)

    with Database(sqlite_url) as database, pytest.raises(DatabaseDamaged):
        database.check()


def test_a_sound_book_passes_the_check_of_the_whole_file(database):
    """PostgreSQL looks after its files itself."""
    database.check_integrity()


def test_damage_deep_in_the_file_is_found(sqlite_url):
    """Even where nobody has looked yet."""
    with Database(sqlite_url) as database:
        write(database, "CREATE TABLE filler AS SELECT 'x' AS content", "CREATE INDEX last_page ON filler (content)")
    overwrite(sqlite_url, -4_096, 4_096)

    damaged = pytest.raises(DatabaseDamaged, match=r"the database file is damaged \(.+\); restore it from a backup")
    with Database(sqlite_url) as database, damaged:
        database.check_integrity()


def test_a_full_disk_keeps_what_was_there(sqlite_url):
    """Nothing of the transaction is saved, and everything from before is."""
    with Database(sqlite_url) as book:
        with book.transaction() as session:
            users.register_local(session, LocalUserCreate(username="alice"))
            pages = session.scalar(text("PRAGMA page_count"))

        with pytest.raises(DatabaseFull, match="the disk is full: nothing was saved; free some space"):
            write(book, f"PRAGMA max_page_count = {pages + 2}", "CREATE TABLE filler AS SELECT zeroblob(1000000)")

        assert read(book) == ["alice"]


@pytest.mark.parametrize("place", ["missing/folder/book.db", "folder"])
def test_a_file_that_cannot_be_opened_is_said_to_be_so(tmp_path, place):
    """Its folder is not there, or it is a folder itself."""
    (tmp_path / "folder").mkdir()

    with (
        Database(f"sqlite:///{tmp_path / place}") as database,
        pytest.raises(DatabaseUnavailable, match="cannot be opened or written; check its folder and your permissions"),
    ):
        database.upgrade()


def test_a_book_that_may_only_be_read_refuses_writes(sqlite_url):
    """Reading it works."""
    with Database(sqlite_url.replace("sqlite:///", "sqlite:///file:") + "?mode=ro&uri=true") as database:
        assert read(database) == []

        with pytest.raises(DatabaseUnavailable, match="cannot be opened or written"):
            write(database, "DELETE FROM users")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM albums",
        "SELECT mood FROM users",
        "UPDATE users SET mood = 1",
        "INSERT INTO users (mood) VALUES (1)",
    ],
)
def test_missing_tables_and_columns_are_what_an_upgrade_mends(database, statement):
    """The schema is older than the program, whoever forgot to check."""
    with pytest.raises(SchemaOutdated, match="lacks tables or columns of this version; run `expense db upgrade`"):
        write(database, statement)


def test_a_server_that_is_down_is_said_to_be_so():
    """Nothing answers where it should be."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        url = f"postgresql://alice:secret@127.0.0.1:{taken.getsockname()[1]}/book"

        with Database(url) as database, pytest.raises(DatabaseUnavailable, match="cannot be reached") as caught:
            database.check()

    assert "secret" not in caught.value.message


@pytest.mark.parametrize("changed", [{"database": "never made"}, {"username": "nobody here"}])
def test_a_server_that_does_not_let_us_in_says_why(postgresql_url, changed):
    """The name that it does not know is in the message."""
    url = make_url(postgresql_url).set(**changed).render_as_string(hide_password=False)

    with (
        Database(url) as database,
        pytest.raises(DatabaseUnavailable, match="check that it runs and that EXPENSE_DATABASE") as caught,
    ):
        database.check()

    assert f'"{next(iter(changed.values()))}" does not exist' in caught.value.message


def test_a_connection_that_is_cut_fails_once(postgresql_url):
    """The transaction is lost; the next one finds a new connection."""
    with Database(postgresql_url) as book:
        with pytest.raises(DatabaseUnavailable):
            write(book, "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1")

        assert read(book) == []


def test_a_user_without_rights_is_told_what_is_missing(new_postgresql_url):
    """Since PostgreSQL 15 only its owner makes tables in a new database."""
    with Database(new_postgresql_url) as database:
        write(database, "CREATE ROLE guest")

        with pytest.raises(DatabaseUnavailable, match="grant them the right to make and change its tables"):
            write(database, "SET LOCAL ROLE guest", "CREATE TABLE mine (id integer)")

        write(database, "DROP ROLE guest")


def test_what_others_hold_for_too_long_is_locked(postgresql_url):
    """The server's own limits decide how long that is; trying again may help."""
    hold = "SELECT pg_advisory_xact_lock(1)"

    with Database(postgresql_url) as book, book.reading() as other:
        other.execute(text(hold))

        with pytest.raises(DatabaseLocked, match="try again in a moment"):
            write(book, "SET LOCAL lock_timeout = 1", hold)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO memberships SELECT ledger_id, 99, role, created_at FROM memberships",
        "INSERT INTO memberships SELECT * FROM memberships",
    ],
    ids=["what it needs is gone", "somebody else made it"],
)
def test_a_row_that_others_changed_at_the_same_moment_is_a_conflict(postgresql_url, statement):
    """Where no use case says it better; on SQLite writers come one after the other."""
    with Database(postgresql_url) as book:
        with book.transaction() as session:
            users.register_local(session, LocalUserCreate(username="alice"))

        with pytest.raises(Conflict, match="changed what this needs at the same moment; nothing was saved"):
            write(book, statement)


def test_a_mistake_of_ours_is_not_dressed_up(database):
    """It goes on as it is, for whoever can mend it."""
    with pytest.raises(DBAPIError):
        write(database, "SELEKT 1")
