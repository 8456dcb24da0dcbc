"""What every test may ask for: a book on each kind of database, at a moment that only the test moves."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from sqlmodel import Session

from expense_core import (
    Access,
    CategoryCreate,
    CategoryPublic,
    Database,
    ExpenseCreate,
    ExpensePublic,
    UserCreate,
    UserPublic,
    categories,
    expenses,
    ledgers,
    users,
)

pytest_plugins = ["databases"]

# A test is right or wrong, however busy the machine is. On CI it also sees the same examples each time.
settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("here"), max_examples=40, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

PASSWORD = "correct horse battery"
FASTEST_ROUNDS = 4
"""bcrypt's least cost: what is tested is never how long it takes."""


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The moment, as a `Database` asks for it."""
        return self.now

    @property
    def today(self) -> date:
        """The date, in UTC."""
        return self.now.date()

    def advance(self, **duration: float) -> None:
        """Move on by a duration, in the words of `timedelta`: `advance(minutes=5)`."""
        self.now += timedelta(**duration)


@pytest.fixture
def clock() -> Clock:
    """The clock of the test's database: a quarter past twelve in UTC, on the fifth of November 2026."""
    return Clock(datetime(2026, 11, 5, 12, 15, tzinfo=UTC))


@pytest.fixture
def database(database_url: str, clock: Clock) -> Iterator[Database]:
    """An empty book, on SQLite and on PostgreSQL."""
    with Database(database_url, clock=clock) as database:
        yield database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session in a transaction that is rolled back at the end."""
    with database.reading() as session:
        yield session


@pytest.fixture
def alice(session: Session) -> UserPublic:
    """A user, in the test's own transaction."""
    new = UserCreate(username="alice", email="alice@example.org", password=PASSWORD, currency="EUR")
    return users.register(session, new, rounds=FASTEST_ROUNDS)


@pytest.fixture
def access(session: Session, alice: UserPublic) -> Access:
    """Alice's authority in her personal ledger."""
    return ledgers.open(session, alice)


@pytest.fixture
def food(session: Session, access: Access) -> CategoryPublic:
    """A category of Alice's."""
    return categories.create(session, access, CategoryCreate(name="Food"))


@pytest.fixture
def lunch(session: Session, access: Access, food: CategoryPublic, clock: Clock) -> ExpensePublic:
    """What Alice spent on lunch today."""
    new = ExpenseCreate(amount="12.50", currency="EUR", description="Lunch", category_id=food.id, spent_on=clock.today)
    return expenses.record(session, access, new)
