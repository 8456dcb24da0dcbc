"""What cannot be done is refused in a sentence on standard error, and the book is as it was."""

from __future__ import annotations

import pytest


@pytest.fixture
def lunch(book):
    """A book with one expense."""
    book("add", "12.50 Lunch @Food 2026-11-04")
    return book


LINES = [
    ("hello", "write an amount, such as 12.50"),
    ("0 nothing", "an amount cannot be zero"),
    ("1 500 rent", "'1 500' may be one number or two; write 1500 EUR, or 1 EUR 500"),
    ("+12 deposit", "'+12' may be money spent or money back; write 12, or -12 for a refund"),
    ("(12) deposit", "write 12, or -12 for a refund"),
    ("1e400 gold", "write an amount"),
    ("NaN gold", "write an amount"),
    ("1.005 EUR gold", "cannot be paid in EUR"),
    ("9999999999999 gold", "an amount must be smaller than"),
    ("5 \x1b[31mred", r"take out '\x1b', which cannot be printed"),
    ("5 tea @Food @Fun", "an expense has one category; take @Fun out"),
    ("5 caf\udce9", "which cannot be printed"),
    ("5 Apple @Fodo", "this ledger has no category 'Fodo'; did you mean 'Food'?"),
    ("5 a @" + "x" * 101, "100 characters"),
    ("5 " + "x" * 501, "500 characters"),
    ("5 " + "x" * 3_000, "write at most 2,000 characters"),
]

REFUSED = [
    *((["add", line], why) for line, why in LINES),
    (["list", "--from", "nonsense"], "'nonsense' is not a date"),
    (["list", "--from", "2026-02-01", "--to", "2026-01-01"], "the range ends (2026-01-01) before it begins"),
    (["list", "--min", "abc"], "'abc' is not an amount"),
    (["list", "--category", "Nope"], "this ledger has no category 'Nope'"),
    (["list", "--currency", "XYZ"], "'XYZ' is no currency code"),
    (["list", "caf\udce9"], "cannot be stored"),
    (["edit", "1", "--amount", "0"], "an amount cannot be zero"),
    (["edit", "1", "--currency", "XYZ"], "'XYZ' is no currency code"),
    (["edit", "1", "--currency", "KWD", "--amount", "1.0005"], "cannot be paid in KWD"),
    (["edit", "1", "--date", "1850-01-01"], "1850"),
    (["edit", "1", "--notes", "bell\x07"], "cannot be stored"),
    (["edit", "2", "--amount", "1"], "this ledger has no expense 2"),
    (["delete", "1", "99"], "this ledger has no expense 99"),
    (["restore", "1"], "the trash has no expense 1"),
    (["purge", "1", "--yes"], "the trash has no expense 1"),
    (["undo", "99"], "this ledger's history has no entry 99"),
    (["redo", "1"], "entry 1 is not undone"),
    (["history", "99"], "this ledger has no expense 99"),
    (["category", "add", "FOOD"], "this ledger has a category 'Food' already"),
    (["category", "add", ""], "name: write 1 or more characters"),
    (["category", "add", "caf\udce9"], "cannot be stored"),
    (["category", "rename", "caf\udce9", "x"], "caf"),
    (["category", "merge", "Food", "food"], "a category cannot take its own expenses"),
    (["category", "delete", "Food", "--move-to", "Nope"], "this ledger has no category 'Nope'"),
    (["report", "--by", "colour"], "group"),
    (["export", "--from", "nonsense"], "'nonsense' is not a date"),
    (["--user", "bob", "list"], "there is no user called 'bob'"),
    (["--database", "mysql://host/book", "list"], "only SQLite"),
    (["--database", "nonsense", "list"], "sqlite:///FILE"),
]

WRONG = [
    ["nonsense"],
    ["add"],
    ["add", "12.50 Lunch", "--demo"],
    ["list", "--sort", "colour"],
    ["list", "--limit", "0"],
    ["list", "--limit", "many"],
    ["list", "--format", "xml"],
    ["edit", "1"],
    ["edit", "one", "--amount", "1"],
    ["edit", "99999999999999999999", "--amount", "1"],
    ["delete"],
    ["delete", "99999999999999999999"],
    ["delete", "one"],
    ["history", "--limit", "501"],
    ["trash", "--limit", "none"],
    ["undo", "0"],
    ["undo", "99999999999999999999"],
    ["export", "--format", "table"],
    ["import"],
    ["import", "bank.csv", "--header-line", "first"],
    ["category", "nonsense"],
    ["category", "delete", "Food", "--move-to", "Food", "--uncategorise"],
    ["category", "delete", "Food", "--no-uncategorise"],
    ["--demo", "--database", "sqlite://", "list"],
]


@pytest.mark.parametrize(("words", "why"), REFUSED, ids=lambda value: " ".join(value)[:40])
def test_what_cannot_be_done_has_exit_code_1_and_says_why(lunch, words, why):
    """Nothing is on standard output."""
    before = lunch("export").out, lunch("history").out

    refused = lunch(*words)

    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("expense: ")
    assert refused.err.count("\n") == 1
    assert why in refused.err
    assert (lunch("export").out, lunch("history").out) == before


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_command_line_has_exit_code_2_and_says_how_it_goes(lunch, words):
    """The usage and what is wrong are on standard error."""
    before = lunch("export").out, lunch("history").out

    refused = lunch(*words)

    assert (refused.code, refused.out) == (2, "")
    assert refused.err.startswith("Usage: ")
    assert (lunch("export").out, lunch("history").out) == before


READS = [
    ["list"],
    ["report"],
    ["export"],
    ["history"],
    ["trash"],
    ["category", "list"],
    ["db", "check"],
    ["user", "list"],
]


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_what_only_reads_makes_no_book_where_a_name_is_mistyped(expense, home, words):
    """Whoever slips in a path is told so, and finds nothing new on the disk."""
    refused = expense("--database", "sqlite:///expnses.db", *words)

    assert (refused.code, refused.out) == (1, "")
    assert refused.err == (
        "expense: there is no book expnses.db; `expense add` makes it, or mend the name of the database\n"
    )
    assert not [*home.iterdir()]


@pytest.mark.parametrize("words", [*READS, ["add", "5 Tea"], ["db", "upgrade"]], ids=" ".join)
def test_no_command_makes_the_folder_of_a_book_that_was_named(expense, home, words):
    """Only the usual place is made."""
    refused = expense("--database", "sqlite:///Documnets/money/expenses.db", *words)

    assert (refused.code, refused.out) == (1, "")
    assert "there is no folder Documnets/money; make it, or mend" in refused.err
    assert not [*home.iterdir()]


@pytest.mark.parametrize("words", [["add", "5 Tea"], ["db", "upgrade"], ["category", "add", "Food"]], ids=" ".join)
def test_what_writes_makes_the_book_that_was_named(expense, home, words):
    """In a folder that is there."""
    made = expense("--database", "sqlite:///ours.db", *words)

    assert made.code == 0
    assert (home / "ours.db").exists()


def test_the_usual_book_is_made_on_first_use(expense, home):
    """With its folder, by whatever command comes first."""
    assert expense("list").code == 0
    assert [*home.rglob("expenses.db")]


def test_a_usual_place_that_cannot_be_made_is_refused(expense, monkeypatch):
    """With the setting that names another one."""
    monkeypatch.setenv("XDG_DATA_HOME", "/dev/null")

    refused = expense("list")

    assert (refused.code, refused.out) == (1, "")
    assert "the folder /dev/null/expense cannot be made" in refused.err
    assert "EXPENSE_DATABASE_URL" in refused.err
