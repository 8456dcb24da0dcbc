"""What was spent, added up."""

from __future__ import annotations

from collections import defaultdict
from contextlib import nullcontext
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session

from expense_core import categories, expenses, ledgers, reports, users
from expense_core.database import Database
from expense_core.errors import Invalid, TotalTooLarge
from expense_core.ledgers import Access
from expense_core.queries import ExpenseFilter
from expense_core.reports import By, Spending
from expense_core.tables import CategoryCreate, CategoryPublic, ExpenseCreate, LocalUserCreate


def record(session: Session, access: Access, amount: str, **fields: object) -> None:
    """Record an expense in euros on the third of November 2026, unless told otherwise."""
    given_fields = {"currency": "EUR", "spent_on": date(2026, 11, 3)} | fields
    expenses.record(session, access, ExpenseCreate(amount=amount, **given_fields))


def test_an_empty_ledger_has_spent_nothing(session: Session, access: Access) -> None:
    """There are no groups and no totals, not a total of zero in some currency."""
    report = reports.spending(session, access, ["month"])

    assert (report.rows, report.totals) == ([], [])


def test_without_groups_the_whole_is_one_row_per_currency(session: Session, access: Access) -> None:
    """Euros and yen are never added to each other."""
    record(session, access, "12.50")
    record(session, access, "7.50")
    record(session, access, "900", currency="JPY")

    report = reports.spending(session, access)

    whole = [("EUR", Decimal("20.00"), 2, Decimal(1)), ("JPY", Decimal(900), 1, Decimal(1))]
    assert [(row.currency, row.total, row.count, row.share) for row in report.rows] == whole
    assert report.totals == report.rows


@pytest.mark.parametrize(
    ("by", "day", "first"),
    [
        (By.DAY, date(2026, 11, 3), date(2026, 11, 3)),
        (By.WEEK, date(2026, 11, 3), date(2026, 11, 2)),
        (By.WEEK, date(2026, 11, 2), date(2026, 11, 2)),
        (By.WEEK, date(2026, 11, 8), date(2026, 11, 2)),
        (By.WEEK, date(2027, 1, 1), date(2026, 12, 28)),
        (By.MONTH, date(2024, 2, 29), date(2024, 2, 1)),
        (By.YEAR, date(1900, 12, 31), date(1900, 1, 1)),
        (By.YEAR, date(9999, 12, 31), date(9999, 1, 1)),
    ],
)
def test_a_period_begins_on_its_first_day(session: Session, access: Access, by: By, day: date, first: date) -> None:
    """A week begins on Monday, also across New Year (ISO 8601)."""
    record(session, access, "1", spent_on=day)

    (row,) = reports.spending(session, access, [by]).rows

    assert row.period == first


def test_expenses_without_a_category_are_a_group_of_their_own(
    session: Session, access: Access, food: CategoryPublic
) -> None:
    """Nothing is left out of the whole."""
    record(session, access, "30", category_id=food.id)
    record(session, access, "10")

    rows = reports.spending(session, access, ["category"]).rows

    assert [(row.category_id, row.category, row.share) for row in rows] == [
        (food.id, "Food", Decimal("0.75")),
        (None, None, Decimal("0.25")),
    ]


def test_a_refund_takes_off(session: Session, access: Access) -> None:
    """A group may come out negative, and a whole of zero has no shares."""
    record(session, access, "5", spent_on=date(2026, 10, 1))
    record(session, access, "-5", spent_on=date(2026, 11, 1))

    report = reports.spending(session, access, ["month"])

    assert [(row.total, row.share) for row in report.rows] == [(Decimal("5.00"), None), (Decimal("-5.00"), None)]
    assert [total.total for total in report.totals] == [Decimal("0.00")]


def test_a_share_may_be_less_than_nothing_and_more_than_all(session: Session, access: Access) -> None:
    """Where refunds outweigh what was spent in a group, the others make up for it."""
    for amount, day in [("-10", date(2026, 9, 1)), ("30", date(2026, 10, 1)), ("0.01", date(2026, 11, 1))]:
        record(session, access, amount, spent_on=day)

    report = reports.spending(session, access, ["month"])

    assert [str(row.share) for row in report.rows] == ["-0.4998", "1.4993", "0.0005"]
    assert sum(row.share or 0 for row in report.rows) == report.totals[0].share == 1


def test_the_largest_amounts_are_added_up_exactly(session: Session, access: Access) -> None:
    """Nine hundred of them, on either database."""
    expenses.record_many(session, access, [ExpenseCreate(amount="999999999999.99", currency="EUR")] * 900)

    (total,) = reports.spending(session, access).totals

    assert (total.count, total.total) == (900, 900 * Decimal("999999999999.99"))


def test_a_total_that_does_not_fit_is_refused_and_not_rounded(database: Database) -> None:
    """SQLite adds up in 64 bits and says when they are full; PostgreSQL has no such limit."""
    with database.transaction() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
        food = categories.create(session, access, CategoryCreate(name="Food"))
        new = ExpenseCreate(amount="999999999999.99", currency="EUR", category_id=food.id)
        expenses.record_many(session, access, [new] * 1_000)

    for sums in (reports.spending, categories.list):
        refused = pytest.raises(TotalTooLarge, match="the total is too large to be added up; narrow the selection")
        with refused if database.is_sqlite else nullcontext(), database.reading() as session:
            sums(session, access)


def test_what_is_in_the_trash_was_not_spent(session: Session, access: Access) -> None:
    """Deleting an expense takes it out of every report."""
    record(session, access, "5")
    (only,) = expenses.find(session, access).items
    expenses.delete(session, access, only.id)

    report = reports.spending(session, access, ["month"])

    assert report.rows == []


def test_a_report_takes_the_filters_of_a_list(session: Session, access: Access, food: CategoryPublic) -> None:
    """Dates, categories, amounts and text choose what is added up."""
    record(session, access, "30", category_id=food.id, description="Market")
    record(session, access, "10", category_id=food.id, description="Baker")
    record(session, access, "99", description="Market")
    wanted = ExpenseFilter(text="market", category_ids=(food.id,), spent_from=date(2026, 11, 1), min_amount="20")

    report = reports.spending(session, access, ["category"], wanted)

    assert [(row.category, row.total) for row in report.rows] == [("Food", Decimal("30.00"))]


def test_another_ledgers_spending_is_never_in_a_report(session: Session, access: Access) -> None:
    """A report adds up one ledger."""
    record(session, access, "5")
    bob = users.register_local(session, LocalUserCreate(username="bob"))

    report = reports.spending(session, ledgers.open(session, bob), ["month", "category"])

    assert report.rows == []


@pytest.mark.parametrize("by", [["fortnight"], ["month", "month"], ["month", "week"], ["category", "category"]])
def test_an_impossible_grouping_is_refused(session: Session, access: Access, by: list[str]) -> None:
    """The message says what can be grouped by."""
    with pytest.raises(Invalid, match="month"):
        reports.spending(session, access, by)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    spent=st.lists(
        st.tuples(
            st.integers(-99_999, 99_999).filter(bool),
            st.dates(date(2023, 12, 1), date(2025, 2, 1)),
            st.sampled_from(["Food", "Rent", None]),
            st.sampled_from(["EUR", "USD"]),
        ),
        max_size=30,
    ),
    period=st.sampled_from([None, By.DAY, By.WEEK, By.MONTH, By.YEAR]),
    with_category=st.booleans(),
)
def test_the_database_adds_up_what_python_would(
    session: Session,
    access: Access,
    spent: list[tuple[int, date, str | None, str]],
    period: By | None,
    with_category: bool,  # noqa: FBT001 - hypothesis gives it by name
) -> None:
    """Every grouping of any expenses, against a sum by hand."""
    savepoint = session.begin_nested()
    ids = {name: categories.create(session, access, CategoryCreate(name=name)).id for name in ("Food", "Rent")} | {
        None: None
    }
    for cents, day, name, currency in spent:
        record(
            session,
            access,
            str(Decimal(cents) / 100),
            spent_on=day,
            currency=currency,
            category_id=ids[name],
        )

    report = reports.spending(
        session, access, [*([period] if period else []), *([By.CATEGORY] if with_category else [])]
    )

    savepoint.rollback()
    expected: dict[object, list[Decimal]] = defaultdict(list)
    for cents, day, name, currency in spent:
        first = _first_day(period, day) if period else None
        expected[first, name if with_category else None, currency].append(Decimal(cents) / 100)
    found = {(row.period, row.category, row.currency): (row.total, row.count) for row in report.rows}
    assert found == {key: (sum(amounts), len(amounts)) for key, amounts in expected.items()}
    assert report.rows == sorted(report.rows, key=_order)
    assert sum(total.count for total in report.totals) == len(spent)


def _first_day(period: By, day: date) -> date:
    return {
        By.DAY: day,
        By.WEEK: day - timedelta(days=day.weekday()),
        By.MONTH: day.replace(day=1),
        By.YEAR: day.replace(month=1, day=1),
    }[period]


def _order(row: Spending) -> tuple[object, ...]:
    return (row.period or date.min, row.currency, -row.total, row.category or "")
