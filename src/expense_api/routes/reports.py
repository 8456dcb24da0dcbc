"""Reports: what was spent, added up."""

from __future__ import annotations

from fastapi import APIRouter, Response

from expense_api import answers
from expense_api.calls import UserCall
from expense_api.filters import SpendingParameters
from expense_api.requests import Route, parsed, taking
from expense_api.shapes import SpendingReportOut
from expense_core import reports
from expense_core.reports import SpendingReport

router = APIRouter(prefix="/api/v1/reports", tags=["reports"], route_class=Route)


@router.get("/spending", response_model=SpendingReportOut, openapi_extra=taking(SpendingParameters))
async def report_spending(call: UserCall) -> Response:
    """Report spending.

    Counts and adds up the expenses that meet every filter. Currencies are never added to each other.
    """
    query = parsed(SpendingParameters, call.request)
    call.ledger_id = query.ledger_id
    groups = query.by.split(",") if query.by else []
    return await call.read(
        lambda session, access: answers.answer(
            SpendingReport, reports.spending(session, access, by=groups, wanted=query)
        )
    )
