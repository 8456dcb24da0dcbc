"""Statements: looked through, decided about, imported and taken back, wherever the book is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from backends import record

from expense_core import Database, ExpenseQuery, ExpenseUpdate, RuleCreate, imports, ledgers
from expense_core.errors import HistoryConflict, Invalid, ProfileNotFound, StatementAmbiguous, StatementUnreadable
from expense_core.statements import DateOrder, ReadingOptions
from expense_core.statements.verdicts import Origin, Verdict
from expense_tui.backends import unheard
from expense_tui.backends.statements import Choice

STATEMENT = """Date,Payee,Amount,Category
2026-10-01,Rent,-900.00,Home
2026-10-02,Bun,-3.20,
2026-10-03,Salary,2500.00,
2026-10-04,Nothing,0.00,
2026-10-99,Odd,-1.00,Fun
"""
EVERYTHING = ReadingOptions()


@pytest.fixture
def statement(tmp_path):
    """A bank's file."""
    path = tmp_path / "statement.csv"
    path.write_text(STATEMENT)
    return path


def in_book(book):
    """What is in the book: descriptions, categories and amounts."""
    return [(one.description, one.category, str(one.amount)) for one in book.find(ExpenseQuery()).items]


def test_a_statement_is_looked_at_before_it_comes_in(book, statement):
    """What would become of each row, and nothing is written."""
    record(book, "Lunch")
    told = []

    preview = book.preview_statement(statement, EVERYTHING, lambda *so: told.append(so))

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
    assert told[-1] == (5, 5)
    assert len(book.find(ExpenseQuery()).items) == 1


def test_a_row_says_who_gave_it_its_category_and_which_expense_it_may_be(book, statement):
    """The file, a rule, or as it was chosen before."""
    for day in ("2026-08-01", "2026-09-01"):
        record(book, "Bun", "Food", spent_on=day)
    known = record(book, "Landlord", spent_on="2026-10-02", amount="900.00")
    fun = book.create_category("Fun")
    book.create_rule(RuleCreate(payee="salary", category_id=fun.id))

    rent, bun, salary, *_ = book.preview_statement(statement, EVERYTHING).rows

    assert (rent.category, rent.category_from, rent.verdict) == ("Home", Origin.FILE, Verdict.PERHAPS)
    assert (rent.known.id, rent.known.description, rent.known.amount) == (known.id, "Landlord", Decimal("900.00"))
    assert (bun.category, bun.category_from) == ("Food", Origin.BEFORE)
    assert (salary.category, salary.category_from) == ("Fun", Origin.RULE)


def test_a_statement_comes_in_as_was_decided_and_one_undo_takes_it_back(book, statement):
    """And never a second time."""
    told = []
    choice = Choice(leave=frozenset({6}), take=frozenset({4}), categories={3: "Food", 4: "", 2: "Flat"})

    imported = book.import_statement(statement, EVERYTHING, choice, lambda *so: told.append(so))

    (listed,) = book.imports().items
    assert (imported.count, imported.id, listed.file) == (3, listed.id, "statement.csv")
    assert in_book(book) == [("Salary", None, "-2500.00"), ("Bun", "Food", "3.20"), ("Rent", "Flat", "900.00")]
    assert told[-1][0] == told[-1][1]
    assert book.import_statement(statement, EVERYTHING, choice, unheard) is None
    assert [one.verdict for one in book.preview_statement(statement, EVERYTHING).rows][:3] == [Verdict.DUPLICATE] * 3
    book.undo(imported.entry_id)
    assert (in_book(book), book.categories()) == ([], [])


def test_an_import_that_is_stopped_leaves_nothing(book, statement):
    """Nor does one of which a row is unclear, or a category none; the next try is one of its own."""

    def stop(done, total):
        raise KeyboardInterrupt

    leave = frozenset({6})

    with pytest.raises(KeyboardInterrupt):
        book.import_statement(statement, EVERYTHING, Choice(leave), stop)
    with pytest.raises(StatementUnreadable, match="line 6"):
        book.import_statement(statement, EVERYTHING, Choice(), unheard)
    with pytest.raises(Invalid) as refused:
        book.import_statement(statement, EVERYTHING, Choice(leave, categories={3: "x" * 101}), unheard)

    assert [one.field for one in refused.value.errors] == ["categories.3"]
    assert in_book(book) == []
    assert book.import_statement(statement, EVERYTHING, Choice(leave | {2}), unheard).count == 1


def test_a_file_that_is_no_statement_is_told_of(book, tmp_path):
    """Or one of which something has to be asked."""
    path = tmp_path / "x.csv"

    with pytest.raises(StatementUnreadable, match="cannot be read"):
        book.preview_statement(path, EVERYTHING)
    path.write_text("Date,Payee,Amount\n01/02/2026,Rent,-1.00\n")
    with pytest.raises(StatementAmbiguous) as asked:
        book.preview_statement(path, EVERYTHING)
    answered = book.preview_statement(path, ReadingOptions(date_order="mdy")).rows

    assert (asked.value.option, set(asked.value.choices)) == ("date_order", {"dmy", "mdy"})
    assert [one.spent_on for one in answered] == [date(2026, 1, 2)]


def test_a_file_of_many_rows_is_looked_at_whole_and_decided_row_by_row(book, tmp_path):
    """However many there are to a page, or may be decided at once."""
    path = tmp_path / "many.csv"
    rows = [f"2026-10-01,Bun {number},-1.00,\n" for number in range(2_100)]
    path.write_text("".join(["Date,Payee,Amount,Category\n", *rows]))
    preview = book.preview_statement(path, EVERYTHING)
    choice = Choice(leave=frozenset(row.line for row in preview.rows[:1_050]), categories={2_101: "Food"})

    imported = book.import_statement(path, EVERYTHING, choice, unheard)

    assert [row.line for row in preview.rows] == list(range(2, 2_102))
    assert imported.count == 1_050
    assert [one.name for one in book.categories()] == ["Food"]


def test_a_statement_that_is_left_is_forgotten_and_may_be_looked_at_again(book, statement):
    """Nothing of it is listed among what was imported."""
    book.preview_statement(statement, EVERYTHING)
    listed = book.imports().items

    book.leave_statement()
    book.leave_statement()

    assert listed == book.imports().items == []
    assert len(book.preview_statement(statement, EVERYTHING).rows) == 5


@pytest.mark.parametrize("place", ["server"], indirect=True)
def test_a_server_keeps_one_statement_at_most_and_none_that_was_left(place, book, statement):
    """The next look takes the place of the one before it."""

    def kept():
        with Database(place.url) as database, database.reading() as session:
            access = ledgers.open(session, book.book().user)
            return len(imports.list(session, access, state=imports.State.OPEN).items)

    for _ in range(3):
        book.preview_statement(statement, EVERYTHING)
    looked_at = kept()
    book.leave_statement()
    left = kept()
    with pytest.raises(StatementUnreadable):
        book.import_statement(statement, EVERYTHING, Choice(), unheard)
    book.import_statement(statement, EVERYTHING, Choice(leave=frozenset({6})), unheard)

    assert (looked_at, left, kept()) == (1, 0, 0)


def test_an_import_that_was_edited_since_is_reverted_when_that_is_said(book, statement):
    """What was edited is told first; then all of it goes to the trash, and one undo brings it back."""
    imported = book.import_statement(statement, EVERYTHING, Choice(leave=frozenset({6})), unheard)
    bun = next(one for one in book.find(ExpenseQuery()).items if one.description == "Bun")
    book.edit(bun.id, ExpenseUpdate(version=bun.version, notes="With butter"))
    before = in_book(book)

    with pytest.raises(HistoryConflict, match="1 of the expenses of statement"):
        book.revert_import(imported.id)
    kept = in_book(book)
    book.revert_import(imported.id, edited=True)
    gone = in_book(book)
    book.undo()

    assert (kept, gone) == (before, [])
    assert in_book(book) == before


def test_an_import_that_nobody_touched_is_reverted_as_if_it_had_never_been(book, statement):
    """It stays in the list as what it is."""
    imported = book.import_statement(statement, EVERYTHING, Choice(leave=frozenset({6})), unheard)

    book.revert_import(imported.id)

    assert (in_book(book), book.categories()) == ([], [])
    assert [one.undone_at is None for one in book.imports().items] == [False]


def test_what_a_file_says_of_its_balances_is_kept_with_what_came_in_of_it(book, tmp_path):
    """Where its rows do not come to that."""
    path = tmp_path / "account.sta"
    rows = ":61:261002D10,00NMSCNONREF\n:86:Bun\n"
    path.write_text(f":20:1\n:25:1\n:28C:1\n:60F:C261001EUR100,00\n{rows}:62F:C261002EUR80,00\n-\n")

    told = book.preview_statement(path, EVERYTHING).differences
    book.import_statement(path, EVERYTHING, Choice(), unheard)

    assert [(one.stated, one.found) for one in told] == [(Decimal("80.00"), Decimal("90.00"))]
    assert book.imports().items[0].differences == told


def test_an_answer_about_a_statement_is_remembered_once_it_has_come_in(book, tmp_path):
    """For the next of its shape; that it was is told."""
    path = tmp_path / "x.csv"
    path.write_text("Date,Payee,Amount\n01/02/2026,Rent,-1.00\n")
    book.import_statement(path, ReadingOptions(date_order=DateOrder.DMY), Choice(), unheard)
    path.write_text("Date,Payee,Amount\n03/02/2026,Rent,-2.00\n")

    preview = book.preview_statement(path, EVERYTHING)
    imported = book.import_statement(path, EVERYTHING, Choice(), unheard)

    assert [one.spent_on for one in preview.rows] == [date(2026, 2, 3)]
    assert preview.understood["as answered before"] == "date order"
    assert imported is not None


def test_payees_are_cleaned_where_that_is_asked_for_and_the_files_own_text_stays_in_the_notes(book, tmp_path):
    """In the rows that are looked at, and in what comes in, whether or not it was looked at like that before."""
    path = tmp_path / "card.csv"
    text = "SQ *COFFEE CO 04/11 LONDON GB"
    path.write_text(f"Date,Payee,Amount\n2026-11-05,{text},-3.00\n")

    cleaned = book.preview_statement(path, EVERYTHING, clean_payees=True)
    as_it_is = book.preview_statement(path, EVERYTHING)
    book.import_statement(path, EVERYTHING, Choice(clean_payees=True), unheard)

    (expense,) = book.find(ExpenseQuery()).items
    assert [row.description for row in (*cleaned.rows, *as_it_is.rows)] == ["Coffee Co", text]
    assert (expense.description, expense.notes) == ("Coffee Co", text)


def test_remembered_answers_are_listed_and_one_that_is_forgotten_is_asked_again(book, tmp_path):
    """The latest first; what came in by it stays, and it cannot be forgotten twice."""
    asked = tmp_path / "asked.csv"
    asked.write_text("Date,Payee,Amount\n01/02/2026,Rent,-1.00\n")
    book.import_statement(asked, ReadingOptions(date_order=DateOrder.DMY), Choice(), unheard)
    other = tmp_path / "other.csv"
    other.write_text("Date,Shop,Amount\n2026-02-01,Deli,4.20\n")
    book.import_statement(other, ReadingOptions(invert=True), Choice(), unheard)

    later, earlier = book.profiles()
    book.forget_profile(earlier.id)

    assert (earlier.looks, earlier.answers, earlier.file) == ("Date, Payee, Amount", {"date_order": "dmy"}, "asked.csv")
    assert book.profiles() == [later]
    with pytest.raises(StatementAmbiguous):
        book.preview_statement(asked, EVERYTHING)
    with pytest.raises(ProfileNotFound):
        book.forget_profile(earlier.id)
    assert len(in_book(book)) == 2
