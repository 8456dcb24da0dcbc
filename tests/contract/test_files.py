"""Files: expenses that are written out, and statements that come in."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import pytest
from backends import record
from openpyxl import load_workbook

from expense_core import ExpenseFilter, ExpenseQuery, exports
from expense_core.errors import Invalid, StatementAmbiguous, StatementError, StatementUnreadable
from expense_core.exports import Form
from expense_core.statements import DateOrder, ReadingOptions
from expense_tui.backends import Choice, Verdict

STATEMENT = """Date,Payee,Amount,Category
2026-10-01,Rent,-900.00,Home
2026-10-02,Bun,-3.20,
2026-10-03,Salary,2500.00,
2026-10-04,Nothing,0.00,
2026-10-99,Odd,-1.00,Fun
"""


SOME = [Form.CSV, Form.JSON, Form.OFX, Form.HLEDGER]


def written(some, form):
    """The file that expenses make."""
    return b"".join(exports.pieces(exports.pages_of(some), form))


def ignore(done, total):
    """Whoever does not want to know how far it is."""


@pytest.fixture
def target(tmp_path):
    """A file in a folder of its own, which is not there yet."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "expenses.txt"


@pytest.mark.parametrize("form", SOME)
def test_a_file_has_what_the_filter_lets_through_the_oldest_first(book, target, form):
    """The same wherever the book is; how many they are is told."""
    record(book, "Tea", "Food", notes='two\nlines, "quoted"', spent_on="2026-11-02")
    record(book, 'Bun; "big"\\', amount="1", spent_on="2026-11-01")
    record(book, "Later", spent_on="2026-12-01")

    count = book.export(ExpenseFilter(spent_to="2026-11-30"), form, target, ignore)

    found = book.find(ExpenseQuery(spent_to="2026-11-30")).items
    assert count == 2
    assert target.read_bytes() == written(reversed(found), form)
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("form", SOME)
def test_a_file_of_nothing_is_whole_too(book, target, form):
    """Other programs can read it."""
    assert book.export(ExpenseFilter(), form, target, ignore) == 0
    assert target.read_bytes() == written([], form)


def test_a_file_may_be_a_workbook(book, target):
    """Which other programs open."""
    record(book, "Tea")

    assert book.export(ExpenseFilter(), Form.XLSX, target, ignore) == 1

    assert load_workbook(io.BytesIO(target.read_bytes())).active["E2"].value == "Tea"


def test_how_far_it_is_is_told(book, target):
    """At last that it is done."""
    for number in range(3):
        record(book, f'{number} "\n"'.replace("\n", " "), notes="a\nb")
    told = []

    book.export(ExpenseFilter(), Form.CSV, target, lambda done, total: told.append((done, total)))

    assert told[-1] == (3, 3)


def test_a_file_that_is_there_is_never_replaced(book, target):
    """It may be the only copy of something."""
    target.write_text("mine")

    with pytest.raises(Invalid, match="there is a file") as refused:
        book.export(ExpenseFilter(), Form.CSV, target, ignore)

    assert [one.field for one in refused.value.errors] == ["path"]
    assert target.read_text() == "mine"


def test_a_file_that_cannot_be_made_is_told_of(book, target):
    """As in a folder that is not there."""
    with pytest.raises(Invalid, match="cannot be written") as refused:
        book.export(ExpenseFilter(), Form.CSV, target.parent / "no" / "file", ignore)

    assert [one.field for one in refused.value.errors] == ["path"]


def test_whoever_stops_it_finds_nothing_of_it(book, target):
    """Not even half of it."""

    class Stopped(Exception):
        """Somebody pressed a key."""

    def stop(done, total):
        raise Stopped

    record(book)

    with pytest.raises(Stopped):
        book.export(ExpenseFilter(), Form.CSV, target, stop)

    assert list(target.parent.iterdir()) == []
    assert book.export(ExpenseFilter(), Form.CSV, target, ignore) == 1


@pytest.fixture
def statement(tmp_path):
    """A bank's file."""
    path = tmp_path / "statement.csv"
    path.write_text(STATEMENT)
    return path


@pytest.mark.parametrize("place", ["file", "postgresql"], indirect=True)
def test_a_statement_is_looked_at_before_it_comes_in(book, statement):
    """What would become of each row, and nothing is written."""
    record(book, "Lunch")

    preview = book.preview_statement(statement, ReadingOptions())

    assert [one.verdict for one in preview.rows] == [
        Verdict.NEW,
        Verdict.NEW,
        Verdict.MONEY_IN,
        Verdict.ZERO,
        Verdict.UNCLEAR,
    ]
    rent, odd = preview.rows[0], preview.rows[-1]
    assert (rent.line, rent.spent_on, rent.amount) == (2, date(2026, 10, 1), Decimal("900.00"))
    assert (rent.currency, rent.description, rent.category, rent.why) == ("EUR", "Rent", "Home", "")
    assert (odd.line, odd.spent_on, odd.amount) == (6, None, None)
    assert "2026-10-99" in odd.why
    assert preview.understood["encoding"] == "utf-8"
    assert len(book.find(ExpenseQuery()).items) == 1


@pytest.mark.parametrize("place", ["file", "postgresql"], indirect=True)
def test_a_statement_comes_in_as_was_decided_and_one_undo_takes_it_back(book, statement):
    """And never a second time."""
    told = []
    choice = Choice(leave=frozenset({6}), take=frozenset({4}), categories={3: "Food", 4: "", 2: "Flat"})

    imported = book.import_statement(statement, ReadingOptions(), choice, lambda *so: told.append(so))

    entry = imported.entry
    assert (imported.count, entry.note, entry.recorded) == (3, "statement.csv", 5)
    found = [(one.description, one.category, str(one.amount)) for one in book.find(ExpenseQuery()).items]
    assert found == [("Salary", None, "-2500.00"), ("Bun", "Food", "3.20"), ("Rent", "Flat", "900.00")]
    assert told[-1][0] == told[-1][1]
    assert book.import_statement(statement, ReadingOptions(), choice, ignore) is None
    assert [one.verdict for one in book.preview_statement(statement, ReadingOptions()).rows][:3] == [
        Verdict.DUPLICATE
    ] * 3
    book.undo(entry.id)
    assert (book.find(ExpenseQuery()).items, book.categories()) == ([], [])


@pytest.mark.parametrize("place", ["file", "postgresql"], indirect=True)
def test_an_import_that_is_stopped_leaves_nothing(book, statement):
    """Nor does one of which a row is unclear, or a category none."""

    def stop(done, total):
        raise KeyboardInterrupt

    leave = frozenset({6})

    with pytest.raises(KeyboardInterrupt):
        book.import_statement(statement, ReadingOptions(), Choice(leave), stop)
    with pytest.raises(StatementUnreadable, match="line 6"):
        book.import_statement(statement, ReadingOptions(), Choice(), ignore)
    with pytest.raises(Invalid) as refused:
        book.import_statement(statement, ReadingOptions(), Choice(leave, categories={3: "x" * 101}), ignore)

    assert [one.field for one in refused.value.errors] == ["categories.3"]
    assert book.find(ExpenseQuery()).items == []


@pytest.mark.parametrize("place", ["file", "postgresql"], indirect=True)
def test_a_file_that_is_no_statement_is_told_of(book, tmp_path):
    """Or one of which something has to be asked."""
    path = tmp_path / "x.csv"

    with pytest.raises(StatementUnreadable, match="cannot be read"):
        book.preview_statement(path, ReadingOptions())
    path.write_text("Date,Payee,Amount\n01/02/2026,Rent,-1.00\n")
    with pytest.raises(StatementAmbiguous) as asked:
        book.preview_statement(path, ReadingOptions())

    assert (asked.value.option, set(asked.value.choices)) == ("date_order", {"dmy", "mdy"})


@pytest.mark.parametrize("place", ["file", "postgresql"], indirect=True)
def test_an_answer_about_a_statement_is_remembered_once_it_has_come_in(book, tmp_path):
    """For the next of its shape; that it was is told."""
    path = tmp_path / "x.csv"
    path.write_text("Date,Payee,Amount\n01/02/2026,Rent,-1.00\n")
    book.import_statement(path, ReadingOptions(date_order=DateOrder.DMY), Choice(), ignore)
    path.write_text("Date,Payee,Amount\n03/02/2026,Rent,-2.00\n")

    preview = book.preview_statement(path, ReadingOptions())
    imported = book.import_statement(path, ReadingOptions(), Choice(), ignore)

    assert [one.spent_on for one in preview.rows] == [date(2026, 2, 3)]
    assert preview.understood["as answered before"] == "date order"
    assert imported is not None


@pytest.mark.parametrize("place", ["server"], indirect=True)
def test_a_server_takes_no_statements_yet(book, statement):
    """It says where one can come in."""
    with pytest.raises(StatementError, match="import on the machine that has the book"):
        book.preview_statement(statement, ReadingOptions())
    with pytest.raises(StatementError, match="import on the machine that has the book"):
        book.import_statement(statement, ReadingOptions(), Choice(), ignore)
