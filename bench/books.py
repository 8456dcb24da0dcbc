"""Books to measure on: where they are, and ten years of invented expenses in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from sqlalchemy import create_engine, make_url
from tests import postgresql_server

from expense_core import Access, Database, LocalUserCreate, ledgers, users
from expense_core.statements import RawRow
from expense_core.statements.importing import import_rows

FIRST_DAY = date(2016, 1, 1)
DAYS = 3_653
CATEGORIES = (
    "Housing", "Utilities", "Groceries", "Eating out", "Transport", "Holidays",
    "Gifts", "Health", "Clothing", "Hobbies", "Subscriptions", "Insurance",
)  # fmt: skip
_SHOPS = (
    "Harvest Lane", "Nordmarkt", "Old Mill Bakery", "City Transit", "Volta Energy", "Linden Pharmacy", "Paper Crane",
    "Regional Rail", "Bar Central", "Fuelstop Northgate", "Hartmann Lettings", "Saffron House",
)  # fmt: skip
_TOWNS = ("Berlin", "Utrecht", "Porto", "Lyon", "Graz", "Malmö", "Brno", "Leeds")
_MONTHS = 120


@dataclass(frozen=True)
class Book:
    """A book in a database, and the authority of its owner."""

    database: Database
    access: Access


@contextmanager
def opened(url: str) -> Iterator[Book]:
    """The book in a database; one that is empty is made into a book first."""
    with Database(url) as database:
        if database.revision() is None:
            database.upgrade()
            with database.transaction() as session:
                users.register_local(session, LocalUserCreate(username="alice", currency="EUR"))
        with database.reading() as session:
            access = ledgers.open(session, users.named(session, "alice"))
        yield Book(database, access)


def category_of(row: RawRow) -> str:
    """The category that goes with the shop of an invented payment."""
    return next(category for shop, category in zip(_SHOPS, CATEGORIES, strict=True) if row.description.startswith(shop))


def fill(book: Book, count: int) -> None:
    """Let a book have so many expenses, imported month by month, and the database know what it holds."""
    drawn = invented(count, seed=1)
    for month in range(_MONTHS):
        until = count * (month + 1) // _MONTHS - count * month // _MONTHS
        with book.database.transaction() as session:
            import_rows(session, book.access, [next(drawn) for _ in range(until)], note=f"month {month + 1}")
    settle(book.database)


def settle(database: Database) -> None:
    """Do at once what the database would come to by itself: checkpoints, and on PostgreSQL its vacuum."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in (
            ("PRAGMA wal_checkpoint(TRUNCATE)",) if database.is_sqlite else ("VACUUM ANALYZE", "CHECKPOINT")
        ):
            connection.exec_driver_sql(statement)


def invented(count: int, seed: int) -> Iterator[RawRow]:
    """So many payments through ten years, the same for the same seed."""
    random = Random(seed)  # noqa: S311 - no secrets are made of it
    for number in range(count):
        yield RawRow(
            line=number + 2,
            booked_on=FIRST_DAY + timedelta(days=number * DAYS // count),
            value_on=None,
            amount=-Decimal(int(100 * 2 ** random.uniform(0, 9))).scaleb(-2),
            currency="EUR",
            description=f"{random.choice(_SHOPS)} {random.choice(_TOWNS)} card payment {random.randrange(10**6):06}",
            category=random.choice(CATEGORIES),
            bank_id=None,
            pending=False,
        )


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The URL of a PostgreSQL of the run's own, as durable as one is by default, which that of the tests is not."""
    folder.mkdir()
    url = postgresql_server.start(folder)
    try:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            administer(url, f"ALTER SYSTEM SET {setting} = on")
        administer(url, "SELECT pg_reload_conf()")
        yield url
    finally:
        postgresql_server.stop(folder)


def new_database(server_url: str, name: str, *, template: str = "template0") -> str:
    """The URL of a new database on a server, empty or a copy of another."""
    administer(server_url, f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE {template}")
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def administer(url: str, statement: str) -> None:
    """Execute one statement outside any transaction."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
