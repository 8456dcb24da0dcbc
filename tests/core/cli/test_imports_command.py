"""`expense imports` and `revert`: what came out of a file, and how it goes again."""

from __future__ import annotations

import json

import pytest

from expense_core import Database, ledgers, open_imports, statements, users

FILE = "Date,Description,Amount\n2026-10-05,Tea,-1.50\n2026-10-06,Cake,-2.50\n"


@pytest.fixture
def imported(each_book, home):
    """A book with one import."""
    (home / "card.csv").write_text(FILE, encoding="utf-8")
    each_book("import", "card.csv")
    return each_book


def lines(ran):
    """What was printed, blanks made even."""
    return [" ".join(line.split()) for line in ran.out.splitlines()]


def test_imports_are_listed_with_what_is_left_of_them(imported):
    """For a person and for a program."""
    imported("delete", "2")

    heading, row = lines(imported("imports"))
    (plain,) = json.loads(imported("imports", "--format", "json").out)

    assert heading == "number when who file in the book in the trash sum"
    assert row.startswith("1 ")
    assert row.endswith("card.csv 1 1 €1.50")
    assert (plain["id"], plain["file"], plain["in_book"], plain["in_trash"]) == (1, "card.csv", 1, 1)
    assert plain["totals"] == [{"currency": "EUR", "total": "1.50"}]


def test_what_an_import_brought_is_listed(imported):
    """As expenses are anywhere."""
    assert lines(imported("imports", "1"))[1:] == ["1 2026-10-05 €1.50 Tea", "2 2026-10-06 €2.50 Cake"]
    assert [row["description"] for row in json.loads(imported("imports", "1", "-f", "json").out)] == ["Tea", "Cake"]


@pytest.mark.parametrize("words", [(), ("1",)])
def test_it_is_said_where_a_list_goes_on(imported, home, words):
    """A file of a thousand rows is not taken for one of twenty; the last page says nothing."""
    (home / "next.csv").write_text(FILE.replace("-10-", "-09-"), encoding="utf-8")
    imported("import", "next.csv")

    cut, whole = imported("imports", *words, "--limit", "1"), imported("imports", *words, "--limit", "2")

    assert (cut.err, whole.err) == ("There are more; --limit 2 shows twice as many.\n", "")


def test_all_that_a_large_import_brought_can_be_had(book, home):
    """More than a page of it, in the order of the file."""
    many = "".join(f"2026-10-05,Row {number},-1.00\n" for number in range(1_001))
    (home / "large.csv").write_text("Date,Description,Amount\n" + many, encoding="utf-8")
    book("import", "large.csv")

    brought = json.loads(book("imports", "1", "--limit", "2000", "--format", "json").out)

    assert [row["description"] for row in brought] == [f"Row {number}" for number in range(1_001)]


def test_nothing_is_said_where_there_is_nothing(book, home):
    """Not even headings."""
    none = book("imports")
    (home / "card.csv").write_text(FILE, encoding="utf-8")
    book("import", "card.csv")
    book("revert", "1")

    assert (none.out, none.err.splitlines()[-1]) == ("", "Nothing was imported yet.")
    assert book("imports", "1").err == "Nothing of it is in the book.\n"
    assert "undone" in book("imports").out


def test_an_import_is_reverted_whole(imported):
    """And can be brought back."""
    reverted = imported("revert", "1")

    assert reverted.out == "Undone: imported card.csv\n`expense redo 1` brings it back\n"
    assert imported("list", "-f", "json").out == "[]\n"


def test_what_was_edited_since_is_shown_before_it_goes(imported):
    """Nothing goes where nobody says yes."""
    imported("edit", "1", "--amount", "1.75")
    imported("delete", "2")
    imported("restore", "2")

    refused, reverted = imported("revert", "1"), imported("revert", "1", "--yes")

    assert refused.code == 1
    assert refused.err.splitlines()[:4] == [
        "2 expenses of it changed since:",
        "  expense 1 Tea: amount 1.50 → 1.75",
        "  expense 2 Cake: deleted",
        "  expense 2 Cake: restored",
    ]
    assert reverted.out == "Reverted: deleted 2 expenses (card.csv)\n`expense undo 5` brings it back\n"
    assert imported("list", "-f", "json").out == "[]\n"


def test_an_import_that_is_not_there_is_refused(book):
    """By its number."""
    refused = book("revert", "7")

    assert (refused.code, refused.out) == (1, "")
    assert "has no import 7" in refused.err


def test_a_file_that_waits_for_somebody_is_not_yet_in_the_book(book, home, sqlite_url):
    """A server keeps it; what would come in is in no sum of a program's."""
    (home / "card.csv").write_text(FILE, encoding="utf-8")
    book("import", "card.csv")
    book("revert", "1")
    with Database(sqlite_url) as database, database.transaction() as session:
        access = ledgers.open(session, users.list(session)[0])
        path = home / "card.csv"
        open_imports.begin(session, access, path, statements.recognise(path))

    shown, plain = book("imports"), json.loads(book("imports", "--format", "json").out)

    assert lines(shown)[1].endswith("card.csv not yet 0 €4.00")
    assert [(one["id"], one["state"], one["in_book"], one["totals"]) for one in plain] == [
        (2, "open", 0, []),
        (1, "reverted", 0, []),
    ]
