"""Which expenses, as query parameters: the same for lists, exports and reports."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from pydantic import ValidationError

from expense_core.errors import Invalid
from expense_core.queries import ExpenseFilter
from expense_core.tables.amounts import Amount, CurrencyCode, SpentOn
from expense_core.tables.text import SearchText


async def _wanted(
    first: Annotated[
        SpentOn | None, Query(alias="from", description="The first day, inclusive.", examples=["2026-11-01"])
    ] = None,
    last: Annotated[
        SpentOn | None, Query(alias="to", description="The last day, inclusive.", examples=["2026-11-30"])
    ] = None,
    category_id: Annotated[
        list[int] | None, Query(description="In any of these categories.", max_length=1_000, examples=[[3]])
    ] = None,
    uncategorised: Annotated[
        bool, Query(description="Without a category, beside those in `category_id`.", examples=[False])
    ] = False,
    currency: Annotated[CurrencyCode | None, Query(description="In this currency only.", examples=["EUR"])] = None,
    min_amount: Annotated[
        Amount | None, Query(description="This amount or more, in whatever currency.", examples=["10"])
    ] = None,
    max_amount: Annotated[
        Amount | None, Query(description="This amount or less, in whatever currency.", examples=["99.99"])
    ] = None,
    q: Annotated[SearchText, Query(description="Found in the description or the notes.", examples=["lunch"])] = "",
    owner_id: Annotated[int | None, Query(ge=1, description="Recorded by this user.", examples=[1])] = None,
) -> ExpenseFilter:
    given = {
        "spent_from": first,
        "spent_to": last,
        "category_ids": tuple(category_id or ()),
        "uncategorised": uncategorised,
        "currency": currency,
        "min_amount": min_amount,
        "max_amount": max_amount,
        "text": q,
        "owner_id": owner_id,
    }
    try:
        return ExpenseFilter.model_validate({name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise Invalid.from_validation(error) from error


Wanted = Annotated[ExpenseFilter, Depends(_wanted)]
