"""`expense user`, `expense secret` and `expense db`."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from expense_core import Database, LocalUserCreate, users
from expense_core.database import SCHEMA_REVISION
from expense_core.errors import AuthenticationFailed

PASSWORD = "correct horse battery"


def test_a_user_is_created_with_a_password_from_a_pipe(each_book, request):
    """And can then sign in with it."""
    ran = each_book("user", "create", "bob", "--email", "bob@example.org", "--currency", "chf", typed=f"{PASSWORD}\n")

    assert (ran.code, ran.out) == (0, "Created bob, with a ledger in CHF\n")
    with Database(request.getfixturevalue("database_url")) as database, database.reading() as session:
        assert users.authenticate(session, "bob", PASSWORD).email == "bob@example.org"


def test_a_pipe_cannot_answer_for_the_address(book):
    """What stands in it is the password, and nothing is created."""
    ran = book("user", "create", "bob", typed=f"{PASSWORD}\n")

    assert (ran.code, "--email" in ran.err) == (2, True)


@pytest.mark.parametrize("password", ["", "short", "password123", "bob@example.org"])
def test_a_weak_password_is_refused(book, password):
    """The message says what is wrong with it."""
    ran = book("user", "create", "bob", "--email", "bob@example.org", typed=f"{password}\n")

    assert ran.code == 1
    assert "password" in ran.err
    assert "bob" not in book("user", "list").out


def test_users_are_listed(book):
    """Who has no address shows none, and who is disabled says so."""
    book("user", "create", "bob", "--email", "bob@example.org", typed=f"{PASSWORD}\n")
    book("user", "disable", "bob")

    table = book("user", "list").out
    rows = json.loads(book("user", "list", "--format", "json").out)

    assert "bob@example.org" in table
    assert "disabled" in table
    assert [(row["username"], row["email"]) for row in rows] == [("alice", None), ("bob", "bob@example.org")]


def test_with_no_users_the_list_says_how_to_make_one(expense):
    """A database without anybody in it is nothing wrong."""
    ran = expense("user", "list")

    assert (ran.code, ran.out, ran.err) == (0, "", "No users yet: expense user create NAME\n")


def test_a_disabled_user_can_be_enabled_again(book, sqlite_url):
    """Disabling keeps them from signing in, enabling lets them."""
    book("user", "create", "bob", "--email", "bob@example.org", typed=f"{PASSWORD}\n")

    disabled = book("user", "disable", "bob")

    with Database(sqlite_url) as database, database.reading() as session, pytest.raises(AuthenticationFailed):
        users.authenticate(session, "bob", PASSWORD)
    enabled = book("user", "enable", "bob")
    with Database(sqlite_url) as database, database.reading() as session:
        assert users.authenticate(session, "bob", PASSWORD).username == "bob"
    assert (disabled.code, enabled.out) == (0, "bob can sign in again\n")


def test_a_password_is_changed(book, sqlite_url):
    """The owner of an embedded book gets one in this way."""
    ran = book("user", "password", "alice", typed="wrong donkey charger\n")

    assert ran.out == "Changed the password of alice\n"
    with Database(sqlite_url) as database, database.reading() as session:
        assert users.authenticate(session, "alice", "wrong donkey charger").username == "alice"


def test_nobody_is_told_about_a_user_who_is_not_there(book):
    """Before a password is asked for."""
    ran = book("user", "password", "carol", typed=f"{PASSWORD}\n")

    assert (ran.code, ran.err) == (1, "expense: there is no user called 'carol'\n")


def test_a_secret_is_long_and_new_each_time(expense):
    """Two of them differ, and each is enough for EXPENSE_SECRET_KEY."""
    first, second = expense("secret").out.strip(), expense("secret").out.strip()

    assert first != second
    assert min(len(first), len(second)) >= 32


def test_an_upgrade_makes_a_book_and_a_second_one_finds_nothing_to_do(expense, new_database_url, monkeypatch):
    """On both databases."""
    monkeypatch.setenv("EXPENSE_DATABASE_URL", new_database_url)

    first = expense("db", "upgrade").out
    second = expense("db", "upgrade").out

    assert first == f"Upgraded the database to {SCHEMA_REVISION}\n"
    assert second == f"The database is at {SCHEMA_REVISION} already\n"
    assert expense("db", "check").out == "The database is sound and up to date\n"
    assert expense("db", "downgrade", "base", "--yes").code == 0
    assert expense("db", "current").out == "empty\n"


def test_the_history_of_the_schema_marks_where_the_database_is(book):
    """The newest migration first."""
    newest = book("db", "history").out.splitlines()[0]

    assert newest.startswith(f"* {SCHEMA_REVISION}  ")


def test_an_older_schema_is_listed_without_a_mark(expense):
    """An empty database is at none of the migrations."""
    assert "*" not in expense("db", "history").out


def test_a_downgrade_asks_first(book):
    """Whoever says no keeps the book."""
    refused = book("db", "downgrade", "base", typed="n\n")

    assert (refused.code, "the whole book" in refused.err) == (1, True)
    assert book("db", "current").out == f"{SCHEMA_REVISION}\n"


def test_a_downgrade_to_the_present_revision_changes_nothing(book):
    """What it would lose is said, and it says where the database is."""
    said = f"The database is at {SCHEMA_REVISION}"

    ran = book("db", "downgrade", SCHEMA_REVISION, typed="y\n")

    assert (ran.code, ran.out.splitlines()[-1][-len(said) :]) == (0, said)


def test_a_book_is_taken_away_when_that_is_what_one_wants(book):
    """With --yes nobody is asked."""
    ran = book("db", "downgrade", "base", "--yes")

    assert ran.out == "The database is empty\n"


def test_a_server_that_is_behind_is_refused_with_the_command_that_mends_it(expense, new_postgresql_url, monkeypatch):
    """Nothing is made on a server that nobody asked for."""
    monkeypatch.setenv("EXPENSE_DATABASE_URL", new_postgresql_url)

    ran = expense("list")

    assert (ran.code, "`expense db upgrade`" in ran.err) == (1, True)


def test_a_first_use_makes_the_book_and_says_where(expense, home):
    """No command has to come before."""
    ran = expense("add", "12.50 Lunch")

    assert ran.code == 0
    assert "Made a book for alice, in EUR" in ran.err
    assert [*Path(home).rglob("expenses.db")]


def test_two_first_uses_at_once_make_one_book(expense, new_sqlite_url, monkeypatch):
    """The second one finds, when it has waited for the first, that the book is there."""
    monkeypatch.setenv("EXPENSE_DATABASE_URL", new_sqlite_url)
    waiting = threading.Event()

    def watch(connection, _record):
        connection.set_trace_callback(lambda statement: statement == "BEGIN IMMEDIATE" and waiting.set())

    with Database(new_sqlite_url) as database, ThreadPoolExecutor() as pool:
        database.upgrade()
        with database.transaction() as session:
            users.register_local(session, LocalUserCreate(username="alice"))
            event.listen(Pool, "connect", watch)
            second = pool.submit(expense, "list")
            assert waiting.wait(timeout=60)
        event.remove(Pool, "connect", watch)

        assert second.result().code == 0
        with database.reading() as session:
            assert [user.username for user in users.list(session)] == ["alice"]


@pytest.mark.parametrize(
    ("names", "listed"),
    [(("bob",), "(alice, bob)"), (("b", "c", "d", "e", "f"), "(alice, b, c, d, e, ...)")],
)
def test_of_several_users_one_has_to_be_named(book, names, listed):
    """The message lists them, the first few of many."""
    for name in names:
        book("user", "create", name, "--email", f"{name}@example.org", typed=f"{PASSWORD}\n")

    ran = book("list")

    assert (ran.code, listed in ran.err, "--user" in ran.err) == (1, True, True)


def test_each_user_has_a_book_of_their_own(book, monkeypatch):
    """Named by --user or by EXPENSE_USER."""
    book("user", "create", "bob", "--email", "bob@example.org", typed=f"{PASSWORD}\n")
    book("--user", "bob", "add", "7 Tea")

    monkeypatch.setenv("EXPENSE_USER", "bob")
    bobs = book("list", "--format", "json").out
    alices = book("--user", "ALICE", "list", "--format", "json").out

    assert [row["description"] for row in json.loads(bobs)] == ["Tea"]
    assert json.loads(alices) == []


def test_a_folder_that_cannot_be_made_is_named(expense, tmp_path):
    """A file stands where the folder would be."""
    (tmp_path / "file").write_text("")

    ran = expense("--database", f"sqlite:///{tmp_path}/file/expenses.db", "list")

    assert (ran.code, f"{tmp_path}/file" in ran.err) == (1, True)


def test_the_demo_book_has_to_be_made_first(expense):
    """Its absence is no reason to make an empty one."""
    ran = expense("--demo", "list")

    assert (ran.code, ran.err) == (1, "expense: there is no demo book yet; `expense demo` makes one\n")


def test_two_books_at_once_are_wrong_usage(expense):
    """--demo and --database each name one."""
    assert expense("--demo", "--database", "sqlite://", "list").code == 2


def test_the_version_is_printed(expense):
    """That of the installed distribution."""
    assert expense("--version").out.startswith("expense-core ")
