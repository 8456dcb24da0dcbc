"""Reports: what was spent, added up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from expense_api import answers
from expense_api.calls import LedgerCall
from expense_api.filters import Wanted
from expense_api.shapes import SpendingReportOut
from expense_core import reports
from expense_core.reports import SpendingReport

router = APIRouter(prefix="/reports", tags=["reports"])


@router.get("/spending", response_model=SpendingReportOut)
async def report_spending(
    call: LedgerCall,
    wanted: Wanted,
    by: Annotated[
        str,
        Query(
            description="What to group by, with commas: one of day, week, month and year at most, category, currency.",
            pattern=r"^$|^[a-z]+(,[a-z]+)*$",
            max_length=100,
            examples=["month,category"],
        ),
    ] = "",
) -> Response:
    """Report spending.

    Counts and adds up the expenses that meet every filter. Currencies are never added to each other.
    """
    groups = by.split(",") if by else []
    return await call.read(
        lambda session, access: answers.answer(
            SpendingReport, reports.spending(session, access, by=groups, wanted=wanted)
        )
    )
