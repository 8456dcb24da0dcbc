"""Reports: what was spent, added up."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from expense_api import answers
from expense_api.calls import UserCall
from expense_api.filters import SpendingParameters
from expense_api.requests import Route
from expense_api.shapes.book import SpendingReportOut
from expense_core import reports
from expense_core.reports import SpendingReport

router = APIRouter(prefix="/api/v1/reports", tags=["reports"], route_class=Route)


@router.get("/spending", response_model=SpendingReportOut)
async def report_spending(call: UserCall, query: Annotated[SpendingParameters, Query()]) -> Response:
    """Report spending.

    Counts and adds up the expenses that meet every filter. Currencies are never added to each other.
    """
    groups = query.by.split(",") if query.by else []
    return await call.read(
        lambda session, access: answers.answer(
            SpendingReport, reports.spending(session, access, by=groups, wanted=query)
        )
    )
