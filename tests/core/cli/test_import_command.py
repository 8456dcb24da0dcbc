"""`expense import` and `expense export`: a bank's file comes in once, and what is in the book goes out."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

BANK = """\
Kontonummer;DE00 1234

Buchungstag;Auftraggeber/Empfänger;Verwendungszweck;Betrag (EUR);Kategorie
02.10.2026;Hausverwaltung Nord;Miete Oktober;-1.100,00;Wohnen
05.10.2026;Bäckerei Alt;Brötchen;-4,80;Essen
05.10.2026;Bäckerei Alt;Brötchen;-4,80;Essen
07.10.2026;Schuhhaus;Rückgabe;59,90;Kleidung
30.10.2026;Arbeitgeber;Gehalt;2.900,00;
02.11.2026;Hausverwaltung Nord;Miete November;-1.100,00;Wohnen
13.11.2026;Kartenfreigabe;;0,00;
"""
PLAIN = "Date,Description,Amount\n"


@pytest.fixture
def bank(tmp_path: Path) -> str:
    """A German bank's file, in the encoding of old."""
    path = tmp_path / "umsaetze.csv"
    path.write_text(BANK, encoding="cp1252")
    return str(path)


@pytest.fixture
def file(tmp_path):
    """Write a file of comma-separated rows; its path."""

    def write(rows, name="file.csv"):
        path = tmp_path / name
        path.write_bytes(rows if isinstance(rows, bytes) else rows.encode())
        return str(path)

    return write


def lines(ran):
    """What was printed, blanks made even."""
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def test_from_a_banks_file_to_what_was_spent_by_month_and_category(each_book, bank):
    """The main job, from end to end, with no option and on each kind of database."""
    imported = each_book("import", bank)
    report = json.loads(each_book("report", "--by", "month,category", "--format", "json").out)

    assert imported.code == 0
    assert imported.out == (
        "Imported 4 of 7 rows, €2,209.60\n"
        "Left out 2 rows of money in; --credits takes them as refunds\n"
        "Left out 1 row of zero\n"
        "New categories: Wohnen, Essen\n"
        "`expense undo 1` takes it all back\n"
    )
    assert [(row["month"], row["category"], row["total"], row["count"]) for row in report] == [
        ("2026-10-01", "Wohnen", "1100.00", 1),
        ("2026-10-01", "Essen", "9.60", 2),
        ("2026-11-01", "Wohnen", "1100.00", 1),
    ]


def test_a_file_that_is_imported_again_adds_nothing(each_book, bank):
    """It says why."""
    each_book("import", bank)
    before = each_book("list").out

    again = each_book("import", bank)

    assert again.out.splitlines()[:2] == ["Imported 0 of 7 rows", "Left out 4 rows imported before"]
    assert "undo" not in again.out
    assert each_book("list").out == before


def test_rows_that_are_no_payments_are_told(book, file):
    """How many of each kind, though they are not counted among the rows."""
    rows = "2026-10-05,Books,-1.50,OK\n2026-10-06,Tea,-2.50,Declined\n2026-10-31,Closing balance 31 Oct,-1.50,\n"

    imported = book("import", file(f"Date,Description,Amount,Status\n{rows}"))

    assert imported.out.splitlines()[:3] == [
        "Imported 1 of 1 row, €1.50",
        "Left out 1 row of balances or totals",
        "Left out 1 row declined or taken back by the bank",
    ]


def test_an_import_is_taken_back_whole(book, bank):
    """With the categories that it made, and can then be done again."""
    book("import", bank)

    undone = book("undo", "1")

    assert undone.out == "Undone: imported umsaetze.csv\n"
    assert book("list", "-f", "json").out == book("category", "list", "-f", "json").out == "[]\n"
    assert book("import", bank).out.startswith("Imported 4 of 7 rows")


def test_a_dry_run_shows_what_was_understood_and_what_would_come_in(each_book, bank):
    """And writes nothing."""
    shown = lines(each_book("import", bank, "--dry-run"))

    assert {"encoding: cp1252", "delimiter: ;", "header line: 3", "date order: dmy", "currency: EUR"} <= set(shown)
    assert shown[-9:] == [
        "line date amount description category",
        "4 2026-10-02 €1,100.00 Hausverwaltung Nord - Miete Oktober Wohnen",
        "5 2026-10-05 €4.80 Bäckerei Alt - Brötchen Essen",
        "6 2026-10-05 €4.80 Bäckerei Alt - Brötchen Essen",
        "9 2026-11-02 €1,100.00 Hausverwaltung Nord - Miete November Wohnen",
        "",
        "Would import 4 of 7 rows, €2,209.60",
        "Left out 2 rows of money in; --credits takes them as refunds",
        "Left out 1 row of zero",
    ]
    assert each_book("list", "-f", "json").out == "[]\n"
    assert each_book("history").err == "Nothing was done yet.\n"


def test_a_dry_run_shows_the_first_ten_and_counts_the_rest(book, file):
    """Of a thousand more are not looked at."""
    rows = "".join(f"2026-10-05,Row {number},-{number}.00\n" for number in range(1, 1_013))

    shown = lines(book("import", file(PLAIN + rows), "--dry-run"))

    assert "11 2026-10-05 €10.00 Row 10" in shown
    assert "12 2026-10-05 €11.00 Row 11" not in shown
    assert "... and 1,002 more" in shown


def test_a_dry_run_of_nothing_new_shows_no_table(book, bank):
    """Only what was understood, and why nothing comes in."""
    book("import", bank)

    shown = lines(book("import", bank, "--dry-run"))

    assert "line date amount description category" not in shown
    assert "Would import 0 of 7 rows" in shown


def test_money_in_comes_in_as_refunds_where_it_is_asked_for(book, bank):
    """Later too: what came in before is known."""
    book("import", bank)

    imported = book("import", bank, "--credits")

    assert imported.out.splitlines()[0] == "Imported 2 of 7 rows, -€2,959.90"
    assert json.loads(book("list", "-f", "json", "--max", "0").out)[1]["amount"] == "-59.90"


@pytest.mark.parametrize(
    ("content", "options"),
    [
        ("3/4/2026,Books,-1.50\n5/6/2026,Tea,-0.50\n", ["--date-order", "dmy"]),
        ("2026-10-05,Books,1.50\n2026-10-06,Tea,.50\n", ["--invert"]),
        ("2026-10-05,Books,-1.500\n2026-10-06,Tea,-2.500\n", ["--decimal-mark", ".", "--currency", "kwd"]),
    ],
)
def test_an_option_answers_beforehand(book, file, content, options):
    """Without it the question is the message; nothing is guessed with money."""
    path = file(PLAIN + content)

    asked, answered = book("import", path), book("import", path, *options)

    assert (asked.code, asked.out) == (1, "")
    assert options[0] in asked.err
    assert answered.code == 0
    assert answered.out.startswith("Imported 2 of 2 rows")


def test_a_journal_is_read_as_the_statement_of_one_account_where_that_is_named(book, file):
    """What is on expenses and income otherwise; a transfer is a payment only to the account that it came from."""
    journal = file(
        "include 2025.journal\n2026-02-03 Bakery\n  expenses:food  4 EUR\n  assets:cash\n"
        "2026-02-04 ATM\n  assets:cash  50 EUR\n  assets:bank\n"
    )

    spent, paid = book("import", journal, "--dry-run"), book("import", journal, "--account", "assets:bank", "--dry-run")

    assert "Would import 1 of 1 row, €4.00" in spent.out
    assert "Left out 1 row naming another file, which is not read" in spent.out
    assert "Would import 1 of 1 row, €50.00" in paid.out


@pytest.mark.parametrize("option", [["--dry-run"], []])
def test_a_balance_that_the_rows_do_not_come_to_is_told(book, file, option):
    """With both figures, whether it comes in or not."""
    rows = ":61:2610010000D900,00NTRFNONREF\n:86:177?20Rent\n"
    path = file(f":20:A\n:25:NL01\n:28C:1\n:60F:C260930EUR1000,00\n{rows}:62F:C261031EUR55,00\n-\n", "october.sta")

    imported = book("import", path, *option)

    assert "The file says that the closing balance of NL01 is €55.00; by its rows it is €100.00" in lines(imported)


def test_what_may_be_in_the_book_already_is_left_out_and_shown_beside_it(each_book, file):
    """Where nobody can be asked; it says how to take it, and then it comes in."""
    each_book("add", "1.50 Breakfast 2026-10-05")
    path = file(f"{PLAIN}2026-10-06,Bakery,-1.50\n2026-10-06,Books,-9.00\n")

    shown, left, taken = (
        lines(each_book("import", path, *words))
        for words in (["--dry-run"], ["--perhaps", "leave"], ["--perhaps", "take"])
    )

    table = ["line date amount description expense of called", "2 2026-10-06 €1.50 Bakery 1 2026-10-05 Breakfast"]
    told = "Left out 1 row that may be in the book already; --perhaps take takes them"
    assert [line for line in shown if line in {told, *table}] == [told, *table]
    assert left[:5] == ["Imported 1 of 2 rows, €9.00", told, "", *table]
    assert taken[:2] == ["Imported 1 of 2 rows, €1.50", "Left out 1 row imported before"]


def test_of_many_rows_that_may_be_in_the_book_the_first_are_shown(book, file):
    """The others are counted."""
    for _ in range(12):
        book("add", "1.50 Tea 2026-10-05")

    shown = lines(book("import", file(PLAIN + "2026-10-05,Tea,-1.50\n" * 12)))

    assert "... and 2 more" in shown


def test_what_a_file_is_like_can_be_said_in_full(book, file):
    """No header, tabs, a word for the direction, and an encoding of old."""
    rows = "05.10.26\traus\t1,50\tCafé\n06.10.26\trein\t2,50\tZinsen\n".encode("latin-1")
    written = ["--delimiter", "tab", "--header-line", "0", "--encoding", "latin-1", "--decimal-mark", ","]
    meant = ["--columns", "date=1, sign=2, amount=3, description=4", "--date-order", "dmy", "--outgoing", "raus"]

    imported = book("import", file(rows), *written, *meant, "--currency", "chf")

    assert imported.code == 0, imported.err
    assert imported.out.startswith("Imported 1 of 2 rows, CHF1.50\n")
    (row,) = json.loads(book("list", "-f", "json").out)
    assert (row["spent_on"], row["description"]) == ("2026-10-05", "Café")


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("nothing.csv", b"", "nothing.csv is empty"),
        ("sheet.csv", b"PK\x03\x04" + b"\0" * 90, "sheet.csv is a spreadsheet"),
        ("binary.csv", b"\x7fELF\0\0\1", "NUL byte"),
        ("text.csv", b"Dear Sir or Madam\n", "text.csv"),
        ("wrong.csv", b"Date,Text,Amount\n2026-10-05,Tea,-1.00\n2026-10-06,Tea,-1.005\n", "line 3: '1.005' cannot be"),
        ("day.csv", b"Date,Text,Amount\n2026-10-05,Tea,-1.00\n2026-02-31,Tea,-1.00\n", "line 3"),
    ],
)
def test_what_is_no_statement_is_refused(book, file, name, content, why):
    """It says what is wrong, and where; nothing comes in."""
    refused = book("import", file(content, name))

    assert (refused.code, refused.out) == (1, "")
    assert why in refused.err
    assert book("list", "-f", "json").out == "[]\n"


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["nowhere.csv"], 1, "nowhere.csv cannot be read: No such file or directory"),
        (["caf\udce9.csv"], 1, "No such file or directory"),
        (["."], 1, "is not a file"),
        (["-"], 2, "save it first"),
        ([], 2, "Missing argument"),
        (["file.csv", "--columns", "nonsense"], 1, "'nonsense' is not ROLE=COLUMN"),
        (["file.csv", "--columns", "date=Nope"], 1, "there is no column called 'Nope'"),
        (["file.csv", "--decimal-mark", "x"], 1, 'the decimal mark is "." or ","'),
        (["file.csv", "--currency", "XYZ"], 1, "'XYZ' is no currency code"),
        (["file.csv", "--encoding", "klingon"], 1, "klingon"),
        (["file.csv", "--date-order", "ddd"], 2, "--date-order"),
        (["file.csv", "--header-line", "-1"], 2, "--header-line"),
    ],
)
def test_an_import_that_is_asked_for_wrongly_is_refused(book, home, words, code, why):
    """1 where a file was looked for, 2 where the command line itself is wrong."""
    (home / "file.csv").write_text(f"{PLAIN}2026-10-05,Tea,-1.00\n")

    refused = book("import", *words)

    assert (refused.code, refused.out) == (code, "")
    assert why in refused.err


@pytest.fixture
def full(book):
    """A book with two expenses."""
    book("add", '1234.5 Lunch, "with" Sam @Food 2026-11-04')
    book("add", "-3 Café 2026-10-01")
    return book


def test_what_is_exported_is_all_of_it_the_oldest_first(full):
    """As CSV, for whoever reads it."""
    exported = full("export")

    assert list(csv.DictReader(io.StringIO(exported.out))) == [
        {
            "id": "2",
            "spent_on": "2026-10-01",
            "amount": "-3.00",
            "currency": "EUR",
            "description": "Café",
            "category": "",
            "notes": "",
        },
        {
            "id": "1",
            "spent_on": "2026-11-04",
            "amount": "1234.50",
            "currency": "EUR",
            "description": 'Lunch, "with" Sam',
            "category": "Food",
            "notes": "",
        },
    ]


def test_an_export_can_be_narrowed_and_written_to_a_file(full, home):
    """In UTF-8, whatever the terminal's encoding."""
    written = full("export", "café", "--format", "json", "--output", "out.json")

    assert (written.code, written.out) == (0, "")
    (row,) = json.loads((home / "out.json").read_text(encoding="utf-8"))
    assert row["description"] == "Café"


def test_an_export_can_be_an_object_a_line(full):
    """For a program that reads line by line, and for files to which more is added."""
    exported = full("export", "--format", "ndjson")

    assert [json.loads(line)["description"] for line in exported.out.splitlines()] == ["Café", 'Lunch, "with" Sam']


def test_an_export_can_be_for_another_program(full, home):
    """A journal takes the money from the account that is named."""
    journal = full("export", "--format", "hledger", "--account", "Liabilities:My card")
    workbook = full("export", "--format", "xlsx", "--output", "out.xlsx")

    assert "\n    Liabilities:My card  -1234.50 EUR\n" in journal.out
    assert (workbook.code, workbook.out, (home / "out.xlsx").read_bytes()[:2]) == (0, "", b"PK")


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["--format", "beancount", "--account", "cash"], 1, "'cash' is no account to Beancount"),
        (["-o", "nowhere/out.csv"], 1, "nowhere/out.csv cannot be written: No such file or directory"),
        (["-o", "."], 1, ". cannot be written: Is a directory"),
        (["-o", "/dev/full"], 1, "No space left on device"),
        (["--format", "table"], 2, "'csv', 'json', 'ndjson'"),
        (["--from", "nonsense"], 1, "'nonsense' is not a date"),
    ],
)
def test_an_export_that_cannot_be_written_is_refused(full, words, code, why):
    """With what the system says."""
    if "/dev/full" in words and not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")

    refused = full("export", *words)

    assert (refused.code, refused.out) == (code, "")
    assert why in refused.err


def test_an_exported_book_comes_back_by_importing_it(full, home, expense, monkeypatch, tmp_path):
    """Money out is without a minus there, which has to be said."""
    full("export", "-o", "out.csv")
    monkeypatch.setenv("EXPENSE_DATABASE_URL", f"sqlite:///{tmp_path / 'other.db'}")

    imported = expense("import", "out.csv", "--invert", "--credits")

    assert imported.code == 0, imported.err
    back = json.loads(expense("list", "-f", "json").out)
    assert [(row["amount"], row["description"], row["category"]) for row in back] == [
        ("1234.50", 'Lunch, "with" Sam', "Food"),
        ("-3.00", "Café", None),
    ]
