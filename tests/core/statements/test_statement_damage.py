"""Files that are damaged, hostile, or no statement at all: a clear error with its line, soon and in little memory."""

from __future__ import annotations

import csv
import gc
import sqlite3
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expense_core import statements
from expense_core.errors import StatementError, StatementUnreadable
from expense_core.statements import ReadingOptions, Role
from expense_core.statements.delimited import recognise
from expense_core.statements.delimited.source import records

Write = Callable[[str | bytes], Path]
BANKS = sorted((Path(__file__).parent / "banks").glob("*.csv"))
HEADER = "Date,Description,Amount\n"
GOOD = "2024-01-02,Shop,-5.00\n"


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Make a file of this."""

    def written(content: str | bytes) -> Path:
        file = tmp_path / "statement.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    return written


def read(file: Path, options: ReadingOptions | None = None) -> list[statements.RawRow]:
    layout = statements.recognise(file, options)
    return list(statements.rows(file, layout))


def refusal(file: Path, options: ReadingOptions | None = None) -> StatementUnreadable:
    """Why a file cannot be read."""
    with pytest.raises(StatementUnreadable) as refused:
        read(file, options)
    return refused.value


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2024-01-03,Shop,1e400", "'1e400' is not an amount"),
        ("2024-01-03,Shop,NaN", "'NaN' is not an amount"),
        ("2024-01-03,Shop,five", "'five' is not an amount"),
        ("2024-01-03,Shop,", "'' has no amount"),
        ("2024-01-03,Shop", "'' has no amount"),
        ("2024-01-03,Shop,1.2.3", "'1.2.3' is not an amount whose decimal mark is \".\""),
        ("2024-01-03,Shop,-12 34.00", "'-12 34.00' is not an amount"),
        ("2024-01-03,Shop,1000000000000", "'1000000000000' is over the limit"),
        (f"2024-01-03,Shop,{'9' * 40}", "is over the limit"),
        (f"2024-01-03,Shop,{10**40}", "is over the limit"),
        (f"2024-01-03,Shop,0.{'9' * 40}", "is over the limit"),
        (f"2024-01-03,Shop,{'9' * 100}", "is not an amount"),
        ("2024-13-03,Shop,-5.00", "'2024-13-03' is no day of the calendar"),
        ("2024-02-30,Shop,-5.00", "'2024-02-30' is no day of the calendar"),
        ("1899-12-31,Shop,-5.00", "'1899-12-31' is before 1900"),
        ("0000-01-01,Shop,-5.00", "'0000-01-01' is before 1900"),
        ("0001-01-01,Shop,-5.00", "'0001-01-01' is before 1900"),
        ("10000-01-01,Shop,-5.00", "'10000-01-01' is not a date"),
        ("2101-01-01,Shop,-5.00", "'2101-01-01' is after 2100"),
        ("9999-12-31,Shop,-5.00", "'9999-12-31' is after 2100"),
        ("2567-01-14,Shop,-5.00", "'2567-01-14' is 2024 if its year is Buddhist"),
        ("soon,Shop,-5.00", "'soon' is not a date"),
        (",Shop,-5.00", "'' has no date"),
        (" ,Shop,-5.00", "'' has no date"),
        ("2024-01-03", "'' has no amount"),
        ("tomorrow,Shop,5,00", "more fields than columns"),
        ("2024-01-03,Shop,5,00", "more fields than columns"),
    ],
)
def test_a_broken_row_is_an_error_with_its_line(write, row, why):
    """A line that may be a transaction is never left out in silence."""
    file = write(f"{HEADER}{GOOD}{row}\n{GOOD}")

    refused = refusal(file)

    assert why in str(refused)
    assert refused.line == 3


def test_decimals_that_a_comma_has_cut_off_are_noticed(write):
    """They stand in a column of their own, and the texts have moved beyond the header."""
    file = write("Date,Amount,Text\n2024-01-02,-5,00,Shop\n2024-01-03,-12,50,Shop\n")

    assert "line 2 has more fields than the header names" in str(refusal(file))


def test_a_number_of_cents_has_no_decimals(write):
    """What is meant by them is anybody's guess."""
    file = write("Date,Text,Amount in cents\n2024-01-02,Shop,-500\n2024-01-03,Shop,-12.50\n")

    refused = refusal(file)

    assert "'-12.50' has decimals, though its column is of the smallest coins" in str(refused)
    assert refused.line == 3


def test_a_long_cell_is_shortened_in_the_message(write):
    """The person sees where it is, not all of it."""
    file = write(f"{HEADER}{GOOD}2024-01-03,Shop,{'x' * 1000}\n")

    assert len(str(refusal(file))) < 120


def test_a_row_with_both_debit_and_credit_is_an_error(write):
    """Which of the two moved? A zero in the other one is fine."""
    good = write("Date,Text,Debit,Credit\n2024-01-02,A,5.00,0.00\n2024-01-03,B,0.00,7.00\n")
    assert [str(row.amount) for row in read(good)] == ["-5.00", "7.00"]
    bad = write("Date,Text,Debit,Credit\n2024-01-02,A,5.00,\n2024-01-03,B,5.00,7.00\n")

    refused = refusal(bad)

    assert refused.line == 3
    assert "is a second amount beside -5.00" in str(refused)


def test_a_row_with_amounts_in_two_currencies_is_an_error(write):
    """A column for each currency: one of them is filled in each row."""
    file = write("Date,Text,CAD$,USD$\n2024-01-02,A,-5.00,\n2024-01-03,B,-5.00,-7.00\n2024-01-04,C,,\n")

    assert "is a second amount beside '-5.00'" in str(refusal(file))


def test_a_word_that_is_no_currency_is_an_error(write):
    """A code that does not exist is one still; an empty cell has the currency that the caller says."""
    good = write("Date,Text,Amount,Currency\n2024-01-02,A,-5.00,EUR\n2024-01-03,B,-5.00, \n")
    assert [row.currency for row in read(good, ReadingOptions(currency="CHF"))] == ["EUR", "CHF"]
    coins = write("Date,Text,Amount,Currency\n2024-01-02,A,-5.00,EUR\n2024-01-03,B,-5.00,XBT\n")
    assert [row.currency for row in read(coins)] == ["EUR", "XBT"]
    bad = write("Date,Text,Amount,Currency\n2024-01-02,A,-5.00,EUR\n2024-01-03,B,-5.00,Zzz\n")

    assert "'Zzz' is no currency" in str(refusal(bad))


def test_a_date_that_no_order_makes_possible_is_an_error(write):
    """Of 13/13/2024 neither part is a month, even where it is the only date."""
    alone = write(f"{HEADER}13/13/2024,Shop,-5.00\n")
    assert refusal(alone).line == 2
    among_others = write(f"{HEADER}13/12/2024,Shop,-5.00\n13/13/2024,Shop,-5.00\n12/13/2024,Shop,-5.00\n")

    assert refusal(among_others).line == 3


def test_a_first_row_that_is_broken_is_not_taken_for_a_heading(write):
    """Without a header, a line as wide as the rows beneath it may be one of them."""
    file = write("yesterday,Shop,-5.00\n2024-01-02,Shop,-5.00\n")

    assert refusal(file).line == 1


def test_the_header_may_come_again(write):
    """Some banks repeat it on every page."""
    file = write(f"{HEADER}{GOOD}\n{HEADER}{GOOD}")

    assert len(read(file)) == 2


@pytest.mark.parametrize(
    "note",
    [
        "Posted transactions",
        '"",""',
        "Total,,-5.00",
        "Closing balance;;100.00",
        "Closing balance,,100.00",
        ",and more text",
        "Printed on,Monday",
        "End of report,Page,3 of 3",
        "Pending,Shop,-5.00",
        "2024-01-03,Closing balance,",
        "2024-01-03,Opening Balance,100.00",
    ],
)
def test_what_is_clearly_no_transaction_is_left_out(write, note):
    """Markers, totals, balances, remarks, and what has no date as it is still reserved."""
    file = write(f"{HEADER}{GOOD}{note}\n{GOOD}")

    assert [row.line for row in read(file)] == [2, 4]


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\n\n\n", b"a", b"Date,Description,Amount\n", b"Date,Description,Amount\n,,\n"),
        b"Date,Description,Amount\n998877,Shop,-5.00\n",
    ],
)
def test_a_file_without_rows_says_so(write, content):
    """Nothing at all, nothing but a header, or nothing with a date and an amount."""
    assert refusal(write(content)).line is None


def test_other_kinds_of_files_are_named(tmp_path, write):
    """A person has picked the wrong file, or the wrong button at the bank."""
    workbook = tmp_path / "book.xlsx"
    with zipfile.ZipFile(workbook, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    database = tmp_path / "book.db"
    connection = sqlite3.connect(database)
    connection.execute("CREATE TABLE t (x)")
    connection.close()

    assert "spreadsheet" in str(refusal(workbook))
    assert "SQLite" in str(refusal(database))
    assert "PDF" in str(refusal(write(b"%PDF-1.7\n")))
    assert "OFX" in str(refusal(write(b"OFXHEADER:100\n")))
    assert "XML" in str(refusal(write(b'\xef\xbb\xbf\n<?xml version="1.0"?>')))


def test_what_cannot_be_opened_is_an_error(tmp_path):
    """A folder, or a file that is not there."""
    assert "is not a file" in str(refusal(tmp_path))
    assert "No such file" in str(refusal(tmp_path / "nowhere.csv"))


def test_a_nul_byte_is_an_error_with_its_line(write):
    """It comes from a failing disk, or from a file that is no text."""
    assert refusal(write(f"{HEADER}{GOOD}2024-01-03,Sh\0p,-5.00\n")).line == 3


def test_a_file_that_ends_inside_a_quoted_field_is_an_error(write):
    """The download broke off: the line where the field begins is named."""
    refused = refusal(write(f'{HEADER}{GOOD}2024-01-03,"Shop and'))

    assert refused.line == 3
    assert "is it complete?" in str(refused)


@pytest.mark.parametrize("content", [b'"', b"\xef\xbb\xbf", HEADER.encode() + GOOD.encode() + b'"'])
def test_a_file_of_next_to_nothing_is_refused(write, content):
    """A quote that opens and no more, a mark of the encoding and no more, or a quote on the last line."""
    assert refusal(write(content))


def test_a_quote_that_never_closes_is_found_after_the_first_rows_too(write):
    """The layout is recognised from the first rows, but the whole file is read before any row is given out."""
    refused = refusal(write(f'{HEADER}{GOOD * 1000}2024-01-03,"Shop\n{GOOD * 10_000}'))

    assert refused.line == 1002


@pytest.mark.parametrize(
    "content",
    [
        HEADER + GOOD + '2024-01-03,"' + "x" * 10_000_000 + '",-5.00\n',
        HEADER + GOOD + '2024-01-03,"' + "x\n" * 5_000_000 + '",-5.00\n',
        HEADER + GOOD + "2024-01-03" + ",x" * 1_000_000 + "\n",
        ",".join(["x"] * 1_000_000),
        HEADER + GOOD + "2024-01-03," + "x" * 2_000_000 + ",-5.00\n",
    ],
    ids=[
        "a field of 10 MB",
        "a field of five million lines",
        "a million fields",
        "a million columns",
        "a line of 2 MB",
    ],
)
def test_what_is_far_too_long_is_refused_in_little_memory(write, content):
    """A statement has no such lines, whoever made this one."""
    file = write(content)
    gc.collect()
    tracemalloc.start()

    refused = refusal(file)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "too long" in str(refused) or "never ends" in str(refused)
    assert peak < 8_000_000


def test_memory_does_not_grow_with_the_file(tmp_path):
    """Fifteen times the rows, every cell of them different, take no more."""
    peaks = []
    for count in (1_000, 15_000):
        file = tmp_path / f"{count}.csv"
        with file.open("w", encoding="utf-8") as lines:
            lines.write("Completed Date,Description,Amount,Fee,Balance\n")
            for number in range(count):
                when = f"2024-01-{number % 28 + 1:02} 10:{number % 60:02}:{number // 60 % 60:02}"
                lines.write(f'{when},Shop {number},"-{number + 1_000:,}.10",0.00,{number}.99\n')
        gc.collect()
        tracemalloc.start()
        layout = statements.recognise(file)
        for _ in statements.rows(file, layout):
            pass
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 4_000_000


@pytest.mark.parametrize("role", ["amount", "date"])
@pytest.mark.parametrize("file", BANKS, ids=lambda file: file.stem)
def test_a_row_that_is_broken_never_disappears(file, role, tmp_path):
    """The last amount or date of every layout is made unreadable: an error, unless another column says the same."""
    layout = recognise(file, ReadingOptions())
    before = list(statements.rows(file, layout))
    columns = layout.columns[Role.DATE] if role == "date" else layout.money
    broken = tmp_path / file.name
    with broken.open("w", encoding=layout.encoding, newline="") as lines:
        writer = csv.writer(lines, delimiter=layout.delimiter)
        for line, cells in records(file, layout.encoding, layout.delimiter):
            filled = {index for index in columns if line == before[-1].line and cells[index].strip()}
            writer.writerow(["5x.1" if index in filled else cell for index, cell in enumerate(cells)])

    with suppress(StatementError):
        assert [row.amount for row in read(broken)] == [row.amount for row in before]


@settings(max_examples=80)
@given(
    file=st.sampled_from(BANKS),
    changes=st.lists(
        st.tuples(
            st.integers(min_value=0),
            st.integers(0, 8),
            st.sampled_from(
                [b"", b'"', b"\n", b"\0", b"\xff", b";", b",", b"\t", b"-", b"(", b"9" * 45, b"NaN", b"1/2/3"]
            ),
        ),
        max_size=8,
    ),
)
def test_no_damage_to_a_statement_leads_to_anything_but_an_error_of_ours(file, changes, tmp_path_factory):
    """Bytes are cut out of real layouts and others put in: it is read, or refused, and it ends."""
    content = bytearray(file.read_bytes())
    for place, length, replacement in changes:
        start = place % (len(content) + 1)
        content[start : start + length] = replacement
    damaged = tmp_path_factory.mktemp("damaged") / file.name
    damaged.write_bytes(content)

    with suppress(StatementError):
        rows = read(damaged)

        assert all(row.amount.is_finite() for row in rows)


@settings(max_examples=80)
@given(content=st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_anything_at_all_is_read_or_refused(content, tmp_path_factory):
    """Random bytes and random text are no statements, and do no harm."""
    file = tmp_path_factory.mktemp("random") / "statement.csv"
    file.write_bytes(content)

    with pytest.raises(StatementError):
        read(file)
