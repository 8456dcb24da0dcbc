"""What the terminal's tests may ask for: a book of Alice's, at a moment that stands still."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from itertools import count
from pathlib import Path

import pytest
from backends import account, nobodys_home
from conftest import FASTEST_ROUNDS, PASSWORD
from server import Process
from sqlmodel import Session

from expense_core import (
    Database,
    ExpenseCreate,
    LocalUserCreate,
    Settings,
    UserPublic,
    categories,
    expenses,
    ledgers,
    users,
)
from expense_core.tables import CategoryCreate
from expense_tui.backends import Backend
from expense_tui.backends.connection import Connection
from expense_tui.backends.kept import KeptSignIn
from expense_tui.backends.local import LocalBackend
from expense_tui.backends.remote import RemoteBackend

__all__ = ["nobodys_home"]

BOOK = (
    ("2025-10-02", "840.00", "EUR", "Rent", "Housing"),
    ("2025-11-07", "21.00", "EUR", "Cinema", "Hobbies"),
    ("2026-09-02", "900.00", "EUR", "Rent", "Housing"),
    ("2026-09-14", "43.10", "EUR", "Weekly shop", "Groceries"),
    ("2026-10-02", "900.00", "EUR", "Rent", "Housing"),
    ("2026-10-09", "51.70", "EUR", "Weekly shop", "Groceries"),
    ("2026-10-21", "6300", "JPY", "Ramen in Kyoto", "Eating out"),
    ("2026-11-01", "900.00", "EUR", "Rent", "Housing"),
    ("2026-11-02", "38.25", "EUR", "Weekly shop", "Groceries"),
    ("2026-11-03", "12.50", "EUR", "Lunch [with] Sam", "Eating out"),
    ("2026-11-04", "-8.00", "EUR", "Returned a book", "Hobbies"),
    ("2026-11-05", "4.20", "EUR", "昼ごはん 🍜", None),
)
"""Two months of a year before, three of this one; two currencies, a refund, wide characters, what looks like markup."""

_NUMBERS = count(1)


@pytest.fixture
def anyio_backend() -> str:
    """Textual runs on asyncio."""
    return "asyncio"


@pytest.fixture
def book(sqlite_url: str, clock: Callable[[], object]) -> str:
    """The address of a book of Alice's with `BOOK` in it."""
    with Database(sqlite_url, clock=clock) as database, database.transaction() as session:
        _fill(session, users.register_local(session, LocalUserCreate(username="alice")))
    return sqlite_url


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> Backend:
    """The way to that book, or with `either_backend` also to its like on a server; the app closes it."""
    way: Backend = request.getfixturevalue(getattr(request, "param", "local"))
    return way


@pytest.fixture
def local(book: str, clock: Callable[[], object]) -> LocalBackend:
    """The way to Alice's book in its file."""
    return LocalBackend(Settings.load(database_url=book), clock=clock)


@pytest.fixture
def remote(server: tuple[Process, str], tmp_path: Path) -> RemoteBackend:
    """The way to a book on a server of somebody who has stayed signed in: with `BOOK` in it, too."""
    process, url = server
    username = f"alice{next(_NUMBERS)}"
    with Database(url) as database, database.transaction() as session:
        _fill(session, users.register(session, account(username), rounds=FASTEST_ROUNDS))
    backend = RemoteBackend(Connection(process.address), kept=KeptSignIn(process.address, folder=tmp_path))
    backend.sign_in(username, PASSWORD, stay=True)
    return backend


@pytest.fixture(scope="session")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Process, str]]:
    """A server on which each test has somebody of its own, and the address of its database."""
    folder = tmp_path_factory.mktemp("served")
    url = f"sqlite:///{folder / 'expenses.db'}"
    (folder / "expenses.db").write_bytes(sqlite_template.read_bytes())
    process = Process(folder, url)
    try:
        process.start()
        yield process, url
    finally:
        process.kill()


def _fill(session: Session, user: UserPublic) -> None:
    """Record all that is in `BOOK`."""
    access = ledgers.open(session, user)
    ids = {
        name: categories.create(session, access, CategoryCreate(name=name)).id
        for name in sorted({row[4] for row in BOOK if row[4]} | {"Gifts"})
    }
    for day, amount, currency, description, category in BOOK:
        new = ExpenseCreate(
            amount=amount,
            currency=currency,
            description=description,
            category_id=ids.get(category),
            spent_on=date.fromisoformat(day),
        )
        expenses.record(session, access, new)
