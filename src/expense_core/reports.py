"""What was spent, added up: by day, week, month, year, category or currency.

Currencies are never added to each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, DateTime, String, cast, func, select, type_coerce
from sqlmodel import Session

from expense_core.categories import CATEGORIES, EXPENSES
from expense_core.errors import Invalid
from expense_core.expense_rows import LIVE
from expense_core.ledgers import Access
from expense_core.queries import CONDITIONS, ExpenseFilter
from expense_core.tables.columns import as_amount, as_date
from expense_core.text_index import narrowed


class By(StrEnum):
    """What spending can be grouped by. Weeks begin on Monday (ISO 8601)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    CATEGORY = "category"
    CURRENCY = "currency"


_PERIODS = (By.DAY, By.WEEK, By.MONTH, By.YEAR)


@dataclass(slots=True)
class Spending:
    """What was spent in one group, in one currency."""

    currency: str
    total: Decimal
    """With all decimals of the currency; refunds are taken off."""
    count: int
    share: Decimal | None
    """Of the whole report's total in this currency, with four decimals; None where that total is zero.

    From 0 to 1, unless refunds outweigh what was spent somewhere: then some are less, and others make up for it.
    """
    period: date | None = None
    """The first day of the day, week, month or year, when grouped by one."""
    category_id: int | None = None
    category: str | None = None
    """The category's name, when grouped by category; None for expenses without one."""


@dataclass(slots=True)
class SpendingReport:
    """Spending in groups, and in whole."""

    by: tuple[By, ...]
    rows: list[Spending]
    """By period, then by currency, then the largest first."""
    totals: list[Spending]
    """The whole, one for each currency, in the order of their codes."""


def spending(
    session: Session, access: Access, by: Sequence[By | str] = (), wanted: ExpenseFilter | None = None
) -> SpendingReport:
    """Count and add up the expenses that meet a filter.

    Arguments:
        by: at most one of day, week, month and year, and category or currency; each once. Rows are always of one
            currency, whether or not it is named.

    Raises:
        Invalid: `by` names something else, or more than one period.
        TotalTooLarge: it adds up to more than the database can hold.
    """
    groups = _groups(by)
    period = next((group for group in groups if group in _PERIODS), None)
    keys: list[ColumnElement[Any]] = [EXPENSES.c.currency]
    if period is not None:
        keys.append(_start_of(period, session.get_bind().dialect.name))
    if By.CATEGORY in groups:
        keys.append(EXPENSES.c.category_id)
    given = narrowed(session, wanted.given() if wanted else {})
    conditions = [CONDITIONS[name] for name in given]
    query = (
        select(func.count(), func.sum(EXPENSES.c.amount), *keys)
        .where(EXPENSES.c.ledger_id == access.ledger_id, LIVE, *conditions)
        .group_by(*keys)
    )
    names = _category_names(session, access) if By.CATEGORY in groups else {}
    rows = []
    for count, total, currency, *rest in session.execute(query, given):
        row = Spending(currency=currency, total=as_amount(total, currency), count=count, share=None)
        if period is not None:
            row.period = as_date(rest.pop(0))
        if By.CATEGORY in groups:
            row.category_id = rest.pop(0)
            row.category = names.get(row.category_id)
        rows.append(row)
    totals = _totals(rows)
    whole = {total.currency: total.total for total in totals}
    for row in (*rows, *totals):
        row.share = _share(row.total, whole[row.currency])
    rows.sort(key=lambda row: (row.period or date.min, row.currency, -row.total, row.category or ""))
    return SpendingReport(by=groups, rows=rows, totals=totals)


def _groups(by: Sequence[By | str]) -> tuple[By, ...]:
    try:
        groups = tuple(By(one) for one in by)
    except ValueError as error:
        unknown = ", ".join(repr(one) for one in by if one not in tuple(By))
        raise Invalid(f"spending can be grouped by {', '.join(By)}; not by {unknown}") from error
    if len(set(groups)) != len(groups) or sum(group in _PERIODS for group in groups) > 1:
        raise Invalid(f"group by one of {', '.join(_PERIODS)} at most, and by nothing twice")
    return groups


def _start_of(period: By, dialect: str) -> ColumnElement[Any]:
    """The first day of the period that an expense is in, in SQL: a date, or its text."""
    day = EXPENSES.c.spent_on
    if period is By.DAY:
        return type_coerce(day, String) if dialect == "sqlite" else day
    if dialect != "sqlite":
        return cast(func.date_trunc(period.value, cast(day, DateTime)), Date)
    text = type_coerce(day, String)
    if period is By.WEEK:
        return func.date(text, "-6 days", "weekday 1")
    return func.substr(text, 1, 7).concat("-01") if period is By.MONTH else func.substr(text, 1, 4).concat("-01-01")


def _category_names(session: Session, access: Access) -> dict[int | None, str]:
    query = select(CATEGORIES.c.id, CATEGORIES.c.name).where(CATEGORIES.c.ledger_id == access.ledger_id)
    return {row.id: row.name for row in session.execute(query)}


def _totals(rows: list[Spending]) -> list[Spending]:
    totals: dict[str, Spending] = {}
    for row in rows:
        total = totals.setdefault(row.currency, Spending(row.currency, total=Decimal(0), count=0, share=None))
        total.total += row.total
        total.count += row.count
    return sorted(totals.values(), key=lambda total: total.currency)


def _share(part: Decimal, whole: Decimal) -> Decimal | None:
    return (part / whole).quantize(Decimal("0.0001")) if whole else None
