"""Which expenses, as query parameters: the same for lists, exports and reports."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from expense_api.shapes.kinds import CURSOR, QUERY_LIMIT
from expense_core.exports import ACCOUNT, Form
from expense_core.queries import MOST_EXCEPTED, ExpenseFilter, ExpenseQuery, Sort
from expense_core.tables.amounts import Amount, CurrencyCode, SpentOn
from expense_core.tables.text import SearchText


class FilterParameters(ExpenseFilter):
    """Which expenses; every condition that is given has to be met."""

    ledger_id: Annotated[int | None, Field(ge=1, examples=[1])] = None
    """The ledger; your personal one when not given."""
    spent_from: Annotated[SpentOn | None, Field(alias="from", examples=["2026-11-01"])] = None
    """The first day, inclusive."""
    spent_to: Annotated[SpentOn | None, Field(alias="to", examples=["2026-11-30"])] = None
    """The last day, inclusive."""
    category_ids: Annotated[tuple[int, ...], Field(alias="category_id", max_length=1_000, examples=[[3]])] = ()
    """In any of these categories."""
    uncategorised: Annotated[bool, Field(examples=[False])] = False
    """Without a category, beside those in `category_id`."""
    currency: Annotated[CurrencyCode | None, Field(examples=["EUR"])] = None
    """In this currency only."""
    min_amount: Annotated[Amount | None, Field(examples=["10"])] = None
    """This amount or more, in whatever currency."""
    max_amount: Annotated[Amount | None, Field(examples=["99.99"])] = None
    """This amount or less, in whatever currency."""
    text: Annotated[SearchText, Field(alias="q", examples=["lunch"])] = ""
    """Found in the description or the notes."""
    owner_id: Annotated[int | None, Field(ge=1, examples=[1])] = None
    """Recorded by this user."""
    except_ids: Annotated[tuple[int, ...], Field(alias="except_id", max_length=MOST_EXCEPTED, examples=[[7]])] = ()
    """None of these expenses, whatever else they meet."""


class ListParameters(FilterParameters, ExpenseQuery):
    """A page of a list of expenses."""

    sort: Annotated[Sort, Field(examples=["-spent_on"])] = Sort.NEWEST
    """The order; a minus means the greatest first."""
    limit: Annotated[int, Field(**QUERY_LIMIT)] = 50
    """How many at most."""
    cursor: Annotated[str | None, Field(max_length=2_000, examples=[CURSOR])] = None
    """The `next_cursor` of the page before."""


class CountedParameters(FilterParameters):
    """Which expenses, and how many they are."""

    expected: Annotated[int, Field(ge=0, examples=[5])]
    """How many you expect to meet the filter: with another number, nothing is done."""


class ExportParameters(FilterParameters):
    """Which expenses, and how to write them."""

    form: Annotated[Form, Field(alias="format", examples=["csv"])] = Form.CSV
    """How to write it."""
    account: Annotated[str, Field(max_length=200, examples=["Assets:Cash"])] = ACCOUNT
    """What a journal of hledger's or Beancount's takes the money from."""


class SpendingParameters(FilterParameters):
    """Which expenses, and what to group them by."""

    by: Annotated[str, Field(pattern=r"^$|^[a-z]+(,[a-z]+)*$", max_length=100, examples=["month,category"])] = ""
    """What to group by, with commas: one of day, week, month and year at most, category, currency."""
