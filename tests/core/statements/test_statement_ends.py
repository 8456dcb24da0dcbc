"""Every reader comes to an end, soon and in little memory: with a row or an error for each record."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from pathlib import Path

import pytest
from damage import ends_well

from expense_core import statements
from expense_core.errors import StatementUnreadable
from expense_core.statements.delimited import amounts

SEEDS = sorted((Path(__file__).parents[2] / "fuzz" / "seeds").iterdir())
ROWS = {
    "bank.csv": 2, "book.beancount": 3, "book.journal": 2, "expenses.csv": 2, "statement.camt.xml": 3,
    "statement.ofx": 2, "statement.qif": 2, "statement.sta": 2,
}  # fmt: skip


def zipped(content):
    """An archive with this in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("statement", content, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


@pytest.fixture
def file(tmp_path):
    """Where the statement is."""
    return tmp_path / "statement.txt"


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_a_file_that_is_cut_off_anywhere_is_read_or_refused(file, seed):
    """What begins the fuzzing is whole, and what is left of it has no more rows than that."""
    whole = seed.read_bytes()
    assert ends_well(seed) == ROWS[seed.name]

    for length in range(0, len(whole), 29):
        file.write_bytes(whole[:length])
        assert (ends_well(file) or 0) <= ROWS[seed.name]


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"4.50", b"1%s" % (b"0" * 40)),
        (b"2026", b"0000"),
        (b"Bakery", b"B\0kery"),
        (b"Bread", b"Br\xff\xfe\xe9d"),
    ],
    ids=["an amount of 10^40", "the year 0", "NUL", "another encoding"],
)
def test_what_no_book_can_hold_is_told_in_every_format(file, seed, old, new):
    """With its line; the rows around it are there, or the file is refused."""
    content = seed.read_bytes()
    if old not in content:  # as SWIFT writes amounts and days
        old, new = {b"4.50": (b"4,50", new), b"2026": (b":2603", b":0000")}[old]
    file.write_bytes(content.replace(old, new))
    told = []

    try:
        layout = statements.recognise(file)
        found = list(statements.rows(file, layout, unreadable=lambda error, _: told.append(error)))
    except StatementUnreadable as error:
        found, told = [], [error]

    assert all(error.line for error in told)
    assert told or (old == b"Bread" and len(found) == ROWS[seed.name])


@pytest.mark.parametrize(
    ("pack", "what"),
    [(gzip.compress, "compressed with gzip"), (zipped, "a spreadsheet (or another zip")],
    ids=["gzip", "zip"],
)
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed.name)
def test_an_archive_is_told_from_what_is_in_it(file, seed, pack, what):
    """Whatever it is called."""
    file.write_bytes(pack(seed.read_bytes()))

    with pytest.raises(StatementUnreadable) as refused:
        statements.recognise(file)
    assert what in str(refused.value)


CSV = "Date,Description,Amount\n2026-03-02,Shop,-5.00\n"
OWN = "id,spent_on,amount,currency,description,category,notes\n1,2026-03-02,5.00,EUR,Tea,,\n"
OFX = "OFXHEADER:100\n\n<OFX><STMTRS><CURDEF>EUR<BANKTRANLIST>\n"
MT940 = ":20:S\n:25:1/4\n:28C:1/1\n:60F:C260301EUR100,00\n:61:2603020302D5,00NMSC\n"
CAMT = '<?xml version="1.0"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>\n'
JOURNAL = "2026-03-02 Shop\n  expenses:food  5 EUR\n  assets:cash\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (CSV + '2026-03-03,"' + 'x\n","' * 300_000, 3),
        (OWN + '2,2026-03-03,"' + 'x\n","' * 300_000, 3),
        (OFX + "<STMTTRN>" + "<AB>xyz\n" * 30_000, 4),
        (OFX + "<STMTRS>" * 20_001, None),
        (OFX + "<LEDGERBAL>" + "<BALAMT>1\n" * 20_001, None),
        ("!Type:Bank\nD2/3/2026\nT-5.00\n" + ("P" + "x" * 60_000 + "\n") * 20, 2),
        ("!Type:Class\n" + "".join(f"N{name}\n^\n" for name in range(10_002)), 20_004),
        (MT940 + ":86:x\n" * 1_001, 5),
        (MT940 + "".join(f"-\n:20:S\n:25:{name}\n:62F:C260301EUR1,00\n" for name in range(20_001)), None),
        (MT940 + f":90D:{'9' * 5_000}EUR1,00\n", 6),
        (CAMT + "<Ntry>" + "<a/>" * 400_001, 3),
        (JOURNAL + "apply account x\n" * 1_002, 1_005),
        (JOURNAL + "include x\n" * 1_002, 1_005),
        (JOURNAL + "account a\n" + "  alias x\n" * 1_002, 1_006),
    ],
    ids=[
        "a record of a CSV file", "a record of an export", "a transaction of OFX", "accounts of OFX", "balances of OFX",
        "a record of QIF", "classes of QIF", "a movement of MT940", "accounts of MT940", "a number of MT940",
        "an entry of camt", "parents of a journal", "files of a journal", "names of a journal",
    ],
)  # fmt: skip
def test_what_never_ends_is_refused(file, text, line):
    """Else whoever sends such a file would fill the memory, or wait for ever."""
    file.write_text(text, encoding="utf-8")

    with pytest.raises(StatementUnreadable) as refused:
        list(statements.rows(file, statements.recognise(file)))

    assert refused.value.line == line


@pytest.mark.parametrize(
    "text",
    [
        JOURNAL + "2026-03-03 x\n" + "  expenses:food  1 EUR\n  assets:cash  -1 EUR\n" * 2_000,
        JOURNAL + f"alias a=a:{'b' * 4_900}\n" * 300 + "2026-03-03 x\n  a  1 EUR\n  expenses:x\n" * 100,
        MT940 + ("{1:" * 21_000 + "\n") * 20 + ":62F:C260301EUR95,00\n",
        CAMT + f"<TxsSummry><TtlNtries><NbOfNtries>{'9' * 5_000}</NbOfNtries></TtlNtries></TxsSummry>"
        "</Stmt></BkToCstmrStmt></Document>",
        CAMT + "<Ntry>" + "<TxDtls>" * 90 + "x" * 1_000_000 + "</TxDtls>" * 90
        + "</Ntry></Stmt></BkToCstmrStmt></Document>",
    ],
    ids=[
        "many postings", "names that grow", "braces", "a number of 5,000 digits", "a text",
    ],
)  # fmt: skip
def test_what_is_made_to_take_for_ever_does_not(file, text):
    """Nothing in a file costs more than its length."""
    file.write_text(text, encoding="utf-8")
    started = time.process_time()

    assert ends_well(file) is not None

    assert time.process_time() - started < 10


@pytest.mark.parametrize("cell", ["1" + " " * 78 + "=", "(" + " " * 78 + "=", "1 " * 39 + "="])
def test_a_cell_of_blanks_is_no_amount_at_once(cell):
    """A regular expression that tries each of them in each place would be busy for seconds with a single cell."""
    started = time.process_time()

    assert amounts.written(cell) is None

    assert time.process_time() - started < 1
