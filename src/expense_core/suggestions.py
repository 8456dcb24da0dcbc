"""What was recorded before under a like description: how the next expense may go on that somebody begins to type."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import and_, bindparam, func, select
from sqlmodel import Session

from expense_core.categories import CATEGORIES, EXPENSES
from expense_core.expense_rows import LIVE
from expense_core.ledgers import Access
from expense_core.queries import containing
from expense_core.tables.columns import as_amount
from expense_core.tables.text import fold, sought

MOST = 100
"""How many there are at most."""
LONGEST = 500
"""Characters of a text; a longer one is no part of any description."""
USUAL = 8
"""How many there are where nobody says otherwise."""

_LOOK_BACK = 10_000
"""Expenses that are looked through, the latest: a person's last years, and in any book a few hundredths of a second."""

_NEWEST_FIRST = (EXPENSES.c.spent_on.desc(), EXPENSES.c.id.desc())
_LATEST = (
    select(
        EXPENSES.c.id,
        EXPENSES.c.description,
        EXPENSES.c.category_id,
        EXPENSES.c.amount,
        EXPENSES.c.currency,
        EXPENSES.c.spent_on,
        EXPENSES.c.search_text,
    )
    .where(EXPENSES.c.ledger_id == bindparam("ledger_id"), LIVE)
    .order_by(*_NEWEST_FIRST)
    .limit(_LOOK_BACK)
    .subquery()
)
_LATER_ONES = func.row_number().over(
    partition_by=_LATEST.c.description, order_by=(_LATEST.c.spent_on.desc(), _LATEST.c.id.desc())
)
_FOUND = (
    select(_LATEST, _LATER_ONES.label("nth"))
    .where(_LATEST.c.description != "", _LATEST.c.search_text.like(bindparam("text"), escape="\\"))
    .subquery()
)
_STATEMENT = (
    select(_FOUND.c.description, _FOUND.c.category_id, CATEGORIES.c.name, _FOUND.c.amount, _FOUND.c.currency)
    .select_from(
        _FOUND.outerjoin(
            CATEGORIES,
            and_(CATEGORIES.c.ledger_id == bindparam("ledger_id"), CATEGORIES.c.id == _FOUND.c.category_id),
        )
    )
    .where(_FOUND.c.nth == 1)
    .order_by(_FOUND.c.spent_on.desc(), _FOUND.c.id.desc())
)


@dataclass(slots=True)
class Suggestion:
    """A description, with what its last expense had."""

    description: str
    category_id: int | None
    category: str | None
    """The category's name."""
    amount: Decimal
    currency: str


def like(session: Session, access: Access, text: str, *, limit: int = USUAL) -> list[Suggestion]:
    """Descriptions that begin with a text, or have a word that does, each once and the latest first.

    Only the latest ten thousand expenses are looked through, so that it is quick enough for every key press.

    Arguments:
        text: compared without regard to case, as a search does; with none, every description will do.
        limit: how many at most, up to `MOST`.
    """
    wanted = sought(text)
    begins = re.compile(rf"(?:^|\W|_){re.escape(wanted)}" if wanted[:1].isalnum() else re.escape(wanted))
    found: dict[str, Suggestion] = {}
    values = {"ledger_id": access.ledger_id, "text": containing(wanted)}
    for description, category_id, category, amount, currency in session.execute(_STATEMENT, values):
        key = fold(description)
        if key not in found and begins.search(key):
            found[key] = Suggestion(description, category_id, category, as_amount(amount, currency), currency)
            if len(found) >= min(limit, MOST):
                break
    return list(found.values())
