"""Recording an expense with one line of text."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from fastapi import APIRouter, Response
from sqlmodel import Session

from expense_api import answers
from expense_api.calls import Key, LedgerCall
from expense_api.requests import Route
from expense_api.shapes import QuickIn, QuickOut
from expense_core import categories, expenses, quick
from expense_core.ledgers import Access
from expense_core.tables import ExpenseCreate, ExpensePublic

router = APIRouter(prefix="/api/v1/expenses", tags=["expenses"], route_class=Route)


@router.post("/quick", response_model=QuickOut, responses={HTTPStatus.CREATED: {"model": QuickOut}})
async def record_quickly(call: LedgerCall, line: QuickIn, key: Key = None) -> Response:
    """Record an expense from one line.

    As in "12.50 Lunch @Food yesterday". What is not understood is answered with its place in the text; a dry run says
    what would be recorded. The category has to be there.
    """
    today = line.today or call.server.clock().date()

    def work(session: Session, access: Access) -> Response:
        draft = quick.parse(line.text, today=today, currency=access.currency, locale=line.locale)
        if line.dry_run:
            return _understood(draft, None)
        category = categories.named(session, access, draft.category) if draft.category else None
        new = ExpenseCreate(
            amount=draft.amount,
            currency=draft.currency,
            description=draft.description,
            spent_on=draft.spent_on,
            category_id=category.id if category else None,
        )
        return _understood(draft, expenses.record(session, access, new))

    return await (call.read(work) if line.dry_run else call.write_once(key, work))


def _understood(draft: quick.Draft, recorded: ExpensePublic | None) -> Response:
    shown: dict[str, str | date | ExpensePublic | None] = {
        "amount": str(draft.amount),
        "currency": draft.currency,
        "description": draft.description,
        "spent_on": draft.spent_on,
        "category": draft.category,
        "expense": recorded,
    }
    status = HTTPStatus.OK if recorded is None else HTTPStatus.CREATED
    return answers.answer(
        dict[str, str | date | ExpensePublic | None], shown, status=status, without={"expense": answers.IN_THE_BOOK}
    )
