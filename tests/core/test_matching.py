"""What a row of a statement is, or may be, of what is in the book: told beside it, and never dropped in silence."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from writes import everything

from expense_core import expenses, statements
from expense_core.statements import ReadingOptions, parse_columns
from expense_core.statements.importing import import_rows
from expense_core.statements.previewing import preview
from expense_core.statements.row import DateOrder, RawRow
from expense_core.statements.staging import Choices
from expense_core.statements.verdicts import Verdict
from expense_core.tables import ExpenseCreate, ExpenseUpdate

DAY = date(2026, 10, 5)
OPTIONS = ReadingOptions(
    columns=parse_columns("date=Date, amount=Amount, description=Payee"),
    date_order=DateOrder.YMD,
    decimal_mark=".",
    invert=False,
)
KIND = "a bank's"


def day(number):
    """So many days after the fifth of October."""
    return DAY + timedelta(days=number)


def row(amount="-12.50", description="SQ *SAMS BISTRO", *, line=2, after=0, currency="EUR", bank_id=None):
    return RawRow(line, day(after), None, Decimal(amount), currency, description, None, bank_id, pending=False)


@pytest.fixture
def by_hand(session, access):
    """Record an expense; its id."""

    def record(amount="12.50", description="Lunch", *, after=0, currency="EUR"):
        new = ExpenseCreate(amount=amount, currency=currency, description=description, spent_on=day(after))
        return expenses.record(session, access, new).id

    return record


def came_in(session, access, *rows, kind=KIND, **more):
    """What comes of rows, each on a line of its own."""
    numbered = [one._replace(line=line) for line, one in enumerate(rows, start=2)]
    return import_rows(session, access, numbered, kind=kind, **more)


def pairs(report):
    """The lines that may be in the book already, with the expense that each may be."""
    return {one.line: one.known.id for one in report.alike}


@pytest.fixture
def looked(session, access, tmp_path):
    """What would become of a statement of these lines."""

    def look(*lines, **more):
        path = tmp_path / "statement.csv"
        path.write_text("\n".join(["Date,Payee,Amount", *lines, ""]), encoding="utf-8")
        return list(preview(session, access, path, statements.recognise(path, OPTIONS), **more))

    return look


# Which expense a duplicate is


def test_a_duplicate_is_shown_with_the_expense_that_it_is(session, access, looked):
    """The k-th equal row is the k-th equal expense, whatever was made of that, and wherever it is."""
    coffee = row("-3.20", "Coffee")
    came_in(session, access, coffee, coffee, row("-900", "Rent"))
    rent, second, first = expenses.each(session, access)
    expenses.edit(session, access, first.id, ExpenseUpdate(version=1, amount="3.50", description="Coffee with Eve"))
    expenses.delete(session, access, second.id)

    rows = looked("2026-10-05,Coffee,-3.20", "2026-10-05,Rent,-900", *["2026-10-05,Coffee,-3.20"] * 2)

    assert [(one.verdict, one.known and one.known.id) for one in rows] == [
        (Verdict.DUPLICATE, first.id),
        (Verdict.DUPLICATE, rent.id),
        (Verdict.DUPLICATE, second.id),
        (Verdict.NEW, None),
    ]
    edited, _, deleted, _ = (one.known for one in rows)
    assert (edited.description, edited.amount, edited.spent_on) == ("Coffee with Eve", Decimal("3.50"), DAY)
    assert (edited.in_trash, deleted.in_trash) == (False, True)


# What a row may be


@pytest.mark.parametrize("after", [-4, 0, 4])
def test_what_may_have_been_recorded_by_hand_is_left_out_and_told(session, access, by_hand, after):
    """The same amount within a few days, whatever it is called: nothing but a person can know."""
    lunch = by_hand(after=after)
    before = everything(session)

    report = came_in(session, access, row())

    assert (report.rows, report.new, report.perhaps) == (1, 0, 1)
    (alike,) = report.alike
    assert (alike.line, alike.description, alike.amount) == (2, "SQ *SAMS BISTRO", Decimal("12.50"))
    assert (alike.known.id, alike.known.description, alike.known.spent_on) == (lunch, "Lunch", day(after))
    assert everything(session) == before


def test_what_may_be_in_the_book_comes_in_where_it_is_asked_for(session, access, by_hand):
    """All of it, or the lines that were chosen."""
    by_hand()
    by_hand("7", "Tea")
    rows = row(), row("-7", "Tea house")

    chosen = came_in(session, access, *rows, choices=Choices(take={3}))
    rest = came_in(session, access, *rows, perhaps=True)

    assert (chosen.new, chosen.perhaps, pairs(chosen).keys()) == (1, 1, {2})
    assert (rest.new, rest.duplicates, rest.perhaps) == (1, 1, 0)


@pytest.mark.parametrize(
    "other",
    [
        {"after": 5},
        {"after": -5},
        {"amount": "12.51"},
        {"amount": "-12.50"},
        {"currency": "USD"},
    ],
)
def test_another_amount_or_a_day_that_is_far_is_another_expense(session, access, by_hand, other):
    """So is one in the trash."""
    by_hand(**other)
    expenses.delete(session, access, by_hand())

    report = came_in(session, access, row())

    assert (report.new, report.perhaps) == (1, 0)


def test_bus_tickets_of_one_kind_of_file_are_never_taken_for_each_other(session, access):
    """Neither within a file nor in the next one, however alike and near they are."""
    ticket = row("-2.90", "BUS TICKET")
    came_in(session, access, ticket, ticket._replace(booked_on=day(1)))

    report = came_in(session, access, ticket._replace(booked_on=day(2)))

    assert (report.new, report.perhaps) == (1, 0)


@pytest.mark.parametrize(
    ("description", "perhaps"), [("Sam's Bistro, Berlin", 1), ("", 1), ("4711/0815", 1), ("Kiosk", 0)]
)
def test_out_of_another_kind_of_file_it_has_a_word_in_common(session, access, description, perhaps):
    """Unless there are no words: banks and apps write who got the money."""
    came_in(session, access, row(description=description, after=1), kind="an app's")

    assert came_in(session, access, row()).perhaps == perhaps


def test_a_file_of_an_unknown_kind_is_of_another_one(session, access):
    """As are imports from before kinds were kept."""
    came_in(session, access, row(after=1), kind=None)

    assert came_in(session, access, row()).perhaps == 1


def test_each_expense_is_matched_once_and_the_likest_first(session, access, by_hand):
    """A word in common counts more than the day, and the day more than the order."""
    near, named = by_hand("2.90", "Snack"), by_hand("2.90", "Bus to work", after=-2)
    rows = row("-2.90", "BUS"), row("-2.90", "KIOSK", after=1), row("-2.90", "KIOSK")

    report = came_in(session, access, *rows)

    assert pairs(report) == {2: named, 4: near}
    assert (report.new, report.perhaps) == (1, 2)


def test_what_is_known_by_its_id_is_not_matched_again(session, access):
    """The same account in another format: its first ticket is a duplicate, so that the second one is none of it."""
    came_in(session, access, row("-2.90", "Bus ticket", bank_id="A1"), kind="an app's")

    report = came_in(session, access, row("-2.90", "BUS", bank_id="A1"), row("-2.90", "BUS", after=1, bank_id="A2"))

    assert (report.new, report.duplicates, report.perhaps) == (1, 1, 0)


def test_a_refund_may_be_in_the_book_where_refunds_are_asked_for(session, access, by_hand):
    """Otherwise it is money in, and left out as that."""
    by_hand("-5", "Deposit")

    without, with_credits = (came_in(session, access, row("5"), credits=one, dry_run=True) for one in (False, True))

    assert (without.money_in, without.perhaps) == (1, 0)
    assert (with_credits.money_in, with_credits.perhaps) == (0, 1)


def test_expenses_of_one_amount_over_a_long_time_are_told_apart(session, access, by_hand):
    """A ticket a week: each row is held against those of its own days."""
    tickets = [by_hand("2.90", "Bus", after=7 * week) for week in range(4)]

    report = came_in(session, access, *(row("-2.90", "BUS", after=7 * week + 1) for week in range(4)))

    assert pairs(report) == dict(enumerate(tickets, start=2))


def test_however_many_there_are_of_one_amount_each_is_matched(session, access):
    """Two days' bus rides of a whole town; each with one of its own line, as far as there are any."""
    rides = [row("-2.90", f"Bus {('north', 'south')[number % 2]}", after=number % 3) for number in range(660)]
    came_in(session, access, *rides, kind="another's")

    report = came_in(session, access, *(row("-2.90", f"RIDE {one.description[4:]}", after=1) for one in rides))

    assert (report.perhaps, report.new) == (660, 0)
    assert all(one.known.description.casefold()[4:] == one.description.casefold()[5:] for one in report.alike)
    assert {one.known.spent_on for one in report.alike} == {day(1)}


def test_a_preview_shows_what_a_row_may_be(session, access, by_hand, looked):
    """Beside it, as the import has it; where refunds are not asked for, a refund is no more than money in."""
    lunch, refund = by_hand(), by_hand("-5", "Deposit")
    lines = "2026-10-05,Bistro,-12.50", "2026-10-06,Bistro,-12.50", "2026-10-05,Machine,5.00"

    shown = [(one.verdict, one.known and one.known.id) for one in looked(*lines)]

    assert shown == [(Verdict.PERHAPS, lunch), (Verdict.NEW, None), (Verdict.MONEY_IN, None)]
    assert [one.known and one.known.id for one in looked(*lines, credits=True)] == [lunch, None, refund]


def test_files_with_other_columns_are_of_another_kind(tmp_path):
    """A format alone tells one bank's CSV not from another's."""
    kinds = []
    for number, content in enumerate(["Date,Payee,Amount\n", "Date,Text,Amount\n", "Date,Payee,Amount\n"]):
        path = tmp_path / f"{number}.csv"
        path.write_text(f"{content}2026-10-05,Bistro,-12.50\n", encoding="utf-8")
        kinds.append(statements.kind(statements.recognise(path)))
    journal = tmp_path / "my.journal"
    journal.write_text("2026-10-05 Bistro\n    expenses:food  €12.50\n    assets:cash\n", encoding="utf-8")

    assert kinds[0] == kinds[2] != kinds[1]
    assert kinds[0].startswith("csv ")
    assert statements.kind(statements.recognise(journal)) == "hledger"
