"""`expense delete`, `trash`, `restore`, `purge`, `history`, `undo` and `redo`: what is done is seen and taken back."""

from __future__ import annotations

import json
import re

import pytest


@pytest.fixture
def three(each_book):
    """A book with three expenses, on each kind of database."""
    for line in ("12.50 Lunch @Food", "7 Cake @Food", "900 Rent"):
        each_book("add", f"{line} 2026-11-04")
    return each_book


def names(ran):
    return [row["description"] for row in json.loads(ran.out)]


def deeds(expense, *words):
    """What the history tells, the last first."""
    rows = expense("history", *words).out.splitlines()[1:]
    return [re.split(r"\s{2,}", row.strip(), maxsplit=3)[3].strip() for row in rows]


def test_what_is_deleted_is_in_the_trash_until_it_is_restored(three):
    """Whole as it was."""
    deleted = three("delete", "1", "3")
    in_trash = three("trash", "--format", "json")
    restored = three("restore", "1", "3")

    assert deleted.out == "Moved 2 expenses to the trash; `expense restore 1 3` undoes that\n"
    assert sorted(names(in_trash)) == ["Lunch", "Rent"]
    assert restored.out == "Restored 2 expenses\n"
    assert names(three("list", "--format", "json")) == ["Rent", "Cake", "Lunch"]
    assert three("trash").err == "The trash is empty.\n"


def test_the_trash_is_a_table_too(three):
    """As a list of what is not deleted is."""
    three("delete", "2")

    listed = three("trash")

    assert listed.err == ""
    assert re.fullmatch(r"id .*\n 2  2026-11-04  €7.00 +Cake +Food *\n", listed.out)


def test_one_is_called_one(three):
    """And more than a thousand would have a comma."""
    assert three("delete", "1").out == "Moved 1 expense to the trash; `expense restore 1` undoes that\n"
    assert three("restore", "1").out == "Restored 1 expense\n"


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["delete", "1", "99"], 1, "this ledger has no expense 99"),
        (["delete"], 2, "Missing argument"),
        (["delete", "99999999999999999999"], 2, "no number is that large"),
        (["restore", "1"], 1, "the trash has no expense 1"),
        (["purge", "1", "--yes"], 1, "the trash has no expense 1"),
        (["undo", "99"], 1, "this ledger's history has no entry 99"),
        (["undo", "99999999999999999999"], 2, "no number is that large"),
        (["redo"], 1, "there is nothing to redo"),
        (["redo", "1"], 1, "entry 1 is not undone"),
        (["history", "99"], 1, "this ledger has no expense 99"),
    ],
)
def test_what_is_not_there_is_refused_and_nothing_is_changed(three, words, code, why):
    """All of them or none."""
    before = three("list").out

    refused = three(*words)

    assert (refused.code, refused.out) == (code, "")
    assert why in refused.err
    assert three("list").out == before


def test_purging_asks_first(three):
    """Whoever says nothing keeps what is in the trash."""
    three("delete", "1", "2")

    unanswered, declined = three("purge"), three("purge", "1", typed="n\n")

    assert (unanswered.code, declined.code) == (1, 1)
    assert unanswered.err.startswith("Delete all that is in the trash for good? This cannot be undone [y/N]:")
    assert declined.err.startswith("Delete 1 expense for good? This cannot be undone [y/N]:")
    assert unanswered.err.rstrip().endswith("Aborted.")
    assert len(names(three("trash", "-f", "json"))) == 2


def test_what_is_purged_is_gone(three):
    """One that is named, or all that is in the trash."""
    three("delete", "1", "2", "3")

    named, rest, nothing = three("purge", "2", "--yes"), three("purge", typed="y\n"), three("purge", "-y")

    assert named.out == "Deleted 1 expense for good\n"
    assert rest.out.endswith("Deleted 2 expenses for good\n")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "The trash is empty.\n")
    undone = three("undo")
    assert undone.code == 1
    assert "deleted expenses for good, which cannot be undone" in undone.err
    assert deeds(three)[:2] == ["purged 2 expenses", "purged 1 expense"]
    assert deeds(three)[-1] == "added category Food"
    assert "recorded 1 expense" in deeds(three)


def test_the_history_tells_what_was_done_in_words(three):
    """Amounts, dates and categories as a person knows them, each category by the name that it has now."""
    three("edit", "1", "--amount", "13.20", "--date", "2026-11-03", "--category", "Eating out", "--notes", "with Sam")
    three("edit", "1", "--description", "", "--category", "", "--currency", "USD")
    three("delete", "1")
    three("restore", "1")
    three("delete", "2", "3")
    three("category", "rename", "Food", "Meals")

    assert deeds(three) == [
        "renamed category Food to Meals",
        "deleted 2 expenses",
        "restored expense 1",
        "deleted expense 1",
        "changed expense 1: currency EUR → USD, description Lunch → none, category Eating out → none",
        "changed expense 1: amount 12.50 → 13.20, date 2026-11-04 → 2026-11-03, category Meals → Eating out, notes",
        "added category Eating out",
        "recorded €900.00 Rent 2026-11-04",
        "recorded €7.00 Cake @Meals 2026-11-04",
        "recorded €12.50 Lunch @Meals 2026-11-04",
        "added category Meals",
    ]


def test_the_history_of_one_expense_is_its_own(three):
    """With what was done to many at once, and what became of its category."""
    three("delete", "1", "2")
    three("restore", "1", "2")
    three("category", "add", "Fun")
    three("category", "merge", "Food", "Fun")
    three("category", "delete", "Fun", "--uncategorise")

    assert deeds(three, "1") == [
        "deleted category Fun: 2 expenses out of any category",
        "merged category Food: 2 expenses into category Fun",
        "restored 2 expenses",
        "deleted 2 expenses",
        "recorded €12.50 Lunch @Food 2026-11-04",
    ]
    assert deeds(three)[:2] == deeds(three, "1")[:2]


def test_a_category_that_held_nothing_goes_without_more_words(book):
    """Merged or deleted, there was nothing to move."""
    for name in ("A", "B", "C"):
        book("category", "add", name)
    book("category", "merge", "A", "B")
    book("category", "delete", "C")

    assert deeds(book, "--limit", "2") == ["deleted category C", "merged category A"]


def test_an_empty_history_says_so(book):
    """On standard error."""
    assert (book("history").out, book("history").err) == ("", "Nothing was done yet.\n")


def test_the_history_is_handed_to_programs_too(three):
    """Who, when and what, by their names in the library."""
    (entry,) = json.loads(three("history", "--format", "json", "--limit", "1").out)

    when = entry.pop("created_at")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+\+00:00", when)
    assert entry == {
        "id": 4,
        "actor": "alice",
        "action": "expense.record",
        "recorded": 1,
        "changed": 0,
        "note": "",
        "undone_at": None,
    }


def test_undo_takes_back_one_change_after_the_other_and_redo_does_them_again(three):
    """The history keeps what was undone, and marks it."""
    undone = [three("undo").out, three("undo").out]
    left = names(three("list", "-f", "json"))
    marked = deeds(three)[:3]
    redone = [three("redo").out, three("redo").out]

    assert undone == ["Undone: recorded €900.00 Rent 2026-11-04\n", "Undone: recorded €7.00 Cake @Food 2026-11-04\n"]
    assert left == ["Lunch"]
    assert marked == [
        "recorded €900.00 Rent 2026-11-04 (undone)",
        "recorded €7.00 Cake @Food 2026-11-04 (undone)",
        "recorded €12.50 Lunch @Food 2026-11-04",
    ]
    assert redone == [text.replace("Undone", "Done again") for text in reversed(undone)]
    assert names(three("list", "-f", "json")) == ["Rent", "Cake", "Lunch"]


def test_a_named_entry_is_undone_unless_a_later_one_stands_in_its_way(three):
    """The refusal says which."""
    three("edit", "1", "--amount", "20")

    refused, undone = three("undo", "2"), three("undo", "3")

    assert (refused.code, undone.code) == (1, 0)
    assert refused.err == "expense: entry 5 changed the same expense later; undo that one first\n"
    assert undone.out == "Undone: recorded €7.00 Cake @Food 2026-11-04\n"


def test_in_an_empty_book_there_is_nothing_to_undo(book):
    """Nothing happens, and it is not called done."""
    refused = book("undo")

    assert (refused.code, refused.out) == (1, "")
    assert refused.err == "expense: you have done nothing in this ledger that is left to undo\n"


def test_amounts_that_changed_have_the_locales_decimal_mark(book, monkeypatch):
    """As they are typed."""
    monkeypatch.setenv("EXPENSE_LOCALE", "de_DE")
    book("add", "12,50 Miete 4.11.2026")
    book("edit", "1", "--amount", "13,20")

    assert deeds(book)[0] == "changed Miete: amount 12,50 → 13,20"
