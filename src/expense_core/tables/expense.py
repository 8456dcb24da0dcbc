"""Money spent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from pydantic import model_validator
from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, column
from sqlmodel import Field, SQLModel

from expense_core import money
from expense_core.errors import Invalid
from expense_core.tables.amounts import Amount, CurrencyCode, SpentOn
from expense_core.tables.columns import BIG, Instant, Money, keyed_by_ledger, row_id
from expense_core.tables.inputs import Input
from expense_core.tables.text import Description, Notes

_LIVE = column("deleted_at").is_(None)
_IMPORTED = column("import_key").is_not(None)


class Expense(SQLModel, table=True):
    """One expense, or a refund when its amount is negative.

    It is in the book while `deleted_at` is None. With a date there it is in the trash, unless the history entry that
    recorded it is undone: then it is in neither, and waits for a redo.
    """

    __tablename__ = "expenses"
    __table_args__ = (
        *keyed_by_ledger(),
        ForeignKeyConstraint(["ledger_id", "category_id"], ["categories.ledger_id", "categories.id"]),
        ForeignKeyConstraint(["ledger_id", "entry_id"], ["history_entries.ledger_id", "history_entries.id"]),
        CheckConstraint("amount <> 0", name="amount_not_zero"),
        Index(None, "ledger_id", "spent_on", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "ledger_id", "amount", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "ledger_id", "category_id", "spent_on", "id"),
        Index(None, "ledger_id", "entry_id", "id"),
        Index(None, "ledger_id", "import_key", sqlite_where=_IMPORTED, postgresql_where=_IMPORTED),
        Index("ix_expenses_trash", "ledger_id", "deleted_at", "id", sqlite_where=~_LIVE, postgresql_where=~_LIVE),
    )

    ledger_id: int = Field(sa_type=BIG, primary_key=True, foreign_key="ledgers.id")
    id: int | None = Field(default=None, sa_column=row_id())
    amount: Decimal = Field(sa_type=Money)
    currency: str
    description: str
    spent_on: date
    category_id: int | None = Field(default=None, sa_type=BIG)
    notes: str = ""
    owner_id: int = Field(sa_type=BIG, foreign_key="users.id")
    entry_id: int = Field(sa_type=BIG)
    """The history entry that recorded it: its own, or that of the whole import."""
    import_key: bytes | None = Field(default=None, sa_type=LargeBinary)
    """What the bank's row looked like, as a hash: how the same row is known when it comes again."""
    search_text: str
    """Description and notes folded, see `text.fold`: what a search looks through."""
    version: int = 1
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class ExpenseCreate(Input):
    """What recording an expense asks for."""

    amount: Amount
    """Positive for money spent, negative for a refund; no more decimals than the currency has."""
    currency: CurrencyCode | None = None
    """A code of ISO 4217; the ledger's own when not given."""
    description: Description = ""
    """What it was spent on, on one line; 500 characters at most."""
    spent_on: SpentOn | None = None
    """The calendar date it was spent on; the current date in UTC when not given."""
    category_id: int | None = None
    """A category of the same ledger; none, when not given."""
    notes: Notes = ""
    """Anything else, over several lines; 10,000 characters at most."""

    @model_validator(mode="after")
    def _amount_fits_currency(self) -> Self:
        if self.currency is not None:
            self.__dict__["amount"] = money.check(self.amount, self.currency)
        return self


class ExpenseUpdate(Input):
    """New values for an expense; what is not given stays, and `category_id=None` takes it out of its category."""

    version: int
    """The version that the caller saw."""
    amount: Amount | None = None
    """Positive for money spent, negative for a refund; no more decimals than the currency has."""
    currency: CurrencyCode | None = None
    """A code of ISO 4217."""
    description: Description | None = None
    """What it was spent on, on one line; 500 characters at most."""
    spent_on: SpentOn | None = None
    """The calendar date it was spent on."""
    category_id: int | None = None
    """A category of the same ledger; None takes it out of the one it is in."""
    notes: Notes | None = None
    """Anything else, over several lines; 10,000 characters at most."""

    @model_validator(mode="after")
    def _only_a_category_can_be_taken_away(self) -> Self:
        for name in self.model_fields_set - {"category_id"}:
            if getattr(self, name) is None:
                raise Invalid(f"{name} cannot be taken away; leave it out to keep it")
        return self


@dataclass(slots=True)
class ExpensePublic:
    """An expense as everyone sees it."""

    id: int
    ledger_id: int
    amount: Decimal
    """With all decimals of its currency."""
    currency: str
    description: str
    spent_on: date
    category_id: int | None
    category: str | None
    """The category's name."""
    notes: str
    owner_id: int
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None
    """Since when it is in the trash."""
