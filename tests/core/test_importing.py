"""A statement comes in exactly once, whole or not at all, whatever it overlaps and whatever stops it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import inspect, select, text
from sqlmodel import SQLModel

from expense_core import categories, expenses, history, ledgers, users
from expense_core.errors import DatabaseFull, PermissionDenied, StatementUnreadable
from expense_core.statements.importing import import_rows
from expense_core.statements.row import RawRow
from expense_core.tables import (
    Action,
    ExpenseUpdate,
    LedgerCreate,
    LocalUserCreate,
    Role,
)

DAY = date(2026, 10, 5)


def row(amount="-12.50", description="Lunch", *, line=2, on=DAY, currency="EUR", category=None, bank_id=None):
    return RawRow(line, on, None, Decimal(amount), currency, description, category, bank_id, pending=False)


def numbered(rows):
    """The rows as a file has them, one on each line."""
    return [one._replace(line=line) for line, one in enumerate(rows, start=2)]


def book(session, access):
    """What is in the book, as often as it is."""
    return Counter((one.spent_on, one.amount, one.currency, one.description) for one in expenses.each(session, access))


def everything(session):
    """Every row of every table, in the transaction's own eyes."""
    return {
        table.name: session.execute(select(table).order_by(*table.primary_key)).all()
        for table in SQLModel.metadata.sorted_tables
    }


def spent(rows):
    """What rows of money out are in the book."""
    return Counter((one.booked_on, -one.amount, one.currency, one.description) for one in rows if one.amount < 0)


rows_of_a_bank = st.builds(
    row,
    amount=st.sampled_from(["-1", "-12.5", "-0.01", "0", "3.00"]),
    description=st.sampled_from(["Lunch", "lunch", "Rent", ""]),
    on=st.sampled_from([DAY, date(2026, 10, 6)]),
    currency=st.sampled_from(["EUR", "USD"]),
)
files = st.lists(rows_of_a_bank, max_size=12).map(numbered)
each_in_its_own_transaction = settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)


class Undone:
    """A part of a test's transaction that is rolled back at its end, so that each example begins with the same book."""

    def __init__(self, session):
        self.nested = session.begin_nested()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.nested.rollback()


# Once, and only once


@each_in_its_own_transaction
@given(file=files)
def test_a_file_that_is_imported_twice_adds_nothing(session, access, file):
    """Whatever is in it, twins of one day too."""
    with Undone(session):
        first = import_rows(session, access, file)
        before = everything(session)

        second = import_rows(session, access, file)

        assert (second.new, second.duplicates, second.entry_id) == (0, first.new, None)
        assert (second.rows, second.money_in, second.zero) == (first.rows, first.money_in, first.zero)
        assert everything(session) == before


@each_in_its_own_transaction
@given(file=files)
def test_every_row_is_counted_once_and_money_out_is_in_the_book(session, access, file):
    """Rows, new ones, duplicates, money in and zeros add up; so do the totals."""
    with Undone(session):
        report = import_rows(session, access, file)

        assert report.rows == len(file) == report.new + report.duplicates + report.money_in + report.zero
        assert book(session, access) == spent(file)
        assert report.totals == {
            currency: sum(-one.amount for one in file if one.amount < 0 and one.currency == currency)
            for currency in {one.currency for one in file if one.amount < 0}
        }


@each_in_its_own_transaction
@given(first=files, second=files)
def test_a_file_that_overlaps_an_earlier_one_adds_only_what_is_missing(session, access, first, second):
    """Of equal rows the book has as many as the file that has most of them."""
    with Undone(session):
        import_rows(session, access, first)

        report = import_rows(session, access, second)

        assert book(session, access) == spent(first) | spent(second)
        assert report.new == (spent(second) - spent(first)).total()


@each_in_its_own_transaction
@given(file=files, data=st.data())
def test_the_order_of_a_file_is_of_no_account(session, access, file, data):
    """Banks hand out the newest first, or last."""
    with Undone(session):
        shuffled = numbered(data.draw(st.permutations(file)))
        import_rows(session, access, file)

        again = import_rows(session, access, shuffled)

        assert again.new == 0
        assert book(session, access) == spent(file)


@each_in_its_own_transaction
@given(file=files)
def test_a_dry_run_foretells_the_import_and_writes_nothing(session, access, file):
    """The same report, but for the entry that an import makes and the number that it gets."""
    with Undone(session):
        before = everything(session)

        foretold = import_rows(session, access, file, dry_run=True)

        assert everything(session) == before
        done = import_rows(session, access, file)
        assert (foretold.entry_id, foretold.import_id) == (None, None)
        done.entry_id = done.import_id = None
        assert foretold == done


@each_in_its_own_transaction
@given(file=files)
def test_an_import_that_was_undone_can_be_done_again(session, access, file):
    """What was taken back is not there, so it is missing."""
    with Undone(session):
        first = import_rows(session, access, file)
        if first.entry_id is not None:
            history.undo(session, access, first.entry_id)
        assert not book(session, access)

        second = import_rows(session, access, file)

        assert second.new == first.new
        assert book(session, access) == spent(file)


def test_twins_of_one_day_are_both_kept_and_a_third_is_added(session, access):
    """Two equal coffees on one day are two coffees."""
    twins = numbered([row("-3.20", "Coffee")] * 2)
    import_rows(session, access, twins)

    report = import_rows(session, access, numbered([*twins, row("-3.20", "Coffee")]))

    assert (report.new, report.duplicates) == (1, 2)
    assert book(session, access) == Counter({(DAY, Decimal("3.20"), "EUR", "Coffee"): 3})


def test_rows_that_the_bank_tells_apart_are_not_duplicates(session, access):
    """The bank's own id counts, where it gives one."""
    import_rows(session, access, [row(bank_id="A1")])

    report = import_rows(session, access, [row(bank_id="A2"), row(bank_id="A1", line=3)])

    assert (report.new, report.duplicates) == (1, 1)


@pytest.mark.parametrize(
    ("later", "new"),
    [
        (row(description="SAMS BISTRO 4711 BERLIN", bank_id="A1"), 0),
        (row("-12.51", bank_id="A1"), 1),
        (row(currency="USD", bank_id="A1"), 1),
        (row(on=date(2026, 10, 6), bank_id="A1"), 1),
    ],
    ids=["text", "amount", "currency", "day"],
)
def test_the_banks_own_id_stands_for_the_text_alone(session, access, later, new):
    """A text may change when a payment is booked; ids may begin anew in each file, or be of two rows."""
    import_rows(session, access, [row(description="Pending", bank_id="A1")])

    assert import_rows(session, access, [later]).new == new


def test_what_is_in_the_trash_does_not_come_back(session, access):
    """Whoever deletes an imported expense means it, whichever of two twins it was."""
    file = numbered([row(), row(), row("-5", "Cake")])
    import_rows(session, access, file)
    newest, *_, oldest = expenses.each(session, access)
    expenses.delete(session, access, newest.id, oldest.id)

    report = import_rows(session, access, file)

    assert (report.new, report.duplicates) == (0, 3)
    assert book(session, access).total() == 1


def test_what_was_edited_does_not_come_back(session, access):
    """An expense stays the bank's row it came from, whatever is made of it."""
    import_rows(session, access, [row()])
    (lunch,) = expenses.each(session, access)
    changes = ExpenseUpdate(version=1, amount="6.25", description="My half", currency="USD", spent_on="2026-01-01")
    expenses.edit(session, access, lunch.id, changes)

    report = import_rows(session, access, [row()])

    assert (report.new, report.duplicates) == (0, 1)


def test_another_ledgers_import_is_of_no_account(session, access, alice):
    """One statement may be imported into two ledgers."""
    club = ledgers.open(session, alice, ledgers.create(session, alice, LedgerCreate(name="Club")).id)
    import_rows(session, club, [row(category="Food")])

    report = import_rows(session, access, [row(category="Food")])

    assert (report.new, report.new_categories) == (1, ["Food"])


# What becomes of a row


def test_a_row_becomes_an_expense_with_all_that_it_says(session, access, alice):
    """The amount turns its sign; the day is the one it was booked on."""
    report = import_rows(session, access, [row("-12.5", "Lunch at Sam's", category="Food")], note="card.csv")

    (made,) = expenses.each(session, access)
    entry = history.get(session, access, report.entry_id)
    assert (made.amount, made.currency, made.spent_on) == (Decimal("12.50"), "EUR", DAY)
    assert (made.description, made.category, made.notes, made.owner_id) == ("Lunch at Sam's", "Food", "", alice.id)
    assert (entry.action, entry.note, entry.recorded) == (Action.IMPORT, "card.csv", 2)


def test_a_row_without_a_currency_is_in_the_ledgers_own(session, access):
    """The file does not say, and neither did the person."""
    report = import_rows(session, access, [row(currency=None)])

    assert report.totals == {"EUR": Decimal("12.50")}


def test_money_in_is_left_out_unless_it_is_asked_for(session, access):
    """As refunds it makes the total smaller."""
    file = numbered([row("-12.50"), row("5.00", "Deposit back"), row("0", "Card fee waived")])
    without = import_rows(session, access, file)

    with_credits = import_rows(session, access, file, credits=True)

    assert (without.new, without.money_in, without.zero) == (1, 1, 1)
    assert (with_credits.new, with_credits.duplicates, with_credits.money_in, with_credits.zero) == (1, 1, 0, 1)
    assert with_credits.totals == {"EUR": Decimal("-5.00")}


def test_categories_are_found_by_name_without_regard_to_case_and_made_where_there_are_none(session, access, food):
    """A file may spell one category in two ways; the first is kept."""
    spellings = ["FOOD", " food ", "Ferien", "FERIEN", None]

    report = import_rows(
        session, access, numbered(row(f"-{number}", category=name) for number, name in enumerate(spellings, start=1))
    )

    made = sorted(expenses.each(session, access), key=lambda one: one.amount)
    assert report.new_categories == ["Ferien"]
    assert [one.category for one in made] == ["Food", "Food", "Ferien", "Ferien", None]
    assert [one.name for one in categories.list(session, access)] == ["Ferien", "Food"]
    assert made[0].category_id == food.id


def test_no_category_is_made_for_rows_that_are_left_out(session, access):
    """Nor for those that were imported before, though their category is gone since."""
    import_rows(session, access, [row(category="Lunch")])
    categories.delete(session, access, categories.named(session, access, "Lunch").id, uncategorise=True)
    file = numbered([row(category="Lunch"), row("3", category="Salary"), row("0", category="Nothing")])

    report = import_rows(session, access, file)

    assert (report.new, report.new_categories) == (0, [])
    assert categories.list(session, access) == []


def test_undoing_an_import_takes_the_categories_that_it_made(session, access, food):
    """Those that were there before stay."""
    report = import_rows(session, access, numbered([row(category="Food"), row("-2", category="Fun")]))

    history.undo(session, access, report.entry_id)

    assert [one.name for one in categories.list(session, access)] == ["Food"]


@pytest.mark.parametrize("length", [500, 501, 9_999, 10_000, 10_001, 200_000])
def test_a_long_description_is_cut_and_kept_in_the_notes(session, access, length):
    """It can be found by what was cut off, and known again."""
    text = "x" * (length - 1) + "!"

    import_rows(session, access, [row(description=text)])

    (made,) = expenses.each(session, access)
    assert len(made.description) <= 500
    assert made.description == text if length <= 500 else made.description == text[:499] + "…"
    assert made.notes == ("" if length <= 500 else text if length <= 10_000 else text[:9_999] + "…")
    assert import_rows(session, access, [row(description=text)]).duplicates == 1
    assert import_rows(session, access, [row(description=text[:-1] + "?")]).new == 1


def test_an_expense_can_be_called_by_its_payee_alone(session, access):
    """What the file says is kept; the row is known again, however it came in."""
    rows = numbered(
        [
            row(description="SQ *COFFEE CO 04/11 LONDON GB"),
            row(description="TESCO STORES 3297 - card 4411")._replace(payee="TESCO STORES 3297", notes="contactless"),
            row(description="Lunch with Sam"),
            row(description=""),
        ]
    )

    import_rows(session, access, rows, clean_payees=True)

    assert [(one.description, one.notes) for one in expenses.each(session, access)] == [
        ("", ""),
        ("Lunch with Sam", ""),
        ("Tesco Stores", "TESCO STORES 3297 - card 4411\ncontactless"),
        ("Coffee Co", "SQ *COFFEE CO 04/11 LONDON GB"),
    ]
    assert import_rows(session, access, rows).duplicates == 4


def test_what_cannot_be_stored_is_replaced(session, access):
    """A reader of another format may hand on anything."""
    import_rows(session, access, [row(description="Caf\udce9 \x1b[31mred\0")])

    (made,) = expenses.each(session, access)
    assert made.description == "Caf\N{REPLACEMENT CHARACTER} \N{REPLACEMENT CHARACTER}[31mred\N{REPLACEMENT CHARACTER}"


def test_the_first_new_rows_are_shown(session, access):
    """Ten, with their lines, in the order of the file, and none that is left out."""
    file = numbered([row("5"), *(row(f"-{number}", f"Number {number}", category="Fun") for number in range(1, 15))])
    import_rows(session, access, file[1:3])

    report = import_rows(session, access, file, dry_run=True)

    assert [one.line for one in report.first] == list(range(5, 15))
    assert (report.first[0].amount, report.first[0].currency) == (Decimal("3.00"), "EUR")
    assert (report.first[0].description, report.first[0].category) == ("Number 3", "Fun")
    assert report.first[0].spent_on == DAY


def test_progress_is_told_as_rows_are_read(session, access):
    """Once for each few hundred, and at the end."""
    told = []

    import_rows(session, access, (row(f"-{line}", line=line) for line in range(1, 4_501)), progress=told.append)

    assert told == [*range(500, 4_500, 500), 4_500]


def test_an_import_that_is_cancelled_leaves_nothing(database):
    """Whoever is told of the progress may end it by an error, late as it is; the same file comes in afterwards."""
    with database.transaction() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
    with database.reading() as session:
        before = everything(session)
    file = numbered(row(f"-{line}", category="Fun") for line in range(1, 2_001))

    def cancel(done):
        if done == len(file):
            raise KeyboardInterrupt

    with database.transaction() as session:
        with pytest.raises(KeyboardInterrupt):
            import_rows(session, access, file, progress=cancel)
        assert everything(session) == before
        assert import_rows(session, access, file).new == len(file)


# What is refused


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (row("-1.005", line=7), "line 7: '1.005' cannot be paid in EUR, which has at most 2 decimals"),
        (row("-1.5", currency="JPY", line=7), "line 7: '1.5' cannot be paid in JPY, which has no decimals"),
        (row("-1000000000000", line=7), "line 7: an amount must be smaller than 1,000,000,000,000"),
        (row(currency="XYZ", line=7), "line 7: 'XYZ' is no currency code of ISO 4217"),
        (row(on=date(1899, 12, 31), line=7), "line 7: 1899-12-31 is before 1900-01-01"),
        (row(category="x" * 101, line=7), "line 7: its category cannot be one"),
        (row(category="a\x07", line=7), "line 7: its category cannot be one"),
    ],
)
def test_a_row_that_can_be_no_expense_is_named_and_nothing_comes_in(session, access, wrong, why):
    """Neither do the rows before it; and the transaction can go on."""
    before = everything(session)

    with pytest.raises(StatementUnreadable, match="line 7") as refused:
        import_rows(session, access, [row(), wrong, row("-3", line=8)])

    assert refused.value.message.startswith(why)
    assert refused.value.line == 7
    assert everything(session) == before
    assert import_rows(session, access, [row()]).new == 1


def test_a_viewer_may_not_import_nor_try_to(session, access):
    """Whatever the rows."""
    bob = users.register_local(session, LocalUserCreate(username="bob"))
    ledgers.admit(session, access, "bob", Role.VIEWER)
    viewer = ledgers.open(session, bob, access.ledger_id)

    with pytest.raises(PermissionDenied):
        import_rows(session, viewer, [row()], dry_run=True)

    assert not book(session, access)


def test_a_reader_that_fails_leaves_nothing_behind(session, access):
    """The rows that it gave before are not in the book, nor is a table of ours in the database."""

    def rows():
        yield from numbered([row()] * 3_000)
        raise StatementUnreadable("line 3002: the rest is missing", 3002)

    before = everything(session)

    with pytest.raises(StatementUnreadable, match="the rest is missing"):
        import_rows(session, access, rows())

    assert everything(session) == before
    assert not {name for name in inspect(session.connection()).get_temp_table_names() if name.startswith("staged")}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_import_that_fills_the_disk_is_not_saved(database):
    """The error is the disk's, not one of cleaning up after it."""
    with database.transaction() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
    with database.reading() as session:
        before = everything(session)

    def fill(session):
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count = {pages}"))
        import_rows(session, access, numbered(row(f"-{number}") for number in range(1, 5_000)))

    with pytest.raises(DatabaseFull), database.transaction() as session:
        fill(session)

    with database.reading() as session:
        assert everything(session) == before


# What is stopped


STOPPED = """
import os, signal, sys
from datetime import date
from decimal import Decimal
from expense_core import Database, ledgers, users
from expense_core.statements.importing import import_rows
from expense_core.statements.row import RawRow

url, where, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
day = date(2026, 1, 1)
rows = (RawRow(line, day, None, Decimal(-line), None, "Row", "Fun", None, False) for line in range(2, 6000))

def stop(done):
    if where == str(done):
        os.kill(os.getpid(), number)

with Database(url) as database, database.transaction() as session:
    book = ledgers.open(session, users.named(session, "alice"))
    import_rows(session, book, rows, progress=stop)
    stop("all")
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("where", ["4000", "all"])
def test_an_import_that_is_stopped_leaves_the_book_as_it_was(database, number, where):
    """Between two batches, or when all is written and nothing is saved yet; afterwards it can be done again."""
    with database.transaction() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
        import_rows(session, access, [row()])
    with database.reading() as session:
        before = everything(session)
    url = database.engine.url.render_as_string(hide_password=False)

    stopped = subprocess.run(
        [sys.executable, "-c", STOPPED, url, where, str(int(number))], capture_output=True, check=False
    )

    assert stopped.returncode == -number
    with database.transaction() as session:
        assert everything(session) == before
        assert import_rows(session, access, [row("-1")]).new == 1


def test_two_who_import_one_file_at_once_import_it_once(database):
    """The second waits for the first, and then finds it all there."""
    with database.transaction() as session:
        access = ledgers.open(session, users.register_local(session, LocalUserCreate(username="alice")))
    file = numbered(row(f"-{number}", category="Fun") for number in range(1, 500))

    def once(_):
        with database.transaction() as session:
            return import_rows(session, access, file).new

    with ThreadPoolExecutor(4) as pool:
        new = sorted(pool.map(once, range(4)))

    assert new == [0, 0, 0, 499]


MEASURED = """
import resource, sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from expense_core import Database, LocalUserCreate, ledgers, users
from expense_core.statements.importing import import_rows
from expense_core.statements.row import RawRow

url, number = sys.argv[1], int(sys.argv[2])
days = [date.fromordinal(700_000 + day) for day in range(5_000)]
rows = (
    RawRow(line, days[line // 50], None, Decimal(-line) / 100, "EUR", f"Shop {line}", None, None, False)
    for line in range(1, number + 1)
)
with Database(url) as database, database.transaction() as session:
    alice = users.register_local(session, LocalUserCreate(username="alice"))
    report = import_rows(session, ledgers.open(session, alice), rows)
print(report.new, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counts memory in Linux's unit")
def test_memory_does_not_grow_with_the_file(sqlite_template, tmp_path):
    """Ten times the rows take a little more of it, until the database's own cache is full."""
    taken = []

    for number in (20_000, 200_000):
        url = f"sqlite:///{shutil.copyfile(sqlite_template, tmp_path / f'{number}.db')}"
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, url, str(number)], capture_output=True, text=True, check=True
        )
        new, kilobytes = map(int, done.stdout.split())
        assert new == number
        taken.append(kilobytes)

    few, many = taken
    assert many < few + 32_000
