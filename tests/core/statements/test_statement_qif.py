"""QIF as several programs write it: dates and amounts in any way, lists between the transactions, splits."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest
from damage import damaged, survives
from hypothesis import HealthCheck, given, settings

from expense_core import statements
from expense_core.errors import InvalidCurrency, StatementAmbiguous, StatementUnreadable
from expense_core.statements import DateOrder, LeftOut, RawRow, ReadingOptions, Role, Stated, qif

HEADER = "!Type:Bank\n"
BREAD = "D25/03/2026\nT-4.50\nPBakery\nMBread\nLFood\n^\n"
WAGE = "D26/03/2026\nT2,000.00\nPWork\n^\n"
LISTS = """!Option:AutoSwitch
!Account
NChecking
TBank
$12.00
^
NCard
TCCard
^
!Clear:AutoSwitch
!Type:Class
NHolidays
^
!Type:Cat
NFood
E
^
!Type:Memorized
KD
T-9.00
PLandlord
^
"""


@pytest.fixture
def file(tmp_path):
    """Where the statement is."""
    return tmp_path / "statement.txt"


def read(file, text, options=None, left_out=None, encoding="utf-8"):
    """The layout and the rows of a file with this text."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    layout = statements.recognise(file, options)
    return layout, list(statements.rows(file, layout, left_out))


def seen(rows):
    """What tells rows from each other."""
    return [(f"{row.booked_on:%m-%d}", str(row.amount), row.description, row.category) for row in rows]


BOTH = [("03-25", "-4.50", "Bakery - Bread", "Food"), ("03-26", "2000.00", "Work", None)]


@pytest.mark.parametrize(
    "text",
    [
        HEADER + BREAD + WAGE,
        (HEADER + BREAD + WAGE).replace("\n", "\r\n"),
        (HEADER + BREAD + WAGE).replace("\n", "\r"),
        (HEADER + BREAD + WAGE).rstrip(),
        (HEADER + BREAD + WAGE).encode("utf-16"),
        b"\xef\xbb\xbf" + (HEADER + BREAD + WAGE).encode(),
        "# Some words of a program\n\n!type:bank \n^\n" + BREAD + "\n\n" + WAGE,
        HEADER + BREAD + "!Type:CCard\n" + WAGE,
        HEADER + BREAD[:-2] + "!Type:Cash\n" + WAGE,
        LISTS + "!Type:Oth A\n" + BREAD + "!Type:Oth L\n" + WAGE,
        HEADER + BREAD.replace("T-4.50", "U-4.50\nT-4.50\nCX\nN"),
        HEADER + BREAD.replace("T-4.50", "U-4.50") + WAGE,
        HEADER + (BREAD + WAGE).replace("P", "p").replace("D2", "d2"),
        BREAD + WAGE,
        "! Type:Bank\n" + BREAD + WAGE,
    ],
    ids=[
        "plain", "CRLF", "CR", "no last newline", "UTF-16", "with a mark", "words above", "two types",
        "no end before a header", "lists around", "both amounts", "the other amount", "small letters",
        "no header", "a blank in the header",
    ],
)  # fmt: skip
def test_a_transaction_is_read_from_whatever_is_around_it(file, text):
    """The same rows, in whatever of the ways that programs write them."""
    layout, rows = read(file, text)

    assert seen(rows) == BOTH[: len(rows)]
    assert (layout.format, layout.rows) == ("qif", len(rows))
    assert layout.summary()["date order"] == "dmy"


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (["8/15'13", "8/ 2'13"], ["2013-08-15", "2013-08-02"]),
        (["1/ 2' 5", "1/31' 5"], ["2005-01-02", "2005-01-31"]),
        (["1/ 2/99", "12/31/98"], ["1999-01-02", "1998-12-31"]),
        (["15.08.13", "02.08.13"], ["2013-08-15", "2013-08-02"]),
        (["02.08.2013"], ["2013-08-02"]),
        (["10.18.23", "10.02.23"], ["2023-10-18", "2023-10-02"]),
        (["2013-08-15", "2013-08-02"], ["2013-08-15", "2013-08-02"]),
        (["25-03-99", "01-04-99"], ["1999-03-25", "1999-04-01"]),
        (["2/14'2020"], ["2020-02-14"]),
        (["15 Aug 2013"], ["2013-08-15"]),
        (
            ["05/01/26", "08/01/26", "11/01/26", "02/02/26", "07/02/26", "03/03/26"],
            ["2026-01-05", "2026-01-08", "2026-01-11", "2026-02-02", "2026-02-07", "2026-03-03"],
        ),
    ],
    ids=str,
)  # fmt: skip
def test_the_order_of_day_and_month_is_that_of_the_whole_file(file, dates, expected):
    """One date that is past the twelfth tells of all the others; or the way they run does."""
    layout, rows = read(file, HEADER + "".join(f"D{day}\nT-1.00\n^\n" for day in dates))

    assert [row.booked_on.isoformat() for row in rows] == expected
    assert ("date order" in layout.summary()) == (layout.date_order is not None)


def test_an_order_that_no_date_tells_is_asked_for(file):
    """Unless the file says it, as Quicken's may, or the person does, or a decimal comma rules out the other."""
    text = HEADER + "D3/4'26\nT-1.00\n^\n"
    with pytest.raises(StatementAmbiguous, match="is first in '3/4/26'") as asked:
        read(file, text)

    by_person = read(file, text, ReadingOptions(date_order=DateOrder.DMY))[1]
    by_file = read(file, "!Option:MDY\n" + text)[1]
    by_comma = read(file, text.replace("1.00", "1,00"))[1]

    assert (asked.value.option, asked.value.choices) == ("date_order", ("dmy", "mdy"))
    assert [rows[0].booked_on.month for rows in (by_person, by_file, by_comma)] == [4, 3, 4]


def test_a_decimal_mark_that_no_amount_tells_is_asked_for(file):
    """The amounts of the whole file tell, or else the person."""
    unclear, clear = "D25/03/2026\nT-1.234\n^\n", "D25/03/2026\nT-1.234,50\n^\n"
    with pytest.raises(StatementAmbiguous) as asked:
        read(file, HEADER + unclear)

    by_file = read(file, HEADER + unclear + clear)[1]
    by_person = read(file, HEADER + unclear, ReadingOptions(decimal_mark="."))[1]

    assert asked.value.option == "decimal_mark"
    assert [row.amount for row in by_file] == [Decimal(-1234), Decimal("-1234.50")]
    assert by_person[0].amount == Decimal("-1.234")


def test_each_account_keeps_its_transactions(file):
    """Those that are only listed have none; a balance before the first transaction is no transaction."""
    opening = "D25/03/2026\nT{}\nP{}\nL[Card]\n^\n"
    text = (
        f"{LISTS}!Account\nNChecking\n^\n{HEADER}{BREAD}!Account\nNCard\nTCCard\n^\n!Type:CCard\n"
        f"{opening.format('-100.00', 'Anfangssaldo')}{WAGE}"
    )
    left_out = Counter()

    layout, rows = read(file, text, left_out=left_out)

    assert [(row.account, row.payee) for row in rows] == [("Checking", "Bakery"), ("Card", "Work")]
    assert layout.stated == (Stated("Card", None, opening=Decimal("-100.00")),)
    assert (layout.rows, left_out) == (2, {LeftOut.BALANCE: 1})


@pytest.mark.parametrize(
    ("amount", "name", "count"),
    [
        ("100.00", "Opening Balance", 0),
        ("100.00", "Solde initial", 0),
        ("0.00", "Opening Balance", 1),
        ("9.00", "Jo", 1),
    ],
)
def test_an_opening_balance_is_known_by_its_name_too(file, amount, name, count):
    """One of zero is a row like any other: nothing hangs on it."""
    _, rows = read(file, f"{HEADER}D25/03/2026\nT{amount}\nP{name}\nL[Mine]\n^\n")

    assert len(rows) == count


def test_an_opening_balance_that_cannot_be_read_is_refused(file):
    """With its line."""
    with pytest.raises(StatementUnreadable, match="line 2: 'much' is not an amount"):
        read(file, f"{HEADER}D25/03/2026\nTmuch\nPOpening Balance\nL[Mine]\n^\n")


def test_securities_are_left_out_and_counted(file):
    """They are about more than money."""
    left_out = Counter()

    _, rows = read(file, f"{HEADER}{BREAD}!Type:Invst\nD25/03/2026\nNBuy\nYShare\n$100.00\n^\n", left_out=left_out)

    assert len(rows) == 1
    assert left_out == {LeftOut.SECURITIES: 1}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("LFood:Bread", {"category": "Food:Bread", "notes": ""}),
        ("LFood/Holidays", {"category": "Food", "notes": "class: Holidays"}),
        ("L/Holidays", {"category": None, "notes": "class: Holidays"}),
        ("LFood/Drink", {"category": "Food/Drink"}),
        ("L[Savings]", {"category": None, "notes": "transfer: Savings", "description": "transfer: Savings"}),
        ("L[Savings]/Holidays", {"category": None, "notes": "transfer: Savings"}),
        ("L--Split--", {"category": None, "notes": "", "description": ""}),
        ("LFood\nMSoup", {"description": "Soup", "payee": ""}),
        ("LFood", {"description": "Food"}),
        ("PShop\nMshop no. 4", {"description": "Shop no. 4", "payee": "Shop"}),
        ("N319", {"notes": "check 319"}),
        ("NATM", {"notes": "ATM"}),
        ("PJo\nAStreet 1\nATown", {"notes": "Street 1\nTown"}),
        (
            "LFood\nSFood\nEBread\n$-3.00\nSHome/Holidays\nD01/01/2026\n%50\n$-1.00",
            {"category": None, "amount": "-4.00", "notes": "Food -3.00 Bread\nHome/Holidays -1.00"},
        ),
        ("L--Split--\nSFood\n$-3.00\nSFood\n$-1.00", {"category": "Food", "notes": "Food -3.00\nFood -1.00"}),
    ],
)
def test_what_a_transaction_says_is_where_it_belongs(file, lines, expected):
    """A split is one payment, so it is one row, with its parts in the notes and the category that they share."""
    _, (row,) = read(file, f"{LISTS}{HEADER}D25/03/2026\nT-4.00\n{lines}\n^\n")

    said = {name: getattr(row, name) for name in expected}
    assert {name: value if value is None else str(value) for name, value in said.items()} == expected
    assert row.raw == ("D25/03/2026", "T-4.00", *lines.split("\n"))


def test_a_whole_row_is_what_the_record_says(file):
    """Nothing is pending in this format, and the person says the currency, as it does not."""
    _, (row,) = read(file, HEADER + BREAD, ReadingOptions(currency="nok"))

    assert row == RawRow(
        line=2,
        booked_on=row.booked_on,
        value_on=None,
        amount=Decimal("-4.50"),
        currency="NOK",
        description="Bakery - Bread",
        category="Food",
        bank_id=None,
        pending=False,
        payee="Bakery",
        raw=("D25/03/2026", "T-4.50", "PBakery", "MBread", "LFood"),
    )
    with pytest.raises(InvalidCurrency):
        read(file, HEADER + BREAD, ReadingOptions(currency="ABC"))


def test_letters_from_before_unicode_are_read(file):
    """Old programs write them."""
    _, rows = read(file, HEADER + BREAD.replace("Bakery", "Bäckerei Größ"), encoding="cp1252")

    assert rows[0].payee == "Bäckerei Größ"


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("D32/03/2026\nT-1.00", "'32/03/2026' is no day of the calendar"),
        ("D25/03/0000\nT-1.00", "'25/03/0000' is before 1900"),
        ("T-1.00", "'' is not a date"),
        ("D25/03/2026", "'' is not an amount"),
        ("D25/03/2026\nTfive", "'five' is not an amount"),
        (f"D25/03/2026\nT{'9' * 40}", "is over the limit"),
    ],
)
def test_a_record_that_cannot_be_read_is_told_with_its_line_and_the_others_come_in(file, lines, why):
    """Or all of it is refused, where nobody asks for less."""
    file.write_text(f"{HEADER}{BREAD}{lines}\n^\n{WAGE}", encoding="utf-8")
    layout = statements.recognise(file)
    told = []

    rows = list(statements.rows(file, layout, unreadable=lambda error, cells: told.append((error.line, list(cells)))))

    assert seen(rows) == BOTH
    assert told == [(8, lines.split("\n"))]
    with pytest.raises(StatementUnreadable, match=f"line 8: .*{why}"):
        list(statements.rows(file, layout))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (HEADER, "has nothing in it"),
        (HEADER + BREAD + WAGE[:-6], "ends in the middle of the record that begins on line 8"),
        (HEADER + BREAD + "D03/05/2026\nPWork\n", "ends in the middle of the record that begins on line 8"),
        (HEADER + BREAD.replace("Bakery", "Bak\0ery"), "line 4 of statement.txt has a NUL byte"),
        (HEADER + BREAD.replace("Bakery", "x" * 2_000_000), "line 4 of statement.txt is far too long"),
        (HEADER + "AStreet\n" * 6_000, "the record on line 2 of statement.txt does not end"),
    ],
    ids=["a header", "in a record", "before the amount", "NUL", "2 MB of text", "no end"],
)
def test_a_file_that_is_not_whole_is_refused(file, text, why):
    """Rows that are not in it would be missing in silence."""
    with pytest.raises(StatementUnreadable, match=why):
        read(file, text)


@pytest.mark.parametrize(("end", "encoding"), [("\n", "utf-8"), ("\r", "utf-8"), ("\n", "utf-16")])
def test_the_last_record_need_not_be_ended(file, end, encoding):
    """It has a day and an amount, and its last line is whole."""
    text = HEADER + BREAD + WAGE.removesuffix("^\n")

    _, rows = read(file, text.replace("\n", end), encoding=encoding)

    assert seen(rows) == BOTH


def test_who_names_columns_means_another_format(file):
    """As who has a file that only speaks of it."""
    file.write_text(HEADER + BREAD, encoding="utf-8")
    assert qif.recognise(file, ReadingOptions(columns={Role.DATE: [1]})) is None

    file.write_text("Date,Text,Amount\n2026-03-01,!Type:Bank,1\n", encoding="utf-8")
    assert qif.recognise(file, ReadingOptions()) is None


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=damaged((LISTS + HEADER + BREAD + WAGE).encode()))
def test_whatever_happens_to_a_file_it_is_read_or_refused(file, data):
    """No other error comes out."""
    file.write_bytes(data)

    survives(qif, file)
