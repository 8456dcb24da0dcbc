"""What the terminal's tests may ask for: a book of Alice's, at a moment that stands still."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from expense_core import Database, ExpenseCreate, LocalUserCreate, Settings, categories, expenses, ledgers, users
from expense_core.tables import CategoryCreate
from expense_tui.backends.local import LocalBackend

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


@pytest.fixture
def anyio_backend() -> str:
    """Textual runs on asyncio."""
    return "asyncio"


@pytest.fixture
def book(sqlite_url: str, clock: Callable[[], object]) -> str:
    """The address of a book of Alice's with `BOOK` in it."""
    with Database(sqlite_url, clock=clock) as database, database.transaction() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
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
    return sqlite_url


@pytest.fixture
def backend(book: str, clock: Callable[[], object]) -> LocalBackend:
    """The way to that book; the app closes it."""
    return LocalBackend(Settings.load(database_url=book), clock=clock)
