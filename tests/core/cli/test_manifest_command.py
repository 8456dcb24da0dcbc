"""Real statements of real banks come in by `expense import FILE`: other people's files, no part of this project."""

from __future__ import annotations

import csv
import json
import os
from decimal import Decimal
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("EXPENSE_TEST_STATEMENTS") or ROOT.parent / "shared" / "data" / "statements")
MANIFEST = FOLDER / "MANIFEST.tsv"

OPTIONS = {
    "mint_mint.csv": ["--currency", "USD"],
    "monefy_monefy.csv": ["--date-order", "mdy"],
    "ynab_comdirect-ynap.csv": ["--date-order", "mdy"],
}
"""What has to be said of a file: the first names no currency, and no day in the others is past the twelfth."""


def known() -> list[dict[str, str]]:
    """The lines of the manifest on CSV files whose debits are known, in one currency; none where it is absent."""
    if not MANIFEST.is_file():
        return []
    with MANIFEST.open(encoding="utf-8", newline="") as lines:
        described = [*csv.DictReader(lines, delimiter="\t")]
    return [line for line in described if line["format"].startswith("CSV") and len(line["sum_debits"].split()) == 2]


@pytest.mark.skipif(not MANIFEST.is_file(), reason="the real statements are not here")
@pytest.mark.parametrize("line", known(), ids=lambda line: line["file"])
def test_a_real_statement_comes_in_with_the_manifests_counts_and_sums(book, line):
    """As many new expenses as it has debits, adding up to the cent; a second time none."""
    total, currency = line["sum_debits"].split()
    words = ["import", str(FOLDER / line["file"]), *OPTIONS.get(line["file"], [])]

    imported, again = book(*words), book(*words)
    report = json.loads(book("report", "--by", "currency", "--format", "json").out)

    assert imported.code == 0, imported.err
    assert imported.out.startswith(f"Imported {line['debits_out']} of {line['transaction_rows']} row")
    assert again.out.startswith(f"Imported 0 of {line['transaction_rows']} row")
    assert [(row["currency"], Decimal(row["total"]), row["count"]) for row in report] == [
        (currency, Decimal(total), int(line["debits_out"]))
    ]


@pytest.mark.skipif(not MANIFEST.is_file(), reason="the real statements are not here")
def test_most_real_statements_need_no_option():
    """The rest need one that the refusal names."""
    assert len(known()) >= 18
    assert len(known()) - len(OPTIONS) >= 13
