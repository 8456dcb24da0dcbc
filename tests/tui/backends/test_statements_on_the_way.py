"""Statements on their way to a server: answers that are lost, files that are stopped half-way or are none."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from wires import Stranger

from expense_core import ExpenseFilter, ExpenseQuery
from expense_core.errors import DatabaseUnavailable, ImportNotFound, StatementUnreadable
from expense_core.statements import ReadingOptions
from expense_tui.backends import unheard
from expense_tui.backends.statements import Choice

LINES = [f"2026-10-01,Bun {number},-1.00" for number in range(3)]
ALL = ReadingOptions()


@pytest.fixture
def statement(tmp_path):
    """A bank's file."""
    path = tmp_path / "statement.csv"
    path.write_text("\n".join(["Date,Payee,Amount", *LINES, ""]))
    return path


def count(backend):
    """How many expenses there are."""
    return len(backend.find(ExpenseQuery()).items)


def stopped_at(calls):
    """Somebody who has enough when they are told for the so-manieth time how far it is."""
    told = []

    def stop(done, total):
        told.append((done, total))
        if len(told) == calls:
            raise KeyboardInterrupt

    return stop


def test_a_statement_comes_in_once_though_answers_were_lost(book, wire, statement):
    """Whichever of them: that of the file, of its rows, of a decision, or of bringing it in."""
    for lost in (1, 2, 3):
        choice = Choice(leave=frozenset({lost + 1}))
        wire.lose(1)
        preview = book.preview_statement(statement, ALL)
        wire.lose(1)
        imported = book.import_statement(statement, ALL, choice, unheard)
        book.revert_import(imported.id)

        assert len(preview.rows) == 3
        assert imported.count == 2
    assert count(book) == 0


def test_whoever_brings_in_again_what_got_no_answer_brings_it_in_once(book, wire, statement):
    """The same answer comes then, with what came in."""
    choice = Choice(leave=frozenset({2}))
    book.preview_statement(statement, ALL)

    def lose_what_comes_next(done, total):
        if done == total:
            wire.lose(2)

    with pytest.raises(DatabaseUnavailable, match="broke off"):
        book.import_statement(statement, ALL, choice, lose_what_comes_next)
    imported = book.import_statement(statement, ALL, choice, unheard)

    assert imported.count == 2
    assert count(book) == 2
    assert len(book.imports().items) == 1


def test_what_is_stopped_on_its_way_leaves_nothing_and_may_go_again(book, tmp_path):
    """After some of the file, and after some of its rows."""
    path = tmp_path / "long.csv"
    path.write_text("\n".join(["Date,Payee,Amount", *(f"2026-10-01,Bun {number},-1.00" for number in range(9_000))]))

    for calls in (2, 5, 8):
        with pytest.raises(KeyboardInterrupt):
            book.preview_statement(path, ALL, stopped_at(calls))
    preview = book.preview_statement(path, ALL)
    with pytest.raises(KeyboardInterrupt):
        book.preview_statement(path, ALL, stopped_at(8))
    imported = book.import_statement(path, ALL, Choice(leave=frozenset({2})), unheard)

    assert len(preview.rows) == 9_000
    assert imported.count == 8_999


def test_a_statement_that_is_stopped_late_leaves_the_next_one_where_it_is(book, statement, tmp_path):
    """Stopped once the next one is looked through: while it is sent, or its rows are read."""
    text = statement.read_text()
    for calls in (1, 3):
        late, told = tmp_path / "late.csv", []
        late.write_text(text.replace("Bun", "Pie"))

        def stop(done, total, calls=calls, told=told):
            told.append((done, total))
            if len(told) == calls:
                ThreadPoolExecutor(1).submit(book.preview_statement, statement, ALL).result()
            if len(told) >= 3:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            book.preview_statement(late, ALL, stop)
        statement.unlink()  # so that it cannot go there once more
        imported = book.import_statement(statement, ALL, Choice(), unheard)
        statement.write_text(text)
        book.revert_import(imported.id)

        assert imported.count == 3


def test_what_is_stopped_while_the_server_looks_through_it_is_given_up_at_once(opened):
    """Nobody waits for an answer that may take minutes, and the connection is closed."""
    with Stranger(None) as silent:
        connection = opened(silent.address)._connection

        def stop(done, total):
            if silent.received:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            connection.upload("/imports", Path(__file__), token="t", params={}, fields={}, progress=stop)

        assert [path for _, path, _ in silent.received] == ["/api/v1/imports"]


def test_the_server_keeps_nothing_of_what_nobody_waits_for(book, process, statement):
    """It had the whole file, and looked through it when whoever sent that had gone."""
    whole = []

    def stop(done, total):
        whole.extend([done] if done == total else [])
        if len(whole) == 3:  # all of it has gone, and there is no answer yet
            raise KeyboardInterrupt

    with closing(sqlite3.connect(process.log_file.with_name("expenses.db"))) as other:
        other.execute("BEGIN IMMEDIATE")  # for this the server waits
        with pytest.raises(KeyboardInterrupt):
            book.preview_statement(statement, ALL, stop)
    for _ in range(10):  # each waits its turn behind what the server has still to do
        book.delete_all(ExpenseFilter(), expected=0)

    assert book._ask("/imports", {"state": "open"}, in_ledger=True)["items"] == []


def test_a_statement_that_the_server_keeps_no_more_is_told_of_and_goes_there_anew(book, statement):
    """Such as after a week."""
    book.preview_statement(statement, ALL)
    kept = book._statements._kept
    book._tell("DELETE", f"/imports/{kept.number}")

    with pytest.raises(ImportNotFound):
        book.import_statement(statement, ALL, Choice(), unheard)

    assert book.import_statement(statement, ALL, Choice(), unheard).count == 3


def test_a_folder_and_a_file_that_is_not_there_are_no_statements(book, tmp_path):
    """Nothing is sent."""
    for path in (tmp_path, tmp_path / "nowhere.csv"):
        with pytest.raises(StatementUnreadable, match="cannot be read"):
            book.preview_statement(path, ALL)
