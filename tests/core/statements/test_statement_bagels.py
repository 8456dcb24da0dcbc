"""Databases of Bagels: records as rows, without transfers and without the shares of others."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expense_core import statements
from expense_core.errors import StatementAmbiguous, StatementError, StatementUnreadable
from expense_core.statements import LeftOut, ReadingOptions

TABLES = """
CREATE TABLE account (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, "beginningBalance" FLOAT, "deletedAt" DATETIME);
CREATE TABLE category (id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, nature VARCHAR, "parentCategoryId" INTEGER);
CREATE TABLE record (id INTEGER PRIMARY KEY, label VARCHAR, amount FLOAT, date DATETIME, "accountId" INTEGER,
    "categoryId" INTEGER, "isIncome" BOOLEAN, "isTransfer" BOOLEAN, "transferToAccountId" INTEGER);
CREATE TABLE split (id INTEGER PRIMARY KEY, "recordId" INTEGER, amount FLOAT, "personId" INTEGER, "isPaid" BOOLEAN);
INSERT INTO account VALUES (1, 'Cash', 0.0, NULL), (2, 'Bank', 0.0, '2026-01-01');
INSERT INTO category VALUES (1, 'Food', 'NEED', NULL), (2, 'Lunch', 'WANT', 1);
"""
DAY = "2026-11-03 12:30:00.000000"


@pytest.fixture
def book(tmp_path):
    """Write a database with these records and splits."""
    file = tmp_path / "db.db"

    def written(*records, splits=(), tables=TABLES):
        with closing(sqlite3.connect(file)) as database, database:
            database.executescript(tables)
            database.executemany("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL)", records)
            database.executemany('INSERT INTO split ("recordId", amount) VALUES (?, ?)', splits)
        return file

    return written


def read(file, left_out=None, **known):
    """The rows of a database."""
    return list(statements.rows(file, statements.recognise(file, ReadingOptions(**known)), left_out))


def test_a_record_is_a_row_with_its_category_beneath_the_one_above_it(book):
    """Money out is negative, its account is named, and its id tells it from its equals."""
    file = book(
        (1, "Lunch\nwith Sam", 12.3, DAY, 1, 2, 0, 0),
        (2, "Pay", 1000.0, DAY, 2, None, 1, 0),
        (3, "Apples", 0.1 + 0.2, DAY, None, 1, 0, 0),
    )

    rows = read(file)

    assert [(row.description, row.amount, row.category, row.account) for row in rows] == [
        ("Lunch with Sam", Decimal("-12.3"), "Food:Lunch", "Cash"),
        ("Pay", Decimal("1000.0"), None, "Bank"),
        ("Apples", Decimal("-0.3"), "Food", None),
    ]
    assert [(row.line, row.bank_id, row.currency, str(row.booked_on)) for row in rows[:1]] == [
        (1, "1", None, "2026-11-03")
    ]
    assert statements.recognise(file).summary() == {"format": "a database of Bagels", "currency": "not said"}


def test_transfers_between_accounts_are_left_out_and_counted(book):
    """No money came or went."""
    left_out: Counter[LeftOut] = Counter()

    rows = read(book((1, "To the bank", 10.005, DAY, 1, None, 0, 1), (2, "Tea", 2.5, DAY, 1, None, 0, 0)), left_out)

    assert [row.description for row in rows] == ["Tea"]
    assert left_out == {LeftOut.NEITHER: 1}


def test_what_others_owe_of_it_is_taken_off(book):
    """Each share by itself in the decimals of the currency."""
    file = book((1, "Dinner", 10.0, DAY, 1, 1, 0, 0), splits=[(1, 10 / 3), (1, 10 / 3)])

    (row,) = read(file, currency="eur")

    assert (row.amount, row.currency) == (Decimal("-3.34"), "EUR")


def test_an_amount_that_has_to_be_rounded_is_asked_about(book):
    """A yen has no decimals, and a dinar three; Bagels does not say which it is."""
    file = book((7, "Dinner", 10.0, DAY, 1, 1, 0, 0), splits=[(7, 10 / 3)])

    with pytest.raises(StatementAmbiguous, match="Which currency are the amounts in") as asked:
        read(file)

    assert asked.value.option == "currency"
    assert [row.amount for row in read(file, currency="KWD")] == [Decimal("-6.667")]
    assert [row.amount for row in read(file, currency="JPY")] == [Decimal(-7)]


@pytest.mark.parametrize(
    ("amount", "day"), [(None, DAY), ("five", DAY), (9e99, DAY), (5.0, "yesterday"), (5.0, None), (5.0, 7)]
)
def test_a_record_that_is_damaged_is_told_by_its_id(book, amount, day):
    """Nothing of it comes in."""
    file = book((1, "Tea", 2.5, DAY, 1, None, 0, 0), (4, "Bad", amount, day, 1, None, 0, 0))

    with pytest.raises(StatementUnreadable, match="record 4 has no amount and no day") as refused:
        read(file, currency="EUR")

    assert refused.value.line == 4
    told = []
    layout = statements.recognise(file, ReadingOptions(currency="EUR"))
    rows = list(statements.rows(file, layout, unreadable=lambda error, cells: told.append((error.line, cells[1]))))
    assert ([row.line for row in rows], told) == ([1], [(4, "Bad")])


ALIKE = "; INSERT INTO category VALUES (3, 'A', '', 3)"


def test_a_record_that_comes_again_is_none_of_bagels(book):
    """Without keys, every category would be joined to each of its equals: a small file of rows without an end."""
    tables = TABLES.replace("category (id INTEGER PRIMARY KEY", "category (id INTEGER")
    file = book((1, "Tea", 2.5, DAY, 1, 3, 0, 0), tables=tables + ALIKE + ";")
    assert [row.category for row in read(file)] == ["A:A"]
    file.unlink()

    with pytest.raises(StatementUnreadable, match="record 1 is there more than once"):
        read(book((1, "Tea", 2.5, DAY, 1, 3, 0, 0), tables=tables + ALIKE + ", (3, 'B', '', 3);"))


@pytest.mark.parametrize("length", [90, 5_000])
def test_a_database_that_was_cut_off_is_damaged(book, length):
    """As a copy is that was not finished."""
    file = book((1, "Tea", 2.5, DAY, 1, None, 0, 0))
    file.write_bytes(file.read_bytes()[:length])

    with pytest.raises(StatementUnreadable, match="is a damaged SQLite database"):
        read(file)


def test_text_that_is_none_shows_where_it_is_broken(book):
    """And the rest of it is read."""
    file = book((1, "Tea", 2.5, DAY, 1, None, 0, 0))
    content = file.read_bytes()
    file.write_bytes(content.replace(b"Tea", b"T\xffa"))

    assert [row.description for row in read(file)] == ["T\N{REPLACEMENT CHARACTER}a"]


@pytest.mark.parametrize(
    "tables",
    [
        "CREATE TABLE record (id INTEGER PRIMARY KEY)",
        TABLES.replace('"isIncome"', '"income"'),
        TABLES.replace("TABLE split", "TABLE splits") + "CREATE VIEW split AS SELECT * FROM splits",  # noqa: S608 - ours
    ],
)
def test_another_database_is_not_taken_for_one(tmp_path, tables):
    """It is said what it is."""
    file = tmp_path / "db.db"
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(tables)

    with pytest.raises(StatementUnreadable, match="is an SQLite database, not a CSV file"):
        statements.recognise(file)


def test_a_database_that_is_being_written_to_is_refused(book):
    """Some of its records are in another file yet, and would be missed in silence."""
    file = book((1, "Tea", 2.5, DAY, 1, None, 0, 0))
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        with database:
            database.execute("UPDATE record SET amount = 3.0")

        with pytest.raises(StatementUnreadable, match="is open in another program; close that first"):
            statements.recognise(file)

    assert [row.amount for row in read(file)] == [Decimal("-3.0")]


@settings(max_examples=50, deadline=None)
@given(
    changes=st.lists(st.tuples(st.integers(min_value=0), st.binary(max_size=8)), max_size=6),
    length=st.none() | st.integers(16, 20_000),
)
def test_no_damage_to_a_database_leads_to_anything_but_an_error_of_ours(changes, length, tmp_path_factory):
    """Bytes are overwritten and the end is cut off: it is read, or refused."""
    file = tmp_path_factory.mktemp("damaged") / "db.db"
    with closing(sqlite3.connect(file)) as database, database:
        database.executescript(TABLES)
        database.execute("INSERT INTO record VALUES (1, 'Tea', 2.5, ?, 1, 2, 0, 0, NULL)", [DAY])
    content = bytearray(file.read_bytes()[:length])
    for place, replacement in changes:
        start = place % len(content)
        content[start : start + len(replacement)] = replacement
    file.write_bytes(content)

    try:
        rows = read(file, currency="EUR")
    except StatementError:
        rows = []

    assert all(row.amount.is_finite() for row in rows)
