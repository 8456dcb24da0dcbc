"""Real statements of real banks, where they are at hand: other people's files, which are not part of this project."""

from __future__ import annotations

import csv
import os
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from expense_core import statements
from expense_core.errors import StatementAmbiguous
from expense_core.statements import DateOrder, ReadingOptions

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("EXPENSE_TEST_STATEMENTS") or ROOT.parent / "shared" / "data" / "statements")
MANIFEST = FOLDER / "MANIFEST.tsv"
JOURNALS = {
    "hledger_quickstart.journal": "assets",
    "ledger_checking.lgr": None,
    "beancount_paypal_journal.beancount": "Assets:Paypal",
}
"""The accounts that the manifest counts the rows of; of the one, what is on expenses and income comes to the same."""
MONTH_FIRST = {"ynab_comdirect-ynap.csv", "monefy_monefy.csv"}
"""No day in them is past the twelfth: a person has to say which comes first, the day or the month."""


READ = ("CSV", "OFX", "QFX", "QIF", "MT940", "camt")


def described() -> list[dict[str, str]]:
    """What the manifest says of each file in a format that is read; nothing where it is absent."""
    if not MANIFEST.is_file():
        return []
    with MANIFEST.open(encoding="utf-8", newline="") as lines:
        return [line for line in csv.DictReader(lines, delimiter="\t") if line["format"].startswith(READ)]


needs_files = pytest.mark.skipif(not MANIFEST.is_file(), reason="the real statements are not here")


def total(text: str) -> Decimal:
    """The number in a sum of the manifest, such as "1088.27 EUR", or of all of them in "800.0 EUR; 10.00 PLN"."""
    return sum(map(Decimal, re.findall(r"\d[\d.]*", text)), Decimal(0))


@needs_files
@pytest.mark.parametrize(
    "line", [line for line in described() if line["debits_out"].isdigit()], ids=lambda line: line["file"]
)
def test_a_real_statement_has_the_counts_and_sums_of_the_manifest(line):
    """Rows, debits, credits and what they add up to; all but two files without any option."""
    file = FOLDER / line["file"]
    options = ReadingOptions(date_order=DateOrder.MDY if line["file"] in MONTH_FIRST else None)

    layout = statements.recognise(file, options)
    rows = list(statements.rows(file, layout))

    out = [row.amount for row in rows if row.amount < 0]
    into = [row.amount for row in rows if row.amount > 0]
    assert (len(rows), len(out), len(into)) == tuple(
        int(line[column]) for column in ("transaction_rows", "debits_out", "credits_in")
    )
    assert (-sum(out), sum(into)) == (total(line["sum_debits"]), total(line["sum_credits"]))
    assert layout.rows == len(rows)


@needs_files
@pytest.mark.parametrize("name", sorted(MONTH_FIRST))
def test_a_real_statement_whose_dates_can_be_read_both_ways_is_asked_about(name):
    """Reading it one way or the other would be a guess."""
    with pytest.raises(StatementAmbiguous) as asked:
        statements.recognise(FOLDER / name)

    assert (asked.value.option, asked.value.choices) == ("date_order", ("dmy", "mdy"))


@needs_files
@pytest.mark.parametrize("name", JOURNALS)
def test_a_real_journal_has_the_counts_and_sums_of_the_manifest(name):
    """On the account that was counted there."""
    with MANIFEST.open(encoding="utf-8", newline="") as lines:
        (line,) = (line for line in csv.DictReader(lines, delimiter="\t") if line["file"] == name)

    layout = statements.recognise(FOLDER / name, ReadingOptions(account=JOURNALS[name]))
    rows = list(statements.rows(FOLDER / name, layout))

    out = [row.amount for row in rows if row.amount < 0]
    into = [row.amount for row in rows if row.amount > 0]
    assert (len(out), len(into)) == (int(line["debits_out"]), int(line["credits_in"]))
    assert (-sum(out), sum(into)) == (total(line["sum_debits"]), total(line["sum_credits"]))


@needs_files
def test_currencies_are_those_that_the_real_statements_state():
    """Two in one file, each with its rows."""
    file = FOLDER / "odoo-oca_sample_statement_en.csv"

    rows = statements.rows(file, statements.recognise(file))

    assert Counter(row.currency for row in rows) == {"USD": 1, "EUR": 1}


@needs_files
def test_shared_expenses_are_not_taken_for_an_account():
    """A group's ledger has the shares of several people: who one of them is, is asked."""
    with pytest.raises(StatementAmbiguous) as asked:
        statements.recognise(FOLDER / "splitwise_splitwise-test.csv")

    assert asked.value.option == "columns"
