"""`expense import` for programs and scripts: JSON, chosen lines, what was purged, and answers that are remembered."""

from __future__ import annotations

import json

import pytest

HEADER = "Date,Payee,Amount,Category\n"
RENT, BUN, PAY, NOTHING = (
    "2026-10-01,Rent,-900.00,Home\n",
    "2026-10-02,Bun,-3.20,\n",
    "2026-10-03,Pay,2500.00,\n",
    "2026-10-04,Nothing,0.00,\n",
)
ORDER = "Date,Payee,Amount\n3/4/2026,Bun,-3.20\n"


@pytest.fixture
def file(home):
    """Write a statement; its name."""

    def write(rows, name="bank.csv"):
        (home / name).write_text(rows, encoding="utf-8")
        return name

    return write


def told(ran):
    """The document of an import that went well."""
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_a_report_can_be_had_as_one_document(each_book, file):
    """Every row is counted once; the sum is exact."""
    each_book("add", "3.20 Breakfast 2026-10-02")
    name = file(HEADER + RENT + BUN + PAY + NOTHING)

    document, again = (told(each_book("import", name, "--format", "json")) for _ in range(2))

    assert document["counts"] == {
        "new": 1,
        "duplicate": 0,
        "perhaps": 1,
        "money in": 1,
        "pending": 0,
        "another currency": 0,
        "zero": 1,
        "unclear": 0,
        "left out by a rule": 0,
        "purged": 0,
        "left": 0,
    }
    assert [document[name] for name in ("file", "rows", "import_id", "entry_id")] == ["bank.csv", 4, 1, 2]
    assert document["totals"] == [{"currency": "EUR", "total": "900.00"}]
    assert document["new_categories"] == ["Home"]
    assert document["understood"]["delimiter"] == ","
    assert (again["counts"]["duplicate"], again["entry_id"], again["totals"]) == (1, None, [])


def test_a_dry_run_tells_each_row_with_its_verdict(each_book, file):
    """And the same counts, sums and new categories as the import itself; nothing is written."""
    each_book("add", "3.20 Breakfast @home 2026-10-02")
    name = file(f"{HEADER}{RENT}{BUN}{PAY}{NOTHING}2026-10-05,Film,-9.00,Fun\n")

    looked = told(each_book("import", name, "--dry-run", "--format", "json"))
    taken = told(each_book("import", name, "--dry-run", "-f", "json", "--perhaps", "take", "--leave", "2"))
    done = told(each_book("import", name, "--format", "json"))

    lines = looked.pop("lines")
    assert [(one["line"], one["verdict"], one["comes_in"]) for one in lines] == [
        (2, "new", True),
        (3, "perhaps", False),
        (4, "money in", False),
        (5, "zero", False),
        (6, "new", True),
    ]
    assert (lines[0]["amount"], lines[0]["spent_on"], lines[0]["category"], lines[0]["category_from"]) == (
        "900.00",
        "2026-10-01",
        "Home",
        "file",
    )
    assert (lines[1]["known"]["description"], lines[1]["known"]["in_trash"]) == ("Breakfast", False)
    assert looked["new_categories"] == ["Fun"]
    assert looked | {"import_id": 1, "entry_id": 2} == done
    assert (taken["counts"]["new"], taken["counts"]["left"], taken["totals"][0]["total"]) == (2, 1, "12.20")


def test_what_cannot_be_an_expense_is_told_in_a_dry_run(book, file):
    """The import itself refuses it, on standard error, unless it is left."""
    name = file(f"{HEADER}2026-10-41,Odd,-1.00,\n{BUN}")

    looked = told(book("import", name, "--dry-run", "--format", "json"))
    refused = book("import", name, "--format", "json")
    foretold, left = (told(book("import", name, "-f", "json", "--leave", "2", *words)) for words in (["--dry-run"], []))

    assert [(one["line"], one["verdict"], one["amount"]) for one in looked["lines"]] == [
        (2, "unclear", None),
        (3, "new", "3.20"),
    ]
    assert "line 2" in looked["lines"][0]["why"]
    assert (refused.code, refused.out) == (1, "")
    assert "line 2" in refused.err
    assert (left["rows"], left["counts"]["new"], left["counts"]["left"]) == (2, 1, 1)
    assert foretold["counts"] == left["counts"]


def test_a_file_without_rows_is_a_document_too(book, file):
    """Of nothing; a balance that jumps is told by its line."""
    balances = "".join(f"2026-10-0{day},Row,-1.00,{100 - day}\n" for day in (1, 2, 3, 5, 6))
    name = file(f"Date,Payee,Amount,Balance\n{balances}")

    document = told(book("import", name, "--format", "json"))
    empty = told(book("import", file("!Type:Cat\nNFood\n^\n", "a.qif"), "--dry-run", "--format", "json"))

    assert document["differences"] == [
        {"account": None, "currency": None, "figure": "balance", "stated": "95", "found": "96.00", "line": 5}
    ]
    assert (empty["lines"], empty["rows"], empty["totals"]) == ([], 0, [])


@pytest.mark.parametrize(
    ("options", "descriptions"),
    [
        (["--only", "2"], ["Rent"]),
        (["--only", "1-3"], ["Rent", "Bun"]),
        (["--leave", "2, 4-5"], ["Bun"]),
        (["--only", "2-4", "--leave", "2", "--credits"], ["Bun", "Pay"]),
    ],
)
def test_rows_are_chosen_by_their_lines(book, file, options, descriptions):
    """With everything else as it is."""
    book("import", file(HEADER + RENT + BUN + PAY + NOTHING), *options)

    rows = json.loads(book("export", "--format", "json").out)

    assert [row["description"] for row in rows] == descriptions


@pytest.mark.parametrize(
    ("option", "code", "why"),
    [
        ("9", 1, "bank.csv has no row on line 9"),
        ("2,7-9", 1, "bank.csv has no row on lines 7 to 9"),
        ("3-2", 2, "Invalid value for --leave: '3-2' ends before it begins"),
        ("two", 2, "Invalid value for --leave: 'two' is not a number"),
    ],
)
def test_lines_that_are_none_are_refused(book, file, option, code, why):
    """Somebody meant another row."""
    refused = book("import", file(HEADER + RENT), "--leave", option)

    assert (refused.code, refused.out) == (code, "")
    assert why in " ".join(refused.err.replace("│", "").split())


def test_rows_that_were_left_are_told(book, file):
    """However many they are."""
    assert "Left out 2 rows by line number" in book("import", file(HEADER + RENT + BUN + BUN), "--only", "2").out


def test_what_is_pending_or_of_another_currency_can_be_left(each_book, file):
    """It is told in both forms; a currency that there is none of is refused."""
    rows = "2026-10-02,Bun,-3.20,EUR,pending\n2026-10-02,Bun,-3.20,EUR,booked\n2026-10-02,Bun,-3.20,USD,booked\n"
    name = file(f"Date,Payee,Amount,Currency,State\n{rows}")
    options = ["--no-pending", "--only-currency", "eur"]

    foretold = told(each_book("import", name, *options, "--dry-run", "--format", "json"))
    told_of = each_book("import", name, "--dry-run").out
    done = each_book("import", name, *options)
    refused = each_book("import", name, "--only-currency", "XYZ")

    assert [one["verdict"] for one in foretold["lines"]] == ["pending", "new", "another currency"]
    assert {why: count for why, count in foretold["counts"].items() if count} == {
        "new": 1,
        "pending": 1,
        "another currency": 1,
    }
    assert "1 row of the file is still pending; --no-pending leaves them out" in told_of
    assert done.out == (
        "Imported 1 of 3 rows, €3.20\n"
        "Left out 1 row still pending; without --no-pending they come in\n"
        "Left out 1 row of another currency; without --only-currency they come in\n"
        "`expense undo 1` takes it all back\n"
    )
    assert (refused.code, "'XYZ' is no currency code of ISO 4217" in refused.err) == (1, True)


def test_what_was_purged_stays_out_unless_it_is_asked_for(book, file):
    """It is told, and how to have it again."""
    name = file(HEADER + RENT + BUN)
    book("import", name)
    book("delete", "1")
    book("purge", "--yes")

    again, document = book("import", name), told(book("import", name, "--dry-run", "--format", "json"))
    taken = book("import", name, "--purged")

    assert "Left out 1 row imported before and deleted for good; --purged takes them again" in again.out
    assert document["counts"]["purged"] == 1
    assert taken.out.startswith("Imported 1 of 2 rows, €900.00")


def test_an_answer_is_remembered_and_can_be_forgotten(each_book, file):
    """It is told once; then such files need no option, which is told too."""
    none = each_book("profile", "list")
    asked = each_book("import", file(ORDER))
    answered = each_book("import", file(ORDER), "--date-order", "dmy")
    known = each_book("import", file(ORDER.replace("3/4", "5/4"), "next.csv"))
    (kept,) = json.loads(each_book("profile", "list", "--format", "json").out)
    listed = " ".join(each_book("profile", "list").out.split())
    forgotten = each_book("profile", "forget", str(kept["id"]))

    assert (none.out, none.err) == ("", "Nothing was answered yet.\n")
    assert asked.code == 1
    assert answered.err == (
        "Remembered for files like this one: --date-order dmy; `expense profile forget 1` has it asked again\n"
    )
    assert known.err == "As you answered before (--date-order dmy); `expense profile forget 1` has it asked again\n"
    assert known.out.startswith("Imported 1 of 1 row")
    assert (kept["looks"], kept["file"]) == ("Date, Payee, Amount", "bank.csv")
    assert kept["answers"] == [{"option": "date_order", "answer": "dmy"}]
    assert listed == "id files with answer last 1 Date, Payee, Amount --date-order dmy bank.csv"
    assert forgotten.out == "Forgot --date-order dmy\n"
    assert each_book("import", file(ORDER)).code == 1
    assert each_book("profile", "forget", "1").code == 1


def test_a_dry_run_remembers_nothing(book, file):
    """It writes nothing at all."""
    book("import", file(ORDER), "--date-order", "dmy", "--dry-run")

    assert book("import", file(ORDER)).code == 1


@pytest.mark.parametrize(
    ("answer", "said"), [("--invert", "--invert"), ("--no-invert", "--no-invert")], ids=["spent", "received"]
)
def test_several_answers_are_told_once(book, file, answer, said):
    """Though each question came by itself."""
    rows = "Date,Payee,Amount\n3/4/2026,Bun,3.20\n"
    book("import", file(rows), "--date-order", "dmy", answer)

    known = book("import", file(rows))

    assert known.err == (
        f"As you answered before (--date-order dmy {said}); `expense profile forget 1` has it asked again\n"
    )
