"""Statements and workbooks: what other programs read of an export, each by a reader that is not ours."""

from __future__ import annotations

import io
from datetime import datetime
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
from openpyxl import load_workbook

from expense_core import exports, statements
from expense_core.exports import FIELDS, Form, xlsx

LUNCH = (7, "2026-11-03", "12.50", "EUR", "Lunch <with> Sam & Co, at the corner of the square", "Food/Out", "one\n two")
REFUND = (8, "2026-11-04", "-1200", "JPY", "=1+1", None, "")
TEA = (9, "2026-11-02", "3.25", "EUR", "Tea", "Food-Out", "")
BLANK = (10, "2026-11-05", "-15.75", "EUR", "", "[Bank]", "x" * 300)
LARGE = (11, "1900-01-01", "999999999999.9999", "CLF", "_x0041_ \ufffe é", "-2", "+3")


def written(form, *pages):
    """The file, and that it comes in pieces."""
    return b"".join(exports.pieces(pages, form))


def read(content):
    """What is below the header, which is well-formed XML."""
    header, _, root = content.decode().partition("\n\n")
    assert header.splitlines()[:5:2] == ["OFXHEADER:100", "VERSION:102", "ENCODING:UTF-8"]
    return ET.fromstring(root)  # noqa: S314 - ours


def test_ofx_has_a_statement_for_each_currency_with_its_balance():
    """Money spent is negative; an id is the same whenever it is exported, so that nothing is taken twice."""
    root = read(written(Form.OFX, [LUNCH, REFUND], [TEA, BLANK]))

    statements = root.findall("BANKMSGSRSV1/STMTTRNRS/STMTRS")
    told = [[one.findtext(path) for path in ("CURDEF", "LEDGERBAL/BALAMT", "LEDGERBAL/DTASOF")] for one in statements]
    assert told == [["EUR", "0", "20261105120000"], ["JPY", "1200", "20261104120000"]]
    ranges = [[one.findtext(f"BANKTRANLIST/{name}") for name in ("DTSTART", "DTEND")] for one in statements]
    assert ranges == [["20261102120000", "20261105120000"], ["20261104120000", "20261104120000"]]
    names = ("FITID", "TRNTYPE", "DTPOSTED", "TRNAMT", "NAME", "MEMO")
    rows = [[one.findtext(name) for name in names] for one in root.iter("STMTTRN")]
    assert rows == [
        ["7", "DEBIT", "20261103120000", "-12.50", "Lunch <with> Sam & Co, at the co", f"{LUNCH[4]} one two"],
        ["9", "DEBIT", "20261102120000", "-3.25", "Tea", None],
        ["10", "CREDIT", "20261105120000", "15.75", None, "x" * 255],
        ["8", "CREDIT", "20261104120000", "1200", "=1+1", None],
    ]


def test_ofx_has_nothing_that_xml_has_no_way_to_write():
    """It is replaced."""
    root = read(written(Form.OFX, [LARGE]))

    assert root.findtext(".//NAME") == "_x0041_ \ufffd é"


def test_ofx_of_nothing_is_a_file_too():
    """A bank that has answered, and has no statement."""
    root = read(written(Form.OFX))

    assert [one.tag for one in root] == ["SIGNONMSGSRSV1"]


def test_qif_has_an_account_for_each_currency_and_categories_of_its_own():
    """A slash would begin a class, brackets a transfer to an account of theirs."""
    assert written(Form.QIF, [LUNCH, REFUND], [TEA, BLANK]).decode() == (
        "!Account\nNExpenses EUR\nTCash\n^\n!Type:Cash\n"
        "D2026-11-03\nT-12.50\nPLunch <with> Sam & Co, at the corner of the square\nMone two\nLFood-Out\n^\n"
        "D2026-11-02\nT-3.25\nPTea\nLFood-Out-2\n^\n"
        f"D2026-11-05\nT15.75\nM{'x' * 300}\nL(Bank)\n^\n"
        "!Account\nNExpenses JPY\nTCash\n^\n!Type:Cash\n"
        "D2026-11-04\nT1200\nP=1+1\n^\n"
    )


@pytest.mark.parametrize("form", [Form.CSV, Form.OFX, Form.QIF, Form.HLEDGER, Form.BEANCOUNT])
def test_our_own_readers_read_it_back(form, tmp_path):
    """Every day and every amount, and who was paid."""
    path = tmp_path / f"expenses.{form}"
    path.write_bytes(written(form, [LUNCH, REFUND], [TEA]))

    rows = [*statements.rows(path, statements.recognise(path))]

    found = sorted((row.booked_on.isoformat(), -row.amount, row.description.split(" - ")[0][:30]) for row in rows)
    assert found == sorted((day, Decimal(amount), text[:30]) for _, day, amount, _, text, *_ in (LUNCH, REFUND, TEA))


def sheets(content):
    """The rows of each sheet of a workbook."""
    return [[[*row] for row in sheet.iter_rows()] for sheet in load_workbook(io.BytesIO(content))]


def test_a_workbook_has_dates_and_numbers_and_text_that_is_never_a_formula():
    """They can be sorted and added up; an amount that a float cannot hold is text."""
    [[names, lunch, refund, large]] = sheets(written(Form.XLSX, [LUNCH, REFUND], [LARGE]))

    assert tuple(cell.value for cell in names) == FIELDS
    assert [cell.value for cell in lunch] == [7, datetime(2026, 11, 3), 12.5, "EUR", *LUNCH[4:]]  # noqa: DTZ001 - as Excel has it
    assert [(cell.data_type, cell.number_format) for cell in lunch[:4]] == [
        ("n", "General"),
        ("d", "yyyy-mm-dd"),
        ("n", "#,##0.00"),
        ("s", "General"),
    ]
    assert [(cell.value, cell.data_type, cell.number_format) for cell in refund[2:5]] == [
        (-1200, "n", "#,##0"),
        ("JPY", "s", "General"),
        ("=1+1", "s", "General"),
    ]
    assert [cell.value for cell in large[2:]] == ["999999999999.9999", "CLF", "_x005F_x0041_ _xFFFE_ é", "-2", "+3"]
    assert {cell.data_type for cell in large[2:]} == {"s"}


def test_what_does_not_fit_on_a_sheet_goes_on_the_next():
    """Excel has about a million rows on each."""
    content = b"".join(xlsx.written([[LUNCH] * 5], most_rows=3))

    assert [len(rows) for rows in sheets(content)] == [3, 3, 2]


@pytest.mark.parametrize("amount", ["0.01", "-4503599627370.25", "99999999999.9999", "0.0001"])
def test_an_amount_that_is_a_number_in_a_workbook_is_exact(amount):
    """With fifteen digits or fewer it is, to Excel and to a float."""
    [[_, row]] = sheets(written(Form.XLSX, [(*TEA[:2], amount, *TEA[3:])]))

    assert Decimal(repr(row[2].value)) == Decimal(amount)
