"""What a file says of its rows is held against those that were read, and both figures are told where they differ."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from expense_core import money, statements
from expense_core.statements.balancing import Balancing, Figure
from expense_core.statements.importing import import_rows
from expense_core.statements.previewing import preview
from expense_core.statements.row import RawRow, Stated

DAY = date(2026, 7, 1)
STATEMENT = """\
:20:STATEMENT
:25:10020030/1234567
:28C:7/1
:60F:C260630EUR812,40
:61:2607010701D650,00NTRFNONREF
:86:177?00STANDING ORDER?20SVWZ+Rent July?32Hausverwaltung Nord
:61:2607030702C12,50NTRFNONREF
:62F:C260703EUR{closing}
-
"""


def row(amount, *, line=2, account="NL01", currency="EUR", pending=False):
    return RawRow(line, DAY, None, Decimal(amount), currency, "Row", None, None, pending, account=account)


def told(stated, *rows):
    """The sentences about rows that were taken one by one."""
    balancing = Balancing(stated)
    assert list(balancing.counting(rows)) == list(rows)
    return [one.told(money.write) for one in balancing.differences()]


@pytest.mark.parametrize(
    ("said", "sentences"),
    [
        ({"rows": 3}, []),
        ({"rows": 1_400}, ["The file says that the number of rows of NL01 is 1,400; by its rows it is 3"]),
        ({"debits": Decimal("-12.50")}, []),
        ({"debits": Decimal(-12)}, ["The file says that the money out of NL01 is -€12.00; by its rows it is -€12.50"]),
        ({"credits": Decimal(3)}, []),
        ({"credits": Decimal(4)}, ["The file says that the money in of NL01 is €4.00; by its rows it is €3.00"]),
        ({"total": Decimal("-9.50")}, []),
        ({"total": Decimal(0)}, ["The file says that the total of NL01 is €0.00; by its rows it is -€9.50"]),
        ({"opening": Decimal(20), "closing": Decimal("10.50")}, []),
        (
            {"opening": Decimal(20), "closing": Decimal("7.50"), "total": Decimal("-12.50")},
            ["The file says that the closing balance of NL01 is €7.50; by its rows it is €10.50"],
        ),
        ({"opening": Decimal(20)}, []),
        ({"closing": Decimal(20)}, []),
    ],
)
def test_each_figure_is_held_against_the_rows(said, sentences):
    """One balance alone says nothing of the rows."""
    assert told([Stated("NL01", "EUR", **said)], row("-10"), row("3"), row("-2.50")) == sentences


def test_each_account_and_currency_is_held_against_its_own_rows():
    """A card and a bank account in one file, or pockets in two currencies."""
    stated = [Stated("NL01", "EUR", rows=1), Stated("NL01", "USD", rows=1), Stated("Card", None, rows=2)]

    assert told(stated, row("-1"), row("-1", currency="USD"), row("-1", account="Card", currency=None)) == [
        "The file says that the number of rows of Card is 2; by its rows it is 1"
    ]


def test_rows_that_are_not_booked_are_not_of_the_balance():
    """They may never be."""
    assert told([Stated("NL01", "EUR", rows=1)], row("-1"), row("-2", pending=True)) == []


def test_an_account_with_rows_in_other_currencies_is_not_held_against_a_sum_in_one():
    """What they came to in it is not known; rows of accounts of which nothing is said are no matter."""
    stated = [Stated("NL01", "EUR", total=Decimal(-1)), Stated("NL02", "EUR", total=Decimal(-1))]
    rows = row("-2"), row("-2", currency="USD"), row("-1", account="NL02"), row("-1", account="NL03")

    assert told(stated, *rows) == []


@pytest.mark.parametrize(("currency", "written", "nothing"), [(None, "1,000.5", "0"), ("DEM", "1,000.5 DEM", "0 DEM")])
def test_a_figure_in_no_currency_of_today_is_written_as_it_is(currency, written, nothing):
    """The file may not say, or be old."""
    stated = [Stated(None, currency, credits=Decimal("1000.5"))]

    assert told(stated) == [f"The file says that the money in is {written}; by its rows it is {nothing}"]


def test_an_import_and_its_preview_tell_of_a_balance_that_is_not_met(session, access, tmp_path):
    """What is left out counts as well; nothing is told where all is well."""
    path = tmp_path / "july.sta"
    found = []
    for closing in ("174,90", "74,90"):
        path.write_text(STATEMENT.format(closing=closing), encoding="utf-8")
        layout, differences = statements.recognise(path), []

        list(preview(session, access, path, layout, differences=differences))
        report = import_rows(session, access, statements.rows(path, layout), stated=layout.stated, dry_run=True)

        assert report.differences == differences
        found.append([(one.figure, one.stated, one.found) for one in differences])
    assert found == [[], [(Figure.CLOSING, Decimal("74.90"), Decimal("174.90"))]]
