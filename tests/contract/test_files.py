"""Files: expenses that are written out."""

from __future__ import annotations

import io

import pytest
from backends import record
from openpyxl import load_workbook

from expense_core import ExpenseFilter, ExpenseQuery, exports
from expense_core.errors import Invalid
from expense_core.exports import Form

SOME = [Form.CSV, Form.JSON, Form.OFX, Form.HLEDGER]


def written(some, form):
    """The file that expenses make."""
    return b"".join(exports.pieces(exports.pages_of(some), form))


def ignore(done, total):
    """Whoever does not want to know how far it is."""


@pytest.fixture
def target(tmp_path):
    """A file in a folder of its own, which is not there yet."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder / "expenses.txt"


@pytest.mark.parametrize("form", SOME)
def test_a_file_has_what_the_filter_lets_through_the_oldest_first(book, target, form):
    """The same wherever the book is; how many they are is told."""
    record(book, "Tea", "Food", notes='two\nlines, "quoted"', spent_on="2026-11-02")
    record(book, 'Bun; "big"\\', amount="1", spent_on="2026-11-01")
    record(book, "Later", spent_on="2026-12-01")

    count = book.export(ExpenseFilter(spent_to="2026-11-30"), form, target, ignore)

    found = book.find(ExpenseQuery(spent_to="2026-11-30")).items
    assert count == 2
    assert target.read_bytes() == written(reversed(found), form)
    assert list(target.parent.iterdir()) == [target]


@pytest.mark.parametrize("form", SOME)
def test_a_file_of_nothing_is_whole_too(book, target, form):
    """Other programs can read it."""
    assert book.export(ExpenseFilter(), form, target, ignore) == 0
    assert target.read_bytes() == written([], form)


def test_a_file_may_be_a_workbook(book, target):
    """Which other programs open."""
    record(book, "Tea")

    assert book.export(ExpenseFilter(), Form.XLSX, target, ignore) == 1

    assert load_workbook(io.BytesIO(target.read_bytes())).active["E2"].value == "Tea"


def test_how_far_it_is_is_told(book, target):
    """At last that it is done."""
    for number in range(3):
        record(book, f'{number} "\n"'.replace("\n", " "), notes="a\nb")
    told = []

    book.export(ExpenseFilter(), Form.CSV, target, lambda done, total: told.append((done, total)))

    assert told[-1] == (3, 3)


def test_a_file_that_is_there_is_never_replaced(book, target):
    """It may be the only copy of something."""
    target.write_text("mine")

    with pytest.raises(Invalid, match="there is a file") as refused:
        book.export(ExpenseFilter(), Form.CSV, target, ignore)

    assert [one.field for one in refused.value.errors] == ["path"]
    assert target.read_text() == "mine"


def test_a_file_that_cannot_be_made_is_told_of(book, target):
    """As in a folder that is not there."""
    with pytest.raises(Invalid, match="cannot be written") as refused:
        book.export(ExpenseFilter(), Form.CSV, target.parent / "no" / "file", ignore)

    assert [one.field for one in refused.value.errors] == ["path"]


def test_whoever_stops_it_finds_nothing_of_it(book, target):
    """Not even half of it."""

    class Stopped(Exception):
        """Somebody pressed a key."""

    def stop(done, total):
        raise Stopped

    record(book)

    with pytest.raises(Stopped):
        book.export(ExpenseFilter(), Form.CSV, target, stop)

    assert list(target.parent.iterdir()) == []
    assert book.export(ExpenseFilter(), Form.CSV, target, ignore) == 1
