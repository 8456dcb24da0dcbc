"""The demo book looks like a life, and like the same one every time."""

import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expense_core import categories, demo, expenses, ledgers, money, users
from expense_core.errors import InvalidCurrency, UsernameTaken

TODAY = date(2026, 11, 23)
BOOK = demo.rows(TODAY)

days = st.dates(date(1950, 1, 1), date(9000, 12, 31))


def of(category):
    return [row for row in BOOK if row.category == category]


def in_month(rows, year, month):
    return [row for row in rows if (row.spent_on.year, row.spent_on.month) == (year, month)]


def test_the_book_of_a_given_day_is_always_the_same():
    """On every platform and in every Python: whoever changes the demo changes these numbers knowingly."""
    assert (len(BOOK), sum(row.amount for row in BOOK)) == (3138, Decimal("111023.41"))
    assert demo.rows(TODAY) == BOOK


def test_another_interpreter_makes_the_same_book():
    """Nothing hangs on the order of a set or on what was drawn before."""
    script = (
        "import random; random.seed(5)\n"
        "from datetime import date; from expense_core import demo\n"
        "rows = demo.rows(date(2026, 11, 23)); print(len(rows), sum(row.amount for row in rows))"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.split() == [str(len(BOOK)), str(sum(row.amount for row in BOOK))]


def test_the_demo_book_has_a_user_of_its_own(session):
    """To whom nobody can sign in until a front end says how."""
    made = demo.make(session, TODAY, "CHF")

    access = ledgers.open(session, users.named(session, demo.USERNAME))
    assert made == len(demo.rows(TODAY, "CHF")) == sum(1 for _ in expenses.each(session, access))
    assert (access.currency, len(categories.list(session, access))) == ("CHF", len(demo.CATEGORIES))
    with pytest.raises(UsernameTaken):
        demo.make(session, TODAY)


@settings(max_examples=40, deadline=None)
@given(today=days)
def test_on_any_day_it_is_three_years_about_3000_expenses_and_12_categories(today):
    """Leap days, the first of January: the demo can be shown at any time."""
    rows = demo.rows(today)

    first_month = rows[0].spent_on
    assert 2_900 <= len(rows) <= 3_400
    assert first_month.day == 1
    assert (today.year * 12 + today.month) - (first_month.year * 12 + first_month.month) == 35
    assert rows[-1].spent_on <= today
    assert all(earlier.spent_on <= later.spent_on for earlier, later in pairwise(rows))
    for year in range(3):
        year_start = first_month.replace(year=first_month.year + year)
        year_end = first_month.replace(year=first_month.year + year + 1)
        assert {row.category for row in rows if year_start <= row.spent_on < year_end} == set(demo.CATEGORIES)


@settings(max_examples=40, deadline=None)
@given(today=days, code=st.sampled_from(["EUR", "JPY", "KWD", "CLF", "usd"]))
def test_every_amount_is_one_that_the_currency_has(today, code):
    """No decimals for yen, two for euros, and never zero."""
    amounts = [row.amount for row in demo.rows(today, code)]

    assert all(str(money.check(amount, code)) == str(amount) for amount in amounts)
    assert {-amount.as_tuple().exponent for amount in amounts} == {money.currency(code).decimals}


def test_an_unknown_currency_is_refused():
    """As everywhere."""
    with pytest.raises(InvalidCurrency):
        demo.rows(TODAY, "EURO")


def test_a_day_later_the_book_has_only_grown():
    """Whoever runs the demo again finds what they saw yesterday."""
    yesterday = demo.rows(TODAY - timedelta(days=1))

    assert BOOK[: len(yesterday)] == yesterday
    assert {row.spent_on for row in BOOK[len(yesterday) :]} == {TODAY}


def test_the_rent_is_paid_every_month_and_rises_once_a_year():
    """On the first, the same all year."""
    rents = [row for row in of("Housing") if row.description.startswith("Rent")]

    assert len(rents) == 36
    assert {row.spent_on.day for row in rents} == {1}
    by_year = [{row.amount for row in rents if row.spent_on.year == year} for year in range(2023, 2027)]
    assert [len(amounts) for amounts in by_year] == [1, 1, 1, 1]
    assert all(max(earlier) < min(later) for earlier, later in pairwise(by_year))


def test_subscriptions_cost_the_same_on_the_same_day():
    """Something for a search for recurring payments to find."""
    subscriptions = {(row.description, row.spent_on.day, row.amount) for row in of("Subscriptions")}

    assert len(subscriptions) == 5
    assert len(of("Subscriptions")) == 5 * 36


def test_groceries_are_bought_every_week():
    """Two or three shops a week, except when away."""
    shops = Counter(row.spent_on.isocalendar()[:2] for row in of("Groceries") if row.amount > 10)
    typical, _ = Counter(shops.values()).most_common(1)[0]

    assert 2 <= typical <= 4
    assert len(shops) >= 150


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_holidays_come_in_bursts_in_winter_and_summer(year):
    """Many expenses in a few days of two months, and at most a ticket booked in the others."""
    counts = {month: len(in_month(of("Holidays"), year, month)) for month in range(1, 13)}

    assert counts[2] >= 10
    assert counts[8] >= 20
    assert max(count for month, count in counts.items() if month not in {2, 8}) <= 1


def test_nothing_is_bought_at_home_while_away():
    """No bread from the old bakery in the days at the sea; bills go on."""
    away = {row.spent_on for row in of("Holidays") if row.spent_on.month in {2, 8}}

    bought = {row.category for row in BOOK if row.spent_on in away and row.amount > 0}

    assert bought <= {"Holidays", "Utilities", "Subscriptions"}


@pytest.mark.parametrize("year", [2023, 2024, 2025])
def test_most_gifts_are_bought_in_december(year):
    """A peak that a chart by month shows at once."""
    december = len(in_month(of("Gifts"), year, 12))

    assert december >= 2 * max(len(in_month(of("Gifts"), 2024, month)) for month in range(1, 12))


def test_insurance_is_paid_once_a_year():
    """Three policies, each in its month."""
    assert Counter(row.description for row in of("Insurance")).most_common() == [
        ("Household insurance, Anchor Mutual", 3),
        ("Liability insurance, Anchor Mutual", 3),
        ("Car insurance, Fairway Insurance", 3),
    ]


def test_now_and_then_something_is_sent_back():
    """A refund is negative, and what it is for was bought a few days before at the same price."""
    refunds = [row for row in BOOK if row.notes == "sent back"]

    assert 10 <= len(refunds) <= 60
    for refund in refunds:
        bought = refund._replace(amount=-refund.amount)
        assert any(
            row[1:4] == bought[1:4] and timedelta(3) <= refund.spent_on - row.spent_on <= timedelta(14) for row in BOOK
        )


def test_a_place_belongs_to_a_category_most_of_the_time():
    """Suggesting a category has something to learn, and exceptions to get over."""
    places = {}
    for row in BOOK:
        places.setdefault(row.description.rpartition(", ")[2], Counter())[row.category] += 1

    shares = [counts.most_common(1)[0][1] / counts.total() for counts in places.values()]

    assert 60 <= len(places) <= 90
    assert min(shares) > 0.7
    assert any(share < 1 for share in shares)


def test_some_expenses_have_notes():
    """Few, as in life."""
    noted = [row for row in BOOK if row.notes]

    assert 40 <= len(noted) <= 200
