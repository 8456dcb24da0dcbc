"""What is to be done with the rows of statements that are of one kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Self

from pydantic import model_validator
from sqlalchemy import ForeignKeyConstraint, Index, column
from sqlmodel import Field, SQLModel

from expense_core.errors import Invalid
from expense_core.tables.amounts import Amount
from expense_core.tables.columns import BIG, Instant, Money, keyed_by_ledger, row_id
from expense_core.tables.inputs import Input
from expense_core.tables.text import CategoryName, Description, Notes, SearchText

_LIVE = column("deleted_at").is_(None)


class Rule(SQLModel, table=True):
    """A rule; one that was deleted stays as a row, so that it can come back whole."""

    __tablename__ = "rules"
    __table_args__ = (
        *keyed_by_ledger(),
        ForeignKeyConstraint(["ledger_id", "category_id"], ["categories.ledger_id", "categories.id"]),
        ForeignKeyConstraint(["ledger_id", "entry_id"], ["history_entries.ledger_id", "history_entries.id"]),
        Index(None, "ledger_id", "position", "id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "ledger_id", "entry_id"),
    )

    ledger_id: int = Field(sa_type=BIG, primary_key=True, foreign_key="ledgers.id")
    id: int | None = Field(default=None, sa_column=row_id())
    position: int
    """Rules are tried in this order; of equal ones the older is first."""
    payee: str = ""
    text: str = ""
    min_amount: Decimal | None = Field(default=None, sa_type=Money)
    max_amount: Decimal | None = Field(default=None, sa_type=Money)
    account: str = ""
    category_id: int | None = Field(default=None, sa_type=BIG)
    description: str = ""
    notes: str = ""
    skip: bool = False
    owner_id: int = Field(sa_type=BIG, foreign_key="users.id")
    entry_id: int = Field(sa_type=BIG)
    """The history entry that made it."""
    version: int = 1
    created_at: datetime = Field(sa_type=Instant)
    updated_at: datetime = Field(sa_type=Instant)
    deleted_at: datetime | None = Field(default=None, sa_type=Instant)


class _RuleFields(Input):
    payee: SearchText = ""
    """Found in the payee as `payees.clean` has it, without regard to case."""
    text: SearchText = ""
    """Found in the bank's text or the notes, without regard to case."""
    min_amount: Amount | None = None
    """This amount or more, in whatever currency; positive is money spent."""
    max_amount: Amount | None = None
    """This amount or less, in whatever currency."""
    account: SearchText = ""
    """The account's whole name as the file has it, without regard to case."""
    category_id: int | None = None
    """The category that a row gets."""
    new_category: CategoryName | None = None
    """The name of a category that is made with it, and undone with it; in the place of `category_id`."""
    description: Description = ""
    """What takes the place of the bank's text."""
    notes: Notes = ""
    """What is added to the notes."""
    skip: bool = False
    """Leave the row out."""

    @model_validator(mode="after")
    def _has_one_category(self) -> Self:
        if self.category_id is not None and self.new_category is not None:
            raise Invalid("a rule gives one category; name one that is there, or a new one")
        return self


class RuleCreate(_RuleFields):
    """What a new rule needs: one condition at the least, of which all have to be met, and something to do."""

    @model_validator(mode="after")
    def _is_a_rule(self) -> Self:
        amounts = (self.min_amount, self.max_amount)
        if not (self.payee or self.text or self.account) and amounts == (None, None):
            raise Invalid("a rule needs a condition: a payee, a text, an amount or an account")
        if self.min_amount is not None and self.max_amount is not None and self.min_amount > self.max_amount:
            raise Invalid(f"the smallest amount ({self.min_amount}) is more than the largest ({self.max_amount})")
        gives = bool(self.category_id is not None or self.new_category or self.description or self.notes)
        if self.skip and gives:
            raise Invalid("a rule that leaves rows out can give them nothing; take one or the other")
        if not self.skip and not gives:
            raise Invalid("a rule has to do something: give a category, a description or notes, or leave rows out")
        return self


class RuleUpdate(_RuleFields):
    """New values for a rule; what is not given stays."""

    version: int
    """The version that the caller saw."""


@dataclass(slots=True)
class RulePublic:
    """A rule as everyone sees it."""

    id: int
    ledger_id: int
    payee: str
    text: str
    min_amount: Decimal | None
    max_amount: Decimal | None
    account: str
    category_id: int | None
    category: str | None
    """The category's name; none where it was deleted, and the rule then gives none."""
    description: str
    notes: str
    skip: bool
    owner_id: int
    version: int
    created_at: datetime
    updated_at: datetime
