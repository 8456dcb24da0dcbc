"""`expense rule`: rules are made, put in order, tried and deleted, and an import goes by them."""

import json

import pytest


@pytest.fixture
def ruled(book):
    """A book with an expense and two rules."""
    book("add", "12.50 SQ *CORNER DELI @Food 2026-11-03")
    book("rule", "add", "--payee", "corner deli", "-c", "food", "--max", "20", "--description", "Deli", "--notes", "n")
    book("rule", "add", "--text", "own", "--min", "1.50", "--account", "Giro", "--skip")
    return book


def lines(ran):
    return [line.rstrip() for line in ran.out.splitlines()]


def test_rules_are_listed_in_the_order_in_which_they_are_tried(ruled):
    """With what they ask for and what they do."""
    listed = [line.split("  ") for line in lines(ruled("rule", "list"))]

    assert [[cell.strip() for cell in line if cell] for line in listed] == [
        ["id", "when", "then"],
        ["1", "payee has 'corner deli', at most 20", "@Food, called 'Deli', noted 'n'"],
        ["2", "text has 'own', at least 1.5, account is 'Giro'", "left out"],
    ]


def test_a_program_gets_every_field(ruled):
    """Amounts as text, like everywhere."""
    first, second = json.loads(ruled("rule", "list", "--format", "json").out)

    assert first == {
        "id": 1,
        "payee": "corner deli",
        "text": "",
        "min_amount": None,
        "max_amount": "20",
        "account": "",
        "category": "Food",
        "description": "Deli",
        "notes": "n",
        "skip": False,
    }
    assert (second["account"], second["skip"]) == ("Giro", True)


def test_a_book_without_rules_says_how_to_add_one(book):
    """Nothing is on standard output."""
    ran = book("rule", "list")

    assert (ran.code, ran.out, ran.err[:35]) == (0, "", "No rules yet: expense rule add --pa")


def test_a_rule_is_made_like_an_expense(ruled):
    """With its payee, and with its category unless another one is named, or the rule leaves rows out."""
    assert ruled("rule", "add", "--like", "1").out == "Added rule 3: payee has 'Corner Deli' → @Food\n"
    ruled("category", "add", "Fun")
    assert ruled("rule", "add", "--like", "1", "-c", "fun").out == "Added rule 4: payee has 'Corner Deli' → @Fun\n"
    assert ruled("rule", "add", "--like", "1", "--skip").out == "Added rule 5: payee has 'Corner Deli' → left out\n"
    ruled("edit", "1", "-c", "")
    assert ruled("rule", "add", "--like", "1", "--notes", "n").out.endswith("'Corner Deli' → noted 'n'\n")
    assert ruled("rule", "add", "--like", "1").code == 1


def test_a_rule_is_changed_field_by_field(ruled):
    """An empty text takes one away; nothing at all is refused."""
    changed = ruled("rule", "edit", "1", "--max", "", "--description", "", "--notes", "", "--min", "3")
    skips = ruled("rule", "edit", "1", "--skip", "--category", "")
    refused = ruled("rule", "edit", "1")

    assert changed.out == "Now rule 1: payee has 'corner deli', at least 3 → @Food\n"
    assert skips.out == "Now rule 1: payee has 'corner deli', at least 3 → left out\n"
    assert refused.code == 2


def test_rules_are_moved_deleted_and_brought_back(ruled):
    """Each is told, and is in the history."""
    assert ruled("rule", "move", "2", "1").out == "The order is 2, 1 now\n"
    assert ruled("rule", "edit", "1", "--max", "30").code == 0
    assert ruled("rule", "delete", "2").out.startswith("Deleted rule 2: ")
    assert ruled("undo").out == "Undone: deleted rule 2\n"
    told = [line.split("  ")[-1] for line in lines(ruled("history", "--limit", "4"))[1:]]

    assert told == [
        "deleted rule 2 (undone)",
        "changed rule 1 for corner deli",
        "put the rules into another order",
        "added rule 2",
    ]


def test_a_rule_is_tried_on_the_book(ruled):
    """One that is there, or one that might be."""
    tried = lines(ruled("rule", "try", "1"))

    assert tried[-1] == "It matches 1 expense"
    assert "SQ *CORNER DELI" in tried[1]
    assert ruled("rule", "try", "--payee", "bar").out == "It matches 0 expenses\n"
    assert (ruled("rule", "try").code, ruled("rule", "try", "1", "--payee", "x").code) == (2, 2)


def test_a_rule_whose_category_was_deleted_says_so(ruled):
    """It gives none, until the category comes back."""
    ruled("rule", "edit", "1", "--description", "", "--notes", "")
    ruled("category", "delete", "food", "--uncategorise")

    assert "→ nothing: its category was deleted" in ruled("rule", "delete", "1").out


def test_an_import_tells_where_categories_are_from(ruled, home):
    """How many by a rule, how many as before, and what a rule left out."""
    file = home / "statement.csv"
    rows = ("Corner Deli 0412,-3.00", "Corner Deli 0412,-30.00", "Zebra,-1.00", "Kiosk,-2.00")
    file.write_text("\n".join(["Date,Payee,Amount", *(f"2026-10-2{n},{row}" for n, row in enumerate(rows)), ""]))
    ruled("rule", "add", "--payee", "kiosk", "--skip")

    plain = ruled("import", "statement.csv", "--dry-run", "--no-categories")
    ran = ruled("import", "statement.csv")

    assert lines(plain)[-1] == "Would import 4 of 4 rows, €36.00"
    assert lines(ran)[:3] == [
        "Imported 3 of 4 rows, €34.00",
        "Left out 1 row by a rule",
        "Categories: 1 by a rule, 1 as chosen before, 1 without",
    ]


@pytest.mark.parametrize(("words", "in_environment"), [(["--clean-payees"], ""), ([], "1")])
def test_payees_are_cleaned_where_that_is_asked_for(ruled, home, monkeypatch, words, in_environment):
    """In what is foretold as in what comes in."""
    (home / "statement.csv").write_text("Date,Payee,Amount\n2026-10-20,SQ *COFFEE CO 04/11 LONDON GB,-3.00\n")
    monkeypatch.setenv("EXPENSE_CLEAN_PAYEES", in_environment)

    foretold = ruled("import", "statement.csv", *words, "--dry-run", "--format", "json")
    ruled("import", "statement.csv", *words)

    (imported,) = json.loads(ruled("list", "london", "--format", "json").out)
    assert (
        [one["description"] for one in json.loads(foretold.out)["lines"]] == [imported["description"]] == ["Coffee Co"]
    )
    assert imported["notes"] == "SQ *COFFEE CO 04/11 LONDON GB"


def test_an_import_that_finds_a_category_for_each_row_says_no_more(ruled, home):
    """Of rows without one there are none."""
    (home / "statement.csv").write_text(
        "Date,Payee,Amount\n2026-10-20,Corner Deli,-3.00\n2026-10-21,Corner Deli,-4.00\n"
    )

    assert "Categories: 2 by a rule" in lines(ruled("import", "statement.csv"))
