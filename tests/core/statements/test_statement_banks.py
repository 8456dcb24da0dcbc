"""Statements in the shapes of many banks and apps, each beside the rows that are in it. The rows are invented."""

from __future__ import annotations

from pathlib import Path

import pytest

from expense_core import statements
from expense_core.statements import RawRow

BANKS = sorted((Path(__file__).parent / "banks").glob("*.csv"))


def shown(row: RawRow) -> str:
    """A row as the files of expected rows write it."""
    state = "pending" if row.pending else "booked"
    cells = (row.booked_on, row.amount, row.currency or "-", state, row.category or "-", row.description)
    return "\t".join(map(str, cells))


@pytest.mark.parametrize("file", BANKS, ids=lambda file: file.stem)
def test_a_statement_is_read_without_any_option(file: Path) -> None:
    """Dates, signed amounts, currencies, descriptions, categories and pending rows come out as the bank meant them."""
    layout = statements.recognise(file)

    rows = list(statements.rows(file, layout))

    assert [shown(row) for row in rows] == file.with_suffix(".rows").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("file", BANKS, ids=lambda file: file.stem)
def test_what_was_understood_can_be_shown(file: Path) -> None:
    """The summary names the columns of the date and of the money, for every layout there is."""
    summary = statements.recognise(file).summary()

    assert summary["date column"]
    assert summary.get("amount column") or summary["debit column"] or summary["credit column"]
