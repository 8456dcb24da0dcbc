"""Files of apps that mean something by their columns which neither headers nor cells say."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from expense_core import statements
from expense_core.errors import StatementAmbiguous, StatementUnreadable
from expense_core.statements import DateOrder, LeftOut, ReadingOptions, Role

BANKS = Path(__file__).parent / "banks"
SHARED = "Date,Description,Category,Cost,Currency,Ana Silva,Ben,Cleo\n\n"
GROUP = (
    SHARED
    + """\
2026-01-14,Groceries,Groceries,30.00,EUR,20.00,-10.00,-10.00
2026-01-15,Dinner,Dining out,48.60,EUR,-16.20,32.40,-16.20
2026-01-16,Taxi,Taxi,12.00,EUR,0.00,6.00,-6.00
2026-01-20,Ana S. paid Ben,Payment,9.30,EUR,9.30,-9.30,0.00

2026-02-01,Total balance, , ,EUR,13.10,19.10,-32.20
"""
)


@pytest.fixture
def write(tmp_path):
    """Make a file of this."""

    def written(text):
        file = tmp_path / "statement.csv"
        file.write_text(text, encoding="utf-8")
        return file

    return written


def read(file, left_out=None, **known):
    """The rows of a file."""
    return list(statements.rows(file, statements.recognise(file, ReadingOptions(**known)), left_out))


@pytest.mark.parametrize(
    "header", ["Date,Description,Category,Cost,Currency", "Datum,Beschreibung,Kategorie,Kosten,Währung"]
)
def test_of_shared_expenses_it_is_asked_who_you_are(write, header):
    """Each person has a column; which is yours, the file does not know."""
    with pytest.raises(StatementAmbiguous, match="Which of these people are you: Ana Silva, Ben, Cleo") as asked:
        read(write(GROUP.replace("Date,Description,Category,Cost,Currency", header)))

    assert asked.value.option == "columns"
    assert asked.value.choices == ("amount=Ana Silva", "amount=Ben", "amount=Cleo")


@pytest.mark.parametrize(
    ("answer", "spent"),
    [
        ("amount=Ana Silva", ["-10.00", "-16.20", "0.00"]),
        ("amount=Ben", ["-10.00", "-16.20", "-6.00"]),
        ("amount=8", ["-10.00", "-16.20", "-6.00"]),
    ],
)
def test_what_you_spent_is_your_share_whoever_paid(write, answer, spent):
    """Of what you paid for all, it is the rest that nobody owes you; settling up is no expense."""
    file = write(GROUP)
    left_out: Counter[LeftOut] = Counter()
    known = statements.answered(ReadingOptions(), StatementAmbiguous("Who?", "columns"), answer)

    rows = read(file, left_out, columns=known.columns)

    assert [str(row.amount) for row in rows] == spent
    assert [(row.description, row.category, row.currency) for row in rows[:1]] == [("Groceries", "Groceries", "EUR")]
    assert left_out == {LeftOut.NEITHER: 2}


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("2026-01-17,Hotel,Hotel,90.00,EUR,20.00,10.00,-30.00\n", "'20.00' is of what several people paid"),
        ("2026-01-17,Hotel,Hotel,ninety,EUR,60.00,-30.00,-30.00\n", "column Cost: 'ninety' is not an amount"),
    ],
)
def test_a_share_that_the_file_does_not_tell_is_no_guess(write, line, why):
    """Where several people paid, what is owed to one says nothing of their share."""
    with pytest.raises(StatementUnreadable, match=why):
        read(write(SHARED + GROUP.splitlines()[2] + "\n" + line), columns={Role.AMOUNT: ["Ana Silva"]})


def test_what_the_group_spent_can_be_read_as_well(write):
    """Whoever pays for all of it names that column."""
    rows = read(write(GROUP), columns={Role.AMOUNT: ["Cost"]}, invert=True)

    assert [row.amount for row in rows] == [Decimal("-30.00"), Decimal("-48.60"), Decimal("-12.00")]


@pytest.mark.parametrize(("others", "cells"), [("Account,Notes", "5,x"), ("Shop", "5")])
def test_a_file_with_the_same_columns_and_no_people_is_another(write, others, cells):
    """What stands beside the cost is no number, or is one alone."""
    file = write(f"Date,Description,Category,Cost,Currency,{others}\n2026-01-14,Milk,Food,-3.00,EUR,{cells}\n")

    rows = read(file)

    assert [row.amount for row in rows] == [Decimal("-3.00")]


def test_whoever_knows_better_than_the_app_is_believed(write):
    """Someone has changed the dates, say."""
    text = (BANKS / "mint.csv").read_text(encoding="utf-8")

    rows = read(
        write(text), date_order=DateOrder.DMY, columns={Role.DESCRIPTION: ["Original Description"]}, currency="CAD"
    )

    assert (str(rows[0].booked_on), rows[0].description, rows[0].currency) == ("2024-04-01", "CORNER SHOP #12", "CAD")


def test_dates_are_believed_before_their_app(write):
    """Where a spreadsheet puts the day first, its export may, too."""
    file = write(
        "Date,Description,Category,Amount,Account,Account #,Institution\n"
        "25/01/2026,Milk,Food,-2.50,Main,x1,Bank\n03/02/2026,Tea,Food,-1.50,Main,x1,Bank\n"
    )

    assert [str(row.booked_on) for row in read(file)] == ["2026-01-25", "2026-02-03"]


def test_a_column_that_takes_no_others_place_may_be_missing(write):
    """What a transfer costs is not in every file of Wise."""
    file = write(
        "ID,Status,Direction,Finished on,Source amount (after fees),Source currency,Target amount (after fees),"
        "Target currency,Target name\n"
        "T-1,COMPLETED,OUT,2024-01-15,100.00,EUR,85.00,GBP,Ben\nT-2,COMPLETED,IN,2024-01-16,9.00,USD,8.00,EUR,Me\n"
    )

    assert [(str(row.amount), row.currency) for row in read(file)] == [("-100.00", "EUR"), ("8.00", "EUR")]


@pytest.mark.parametrize(("name", "app", "count"), [("paypal-full", "PayPal", 6), ("firefly", "Firefly III", 2)])
def test_rows_of_an_app_that_are_no_transactions_are_left_out_and_counted(name, app, count):
    """Money that was held and given back, changed for a payment that is a row itself, moved between own accounts."""
    left_out: Counter[LeftOut] = Counter()

    read(BANKS / f"{name}.csv", left_out)

    assert left_out[LeftOut.NEITHER] == count
    assert statements.recognise(BANKS / f"{name}.csv").summary()["app"] == app
