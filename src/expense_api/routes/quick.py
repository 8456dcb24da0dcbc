"""Recording an expense with one line of text."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from fastapi import APIRouter, Response
from pydantic import ValidationError
from sqlmodel import Session

from expense_api import answers
from expense_api.calls import Key, LedgerCall
from expense_api.requests import Route
from expense_api.shapes.book import QuickOut
from expense_api.shapes.given import QuickIn
from expense_core import categories, expenses, quick
from expense_core.errors import FieldError, Invalid
from expense_core.ledgers import Access
from expense_core.tables import CategoryCreate, ExpenseCreate, ExpensePublic

router = APIRouter(prefix="/api/v1/expenses", tags=["expenses"], route_class=Route)


@router.post("/quick", response_model=QuickOut, responses={HTTPStatus.CREATED: {"model": QuickOut}})
async def record_quickly(call: LedgerCall, line: QuickIn, key: Key = None) -> Response:
    """Record an expense from one line.

    As in "12.50 Lunch @Food yesterday". What is not understood is answered with its place in the text; a dry run says
    what was, whether or not the category is there. To record, it has to be, unless it is to be made.
    """
    today = line.today or call.server.clock().date()

    def work(session: Session, access: Access) -> Response:
        draft = quick.parse(line.text, today=today, currency=access.currency, locale=line.locale)
        new = _expense(draft)
        if line.dry_run:
            return _understood(draft, None)
        category = None
        if draft.category:
            look_up = categories.named_or_new if line.make_category else categories.named
            category = look_up(session, access, draft.category)
        if isinstance(category, CategoryCreate):
            return _understood(draft, expenses.record(session, access, new, new_category=category))
        new.category_id = category.id if category else None
        return _understood(draft, expenses.record(session, access, new))

    return await (call.read(work) if line.dry_run else call.write_once(key, work))


def _expense(draft: quick.Draft) -> ExpenseCreate:
    """What a line asks to be recorded, but for its category.

    Raises:
        Invalid: what it says is understood, but nothing that an expense can have.
    """
    given = {name: getattr(draft, name) for name in ("amount", "currency", "description", "spent_on")}
    try:
        return ExpenseCreate.model_validate(given)
    except ValidationError as error:
        found = Invalid.from_validation(error)
        raise Invalid(found.message, [FieldError("text", one.code, one.message) for one in found.errors]) from error


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
