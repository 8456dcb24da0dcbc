"""How amounts, dates and moments are kept by each kind of database, and come back as they were."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import literal, select
from sqlalchemy.dialects import postgresql, sqlite

from expense_core.money import LIMIT
from expense_core.tables import Expense, User
from expense_core.tables.columns import Instant, Money, as_amount, as_date, as_instant, table_of

STORED = st.decimals(-LIMIT, LIMIT, places=4)
FIRST, LAST = datetime(1900, 1, 1), datetime(9999, 1, 1)  # noqa: DTZ001 - the zones are drawn apart
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.timezones(), allow_imaginary=False)
DIALECTS = pytest.mark.parametrize("dialect", [sqlite.dialect(), postgresql.dialect()], ids=["sqlite", "postgresql"])


@DIALECTS
@given(amount=STORED)
def test_an_amount_comes_back_exactly(dialect, amount):
    """As a whole number on SQLite, as NUMERIC on PostgreSQL."""
    kept = Money().process_bind_param(amount, dialect)

    assert isinstance(kept, int if dialect.name == "sqlite" else Decimal)
    assert Money().process_result_value(kept, dialect) == amount


@DIALECTS
@given(moment=MOMENTS)
def test_a_moment_comes_back_in_utc(dialect, moment):
    """Whatever zone it was given in."""
    kept = Instant().process_bind_param(moment, dialect)

    back = Instant().process_result_value(kept, dialect)
    assert (back, back.tzinfo) == (moment.astimezone(UTC), UTC)


@given(MOMENTS, MOMENTS)
def test_sqlite_sorts_moments_as_time_does(one, other):
    """It keeps them as text, so that the text has to sort alike."""
    kept = [Instant().process_bind_param(moment, sqlite.dialect()) for moment in (one, other)]

    assert (kept[0] < kept[1]) == (one.astimezone(UTC) < other.astimezone(UTC))


@DIALECTS
@pytest.mark.parametrize("kind", [Money(), Instant()], ids=["money", "instant"])
def test_nothing_stays_nothing(dialect, kind):
    """No amount and no moment are kept as NULL."""
    assert kind.process_bind_param(None, dialect) is None
    assert kind.process_result_value(None, dialect) is None


def test_values_make_the_journey_through_the_database(session):
    """The drivers and the databases themselves change nothing on the way."""
    amount, moment = Decimal("-999999999999.9999"), datetime(2026, 3, 29, 2, 30, 0, 7, timezone(timedelta(hours=-7)))

    row = session.execute(select(literal(amount, Money), literal(moment, Instant))).one()

    assert row == (amount, moment)
    assert row[1].tzinfo is UTC


@pytest.mark.parametrize(
    ("stored", "code", "amount"),
    [
        (125_000, "EUR", "12.50"),
        (Decimal("12.5000"), "EUR", "12.50"),
        (10_000, "JPY", "1"),
        (-12_345, "CLF", "-1.2345"),
    ],
)
def test_an_amount_is_shown_with_the_decimals_of_its_currency(stored, code, amount):
    """The digits that are kept beyond are always zero."""
    assert str(as_amount(stored, code)) == amount


def test_a_whole_number_and_an_equal_decimal_are_different_stored_amounts():
    """SQLite's 10000 is 1.00, and PostgreSQL's 10000.00: that they are equal as numbers mixes nothing up."""
    assert as_amount(10_000, "EUR") == Decimal("1.00")
    assert as_amount(Decimal(10_000), "EUR") == Decimal("10000.00")


def test_dates_and_moments_are_taken_as_either_database_gives_them():
    """SQLite gives text, PostgreSQL what it means."""
    day, moment = date(2026, 11, 5), datetime(2026, 11, 5, 12, 15, tzinfo=UTC)

    assert as_date("2026-11-05") == as_date(day) == day
    assert as_instant("2026-11-05 12:15:00.000000+00:00") == as_instant(moment) == moment
    assert as_instant(None) is None


def test_a_table_stands_behind_each_model():
    """Statements that need no objects use it."""
    assert table_of(Expense).name == "expenses"
    assert table_of(User).name == "users"
