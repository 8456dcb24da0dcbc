"""What `expense export` writes comes back into another book exactly as it was, and what a ledger does with a row."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expense_core import categories, expenses, exports, ledgers, statements
from expense_core.errors import StatementAmbiguous, StatementUnreadable
from expense_core.exports import FIELDS, Form, from_book
from expense_core.statements import RawRow, ReadingOptions, Role, exported
from expense_core.statements.importing import import_rows
from expense_core.tables import CategoryCreate, ExpenseCreate, LedgerCreate

HEADER = "id,spent_on,amount,currency,description,category,notes\n"
SEEN = ("spent_on", "amount", "currency", "description", "category", "notes")


@pytest.fixture
def file(tmp_path):
    """Where an export goes."""
    return tmp_path / "expenses.csv"


@pytest.fixture
def another(session, alice):
    """Alice's second ledger, empty, in another currency."""
    made = ledgers.create(session, alice, LedgerCreate(name="Second", currency="SEK"))
    return ledgers.open(session, alice, made.id)


def export(session, access, file, encoding="utf-8"):
    """Write the expenses of a ledger as the command does."""
    with file.open("w", encoding=encoding, newline="") as out:
        out.writelines(exports.text(from_book.pages(session, access), Form.CSV))


def bring_in(session, access, file):
    """Import an export, refunds too."""
    layout = statements.recognise(file)
    return import_rows(session, access, statements.rows(file, layout), credits=True)


def contents(session, access):
    """What is in a book, but for the ids."""
    return sorted(tuple(map(str, (getattr(one, name) for name in SEEN))) for one in expenses.each(session, access))


def test_a_book_comes_back_exactly(session, access, another, file):
    """Refunds, currencies of none and of three decimals, categories, texts that look like something else."""
    food = categories.create(session, access, CategoryCreate(name="Food, and drink"))
    for amount, currency, description, category_id, notes in (
        ("12.50", "EUR", "Lunch", food.id, ""),
        ("-5", "EUR", 'A "refund", in part', None, "line one\nline two\n\n\tindented"),
        ("1200", "JPY", "Ramen", food.id, "  two blanks first"),
        ("0.125", "KWD", "Tea", None, ""),
        ("3", "EUR", "Opening balance", None, ""),
        ("15.50", "EUR", "Total", None, ""),
        ("9", "USD", "-", None, "pending"),
        ("9", "USD", "\u200fمتجر\u200e", None, ""),
    ):
        new = {"amount": amount, "currency": currency, "description": description, "notes": notes}
        expenses.record(session, access, ExpenseCreate(**new, category_id=category_id, spent_on=date(2026, 2, 3)))
    thrown_away = expenses.record(session, access, ExpenseCreate(amount="7", description="Deleted"))
    expenses.delete(session, access, thrown_away.id)
    export(session, access, file)

    report = bring_in(session, another, file)

    assert contents(session, another) == contents(session, access)
    assert (report.rows, report.new, report.new_categories) == (8, 8, ["Food, and drink"])
    assert bring_in(session, another, file).duplicates == 8


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    texts=st.lists(
        st.tuples(st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=30).map(str.strip)),
        max_size=5,
    )
)
def test_any_text_comes_back_exactly(session, access, another, file, texts):
    """Quotes, commas, blanks, marks that say which way to write."""
    for (text,) in texts:
        expenses.record(session, access, ExpenseCreate(amount="1", description=text, notes=text))
    export(session, access, file)

    bring_in(session, another, file)

    assert contents(session, another) == contents(session, access)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_an_export_is_known_in_whatever_unicode_a_shell_has_made_of_it(file, encoding):
    """PowerShell writes UTF-16, and Excel a mark in front."""
    file.write_text(f"{HEADER}1,2026-02-03,12.50,EUR,Café,,\n", encoding=encoding)

    layout = statements.recognise(file)

    assert layout.summary()["format"] == "what `expense export` writes"
    assert [(row.amount, row.description) for row in statements.rows(file, layout)] == [(Decimal("-12.50"), "Café")]


def test_other_columns_and_columns_that_are_named_are_read_as_of_any_bank(file):
    """Somebody has added one, or knows better."""
    file.write_text(f"{HEADER}1,2026-02-03,12.50,EUR,Cafe,,Extra\n", encoding="utf-8")
    named = statements.recognise(file, ReadingOptions(columns={Role.DESCRIPTION: ["notes"]}, invert=True))
    file.write_text(f"{HEADER.strip()},more\n1,2026-02-03,12.50,EUR,Cafe,,Extra,x\n", encoding="utf-8")
    wider = statements.recognise(file, ReadingOptions(invert=True))

    assert (named.format, wider.format) == ("csv", "csv")


@pytest.mark.parametrize(
    "line", ["1,yesterday,12.50,EUR,Cafe,,", "1,2026-02-03,1e5,EUR,Cafe,,", "1,2026-02-03,12.50,EUR,Cafe,", "x"]
)
def test_an_export_that_was_changed_is_refused_with_its_line(file, line):
    """It is not what was exported."""
    file.write_text(f"{HEADER}1,2026-02-03,12.50,EUR,Cafe,,\n{line}\n", encoding="utf-8")

    with pytest.raises(StatementUnreadable, match="line 3 is not as `expense export` writes it") as refused:
        list(statements.rows(file, statements.recognise(file)))

    assert refused.value.line == 3


def test_the_names_of_an_exports_columns_are_those_that_the_command_writes():
    """Each of the two says them by itself."""
    assert exported.FIELDS == FIELDS


# What a ledger makes of a row


def row(**changed):
    """A row of a bank."""
    known = RawRow(2, date(2026, 10, 5), None, Decimal(-12), "EUR", "Lunch", None, None, pending=False)
    return known._replace(**changed)


@pytest.mark.parametrize(
    ("home", "sign", "expected"),
    [
        ("CAD", "$", "CAD"),
        ("FJD", "$", "FJD"),
        ("USD", "$", "USD"),
        ("EUR", "$", "USD"),
        ("SEK", "kr", "SEK"),
        ("NOK", "kr.", "NOK"),
        ("CNY", "¥", "CNY"),
        ("EUR", "CHF", "CHF"),
    ],
)
def test_a_sign_that_several_currencies_share_is_the_ledgers_own(session, alice, home, sign, expected):
    """Where that is written so; a dollar of none of them is the one that is most often written without its country."""
    made = ledgers.create(session, alice, LedgerCreate(name="Home", currency=home))

    report = import_rows(session, ledgers.open(session, alice, made.id), [row(currency=sign)])

    assert list(report.totals) == [expected]


@pytest.mark.parametrize("sign", ["kr", "¥"])
def test_a_sign_that_is_not_the_ledgers_is_asked_about(session, access, sign):
    """Euros are not written so, and no krona or yen is better known than the others."""
    with pytest.raises(StatementAmbiguous) as asked:
        import_rows(session, access, [row(currency=sign)])

    assert asked.value.option == "currency"
    assert f"Which currency is {sign!r}? Say it with --currency" in asked.value.message


def test_a_row_of_years_ahead_is_refused(session, access, clock):
    """67 is 2024 in Thailand, and 2067 elsewhere; a payment of next year may be listed."""
    next_year = clock.today.replace(year=clock.today.year + 1)
    assert import_rows(session, access, [row(booked_on=next_year)]).new == 1

    with pytest.raises(StatementUnreadable, match="line 2: 2067-01-14 is years ahead") as refused:
        import_rows(session, access, [row(booked_on=date(2067, 1, 14))])

    assert refused.value.line == 2


def test_a_long_description_is_whole_in_the_notes_before_what_was_there(session, access):
    """And what was there is not lost."""
    import_rows(session, access, [row(description="x" * 600, notes="first\nsecond\x07")])

    (made,) = expenses.each(session, access)
    assert made.notes == "x" * 600 + "\nfirst\nsecond\N{REPLACEMENT CHARACTER}"
