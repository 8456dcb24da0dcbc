"""What was recorded before, for whoever types the next expense."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Response

from expense_api import answers
from expense_api.calls import LedgerCall
from expense_api.requests import Route
from expense_api.shapes.book import SuggestionList
from expense_core import suggestions
from expense_core.suggestions import Suggestion

router = APIRouter(prefix="/api/v1/expenses", tags=["expenses"], route_class=Route)


@router.get("/suggestions", response_model=SuggestionList)
async def suggest_expenses(
    call: LedgerCall,
    q: Annotated[
        str,
        Query(
            max_length=suggestions.LONGEST, description="How a description, or a word of it, begins.", examples=["lun"]
        ),
    ],
    limit: Annotated[
        int, Query(ge=1, le=suggestions.MOST, description="How many at most.", examples=[8])
    ] = suggestions.USUAL,
) -> Response:
    """Suggest what was recorded before.

    Descriptions among the latest 10,000 expenses, each once, with the category and the amount that it had last.
    """
    return await call.read(
        lambda session, access: answers.answer(
            dict[str, list[Suggestion]], {"items": suggestions.like(session, access, q, limit=limit)}
        )
    )
