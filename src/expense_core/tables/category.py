"""What money is spent on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKeyConstraint, Index, column
from sqlmodel import Field, SQLModel

from expense_core.tables.columns import BIG, Instant, keyed_by_ledger, row_id
from expense_core.tables.inputs import Input
from expense_core.tables.text import CategoryName

_LIVE = column("deleted_at").is_(None)


class Category(SQLModel, table=True):
    """A category; one that was deleted or merged away stays as a row, so that it can come back whole."""

    __tablename__ = "categories"
    __table_args__ = (
        *keyed_by_ledger(),
        ForeignKeyConstraint(["ledger_id", "entry_id"], ["history_entries.ledger_id", "history_entries.id"]),
        Index(
            "uq_categories_ledger_id_name_key",
            "ledger_id",
            "name_key",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index(None, "ledger_id", "entry_id"),
    )

    ledger_id: int = Field(sa_type=BIG, primary_key=True, foreign_key="ledgers.id")
    id: int | None = Field(default=None, sa_column=row_id())
    name: str
    name_key: str
    """The name folded, see `text.fold`: what makes it unique without regard to case."""
    owner_id: int = Field(sa_type=BIG, foreign_key="users.id")
    entry_id: int = Field(sa_type=BIG)
    """The history entry that made it."""
    version: int = 1
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class CategoryCreate(Input):
    """What a new category needs."""

    name: CategoryName
    """1 to 100 characters; unique in the ledger without regard to case."""


class CategoryUpdate(Input):
    """A new name for a category."""

    version: int
    """The version that the caller saw."""
    name: CategoryName
    """1 to 100 characters; unique in the ledger without regard to case."""


@dataclass(slots=True)
class CategoryPublic:
    """A category as everyone sees it."""

    id: int
    ledger_id: int
    name: str
    owner_id: int
    version: int
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class CategoryTotal:
    """What was spent on a category in one currency."""

    currency: str
    total: Decimal
    count: int


@dataclass(slots=True)
class CategorySummary(CategoryPublic):
    """A category with what was spent on it."""

    count: int = 0
    """How many expenses it has, those in the trash left out."""
    totals: list[CategoryTotal] = field(default_factory=list)
    """One for each currency that was spent."""
