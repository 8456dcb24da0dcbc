"""Journals for hledger and Beancount: the programs themselves take them, and add up what the book does."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections import defaultdict
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expense_core import categories, expenses, exports, ledgers, reports
from expense_core.errors import Invalid
from expense_core.exports import Form, from_book
from expense_core.tables import CategoryCreate, ExpenseCreate, LedgerCreate

LUNCH = (7, "2026-11-03", "12.50", "EUR", "Lunch; with | Sam", "Eating out", "one\n\n  two")
REFUND = (8, "2026-11-04", "-1200", "JPY", "", None, "")

ODD = (
    "Food",
    "Eating out",
    "Eating-out",
    "eat: in",
    "日本",
    "été",
    "ß",
    "🍕",
    "A  b",
    "(x) [y]; z",
    "Uncategorised",
    "1/2",
)
"""Categories in the way of somebody's grammar."""

needs_hledger = pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
lines = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=25).map(str.strip)


@pytest.fixture
def odd_book(session, access):
    """Expenses of every kind in categories of every kind."""
    made = [categories.create(session, access, CategoryCreate(name=name)).id for name in ODD]
    amounts = [("12.50", "EUR"), ("-3.05", "EUR"), ("1200", "JPY"), ("0.001", "KWD"), ("999999999999.9999", "CLF")]
    texts = ['"quoted" \\ (1) * ; x | y', "= @ {1} #tag ^link", "! x", "2026-01-01", "日本 🍕", ""]
    expenses.record_many(
        session,
        access,
        [
            ExpenseCreate(
                amount=amount,
                currency=currency,
                category_id=category_id,
                description=texts[number % len(texts)],
                notes=texts[-number % len(texts)] + "\n\n\tdate: x, [2026-99-99]\n; y",
                spent_on=f"{1900 + number}-11-05",
            )
            for number, (category_id, (amount, currency)) in enumerate(
                (category_id, size) for category_id in [None, *made] for size in amounts
            )
        ],
    )
    return access


def journal(pages, form, folder, **how):
    """The file, and its text."""
    file = folder / f"book.{form}"
    file.write_bytes(b"".join(exports.pieces(pages, form, **how)))
    return file


def spent(session, access):
    """What the report says of each category and currency."""
    rows = reports.spending(session, access, ("category", "currency")).rows
    return sorted((row.currency, row.total) for row in rows)


def hledger_totals(file):
    """What hledger says of each account of expenses, once it has checked everything it can."""
    checks = ["--strict", "ordereddates"]
    subprocess.run(["hledger", "-f", file, "check", *checks], check=True, capture_output=True, timeout=60)
    asked = ["balance", "^Expenses:", "--flat", "-N", "-O", "csv", "--layout=bare"]
    told = subprocess.run(["hledger", "-f", file, *asked], check=True, capture_output=True, timeout=60)
    rows = [*csv.reader(io.StringIO(told.stdout.decode()))][1:]
    return sorted((commodity, Decimal(balance)) for _, commodity, balance in rows if Decimal(balance))


def beancount_totals(file):
    """The same of Beancount, which finds nothing wrong."""
    loader = pytest.importorskip("beancount.loader", reason="beancount is not installed")
    entries, errors, _ = loader.load_file(str(file))
    assert errors == []
    totals = defaultdict(Decimal)
    for entry in entries:
        for posting in getattr(entry, "postings", ()):
            if posting.account.startswith("Expenses:"):
                totals[posting.account, posting.units.currency] += posting.units.number
    return sorted((currency, total) for (_, currency), total in totals.items())


@needs_hledger
def test_hledger_takes_a_journal_and_adds_up_what_the_report_does(session, odd_book, tmp_path):
    """Whatever the categories are called, each stays one of its own."""
    file = journal(from_book.pages(session, odd_book), Form.HLEDGER, tmp_path, account="Assets:My bank")

    assert hledger_totals(file) == spent(session, odd_book)


def test_beancount_takes_a_ledger_and_adds_up_what_the_report_does(session, odd_book, tmp_path):
    """Whatever the categories are called, each stays one of its own."""
    file = journal(from_book.pages(session, odd_book), Form.BEANCOUNT, tmp_path, account="Liabilities:Card-1")

    assert beancount_totals(file) == spent(session, odd_book)


@needs_hledger
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(st.tuples(lines, lines.filter(bool), lines), min_size=20, max_size=40))
def test_hledger_takes_any_text(some, tmp_path):
    """A journal that it does not take is of no use to anybody."""
    page = [(n, "2026-11-05", "1.00", "EUR", text, category, notes) for n, (text, category, notes) in enumerate(some)]

    file = journal([page], Form.HLEDGER, tmp_path)

    assert sum(total for _, total in hledger_totals(file)) == len(some)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(some=st.lists(st.tuples(lines, lines.filter(bool), lines), min_size=20, max_size=40))
def test_beancount_takes_any_text(some, tmp_path):
    """A ledger that it does not take is of no use to anybody."""
    page = [(n, "2026-11-05", "1.00", "EUR", text, category, notes) for n, (text, category, notes) in enumerate(some)]

    file = journal([page], Form.BEANCOUNT, tmp_path)

    assert sum(total for _, total in beancount_totals(file)) == len(some)


def test_a_journal_of_hledgers_declares_what_it_uses():
    """Just before it is used first, so that nothing has to be known beforehand; a note is a comment, line by line."""
    assert "".join(exports.text([[LUNCH, REFUND]], Form.HLEDGER)) == (
        "decimal-mark .\n"
        "account Assets:Cash\n"
        "commodity 1000.00 EUR\n"
        "account Expenses:Eating out\n"
        "\n"
        "2026-11-03 * (7) Lunch, with / Sam\n"
        "    ; one\n"
        "    ;\n"
        "    ;   two\n"
        "    Expenses:Eating out  12.50 EUR\n"
        "    Assets:Cash  -12.50 EUR\n"
        "commodity 1000. JPY\n"
        "account Expenses:Uncategorised\n"
        "\n"
        "2026-11-04 * (8)\n"
        "    Expenses:Uncategorised  -1200 JPY\n"
        "    Assets:Cash  1200 JPY\n"
    )


def test_a_ledger_of_beancounts_opens_what_it_uses():
    """Its accounts have no blanks; descriptions and notes are kept as they are."""
    assert "".join(exports.text([[LUNCH], [REFUND]], Form.BEANCOUNT, account="Assets:Bank")) == (
        "1900-01-01 open Assets:Bank\n"
        'option "operating_currency" "EUR"\n'
        "1900-01-01 open Expenses:Eating-Out\n"
        "\n"
        '2026-11-03 * "Lunch; with | Sam"\n'
        '  id: "7"\n'
        '  notes: "one\\n\\n  two"\n'
        "  Expenses:Eating-Out  12.50 EUR\n"
        "  Assets:Bank  -12.50 EUR\n"
        'option "operating_currency" "JPY"\n'
        "1900-01-01 open Expenses:Uncategorised\n"
        "\n"
        '2026-11-04 * ""\n'
        '  id: "8"\n'
        "  Expenses:Uncategorised  -1200 JPY\n"
        "  Assets:Bank  1200 JPY\n"
    )


@pytest.mark.parametrize(
    ("form", "account"),
    [
        (Form.HLEDGER, "Assets:My  bank"),
        (Form.HLEDGER, "(Assets)"),
        (Form.HLEDGER, "Assets:"),
        (Form.HLEDGER, ""),
        (Form.HLEDGER, "A\nB"),
        (Form.BEANCOUNT, "Assets"),
        (Form.BEANCOUNT, "Assets:my"),
        (Form.BEANCOUNT, "Assets:My bank"),
        (Form.BEANCOUNT, "Assets:"),
        (Form.BEANCOUNT, "Cash:Bank"),
    ],
)
def test_an_account_that_the_program_would_not_take_is_refused(form, account):
    """Before anything is written."""
    with pytest.raises(Invalid, match="write one like Assets:Cash"):
        exports.pieces([], form, account=account)


def test_the_account_that_the_money_comes_from_is_never_a_category(session, alice, tmp_path):
    """Not even where it is called as one would be."""
    access = ledgers.open(session, alice, ledgers.create(session, alice, LedgerCreate(name="Second")).id)
    food = categories.create(session, access, CategoryCreate(name="Food"))
    expenses.record(session, access, ExpenseCreate(amount=1, category_id=food.id))

    written = "".join(exports.text(from_book.pages(session, access), Form.BEANCOUNT, account="Expenses:Food"))

    assert "  Expenses:Food-2  1.00 EUR\n  Expenses:Food  -1.00 EUR\n" in written
