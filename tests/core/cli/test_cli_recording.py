"""`expense add`, `list` and `edit`: what is typed is in the book, and found again."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import pytest

TODAY = date.today()  # noqa: DTZ011 - the person's own date is meant


def test_an_expense_is_added_from_one_line_and_listed(each_book):
    """The main thing, on each kind of database."""
    added = each_book("add", "12.50 Lunch with Sam @Food 2026-11-04")

    listed = each_book("list")

    assert added.code == 0
    assert added.out == (
        "Recorded €12.50 · Lunch with Sam · @Food · Wednesday, November 4, 2026 (id 1)\nFood is a new category\n"
    )
    assert [line.rstrip() for line in listed.out.splitlines()] == [
        "id        date  amount  description     category",
        " 1  2026-11-04  €12.50  Lunch with Sam  Food",
    ]


def test_words_need_no_quotes(book):
    """The shell hands them on one by one."""
    added = book("add", "12.50", "Lunch", "with", "Sam", "@Food", "yesterday")

    assert added.code == 0
    (row,) = json.loads(book("list", "--format", "json").out)
    assert row["description"] == "Lunch with Sam"
    assert row["spent_on"] == str(TODAY - timedelta(days=1))


def test_a_category_that_is_there_is_not_called_new(book):
    """Nor is one that is not named."""
    book("category", "add", "Food")

    assert "new category" not in book("add", "1 Apple @food").out
    assert "new category" not in book("add", "1 Pear").out


def test_a_category_that_looks_mistyped_is_not_made(book):
    """It is asked about, and nothing is recorded."""
    book("category", "add", "Food")

    refused = book("add", "5 Apple @Fodo")

    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "expense: this ledger has no category 'Fodo'; did you mean 'Food'?\n"
    assert book("list").err.startswith("No expenses yet")


@pytest.mark.parametrize("line", [["-5 the hat, sent back"], ["-5", "the", "hat"], ["-€5 hat"], ["--", "-5 hat"]])
def test_a_refund_begins_with_a_minus_and_is_no_option(book, line):
    """Also where letters of options, such as -h, are in its words."""
    added = book("add", *line)

    assert added.code == 0
    assert added.out.startswith("Recorded -€5.00 · ")


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_add_has_its_help_page(book, option):
    """A call for help is none of its text."""
    assert "Example: expense add" in book("add", option).out


def test_an_option_behind_the_text_is_refused_and_not_recorded(book):
    """It would else be part of the description, unnoticed."""
    refused = book("add", "12.50 Lunch", "--demo")

    assert refused.code == 2
    assert "No such option: --demo" in refused.err


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("hello", "write an amount, such as 12.50"),
        ("0 nothing", "an amount cannot be zero"),
        ("1e400 gold", "write an amount"),
        ("1.005 EUR gold", "cannot be paid in EUR"),
        ("9999999999999 gold", "an amount must be smaller than"),
        ("5 \x1b[31mred", "which cannot be printed"),
        ("5 caf\udce9", "which cannot be printed"),
        ("5 a @" + "x" * 101, "name: String should have at most 100 characters"),
        ("5 " + "x" * 501, "description: String should have at most 500 characters"),
        ("5 " + "x" * 3_000, "write at most 2,000 characters"),
    ],
)
def test_a_line_that_cannot_be_recorded_is_refused_in_a_sentence(book, line, why):
    """Exit code 1, nothing on standard output, nothing in the book."""
    refused = book("add", line)

    assert (refused.code, refused.out) == (1, "")
    assert why in refused.err
    assert refused.err.startswith("expense: ")
    assert book("list", "--format", "json").out == "[]\n"


def test_an_empty_book_says_how_to_begin(book):
    """On standard error: a program that reads the output gets nothing."""
    listed = book("list")

    assert (listed.code, listed.out) == (0, "")
    assert listed.err == 'No expenses yet: expense add "12.50 Lunch @Food"\n'


def test_a_search_without_a_hit_says_so(book):
    """The book is not empty, only the list is."""
    listed = book("list", "lunch")

    assert (listed.out, listed.err) == ("", "No expenses found.\n")


def test_a_list_has_its_filters(book):
    """Each narrows it; dates and amounts are written as people write them."""
    for line in (
        "12.50 Lunch with Sam @Food 2026-11-04",
        "7 Lunch 2026-11-03",
        "900 Rent @Home 2026-11-01",
        "5 USD Cake @Food 2026-10-31",
    ):
        book("add", line)

    def found(*words):
        return [row["description"] for row in json.loads(book("list", "--format", "json", *words).out)]

    assert found() == ["Lunch with Sam", "Lunch", "Rent", "Cake"]
    assert found("lunch") == ["Lunch with Sam", "Lunch"]
    assert found("lunch", "with") == ["Lunch with Sam"]
    assert found("--from", "1 nov 2026", "--to", "2026-11-03") == ["Lunch", "Rent"]
    assert found("--category", "food", "-c", "HOME") == ["Lunch with Sam", "Rent", "Cake"]
    assert found("--category", "") == ["Lunch"]
    assert found("--category", "", "-c", "home") == ["Lunch", "Rent"]
    assert found("--min", "7", "--max", "12.5") == ["Lunch with Sam", "Lunch"]
    assert found("--currency", "usd") == ["Cake"]
    assert found("--sort", "-amount", "--limit", "2") == ["Rent", "Lunch with Sam"]


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["--from", "nonsense"], 1, "'nonsense' is not a date"),
        (["--from", "2026-02-01", "--to", "2026-01-01"], 1, "the range ends (2026-01-01) before it begins"),
        (["--min", "abc"], 1, "'abc' is not an amount"),
        (["--category", "Nope"], 1, "this ledger has no category 'Nope'"),
        (["--currency", "XYZ"], 1, "'XYZ' is no currency code"),
        (["--sort", "colour"], 2, "sort by one of -spent_on"),
        (["--limit", "0"], 2, "greater than or equal to"),
        (["--format", "xml"], 2, "--format"),
        (["caf\udce9"], 1, "cannot be stored"),
        (["--category", "caf\udce9"], 1, "caf"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(book, words, code, why):
    """1 where the book was looked at, 2 where the command line itself is wrong."""
    refused = book("list", *words)

    assert (refused.code, refused.out) == (code, "")
    assert why in refused.err


def test_amounts_line_up_at_their_decimal_marks(book):
    """Whatever their currencies and signs."""
    for line in ("1200 JPY Ramen", "12.50 EUR Lunch", "1.255 KWD Tea", "-3 EUR Deposit"):
        book("add", f"{line} 2026-11-04")

    rows = book("list", "--sort", "created_at").out.splitlines()[1:]

    ones = ["0 ", "2.", "1.", "3."]
    assert len({row.index(end, 15) for row, end in zip(rows, ones, strict=True)}) == 1


def test_a_locale_writes_amounts_its_own_way(book, monkeypatch):
    """The system's, or the one that is set for this command alone."""
    monkeypatch.setenv("EXPENSE_LOCALE", "de_DE")

    added = book("add", "1.234,50 Miete 4.11.2026")

    assert added.out == "Recorded 1.234,50\xa0€ · Miete · Mittwoch, 4. November 2026 (id 1)\n"
    assert "1.234,50\xa0€" in book("list").out


def test_a_list_that_is_cut_off_says_how_to_see_more(book):
    """Beside the output: the rows are as many as were asked for."""
    for number in range(1, 4):
        book("add", f"{number} Apple")

    cut, whole = book("list", "--limit", "2"), book("list", "--limit", "3")

    assert len(cut.out.splitlines()) == 3
    assert cut.err == "There are more; --limit 4 shows twice as many.\n"
    assert whole.err == ""


def test_a_long_list_has_one_heading_and_straight_columns(book, tmp_path):
    """It is printed in parts, so that the first come at once."""
    rows = "".join(f"2026-10-05,Row {number},-{number}.00\n" for number in range(1, 1_203))
    (tmp_path / "many.csv").write_text(f"Date,Description,Amount\n{rows}")
    book("import", str(tmp_path / "many.csv"))

    lines = book("list", "--limit", "99999999999999999999", "--sort", "-created_at").out.splitlines()

    assert len(lines) == 1_203
    assert lines[0].split() == ["id", "date", "amount", "description", "category"]
    assert [line.split("Row ")[1].strip() for line in lines[1:]] == [str(number) for number in range(1_202, 0, -1)]
    assert len({line.index("Row ") for line in lines[1:]}) == 1


def test_csv_and_json_say_the_same(book):
    """Amounts in plain digits, dates in ISO 8601, whatever the locale."""
    book("add", '1234.5 Lunch, "with" Sam @Food 2026-11-04')

    (from_csv,) = csv.DictReader(io.StringIO(book("list", "--format", "csv").out))
    (from_json,) = json.loads(book("list", "--format", "json").out)

    assert from_json == {
        "id": 1,
        "spent_on": "2026-11-04",
        "amount": "1234.50",
        "currency": "EUR",
        "description": 'Lunch, "with" Sam',
        "category": "Food",
        "notes": "",
    }
    assert from_csv == {name: str(value) for name, value in from_json.items()}


def test_an_edit_changes_what_is_given_and_keeps_the_rest(each_book):
    """Each field by its option; the category may be new."""
    each_book("add", "12.50 Lunch @Food 2026-11-04")

    edited = each_book("edit", "1", "--amount", "13,20", "--category", "Eating out", "--notes", "with Sam")
    moved = each_book("edit", "1", "--date", "3 nov 2026", "--description", "Dinner", "--currency", "usd")

    assert edited.out == (
        "Now €13.20 · Lunch · @Eating out · Wednesday, November 4, 2026 (id 1)\nEating out is a new category\n"
    )
    assert moved.out == "Now $13.20 · Dinner · @Eating out · Tuesday, November 3, 2026 (id 1)\n"
    (row,) = json.loads(each_book("list", "--format", "json").out)
    assert row["notes"] == "with Sam"


def test_an_edit_takes_an_expense_out_of_its_category(book):
    """With an empty name."""
    book("add", "12.50 Lunch @Food 2026-11-04")

    edited = book("edit", "1", "--category", "")

    assert edited.out == "Now €12.50 · Lunch · Wednesday, November 4, 2026 (id 1)\n"


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["1"], 2, "say what to change, such as --amount 13.20"),
        (["2", "--amount", "1"], 1, "this ledger has no expense 2"),
        (["99999999999999999999", "--amount", "1"], 2, "no number is that large"),
        (["one", "--amount", "1"], 2, "valid integer"),
        (["1", "--amount", "0"], 1, "an amount cannot be zero"),
        (["1", "--currency", "XYZ"], 1, "'XYZ' is no currency code"),
        (["1", "--date", "1850-01-01"], 1, "1850"),
        (["1", "--notes", "bell\x07"], 1, "cannot be stored"),
    ],
)
def test_an_edit_that_cannot_be_made_changes_nothing(book, words, code, why):
    """Neither does it say that it did."""
    book("add", "12.50 Lunch 2026-11-04")
    before = book("list").out

    refused = book("edit", *words)

    assert (refused.code, refused.out) == (code, "")
    assert why in refused.err
    assert book("list").out == before
