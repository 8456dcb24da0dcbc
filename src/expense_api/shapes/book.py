"""What comes out of the book.

The core's own dataclasses are what is sent; these describe them, and the tests hold the two together.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from expense_api.shapes.kinds import AmountOut, Currency, Day, Id, Moment, Shape
from expense_core.tables import Action, Kind, Role


class ExpenseOut(Shape):
    """An expense; a refund when its amount is negative."""

    id: Id
    """Its number, unique on this server."""
    ledger_id: Id
    """The ledger it is in."""
    amount: AmountOut
    """Exact, with all decimals of the currency; negative for a refund."""
    currency: Currency
    """A code of ISO 4217."""
    description: Annotated[str, Field(examples=["Lunch with Sam"])]
    """What it was spent on."""
    spent_on: Day
    """The calendar date it was spent on."""
    category_id: Annotated[int | None, Field(examples=[3])]
    """Its category, if it has one."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """The category's name."""
    notes: Annotated[str, Field(examples=["we shared the dessert"])]
    """Anything else, over several lines."""
    owner_id: Id
    """The user who recorded it."""
    version: Annotated[int, Field(examples=[1])]
    """Rises with each change; the ETag has it too."""
    created_at: Moment
    """When it was recorded, in UTC."""
    updated_at: Moment
    """When it was last changed, in UTC."""


class DeletedExpenseOut(ExpenseOut):
    """An expense in the trash."""

    deleted_at: Moment
    """Since when it is there, in UTC."""


class SuggestionOut(Shape):
    """A description, with what its last expense had."""

    description: Annotated[str, Field(examples=["Lunch with Sam"])]
    """What it was spent on."""
    category_id: Annotated[int | None, Field(examples=[3])]
    """The last one's category, if it had one."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """The category's name."""
    amount: AmountOut
    """What the last one was; negative for a refund."""
    currency: Currency
    """A code of ISO 4217."""


class SuggestionList(Shape):
    """Descriptions that were used before."""

    items: list[SuggestionOut]
    """The latest first."""


class ExportedExpense(Shape):
    """An expense as files have it."""

    id: Id
    """Its number, unique on this server."""
    spent_on: Day
    """The calendar date it was spent on."""
    amount: AmountOut
    """Exact, with all decimals of the currency; negative for a refund."""
    currency: Currency
    """A code of ISO 4217."""
    description: Annotated[str, Field(examples=["Lunch with Sam"])]
    """What it was spent on."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """The category's name."""
    notes: Annotated[str, Field(examples=[""])]
    """Anything else, over several lines."""


class ExpensePage(Shape):
    """A page of expenses."""

    items: list[ExpenseOut]
    """In the order that was asked for."""
    next_cursor: Annotated[str | None, Field(examples=[None])]
    """Send it as `cursor` for the next page; null on the last one."""


class TrashPage(Shape):
    """A page of deleted expenses, the last deleted first."""

    items: list[DeletedExpenseOut]
    """The last deleted first."""
    next_cursor: Annotated[str | None, Field(examples=[None])]
    """Send it as `cursor` for the next page; null on the last one."""


class CategoryOut(Shape):
    """A category."""

    id: Id
    """Its number, unique on this server."""
    ledger_id: Id
    """The ledger it is in."""
    name: Annotated[str, Field(examples=["Food"])]
    """Unique in the ledger, without regard to case."""
    owner_id: Id
    """The user who made it."""
    version: Annotated[int, Field(examples=[1])]
    """Rises with each change; the ETag has it too."""
    created_at: Moment
    """When it was made, in UTC."""
    updated_at: Moment
    """When it was last changed, in UTC."""


class CategoryTotalOut(Shape):
    """What was spent on a category in one currency."""

    currency: Currency
    """A code of ISO 4217."""
    total: AmountOut
    """Exact; refunds are taken off."""
    count: Annotated[int, Field(examples=[7])]
    """How many expenses it is."""


class CategorySummaryOut(CategoryOut):
    """A category with what was spent on it."""

    count: Annotated[int, Field(examples=[7])]
    """How many expenses it has; those in the trash are left out."""
    totals: list[CategoryTotalOut]
    """One for each currency: currencies are never added up."""


class CategoryList(Shape):
    """Every category of a ledger, by name."""

    items: list[CategorySummaryOut]
    """By name."""


class QuickOut(Shape):
    """What a line said."""

    amount: AmountOut
    """Exact; negative for a refund."""
    currency: Currency
    """A code of ISO 4217."""
    description: Annotated[str, Field(examples=["Lunch"])]
    """What is left of the line."""
    spent_on: Day
    """The calendar date it was spent on."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """The name after the @."""
    expense: ExpenseOut | None
    """What was recorded; null for a dry run."""


class BatchLineOut(Shape):
    """What became of one line."""

    do: Annotated[Literal["create", "edit", "delete", "restore"], Field(examples=["create"])]
    """What was asked for."""
    expense: ExpenseOut | None
    """The expense as it is now; null where it was deleted."""
    id: Id
    """Its number."""


class BatchOut(Shape):
    """What became of a batch."""

    lines: list[BatchLineOut]
    """In the order in which they were sent."""
    dry_run: Annotated[bool, Field(examples=[False])]
    """Whether it was taken back."""


class ChangedOut(Shape):
    """How many were changed."""

    changed: Annotated[int, Field(examples=[5])]
    """Expenses that are others now than before."""


class PurgeOut(Shape):
    """How much was deleted for good."""

    purged: Annotated[int, Field(examples=[2])]
    """Expenses."""


class FieldChangeOut(Shape):
    """One field, before and after."""

    name: Annotated[str, Field(examples=["amount"])]
    """The field."""
    before: Annotated[str | int | None, Field(examples=["12.50"])]
    """What it was."""
    after: Annotated[str | int | None, Field(examples=["13.50"])]
    """What it became."""


class RowChangeOut(Shape):
    """What an entry did to one row."""

    kind: Annotated[Kind, Field(examples=["expense"])]
    """What the row is."""
    id: Id
    """Its number."""
    label: Annotated[str, Field(examples=["Lunch with Sam"])]
    """The description or the name that it has now."""
    fields: list[FieldChangeOut]
    """Each field that was changed."""


class HistoryEntryOut(Shape):
    """One write, which can be undone."""

    id: Id
    """Its number."""
    ledger_id: Id
    """The ledger it was in."""
    action: Annotated[Action, Field(examples=["expense.edit"])]
    """What was done."""
    actor_id: Id
    """The user who did it."""
    actor: Annotated[str, Field(examples=["alice"])]
    """Their username."""
    created_at: Moment
    """When, in UTC."""
    recorded: Annotated[int, Field(examples=[0])]
    """How many rows it added."""
    changed: Annotated[int, Field(examples=[1])]
    """How many rows it changed."""
    note: Annotated[str, Field(examples=[""])]
    """Such as the name of a file that was imported."""
    undone_at: Annotated[datetime | None, Field(examples=[None])]
    """When it was taken back, if it was."""
    rows: list[RowChangeOut]
    """The first ten of its rows."""


class HistoryPage(Shape):
    """A page of a ledger's history, the last write first."""

    items: list[HistoryEntryOut]
    """The last write first."""
    next_cursor: Annotated[str | None, Field(examples=[None])]
    """Send it as `cursor` for the next page; null on the last one."""


class ExpenseHistory(Shape):
    """What was done to one expense."""

    items: list[HistoryEntryOut]
    """The last write first."""


class SpendingOut(Shape):
    """What was spent in one group, in one currency."""

    currency: Currency
    """A code of ISO 4217."""
    total: AmountOut
    """Exact; refunds are taken off."""
    count: Annotated[int, Field(examples=[7])]
    """How many expenses it is."""
    share: Annotated[str | None, Field(examples=["0.2500"])]
    """Of the whole in this currency; null where that is zero."""
    period: Annotated[date | None, Field(examples=["2026-11-01"])]
    """The first day of the day, week, month or year, when grouped by one."""
    category_id: Annotated[int | None, Field(examples=[3])]
    """The category, when grouped by it; null for expenses without one."""
    category: Annotated[str | None, Field(examples=["Food"])]
    """Its name."""


class SpendingReportOut(Shape):
    """What was spent, in groups and in whole."""

    by: Annotated[
        list[Literal["day", "week", "month", "year", "category", "currency"]], Field(examples=[["month", "category"]])
    ]
    """What it is grouped by."""
    rows: list[SpendingOut]
    """By period, then by currency, then the largest first."""
    totals: list[SpendingOut]
    """The whole, one for each currency."""


class LedgerOut(Shape):
    """A set of books that you may see."""

    id: Id
    """Its number."""
    name: Annotated[str, Field(examples=["alice"])]
    """What it is called."""
    currency: Currency
    """What an expense is in when nobody says otherwise."""
    role: Annotated[Role, Field(examples=["owner"])]
    """What you may do in it."""
    created_at: Moment
    """When it was made, in UTC."""


class LedgerList(Shape):
    """The ledgers that you may see."""

    items: list[LedgerOut]
    """The oldest first."""


class CurrencyOut(Shape):
    """A currency of ISO 4217."""

    code: Currency
    """Its code."""
    name: Annotated[str, Field(examples=["Euro"])]
    """Its name in English."""
    decimals: Annotated[int, Field(examples=[2])]
    """How many decimals an amount in it may have."""


class CurrencyList(Shape):
    """Every currency that an expense can be in."""

    items: list[CurrencyOut]
    """By code."""


class HealthOut(Shape):
    """How the server is."""

    status: Annotated[Literal["ok"], Field(examples=["ok"])]
    """Well."""
