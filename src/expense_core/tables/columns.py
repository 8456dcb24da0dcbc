"""Column types and names that every table shares."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Column,
    Constraint,
    DateTime,
    Dialect,
    Identity,
    Integer,
    Numeric,
    PrimaryKeyConstraint,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
)
from sqlmodel import SQLModel

from expense_core.money import MOST_DECIMALS, currency

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

SQLModel.metadata.naming_convention = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class _SqliteInteger(Integer):
    """SQLite's INTEGER, which has 64 bits; a number with more is simply none that a row has, as on PostgreSQL."""

    def bind_processor(self, _dialect: Dialect) -> Callable[[int | None], int | None]:
        """To the database."""
        return _within_64_bits


def _within_64_bits(number: int | None) -> int | None:
    return number if number is None or -_LARGEST <= number <= _LARGEST else _LARGEST


_LARGEST = 2**63 - 1

BIG = BigInteger().with_variant(_SqliteInteger(), "sqlite")
"""A 64-bit integer; only under the name INTEGER can it be a row's own id on SQLite."""

SCALE = MOST_DECIMALS
"""Decimals that are stored."""


def as_amount(stored: int | Decimal, code: str) -> Decimal:
    """A stored amount, with exactly the decimals of its currency."""
    return unscaled(stored, code) if isinstance(stored, int) else rounded(stored, code)


@lru_cache(maxsize=65_536)
def unscaled(stored: int, code: str) -> Decimal:
    """An amount as SQLite has it, with exactly the decimals of its currency."""
    return rounded(Decimal(stored).scaleb(-SCALE), code)


def rounded(stored: Decimal, code: str) -> Decimal:
    """An amount as PostgreSQL has it, with exactly the decimals of its currency."""
    return stored.quantize(currency(code).quantum)  # no cache: to hash a Decimal takes longer


def as_date(stored: date | str) -> date:
    """A stored date."""
    return date.fromisoformat(stored) if isinstance(stored, str) else stored


def as_instant(stored: datetime | str | None) -> datetime | None:
    """A stored moment, in UTC."""
    moment = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
    return moment.astimezone(UTC) if moment is not None else None


class Money(TypeDecorator[Decimal]):
    """An exact amount: NUMERIC(19, 4) on PostgreSQL; on SQLite, which has no decimals, a whole number of 0.0001."""

    impl = Numeric(19, SCALE)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # Any: SQLAlchemy's own signature
        """The type that the database itself has."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else Numeric(19, SCALE))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Decimal | int | None:
        """To the database."""
        return int(value.scaleb(SCALE)) if value is not None and dialect.name == "sqlite" else value

    def process_result_value(self, value: Decimal | int | None, _dialect: Dialect) -> Decimal | None:
        """From the database; the value has all four decimals."""
        return Decimal(value).scaleb(-SCALE) if isinstance(value, int) else value


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, aware in Python: timestamptz on PostgreSQL, ISO 8601 text with its zone on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:  # Any: SQLAlchemy's own signature
        """The type that the database itself has."""
        return dialect.type_descriptor(String() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | str | None:
        """To the database."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).isoformat(sep=" ", timespec="microseconds")

    def process_result_value(self, value: datetime | str | None, _dialect: Dialect) -> datetime | None:
        """From the database."""
        return as_instant(value)


def row_id() -> Column[int]:
    """The `id` of a table whose rows belong to a ledger; it is unique in the whole table, and never used again.

    The primary key is (ledger_id, id) to the mapper and on PostgreSQL. On SQLite `id` alone is the INTEGER PRIMARY KEY,
    beside UNIQUE (ledger_id, id).
    """
    return Column("id", BIG, Identity(always=False), primary_key=True, autoincrement=True)


def keyed_by_ledger() -> tuple[Constraint, ...]:
    """The keys of a table whose rows belong to a ledger: what other tables' foreign keys (ledger_id, ...) lean on."""
    unique = UniqueConstraint("ledger_id", "id", info={"dialect": "sqlite"})
    unique.ddl_if(dialect="sqlite")
    return PrimaryKeyConstraint("ledger_id", "id"), unique


def table_of(model: type[SQLModel]) -> Table:
    """The table behind a model, for statements that need no objects."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
