"""`expense delete`, `trash`, `restore` and `purge`: what is deleted by mistake comes back, until it is purged."""

import json

import pytest


@pytest.fixture
def trashed(book):
    """A book of three expenses, the first two of which are in the trash."""
    for line in ("1 Tea 2026-11-01", "2 Coffee 2026-11-02", "3 Cake 2026-11-03"):
        book("add", line)
    book("delete", "1", "2")
    return book


def ids(ran):
    return [row["id"] for row in json.loads(ran.out)]


def test_what_is_deleted_is_in_the_trash_and_comes_back_whole(each_book):
    """The answer to a deletion is the command that undoes it."""
    each_book("add", "12.50 Lunch @Food 2026-11-03")
    before = each_book("list").out

    deleted = each_book("delete", "1")
    trash = each_book("trash")
    restored = each_book("restore", "1")

    assert deleted.out == "Moved 1 expense to the trash; `expense restore 1` undoes that\n"
    assert trash.out == before
    assert restored.out == "Restored 1 expense\n"
    assert each_book("list").out == before


def test_several_are_deleted_at_once_or_none(book):
    """One id that is not there, and all stay."""
    book("add", "1 Tea")
    book("add", "2 Coffee")

    refused = book("delete", "1", "2", "99")
    done = book("delete", "1", "2")

    assert (refused.code, refused.out) == (1, "")
    assert done.out == "Moved 2 expenses to the trash; `expense restore 1 2` undoes that\n"


def test_the_trash_is_listed_for_a_program_too(trashed):
    """With the fields of any expense."""
    ran = trashed("trash", "--format", "csv")

    assert ran.out.splitlines()[0] == "id,spent_on,amount,currency,description,category,notes"
    assert len(ran.out.splitlines()) == 3
    assert len(ids(trashed("trash", "--format", "json", "--limit", "1"))) == 1


def test_an_empty_trash_says_that_it_is_empty(book):
    """To look into it and to empty it are both without harm."""
    assert book("trash").err == "The trash is empty.\n"
    purged = book("purge", "--yes")

    assert (purged.code, purged.out, purged.err) == (0, "", "The trash is empty.\n")


def test_purging_asks_first_and_no_leaves_everything(trashed):
    """The only command that cannot be undone is the only one that asks; the question says how much would go."""
    all_of_it = trashed("purge", typed="n\n")
    one = trashed("purge", "1", typed="\n")

    assert (all_of_it.code, one.code) == (1, 1)
    assert "Delete all that is in the trash for good? This cannot be undone [y/N]" in all_of_it.err
    assert "Delete 1 expense for good?" in one.err
    assert sorted(ids(trashed("trash", "-f", "json"))) == [1, 2]


def test_yes_purges_what_is_named_and_no_more(trashed):
    """Answered or given beforehand; what is not in the trash is never purged."""
    answered = trashed("purge", "1", typed="y\n")
    not_in_trash = trashed("purge", "3", "--yes")
    rest = trashed("purge", "--yes")

    assert answered.out.endswith("Deleted 1 expense for good\n")
    assert not_in_trash.code == 1
    assert rest.out == "Deleted 1 expense for good\n"
    assert ids(trashed("list", "-f", "json")) == [3]
