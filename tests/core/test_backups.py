"""Backups: a book comes back in every column, on either kind of database, or nothing comes back at all."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import subprocess
import sys
import tracemalloc
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pyrage
import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from expense_core import (
    Database,
    backups,
    categories,
    demo,
    expenses,
    history,
    imports,
    ledgers,
    open_imports,
    statements,
    users,
)
from expense_core.backups import contents
from expense_core.database import SCHEMA_REVISION
from expense_core.errors import BackupTooNew, BackupUnreadable, BookNotEmpty, WrongPassphrase
from expense_core.statements import RawRow, ReadingOptions, profiles
from expense_core.statements.importing import import_rows
from expense_core.tables import CategoryCreate, CategoryUpdate, ExpenseCreate, LocalUserCreate, Role, UserCreate
from expense_core.tables.columns import table_of
from expense_core.tables.expense import Expense

AMOUNTS = (("0.001", "KWD", "one\n\n\ttwo"), ("-12", "JPY", '"'), ("999999999999.9999", "CLF", "🍕"), ("3", "EUR", ""))
PASSPHRASE = "four blue hats"
PASSWORD = "correct horse battery"


def fill(database):
    """A book with something of everything: members, a trash, what was undone, and what was purged at its end."""
    with database.transaction() as session:
        alice = users.register_local(session, LocalUserCreate(username="alice"))
        book = ledgers.open(session, alice)
        new = UserCreate(username="Bob", email="Bob@example.org", password=PASSWORD, currency="KWD")
        bob = users.register(session, new, rounds=4)
        ledgers.admit(session, book, "bob", Role.EDITOR)
        odd = categories.create(session, book, CategoryCreate(name='Odd "日本" \\'))
        bobs = ledgers.open(session, bob, book.ledger_id)
        row = RawRow(2, date(2026, 11, 3), None, Decimal(-5), "EUR", "Tea", "Food", None, pending=False)
        import_rows(session, bobs, [row, row._replace(line=3)], note="a.csv")
        for amount, currency, notes in AMOUNTS:
            new = ExpenseCreate(
                amount=amount, currency=currency, notes=notes, category_id=odd.id, spent_on="1900-01-01"
            )
            last = expenses.record(session, bobs, new)
        expenses.delete(session, bobs, last.id)
        expenses.delete(session, bobs, last.id - 1)
        expenses.purge(session, book, last.id)
        categories.rename(session, book, odd.id, CategoryUpdate(version=odd.version, name="Odder"))
        expenses.record(session, bobs, ExpenseCreate(amount=7))
        history.undo(session, bobs)
        expenses.delete(session, book, last.id - 2)
        users.disable(session, bob)


def remember(database, path):
    """An answer about a statement, which came in and was purged."""
    path.write_text("Date,Text,Amount\n2026-10-05,Tea,1.50\n", encoding="utf-8")
    with database.transaction() as session:
        book = ledgers.open(session, users.named(session, "alice"))
        options = ReadingOptions(invert=True)
        profiles.remember(session, book, path, options)
        done = import_rows(session, book, statements.rows(path, statements.recognise(path, options)))
        (tea,) = imports.expenses(session, book, done.import_id or 0).items
        expenses.delete(session, book, tea.id)
        expenses.purge(session, book, tea.id)


def backup(database, **how):
    """The file."""
    file = io.BytesIO()
    with database.reading() as session:
        backups.write(session, file, **how)
    return file.getvalue()


def restore(database, content, **how):
    """What was restored."""
    with database.transaction() as session:
        return backups.restore(session, io.BytesIO(content), **how)


def lines(content):
    """What a backup says, line by line."""
    return gzip.decompress(content).splitlines()


def made_of(said):
    """A backup that says so, with the right sum."""
    body = b"".join(json.dumps(one).encode() + b"\n" for one in said[:-1])
    return gzip.compress(body + json.dumps(said[-1] | {"sha256": sha256(body).hexdigest()}).encode() + b"\n")


@pytest.fixture
def full(database):
    """A book with something of everything, on each kind of database."""
    fill(database)
    return database


@pytest.fixture
def empty(new_sqlite_url, clock):
    """An empty book in a file."""
    with Database(new_sqlite_url, clock=clock) as database:
        database.upgrade()
        yield database


def is_empty(database):
    """Whether there is nothing in any of its tables."""
    with database.reading() as session:
        return not any(session.scalar(select(func.count()).select_from(table)) for table in contents.parts())


def recorded(database):
    """The number of a new expense."""
    with database.transaction() as session:
        book = ledgers.open(session, users.named(session, "alice"))
        return expenses.record(session, book, ExpenseCreate(amount=1)).id


def test_a_book_comes_back_in_every_column_from_one_kind_of_database_to_the_other(
    sqlite_url, postgresql_url, empty, clock, tmp_path
):
    """SQLite, PostgreSQL, SQLite: the third says what the first one did, word for word, and goes on where it was."""
    with Database(sqlite_url, clock=clock) as first, Database(postgresql_url, clock=clock) as second:
        fill(first)
        with first.transaction() as session:
            demo.make(session, clock.today, "EUR")
        remember(first, tmp_path / "statement.csv")
        began = backup(first)

        restored = restore(second, began)
        between = backup(second)
        restore(empty, between)

        assert lines(began) == lines(between) == lines(backup(empty))
        assert restored.rows["expenses"] > 3_000
        assert restored.rows["history_changes"] == 3
        assert restored.rows["profiles"] == restored.rows["purged_rows"] == 1
        assert len({recorded(one) for one in (first, second, empty)}) == 1


def test_every_table_is_in_a_backup_or_is_left_out_for_a_reason(full):
    """One that is added some day is in it by itself."""
    found = [json.loads(line)["table"] for line in lines(backup(full)) if b'"table"' in line]

    assert set(found) | set(contents.LEFT_OUT) == set(SQLModel.metadata.tables)
    assert all(contents.LEFT_OUT.values())
    columns = [json.loads(line)["columns"] for line in lines(backup(full)) if b'"table"' in line]
    assert columns == [SQLModel.metadata.tables[name].c.keys() for name in found]


def test_the_book_that_first_use_has_made_gives_way(full, empty):
    """On a new machine any command makes one, before somebody thinks of the backup."""
    with empty.transaction() as session:
        users.register_local(session, LocalUserCreate(username="somebody"))

    restore(empty, backup(full))

    assert lines(backup(empty)) == lines(backup(full))


@pytest.mark.parametrize("what", ["expense", "two users", "password"])
def test_a_book_with_something_in_it_stays_as_it_is(database, clock, what, empty):
    """A backup takes the place of nothing."""
    with database.transaction() as session:
        alice = users.register_local(session, LocalUserCreate(username="alice"))
        if what == "expense":
            expenses.record(session, ledgers.open(session, alice), ExpenseCreate(amount=1))
        if what == "two users":
            users.register_local(session, LocalUserCreate(username="bob"))
        if what == "password":
            users.set_password(session, alice, PASSWORD, rounds=4)
    before = lines(backup(database))

    with pytest.raises(BookNotEmpty, match="restore it into a new one"):
        restore(database, backup(empty))

    assert lines(backup(database)) == before


def test_a_backup_of_an_older_schema_comes_in_with_what_it_lacks(full, empty):
    """What a column was when it was added: none, or its default."""
    said = [json.loads(line) for line in lines(backup(full))]
    said[0]["schema"] = "0001"
    at = next(number for number, one in enumerate(said) if isinstance(one, dict) and one.get("table") == "expenses")
    dropped = [said[at]["columns"].index(name) for name in ("import_key", "version")]
    end = next(number for number, one in enumerate(said) if number > at and isinstance(one, dict))
    for number in range(at, end):
        row = said[number]["columns"] if number == at else said[number]
        row[:] = [one for place, one in enumerate(row) if place not in dropped]

    restore(empty, made_of(said))

    with empty.reading() as session:
        table = table_of(Expense)
        found = session.execute(select(table.c.import_key, table.c.version).distinct()).all()
    assert found == [(None, 1)]


def test_imports_of_a_backup_from_before_they_had_numbers_get_them(full, empty):
    """As an upgrade gives them."""
    said = [json.loads(line) for line in lines(backup(full))]
    at = next(number for number, one in enumerate(said) if isinstance(one, dict) and one.get("table") == "imports")
    end = next(number for number, one in enumerate(said) if number > at and isinstance(one, dict))
    assert said[-1]["rows"].pop("imports") == 1

    restore(empty, made_of(said[:at] + said[end:]))

    with empty.reading() as session:
        (found,) = imports.list(session, ledgers.open(session, users.named(session, "alice"))).items
    assert (found.id, found.file, found.actor, found.coming.count) == (1, "a.csv", "Bob", 2)


def test_an_import_that_is_open_is_not_in_a_backup(full, empty, tmp_path):
    """Nor is its file, which can be sent again; what came in is."""
    (tmp_path / "b.csv").write_text("Date,Payee,Amount\n2026-11-03,Bun,-3.20\n", encoding="utf-8")
    with full.transaction() as session:
        book = ledgers.open(session, users.named(session, "alice"))
        layout = statements.recognise(tmp_path / "b.csv")
        assert open_imports.begin(session, book, tmp_path / "b.csv", layout).coming.count == 1

    restore(empty, backup(full))

    with empty.reading() as session:
        found = imports.list(session, ledgers.open(session, users.named(session, "alice"))).items
    assert [one.file for one in found] == ["a.csv"]


def test_a_backup_of_a_newer_schema_is_refused(full, empty):
    """It may hold what this version has no place for."""
    said = [json.loads(line) for line in lines(backup(full))]

    for change in ({"schema": "9999"}, {"version": 2}):
        with pytest.raises(BackupTooNew, match="upgrade the program"):
            restore(empty, made_of([said[0] | change, *said[1:]]))

    assert is_empty(empty)


@pytest.mark.parametrize("change", [{"table": "others"}, {"columns": ["id", "colour"]}])
def test_a_table_that_nobody_knows_is_refused(full, empty, change):
    """And what came before it in the file is not kept."""
    said = [json.loads(line) for line in lines(backup(full))]
    at = next(number for number, one in enumerate(said) if isinstance(one, dict) and one.get("table") == "categories")
    said = [*said[:at], said[at] | change, said[-1] | {"rows": {}}]
    counts = dict.fromkeys([one["table"] for one in said[1:-1] if isinstance(one, dict)], 0)
    for one in said[1:-1]:
        if isinstance(one, dict):
            table = one["table"]
        else:
            counts[table] += 1

    with pytest.raises(BackupUnreadable, match="that this version cannot take"):
        restore(empty, made_of([*said[:-1], {"rows": counts}]))

    assert is_empty(empty)


def damaged(content):
    """The same file, after whatever may have happened to it."""
    said = [json.loads(line) for line in lines(content)]
    yield content[: len(content) // 2], "damaged"
    yield content[:-1], "damaged"
    yield content[:500] + bytes([content[500] ^ 1]) + content[501:], "damaged"
    yield gzip.compress(b"\n".join(lines(content)[:-1]) + b"\n"), "damaged"
    yield gzip.compress(b"\n".join(lines(content))), "damaged"
    yield gzip.compress(b"\n".join([*lines(content)[:-1], b"x\n"])), "damaged"
    yield gzip.compress(b"\n".join([*lines(content)[:-2], lines(content)[-1]]) + b"\n"), "damaged"
    yield gzip.compress(b"\n".join([line.replace(b"Bob", b"Rob") for line in lines(content)]) + b"\n"), "damaged"
    yield made_of([*said[:-1], {"rows": said[-1]["rows"] | {"users": 3}}]), "damaged"
    yield b"", "no backup"
    yield gzip.compress(b""), "no backup"
    yield b"Date,Payee,Amount\n", "no backup"
    yield gzip.compress(b"Date,Payee,Amount\n"), "no backup"
    yield gzip.compress(b'{"format": "another"}\n'), "no backup"
    yield gzip.compress(b"[1]\n"), "no backup"


def test_what_is_damaged_or_cut_short_or_no_backup_is_refused(full, empty):
    """It is found out before anything is written."""
    for content, why in damaged(backup(full)):
        with pytest.raises(BackupUnreadable, match=why):
            restore(empty, content)

    assert is_empty(empty)


def test_an_encrypted_backup_takes_its_passphrase(sqlite_url, empty, clock):
    """It says nothing of what is in it; without the passphrase, or damaged, nothing comes of it."""
    with Database(sqlite_url, clock=clock) as database:
        fill(database)
        content = backup(database, passphrase=PASSPHRASE)
        begin = content.index(b"-----END") + 40

        for wrong, passphrase, kind, why in [
            (content, "another", WrongPassphrase, "not the passphrase"),
            (content, None, WrongPassphrase, "is encrypted"),
            (content[:-1], PASSPHRASE, BackupUnreadable, "damaged"),
            (content[: begin - 60], PASSPHRASE, BackupUnreadable, "damaged"),
        ]:
            with pytest.raises(kind, match=why):
                restore(empty, wrong, passphrase=passphrase)
        assert is_empty(empty)
        restore(empty, content, passphrase=PASSPHRASE)

        assert lines(backup(empty)) == lines(backup(database))


def test_ages_own_program_could_read_an_encrypted_backup(sqlite_url, clock):
    """The key in front is an identity file, encrypted with the passphrase; what follows is encrypted with the key."""
    with Database(sqlite_url, clock=clock) as database:
        content = backup(database, passphrase=PASSPHRASE)
        end = b"-----END AGE ENCRYPTED FILE-----\n"
        key, _, rest = content.partition(end)

        identity = pyrage.x25519.Identity.from_str(pyrage.passphrase.decrypt(key + end, PASSPHRASE).decode())

        assert pyrage.decrypt(rest, [identity]) == backup(database)


class Full(io.RawIOBase):
    """A disk with little room."""

    left = 700

    def write(self, data):
        """As the system does it."""
        self.left -= len(data)
        if self.left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return len(data)


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
def test_a_backup_that_cannot_be_written_says_why(sqlite_url, clock, passphrase):
    """As where the disk is full."""
    with Database(sqlite_url, clock=clock) as database:
        fill(database)
        with database.reading() as session, pytest.raises(OSError, match="No space left on device"):
            backups.write(session, Full(), passphrase=passphrase)


NO_ROOM = """
import resource, signal, sys
from expense_core import Database, backups

content = open(sys.argv[2], "rb")
with Database(sys.argv[1]) as database, database.transaction() as session:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, usual[1]))
    try:
        backups.restore(session, content, passphrase=sys.argv[3])
    except OSError as error:
        sys.exit(error.strerror)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
"""


def test_a_disk_without_room_for_what_is_decrypted_is_no_damaged_backup(sqlite_url, empty, clock, tmp_path):
    """It says what is wrong, and the book is as it was."""
    with Database(sqlite_url, clock=clock) as database:
        fill(database)
        (tmp_path / "backup").write_bytes(backup(database, passphrase=PASSPHRASE))

    words = [empty.engine.url.render_as_string(), tmp_path / "backup", PASSPHRASE]
    ended = subprocess.run([sys.executable, "-c", NO_ROOM, *words], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (1, "File too large\n")
    assert is_empty(empty)


def test_a_backup_that_the_database_breaks_off_says_why():
    """The same error, whether it is encrypted or not."""

    def pieces():
        yield b"one"
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        backups.encryption.encrypt(pieces(), io.BytesIO(), PASSPHRASE)


KILLED = """
import io, os, signal, sys
from pathlib import Path
from expense_core import Database, backups

class Killing(io.BytesIO):
    left, passes = int(sys.argv[3]), 0
    def seek(self, *place):
        self.passes += 1
        return super().seek(*place)
    def read(self, size=-1):
        if self.passes == 5:
            self.left -= 1
            if self.left < 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return super().read(min(size, 300))

content = Killing(Path(sys.argv[2]).read_bytes())
with Database(sys.argv[1]) as database, database.transaction() as session:
    backups.restore(session, content)
"""


@pytest.mark.parametrize("reads", [1, 3, 5])
def test_a_restore_that_is_killed_leaves_nothing(sqlite_url, empty, clock, tmp_path, reads):
    """However far it was."""
    with Database(sqlite_url, clock=clock) as database:
        fill(database)
        (tmp_path / "backup").write_bytes(backup(database))

    url = empty.engine.url.render_as_string()
    ended = subprocess.run([sys.executable, "-c", KILLED, url, tmp_path / "backup", str(reads)], check=False)

    assert ended.returncode == -9
    assert is_empty(empty)


def test_a_backup_takes_no_more_memory_than_some_rows(database, clock):
    """They are read and written as they come."""
    with database.transaction() as session:
        demo.make(session, clock.today, "EUR")
    with database.reading() as session, Path("/dev/null").open("wb") as target:
        tracemalloc.start()
        made = backups.write(session, target)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()

    assert made.schema == SCHEMA_REVISION
    assert most < 4_000_000
