"""Which expenses, and in what order: filters and sorts, shared by lists, reports and exports."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy import ColumnElement, bindparam, or_
from sqlalchemy import text as sql

from expense_core import journal
from expense_core.errors import Invalid
from expense_core.tables import Kind
from expense_core.tables.amounts import Amount, CurrencyCode, SpentOn
from expense_core.tables.text import SearchText, fold

EXPENSES = journal.TABLES[Kind.EXPENSE]

MOST_OF_A_PAGE = 500

MOST_EXCEPTED = 250
"""What an address has room for, also where a proxy takes one of 8 KB at most."""

_MOST_CATEGORIES = 1_000
"""What one statement takes, on every database."""

CONDITIONS: Mapping[str, ColumnElement[bool]] = {
    "spent_from": EXPENSES.c.spent_on >= bindparam("spent_from"),
    "spent_to": EXPENSES.c.spent_on <= bindparam("spent_to"),
    "category_ids": EXPENSES.c.category_id.in_(bindparam("category_ids", expanding=True)),
    "uncategorised": EXPENSES.c.category_id.is_(None),
    "category_ids_or_none": or_(
        EXPENSES.c.category_id.in_(bindparam("category_ids_or_none", expanding=True)), EXPENSES.c.category_id.is_(None)
    ),
    "min_amount": EXPENSES.c.amount >= bindparam("min_amount"),
    "max_amount": EXPENSES.c.amount <= bindparam("max_amount"),
    "currency": EXPENSES.c.currency == bindparam("currency"),
    "owner_id": EXPENSES.c.owner_id == bindparam("owner_id"),
    "except_ids": EXPENSES.c.id.not_in(bindparam("except_ids", expanding=True)),
    "entry_id": EXPENSES.c.entry_id == bindparam("entry_id"),
    "text": EXPENSES.c.search_text.like(bindparam("text"), escape="\\"),
    "letters": EXPENSES.c.id.in_(
        sql("SELECT rowid FROM expenses_text WHERE expenses_text MATCH :letters").columns(EXPENSES.c.id)
    ),
}
"""Each condition of a filter as SQL, its values yet to be given: the statements built of them can be kept.

The one on letters is no field of a filter: `text_index` adds it; nor is the one on the entry, which `imports` gives.
"""


def containing(text: str) -> str:
    """What LIKE finds a text with, wherever it stands; its escape character is a backslash."""
    for special in "\\%_":
        text = text.replace(special, f"\\{special}")
    return f"%{text}%"


class Order(NamedTuple):
    """By which column a list goes, and which way."""

    field: str
    descending: bool


class Sort(StrEnum):
    """The order of a list; a minus means the greatest first. Equal ones follow in the order of recording."""

    NEWEST = "-spent_on"
    OLDEST = "spent_on"
    LARGEST = "-amount"
    SMALLEST = "amount"
    LAST_RECORDED = "-created_at"
    FIRST_RECORDED = "created_at"

    def __init__(self, value: str) -> None:
        self.order = Order(value.removeprefix("-"), value.startswith("-"))
        """The column it goes by, and which way."""


class ExpenseFilter(BaseModel):
    """Which expenses; every condition that is given has to be met."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    spent_from: SpentOn | None = None
    """The first day, inclusive."""
    spent_to: SpentOn | None = None
    """The last day, inclusive."""
    category_ids: Annotated[tuple[int, ...], Field(max_length=_MOST_CATEGORIES)] = ()
    """Any of these categories."""
    uncategorised: bool = False
    """Those without a category, beside those of `category_ids`."""
    min_amount: Amount | None = None
    """This amount or more, in whatever currency."""
    max_amount: Amount | None = None
    """This amount or less, in whatever currency."""
    currency: CurrencyCode | None = None
    """In this currency only."""
    owner_id: int | None = None
    """Recorded by this user."""
    text: SearchText = ""
    """Found in the description or the notes, without regard to case."""
    except_ids: Annotated[tuple[int, ...], Field(max_length=MOST_EXCEPTED)] = ()
    """None of these expenses, whatever else they meet."""

    @model_validator(mode="after")
    def _ranges_are_the_right_way_round(self) -> Self:
        if self.spent_from and self.spent_to and self.spent_from > self.spent_to:
            raise Invalid(f"the range ends ({self.spent_to}) before it begins ({self.spent_from})")
        if self.min_amount is not None and self.max_amount is not None and self.min_amount > self.max_amount:
            raise Invalid(f"the smallest amount ({self.min_amount}) is more than the largest ({self.max_amount})")
        return self

    def given(self) -> dict[str, object]:
        """The conditions that are given, by their names in `CONDITIONS`, with their values."""
        fields = ((name, getattr(self, name)) for name in CONDITIONS if name in self.model_fields_set)
        found: dict[str, object] = {
            name: value for name, value in fields if value is not None and value is not False and value not in ("", ())
        }
        if "text" in found:
            found["text"] = containing(fold(self.text))
        if "category_ids" in found and found.pop("uncategorised", False):
            found["category_ids_or_none"] = found.pop("category_ids")
        return found


class ExpenseQuery(ExpenseFilter):
    """One page of a list of expenses."""

    sort: Sort = Sort.NEWEST
    """The order."""
    limit: Annotated[int, Field(ge=1, le=MOST_OF_A_PAGE)] = 50
    """How many at most."""
    cursor: str | None = None
    """The `next_cursor` of the page before; none for the first page."""
