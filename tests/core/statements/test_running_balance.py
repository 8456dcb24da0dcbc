"""A balance beside each row is held against the row before; where it jumps it is told, and nothing is held back."""

from __future__ import annotations

import tracemalloc
from datetime import date, timedelta
from decimal import Decimal

import pytest

from expense_core import money, statements
from expense_core.statements import ReadingOptions
from expense_core.statements.balancing import Balancing, Figure
from expense_core.statements.running import Running

AMOUNTS = ["-10", "-2.50", "100", "-2.50", "-7.25", "-1", "-60", "12"]
HEADER = "Date,Text,Amount,Balance"
FIRST = date(2026, 10, 28)


def rows(amounts=AMOUNTS, opening="500", way=1, day=FIRST, account=""):
    """Lines of a statement with a balance beside each, the oldest first."""
    balance, lines = Decimal(opening), []
    for place, amount in enumerate(map(Decimal, amounts)):
        balance += amount * way
        lines.append(f"{day + timedelta(days=place)},Row {place},{amount},{balance}{account}")
    return lines


@pytest.fixture
def told(tmp_path):
    """What is told of a statement of these lines."""

    def told(lines, header=HEADER, **options):
        path = tmp_path / "statement.csv"
        path.write_text("\n".join([header, *lines, ""]), encoding="utf-8")
        layout = statements.recognise(path, ReadingOptions(**options))
        balancing = Balancing(layout.stated)
        assert len([*balancing.counting(statements.rows(path, layout))]) == len(lines)
        return balancing.differences()

    return told


@pytest.mark.parametrize("way", [1, -1], ids=["what is owned", "what is owed"])
@pytest.mark.parametrize("step", [1, -1], ids=["oldest first", "newest first"])
def test_balances_that_follow_from_one_another_are_no_matter(told, way, step):
    """Whichever end of the file is the oldest, and whether a payment makes the balance smaller or larger."""
    assert told(rows(way=way)[::step], invert=False) == []


@pytest.mark.parametrize("step", [1, -1], ids=["oldest first", "newest first"])
def test_a_row_that_is_missing_is_told_with_the_line_behind_it(told, step):
    """And what its balance would be by the row before."""
    lines = rows()
    del lines[3]

    (jump,) = told(lines[::step])

    assert (jump.figure, jump.line) == (Figure.BALANCE, 5)
    assert (jump.stated, jump.found) == (Decimal("577.75"), Decimal("580.25"))
    assert jump.told(money.write) == "The file says that the balance on line 5 is 577.75; by its rows it is 580.25"


def test_a_balance_of_what_is_owed_jumps_as_well(told):
    """By the same sum, the other way."""
    lines = rows(way=-1)
    del lines[3]

    (jump,) = told(lines, invert=False)

    assert (jump.stated, jump.found) == (Decimal("422.25"), Decimal("419.75"))


def test_rows_of_one_day_may_be_in_any_order(told):
    """Each still begins where another ends."""
    lines = rows(day=FIRST)
    mixed = [lines[2], lines[0], lines[1], lines[4], lines[3], *lines[5:]]
    same_day = [f"{FIRST}{line[10:]}" for line in mixed]

    assert told(same_day) == []


def test_where_hardly_anything_follows_nothing_is_told(told):
    """It is no running balance then, or one of rows that were looked for."""
    assert told(rows()[::2]) == []


def test_only_the_first_jumps_are_told(told):
    """Of five parts, whose rows between them are missing."""
    lines = [line for place, line in enumerate(rows(["-1"] * 40)) if place % 8]

    assert len(told(lines)) == 3


def test_a_balance_that_is_not_beside_every_row_says_nothing(told):
    """Some banks write it once a day."""
    lines = rows()
    del lines[3]
    lines[1] = lines[1].rpartition(",")[0] + ","

    assert told(lines) == []


def test_a_pending_row_without_a_balance_is_no_matter(told):
    """It is in none."""
    lines = [f"{line},Booked" for line in rows()]
    lines.insert(0, "2026-10-27,Row,-3,,Pending")

    assert told(lines, f"{HEADER},State") == []


def test_rows_that_move_no_money_say_nothing(told):
    """Whatever balance is beside them."""
    assert told([*rows(), "2026-11-09,Card,0,3"]) == []


@pytest.mark.parametrize("name", ["Konto", "Sparschwein"])
def test_each_account_of_a_file_has_a_balance_of_its_own(told, tmp_path, name):
    """Which column tells them apart is found by the balances, whatever it is called."""
    one, other = rows(account=",A"), rows(["-4", "-5", "-6.10", "-7"], "80", account=",B")
    gap = [*one[:4], *one[5:], *other]

    assert told([*one, *other], f"{HEADER},{name}") == []
    (jump,) = told(gap, f"{HEADER},{name}")
    path = tmp_path / "statement.csv"
    read = [row.account for row in statements.rows(path, statements.recognise(path))]

    assert (jump.account, jump.line) == ("A", 6)
    assert read == ["A"] * 7 + ["B"] * 4
    assert statements.recognise(path).summary()["account column"] == name


def test_a_column_that_changes_with_every_row_tells_no_accounts_apart(told):
    """As that of the other party's account does."""
    lines = [f"{line},NL{place}" for place, line in enumerate(rows())]
    del lines[3]

    (jump,) = told(lines, f"{HEADER},Account number")

    assert (jump.account, jump.line) == (None, 5)


def test_a_million_balances_that_fit_nothing_are_not_kept(told):
    """After the first hundred it is given up; what would fit later says nothing either."""
    lines = [f"{FIRST},Row,{-place}.00,{place * place * 7}" for place in range(1, 150)]

    assert told([*lines, *rows()], columns=statements.parse_columns("date=1,description=2,amount=3,balance=4")) == []


def test_as_many_rows_begin_at_a_balance_as_end_there():
    """What came and went several times in one day, and is listed one way after the other."""
    running = Running()
    twice = [(-10, 90), (-10, 90), (10, 100), (10, 100)]

    for line, (amount, balance) in enumerate([*((1, total) for total in range(1, 101)), *twice]):
        running.add(line, FIRST, Decimal(amount), Decimal(balance))

    assert running.jumps() == []


def test_balances_that_follow_from_one_another_are_not_kept():
    """A statement of a million rows takes no more memory than one of a few."""
    running = Running()
    tracemalloc.start()

    for line in range(5_000):
        running.add(line, FIRST, Decimal(-1), Decimal(-line))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (running.jumps(), kept < 100_000) == ([], True)
