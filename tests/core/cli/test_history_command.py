"""`expense history`, `undo` and `redo`: what was done is told in a line, and can be taken back."""

import csv
import io
import json

import pytest


def deeds(ran):
    """What was done, the last first."""
    heading, *rows = ran.out.splitlines()
    start = heading.index("what")
    return [row[start:].rstrip() for row in rows]


@pytest.mark.parametrize(
    ("commands", "told"),
    [
        (["add|12.50 Lunch @Food 2026-11-03"], "recorded €12.50 Lunch @Food 2026-11-03"),
        (["add|5 2026-11-03"], "recorded €5.00 2026-11-03"),
        (["add|5 Tea", "edit|1|--amount|6|--notes|green"], "changed Tea: amount 5.00 → 6.00, notes"),
        (
            ["add|5 Tea @Food 2026-11-03", "edit|1|-c||--date|2026-11-04|--currency|USD"],
            "changed Tea: currency EUR → USD, date 2026-11-03 → 2026-11-04, category Food → none",
        ),
        (["category|add|Food", "add|5", "edit|1|-c|Food"], "changed expense 1: category none → Food"),
        (["add|5 Tea", "edit|1|-c|Food"], "changed Tea: category none → Food"),
        (["add|5", "delete|1"], "deleted expense 1"),
        (["add|5 Tea", "delete|1"], "deleted Tea"),
        (["add|5 Tea", "add|6 Cake", "delete|1|2"], "deleted 2 expenses"),
        (["add|5 Tea", "delete|1", "restore|1"], "restored Tea"),
        (["add|5 Tea", "delete|1", "purge|1|--yes"], "purged 1 expense"),
        (["category|add|Food"], "added category Food"),
        (["category|add|Food", "category|rename|Food|Meals"], "renamed category Food to Meals"),
        (["category|add|Food", "category|delete|Food"], "deleted category Food"),
        (["category|add|Food", "category|add|Fun", "category|merge|Food|Fun"], "merged category Food"),
        (
            ["add|5 Tea @Food", "category|add|Fun", "category|merge|Food|Fun"],
            "merged category Food: 1 expense into category Fun",
        ),
        (
            ["add|5 Tea @Food", "add|6 Cake @Food", "category|delete|Food|--uncategorise"],
            "deleted category Food: 2 expenses out of any category",
        ),
    ],
)
def test_every_deed_is_told_in_a_line(book, commands, told):
    """Somebody who reads the history knows what happened without looking anything up."""
    for command in commands:
        assert book(*command.split("|")).code == 0

    assert deeds(book("history"))[0] == told


def test_an_import_is_one_line_that_names_its_file(book, home):
    """However many rows it had."""
    (home / "bank.csv").write_text("date,description,amount\n2026-11-03,Tea,5.00\n2026-11-04,Cake,6.00\n")
    assert book("import", "bank.csv", "--invert").code == 0

    (told,) = deeds(book("history"))

    assert told.startswith("imported bank.csv")


def test_amounts_are_told_as_their_owner_writes_them(book, monkeypatch):
    """A comma in German."""
    monkeypatch.setenv("EXPENSE_LOCALE", "de_DE")
    book("add", "5,50 Tee")
    book("edit", "1", "--amount", "6")

    assert deeds(book("history"))[0] == "changed Tee: amount 5,50 → 6,00"


def test_the_history_of_one_expense_has_what_was_done_to_it_alone(each_book):
    """Also when its category was merged, where the category itself is not in sight."""
    each_book("add", "5 Tea @Food 2026-11-03")
    each_book("add", "6 Cake @Fun 2026-11-04")
    each_book("category", "merge", "Food", "Fun")

    ran = each_book("history", "1")
    last = each_book("history", "1", "--limit", "1")

    assert deeds(ran) == [
        "merged category Food: 1 expense into category Fun",
        "recorded €5.00 Tea @Food 2026-11-03",
    ]
    assert deeds(last) == deeds(ran)[:1]


def test_a_program_gets_the_history_with_moments_and_counts(book):
    """As many entries as it asked for; one that stands was undone at no time."""
    book("add", "5 Tea @Food 2026-11-03")

    (entry,) = json.loads(book("history", "--format", "json", "--limit", "1").out)

    assert entry.pop("created_at").endswith("+00:00")
    assert entry == {
        "id": 1,
        "actor": "alice",
        "action": "expense.record",
        "recorded": 2,
        "changed": 0,
        "note": "",
        "undone_at": None,
        "rows": [
            {
                "kind": "expense",
                "id": 1,
                "label": "Tea",
                "fields": [
                    {"name": "amount", "before": None, "after": "5.00"},
                    {"name": "currency", "before": None, "after": "EUR"},
                    {"name": "description", "before": None, "after": "Tea"},
                    {"name": "spent_on", "before": None, "after": "2026-11-03"},
                    {"name": "category_id", "before": None, "after": 1},
                    {"name": "category", "before": None, "after": "Food"},
                ],
            },
            {
                "kind": "category",
                "id": 1,
                "label": "Food",
                "fields": [{"name": "name", "before": None, "after": "Food"}],
            },
        ],
    }


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_program_gets_each_field_before_and_after(each_book, form):
    """All that the table tells, and the notes in full; in CSV it is JSON in one cell."""
    each_book("add", "5 Thé @Food")
    each_book("edit", "1", "--amount", "6", "--notes", "vert", "-c", "")

    out = each_book("history", "--format", form, "--limit", "1").out

    (entry,) = json.loads(out) if form == "json" else csv.DictReader(io.StringIO(out))
    (row,) = entry["rows"] if form == "json" else json.loads(entry["rows"])
    assert (row["kind"], row["id"], row["label"]) == ("expense", 1, "Thé")
    assert row["fields"] == [
        {"name": "amount", "before": "5.00", "after": "6.00"},
        {"name": "category_id", "before": 1, "after": None},
        {"name": "category", "before": "Food", "after": None},
        {"name": "notes", "before": "", "after": "vert"},
    ]


def test_a_book_without_a_past_says_so(book):
    """And shows no headings over nothing."""
    ran = book("history")

    assert (ran.code, ran.out, ran.err) == (0, "", "Nothing was done yet.\n")


def test_the_last_change_is_taken_back_and_done_again(each_book):
    """Each time the person is told which it was, and the history marks what is undone."""
    each_book("add", "5 Tea 2026-11-03")
    each_book("edit", "1", "--amount", "6")
    before = each_book("list").out

    undone = each_book("undo")
    marked = deeds(each_book("history"))[0]
    redone = each_book("redo")

    assert undone.out == "Undone: changed Tea: amount 5.00 → 6.00\n"
    assert marked == "changed Tea: amount 5.00 → 6.00 (undone)"
    assert redone.out == "Done again: changed Tea: amount 5.00 → 6.00\n"
    assert each_book("list").out == before


def test_an_expense_and_the_category_that_came_with_it_are_one_change(each_book):
    """One deed is one undo: neither is left without the other."""
    each_book("add", "5 Tea @Food 2026-11-03")
    each_book("edit", "1", "-c", "Drinks")

    undone = [each_book("undo").out, each_book("undo").out]
    left = each_book("category", "list").err
    redone = [each_book("redo").out, each_book("redo").out]

    assert undone == ["Undone: changed Tea: category Food → Drinks\n", "Undone: recorded €5.00 Tea @Food 2026-11-03\n"]
    assert left.startswith("No categories yet")
    assert redone == ["Done again: " + one.removeprefix("Undone: ") for one in reversed(undone)]
    assert [row["name"] for row in json.loads(each_book("category", "list", "-f", "json").out)] == ["Drinks", "Food"]


@pytest.mark.parametrize("told", ["recorded 1 expense", "changed 1 expense", "deleted 1 expense"])
def test_what_was_purged_is_counted_without_its_category(book, told):
    """The history keeps that there was an expense, and no more."""
    book("add", "5 Tea @Food")
    book("edit", "1", "-c", "Drinks")
    book("delete", "1")
    book("purge", "1", "--yes")

    assert told in deeds(book("history"))


def test_an_earlier_entry_is_undone_by_its_number(book):
    """What came after it stays."""
    book("add", "5 Tea 2026-11-03")
    book("add", "6 Cake 2026-11-04")

    undone = book("undo", "1")
    left = json.loads(book("list", "-f", "json").out)
    redone = book("redo", "1")

    assert undone.out == "Undone: recorded €5.00 Tea 2026-11-03\n"
    assert [row["description"] for row in left] == ["Cake"]
    assert redone.out == "Done again: recorded €5.00 Tea 2026-11-03\n"


def test_with_nothing_to_undo_or_redo_the_command_is_refused(book):
    """In a sentence each."""
    for command in ("undo", "redo"):
        ran = book(command)

        assert (ran.code, ran.out) == (1, "")
        assert ran.err.startswith("expense: ")
