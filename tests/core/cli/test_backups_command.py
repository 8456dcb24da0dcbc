"""`expense backup` and `expense restore`: a book moves to another place, or stays where it is."""

from __future__ import annotations

import gzip
import stat
from pathlib import Path

import pytest
from terminal import Terminal

PASSPHRASE = "EXPENSE_BACKUP_PASSPHRASE"


@pytest.fixture
def full(each_book):
    """A book with two expenses, one of them in the trash."""
    each_book("add", "12.50 Lunch @Food 2026-11-03")
    each_book("add", "5 Tea 2026-11-04")
    each_book("delete", "2")
    return each_book


@pytest.fixture
def new(monkeypatch, tmp_path):
    """Turn to a book that is not there yet."""

    def turn():
        monkeypatch.setenv("EXPENSE_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")

    return turn


def test_a_book_is_restored_where_there_was_none(full, new, home):
    """The trash and the history with it."""
    before = [full(name).out for name in ("list", "trash", "history")]

    written = full("backup", "book.backup")
    new()
    restored = full("restore", "book.backup")

    assert (written.code, restored.code) == (0, 0)
    assert written.out.startswith("Wrote 2 expenses of 1 user to book.backup; `expense restore book.backup`")
    assert restored.out.startswith("Restored 2 expenses of 1 user, as they were on 20")
    assert [full(name).out for name in ("list", "trash", "history")] == before
    assert stat.S_IMODE((home / "book.backup").stat().st_mode) == 0o600


def test_a_ledger_is_written_alone_for_a_server(full, new, home):
    """It is no book, and says so where one is to be made of it."""
    written = full("backup", "ledger.backup", "--ledger")
    new()
    refused = full("restore", "ledger.backup")

    assert (written.code, refused.code) == (0, 1)
    assert written.out.startswith("Wrote 2 expenses of 1 user to ledger.backup; sent to /ledgers/restore of a server")
    assert "this is the backup of one ledger" in refused.err
    assert gzip.decompress((home / "ledger.backup").read_bytes()).startswith(b'{"format":"expense-core ledger"')


def test_a_file_that_is_there_is_replaced_only_when_told(full, home):
    """It may be the only backup that somebody has."""
    (home / "book.backup").write_text("mine")

    refused = full("backup", "book.backup")

    assert (refused.code, refused.out) == (1, "")
    assert "there is a file book.backup already" in refused.err
    assert (home / "book.backup").read_text() == "mine"
    assert full("backup", "book.backup", "--force").code == 0
    assert (home / "book.backup").read_bytes()[:2] == b"\x1f\x8b"
    assert [*home.glob(".*.part")] == []


def test_nothing_is_restored_into_a_book_with_something_in_it(full, home):
    """Its own backup least of all."""
    full("backup", "book.backup")
    before = full("history").out

    refused = full("restore", "book.backup")

    assert refused.code == 1
    assert "restore it into a new one: expense --database sqlite:///new.db restore FILE" in refused.err
    assert full("history").out == before


def test_a_backup_can_be_encrypted(full, new, home, monkeypatch):
    """With a passphrase from the environment, where nobody is there to be asked."""
    refused = full("backup", "book.backup", "--encrypt")
    monkeypatch.setenv(PASSPHRASE, "four blue hats")
    assert full("backup", "book.backup", "--encrypt").code == 0
    new()
    monkeypatch.delenv(PASSPHRASE)
    closed = full("restore", "book.backup")
    monkeypatch.setenv(PASSPHRASE, "four blue hats")

    restored = full("restore", "book.backup")

    for one in (refused, closed):
        assert (one.code, f"set {PASSPHRASE}" in one.err) == (1, True)
    assert (home / "book.backup").read_bytes().startswith(b"-----BEGIN AGE")
    assert restored.code == 0
    assert "Lunch" in full("list").out


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["restore", "no.backup"], 2, "neither the number of an expense nor a file"),
        (["restore", "1", "no.backup"], 2, "neither the number of an expense nor a file"),
        (["restore", "other.txt"], 1, "this is no backup of expense-core"),
        (["restore", "."], 1, "Is a directory"),
        (["backup", "nowhere/book.backup"], 1, "No such file or directory"),
        (["backup"], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_is_refused(book, home, words, code, why):
    """With what to do about it, and nothing is changed."""
    (home / "other.txt").write_text("Date,Amount\n")

    refused = book(*words)

    assert (refused.code, refused.out) == (code, "")
    assert why in refused.err


def test_a_passphrase_is_asked_for_twice_and_then_once(book, new, home):
    """A slip of the pen would be found out when it is too late."""
    book("add", "12.50 Lunch")

    with Terminal("backup", "book.backup", "--encrypt") as terminal:
        for shown, typed in zip(["Passphrase: ", "confirmation: "] * 2, ["one", "two", "hats", "hats"], strict=True):
            terminal.wait_for(shown)
            terminal.type(typed)
        assert terminal.finish() == 0
    new()
    with Terminal("restore", "book.backup") as terminal:
        terminal.wait_for("Passphrase: ")
        terminal.type("hats")
        assert terminal.finish() == 0

    assert Path("book.backup").exists()
    assert "Lunch" in book("list").out
    assert "hats" not in terminal.shown
