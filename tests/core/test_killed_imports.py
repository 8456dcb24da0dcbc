"""A program that is killed while it imports has imported all of the file or nothing, at whatever moment it was."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from sqlalchemy import event

from expense_core import expenses, history, ledgers, statements, users
from expense_core.statements.importing import import_rows
from expense_core.tables import LocalUserCreate

FILE = "Date,Description,Category,Amount\n" + "".join(
    f"2026-10-{1 + number % 28:02},Shop {number} {'x' * 200},{'Food' if number % 3 else 'Fun'},-{1 + number % 7}.50\n"
    for number in range(600)
)
POINTS = 5

KILLED = """
import os, signal, sys
from pathlib import Path
from sqlalchemy import event
from expense_core import Database, ledgers, statements, users
from expense_core.statements.importing import import_rows

url, file, left = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def before(connection, *_):
    global left
    left -= 1
    if left == 0 and connection.dialect.name == "sqlite":  # in the middle of it, with most of what it did on the disk
        connection.connection.dbapi_connection.set_progress_handler(die, 500)
    elif left < 0 or connection.dialect.name != "sqlite" and left == 0:
        die()

def at_commit(_):
    if left == 1:
        die()

with Database(url) as database:
    layout = statements.recognise(file)
    with database.transaction() as session:
        book = ledgers.open(session, users.named(session, "alice"))
        if database.is_sqlite:
            session.connection().exec_driver_sql("PRAGMA cache_size = 5")
        event.listen(session.connection(), "before_cursor_execute", before)
        event.listen(session.connection(), "commit", at_commit)
        import_rows(session, book, statements.rows(file, layout), kind=statements.kind(layout))
    die()
"""


def in_the_book(session, access):
    """All that came in, and of how many entries of the history."""
    rows = sorted((one.spent_on, one.amount, one.description, one.category) for one in expenses.each(session, access))
    return rows, len(history.list(session, access).items)


@pytest.fixture
def file(tmp_path):
    """A statement."""
    path = tmp_path / "bank.csv"
    path.write_text(FILE)
    return path


def test_an_import_that_is_killed_at_any_moment_is_there_whole_or_not_at_all(database, file):
    """In every part of it, at its commit and right after; importing the file again makes it whole in each case."""
    url = database.engine.url.render_as_string(hide_password=False)
    with database.transaction() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
    layout = statements.recognise(file)

    def import_file(session):
        import_rows(session, access, statements.rows(file, layout), kind=statements.kind(layout))

    sent = []
    with database.reading() as session:
        event.listen(session.connection(), "before_cursor_execute", lambda *_: sent.append(None))
        import_file(session)
        count = len(sent)
        whole = in_the_book(session, access)
    database.close()
    found = []

    for point in [*range(1, count, count // POINTS), count + 1, count + 2]:
        killed = subprocess.run(
            [sys.executable, "-c", KILLED, url, file, str(point)], check=False, capture_output=True, text=True
        )
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        with database.reading() as session:
            found.append(in_the_book(session, access))
            import_file(session)
            assert in_the_book(session, access) == whole

    assert len(whole[0]) == 600
    assert found == [([], 0)] * (len(found) - 1) + [whole]
