"""Keyset pages: a list in parts, each beginning behind the row at which the one before ended.

Rows that come and go elsewhere shift nothing, and a page deep in the list costs what the first one does.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum, auto
from typing import Any, Generic, TypeVar

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam

from expense_core import money
from expense_core.errors import Invalid
from expense_core.queries import EXPENSES, MOST_OF_A_PAGE, Order
from expense_core.tables import ExpensePublic

Item = TypeVar("Item")

RECORDED = "created_at"
"""The order of recording. It goes by id alone: ids are given out in that order."""

_FOREIGN = "this cursor is of another list; start again without one"

_FROM_TEXT: Mapping[str, Callable[[str], date | datetime | Decimal]] = {
    "spent_on": date.fromisoformat,
    "deleted_at": lambda text: datetime.fromisoformat(text).astimezone(UTC),
    "amount": money.exact,
}


@dataclass(slots=True)
class Page(Generic[Item]):
    """A page of a list, and where the next one starts."""

    items: list[Item]
    next_cursor: str | None
    """For the query of the next page; None where this page is the last."""


class Part(Enum):
    """Where a page's rows are. Each part is one range of an index, wherever in the list the page is.

    SQLite uses an index only in part for one condition on two columns, hence the two parts.
    """

    START = auto()
    """From the start of the list."""
    TIES = auto()
    """Those that tie with the row the page begins behind."""
    PAST = auto()
    """Those past it."""


def page(
    order: Order, cursor: str | None, limit: int, rows: Callable[[Part, dict[str, object]], list[ExpensePublic]]
) -> Page[ExpensePublic]:
    """One page of a list of expenses.

    Arguments:
        rows: gives the rows of one part in this order, with the values for `beyond` and the `limit`.

    Raises:
        Invalid: the cursor is not one that a list in this order gave out.
    """
    values: dict[str, object] = {}
    parts = [Part.START]
    if cursor is not None:
        values["after_value"], values["after_id"] = _opened(order, cursor)
        parts = [Part.PAST] if order.field == RECORDED else [Part.TIES, Part.PAST]
    items: list[ExpensePublic] = []
    for part in parts:
        items += rows(part, values | {"limit": limit + 1 - len(items)})
        if len(items) > limit:
            items.pop()
            return Page(items=items, next_cursor=_cursor(order, items[-1]))
    return Page(items=items, next_cursor=None)


def require_page(limit: int, of: str) -> None:
    """Go on only with so many rows, `of` a kind, as a page may have."""
    if not 1 <= limit <= MOST_OF_A_PAGE:
        raise Invalid(f"a page has 1 to {MOST_OF_A_PAGE} {of}, not {limit}")


def ordering(order: Order) -> list[ColumnElement[Any]]:
    """The columns of an ORDER BY: together they are unique, so that a page can begin behind any row."""
    names = ["id"] if order.field == RECORDED else [order.field, "id"]
    return [EXPENSES.c[name].desc() if order.descending else EXPENSES.c[name] for name in names]


def beyond(order: Order, part: Part) -> list[ColumnElement[bool]]:
    """The conditions of a part; their values are what `page` gives with it."""
    after_id: BindParameter[int] = bindparam("after_id")
    by_id = EXPENSES.c.id < after_id if order.descending else EXPENSES.c.id > after_id
    if part is Part.START:
        return []
    if order.field == RECORDED:
        return [by_id]
    column = EXPENSES.c[order.field]
    after_value = bindparam("after_value", type_=column.type)
    if part is Part.TIES:
        return [and_(column == after_value, by_id)]
    return [column < after_value if order.descending else column > after_value]


def _cursor(order: Order, last: ExpensePublic) -> str:
    value = None if order.field == RECORDED else str(getattr(last, order.field))
    return base64.urlsafe_b64encode(json.dumps([*order, value, last.id]).encode()).decode().rstrip("=")


def _opened(order: Order, cursor: str) -> tuple[date | datetime | Decimal | None, int]:
    try:
        field, descending, value, row_id = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=="))
        if (field, descending) == order and type(row_id) is int:
            return None if field == RECORDED else _FROM_TEXT[field](value), row_id
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise Invalid(_FOREIGN) from error
    raise Invalid(_FOREIGN)
