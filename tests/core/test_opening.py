"""Opening a book of one's own: where it is, and what is made of it on first use."""

import sqlite3
import stat

import pytest

from expense_core import Database, Settings, opening, users
from expense_core.errors import DatabaseUnavailable, SchemaOutdated
from expense_core.tables import LocalUserCreate


def chosen(url):
    """The settings of somebody whose book is there."""
    return Settings(_env_file=None, database_url=url)


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"LOGNAME": "alice", "USER": "bob"}, "alice"),
        ({"USERNAME": " Carol Smith "}, "Carol Smith"),
        ({"USER": "dan@example.org"}, "dan example.org"),
        ({"USER": "x" * 100}, "x" * 64),
        ({"USER": "@"}, "me"),
        ({}, "me"),
    ],
)
def test_the_person_at_this_machine_is_called_what_they_log_in_as(environment, name):
    """Made into a name that a user can have."""
    assert opening.login_name(environment) == name


def test_a_new_file_is_given_its_schema_and_nobody_else_may_read_it(new_sqlite_url):
    """It holds somebody's spending, and no password stands before it."""
    settings = chosen(new_sqlite_url)

    with Database(settings.database_url) as database:
        opening.make_ready(database, settings)
        database.check()

    assert stat.S_IMODE(settings.embedded_file.stat().st_mode) == 0o600


def test_a_file_that_is_there_keeps_who_may_read_it(sqlite_url):
    """Its owner has decided that."""
    settings = chosen(sqlite_url)
    settings.embedded_file.chmod(0o640)

    with Database(settings.database_url) as database:
        opening.make_ready(database, settings)

    assert stat.S_IMODE(settings.embedded_file.stat().st_mode) == 0o640


def test_an_older_schema_is_left_to_whoever_keeps_the_book(new_sqlite_url):
    """It is upgraded when they say so, after a backup."""
    settings = chosen(new_sqlite_url)
    with Database(settings.database_url) as database:
        database.upgrade("0001")

        with pytest.raises(SchemaOutdated, match="expense db upgrade"):
            opening.make_ready(database, settings)

        assert database.revision() == "0001"


@pytest.mark.parametrize("new_database_url", ["postgresql"], indirect=True)
def test_a_server_of_others_is_given_no_schema_by_the_way(new_database_url):
    """Whoever runs it does that."""
    with Database(new_database_url) as database:
        with pytest.raises(SchemaOutdated, match="is empty"):
            opening.make_ready(database, chosen(new_database_url))

        assert database.revision() is None


def test_a_folder_that_is_not_there_may_be_mistyped(tmp_path):
    """Nothing is made of it; nor is a file, where the caller would make none."""
    missing = tmp_path / "no" / "book.db"

    with pytest.raises(DatabaseUnavailable, match="there is no folder"):
        opening.make_place_for(missing)
    with pytest.raises(DatabaseUnavailable, match="there is no book"):
        opening.make_place_for(tmp_path / "book.db", make=False)
    opening.make_place_for(tmp_path / "book.db")

    assert not missing.parent.exists()


def test_the_first_user_is_made_once(database):
    """Of two programs that find a new book, the second is told that it came second."""
    with database.transaction() as session:
        first = opening.make_first_user(session, LocalUserCreate(username="alice", currency="CHF"))
    with database.transaction() as session:
        assert opening.make_first_user(session, LocalUserCreate(username="bob")) is None
        assert users.list(session) == [first]


def test_a_file_that_cannot_be_made_is_the_databases_to_tell(tmp_path):
    """It says what is wrong, as it does of any file."""
    settings = chosen(f"sqlite:///{tmp_path / 'no' / 'book.db'}")

    with Database(settings.database_url) as database, pytest.raises(DatabaseUnavailable, match="cannot be opened"):
        opening.make_ready(database, settings)


def test_what_lies_beside_a_demo_book_goes_with_it(tmp_path, clock):
    """A new one begins empty, whatever became of the last."""
    file = tmp_path / "deep" / "demo.db"
    settings = chosen(f"sqlite:///{file}")
    count = opening.make_demo(settings, clock.today, "EUR")
    with sqlite3.connect(file) as connection:
        connection.execute("DELETE FROM history_changes")
    connection.close()

    assert opening.make_demo(settings, clock.today, "EUR") == count
