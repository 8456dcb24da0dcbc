"""Expenses as they come out of the database, many at a time: what a list costs is mostly this.

The values are converted here and not by the columns' types, which would call several functions for each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, select, type_coerce
from sqlalchemy.types import NullType
from sqlmodel import Session

from expense_core.categories import CATEGORIES, EXPENSES, in_book
from expense_core.database import connection_of
from expense_core.ledgers import Access
from expense_core.pages import Part, beyond, ordering
from expense_core.queries import CONDITIONS, Order
from expense_core.tables import ExpensePublic
from expense_core.tables.columns import rounded, unscaled
from expense_core.text_index import narrowed

_COLUMNS = (
    "id",
    "ledger_id",
    "amount",
    "currency",
    "description",
    "spent_on",
    "category_id",
    "notes",
    "owner_id",
    "version",
    "created_at",
    "updated_at",
    "deleted_at",
)


class _Stored(NamedTuple):
    """How the values that a kind of database gives are made into those of an expense."""

    amount: Callable[[Any, str], Decimal]  # Any: what the driver gives
    day: Callable[[Any], date]
    moment: Callable[[Any], datetime]


_STORED = {
    "sqlite": _Stored(unscaled, date.fromisoformat, datetime.fromisoformat),
    "postgresql": _Stored(rounded, lambda day: day, lambda moment: moment.astimezone(UTC)),
}

_UNCONVERTED = NullType()
_SELECTED = select(
    *(type_coerce(EXPENSES.c[name], _UNCONVERTED).label(name) for name in _COLUMNS), CATEGORIES.c.name
).select_from(
    EXPENSES.outerjoin(
        CATEGORIES,
        and_(CATEGORIES.c.ledger_id == EXPENSES.c.ledger_id, CATEGORIES.c.id == EXPENSES.c.category_id),
    )
)
_LEDGER = bindparam("ledger_id", type_=EXPENSES.c.ledger_id.type)
_MINE = EXPENSES.c.ledger_id == _LEDGER
_MINE_BY_ID = EXPENSES.c.ledger_id + 0 == _LEDGER
"""The same, but that no index is used that begins with the ledger: SQLite would go through the whole list in its order,
where the few ids that are to be looked at are known."""

LIVE = EXPENSES.c.deleted_at.is_(None)
"""Whether an expense is in the book and not in its trash."""

IN_TRASH = and_(EXPENSES.c.deleted_at.is_not(None), in_book())
"""Whether an expense is in the trash."""

_ONE = _SELECTED.where(_MINE, LIVE, EXPENSES.c.id == bindparam("id"))


def one(session: Session, access: Access, expense_id: int) -> ExpensePublic | None:
    """The expense with this id, unless it is in the trash."""
    connection = connection_of(session)
    found = connection.execute(_ONE, {"ledger_id": access.ledger_id, "id": expense_id}).all()
    return next(iter(_public(found, _STORED[connection.dialect.name])), None)


def many(
    session: Session, access: Access, order: Order, given: dict[str, object], *, trash: bool = False
) -> Callable[[Part, dict[str, object]], list[ExpensePublic]]:
    """What gives `pages.page` its rows: those that meet the given conditions of `queries.CONDITIONS`."""
    connection = connection_of(session)
    conditions = narrowed(session, given)
    values = conditions | {"ledger_id": access.ledger_id}
    names = tuple(conditions)
    stored = _STORED[connection.dialect.name]

    def rows(part: Part, where: dict[str, object]) -> list[ExpensePublic]:
        statement = _statement(names, order, part, trash)
        return _public(connection.execute(statement, values | where).all(), stored)

    return rows


def _public(rows: Sequence[Row[*tuple[Any, ...]]], stored: _Stored) -> list[ExpensePublic]:  # Any: as in _Stored
    """The expenses of rows, their columns in the order in which they were selected."""
    amount_of, day_of, moment_of = stored
    return [
        ExpensePublic(
            row_id,
            ledger_id,
            amount_of(amount, currency),
            currency,
            description,
            day_of(spent_on),
            category_id,
            category,
            notes,
            owner_id,
            version,
            moment_of(created_at),
            moment_of(updated_at),
            None if deleted_at is None else moment_of(deleted_at),
        )
        for (
            row_id,
            ledger_id,
            amount,
            currency,
            description,
            spent_on,
            category_id,
            notes,
            owner_id,
            version,
            created_at,
            updated_at,
            deleted_at,
            category,
        ) in rows
    ]


@lru_cache(maxsize=1_024)
def _statement(names: tuple[str, ...], order: Order, part: Part, trash: bool) -> Select[*tuple[Any, ...]]:  # noqa: FBT001 - a key of the cache
    conditions: list[ColumnElement[bool]] = [CONDITIONS[name] for name in names]
    mine = _MINE_BY_ID if "letters" in names else _MINE
    return (
        _SELECTED.where(mine, IN_TRASH if trash else LIVE, *conditions, *beyond(order, part))
        .order_by(*ordering(order))
        .limit(bindparam("limit"))
    )
