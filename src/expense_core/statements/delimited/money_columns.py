"""Which columns hold the money: one amount, or debit and credit apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations, permutations, product
from operator import itemgetter

from expense_core.errors import ByOption, StatementAmbiguous
from expense_core.statements.delimited import amounts, content
from expense_core.statements.delimited.signs import told
from expense_core.statements.delimited.table import STRANGER, Column, ranked, which
from expense_core.statements.delimited.vocabulary import Concept
from expense_core.statements.delimited.wording import is_balance
from expense_core.statements.delimited.words import plain
from expense_core.statements.row import Role

Rows = Sequence[Sequence[str]]
_ZERO = Decimal(0)
_MOST_CANDIDATES = 8
_OTHER_MONEY = (Concept.FOREIGN, Concept.BALANCE, Concept.FEE, Concept.TAX, Concept.DATE, Concept.TIME, Concept.ID)


def find(table: Sequence[Column], rows: Rows, time: int) -> dict[Role, tuple[int, ...]]:
    """The columns of the amount, or of debit and credit, that the headers name or the numbers prove.

    Where a bank writes both, debit and credit are taken if every row has one of them, as they say which way money went.

    Arguments:
        time: 1 where the oldest row is first, -1 where the newest is, 0 where that is not known.

    Raises:
        StatementAmbiguous: no column can be the amount, or several can, as where each person of a group has one.
    """
    amount = ranked(table, _amount)
    if amount and (shares := _shares(table, rows, amount[0][1])):
        raise which(Role.AMOUNT, shares)
    debit = [column.index for _, column in ranked(table, _debit)[:1]]
    credit = [column.index for _, column in ranked(table, _credit)[:1]]
    if debit and credit and (not amount or amount[0][0] >= STRANGER or _are_complete(rows, debit[0], credit[0])):
        return {Role.DEBIT: tuple(debit), Role.CREDIT: tuple(credit)}
    if amount:
        return {Role.AMOUNT: _one_of(amount, rows)}
    if debit or credit:
        one, role, other = (debit[0], Role.DEBIT, Role.CREDIT) if debit else (credit[0], Role.CREDIT, Role.DEBIT)
        if _is_marked(rows, one):
            return {Role.AMOUNT: (one,)}
        counterpart = _counterpart(table, rows, one, other)
        return {role: (one,), other: counterpart} if counterpart else {role: (one,)}
    balances = [column for column in table if balance(column) is not None]
    return _proven([column for column in table if _could_be_money(column)], balances, rows, time)


def net(table: Sequence[Column], rows: Rows, found: Mapping[Role, tuple[int, ...]]) -> dict[Role, tuple[int, ...]]:
    """The column of what is left of the amount after the fee, if there is one, in the place of them both."""
    amount, fee = (found.get(role, ()) for role in (Role.AMOUNT, Role.FEE))
    nets = [column.index for column in table if column.about(Concept.NET) and column.profile.is_number]
    if len(amount) != 1 or not fee or not nets:
        return {}
    if amount[0] not in nets:
        values = (content.numbers(rows, index) for index in (*amount, *fee, nets[0]))
        if any(None in row or row[2] not in (row[0] - row[1], row[0] + row[1]) for row in zip(*values, strict=True)):
            return {}
    return {Role.AMOUNT: amount if amount[0] in nets else (nets[0],), Role.FEE: ()}


def charged(table: Sequence[Column], rows: Rows, amount: int) -> bool:
    """Whether a fee takes something off what is positive in a column of net amounts: nobody pays less for a charge."""
    gross = [column.index for column in table if column.heading.concepts == {Concept.GROSS}]
    fees = [column.index for column in table if column.about(Concept.FEE) and column.profile.is_number]
    return amount not in gross and any(_takes_off(rows, price, fee, amount) for price in gross for fee in fees)


def _takes_off(rows: Rows, price: int, fee: int, amount: int) -> bool:
    """Whether all that is positive in one column is more by the fee than in another."""
    columns = (content.numbers(rows, index) for index in (price, fee, amount))
    steps = [
        before - after == abs(taken)
        for before, taken, after in zip(*columns, strict=True)
        if before is not None and after is not None and taken and before > 0
    ]
    return bool(steps) and all(steps)


def balance(column: Column) -> int | None:
    """How badly a column fits as the running balance."""
    if not column.about(Concept.BALANCE) or column.about(Concept.CURRENCY) or not column.profile.is_number:
        return None
    return STRANGER * column.heading.strangers


def fee(column: Column) -> int | None:
    """How badly a column fits as a fee beside the amount; "Total fees" and the like repeat what is booked elsewhere."""
    concepts = column.heading.concepts
    return 0 if concepts == {Concept.FEE} and not column.heading.strangers and column.profile.is_number else None


def _amount(column: Column) -> int | None:
    concepts, strangers, unit = column.heading
    look = column.profile
    if column.about(*_OTHER_MONEY):
        return None
    one_way = column.about(Concept.DEBIT) != column.about(Concept.CREDIT)
    named = column.about(Concept.AMOUNT)
    also = column.about(Concept.VALUE, Concept.NET, Concept.GROSS) or {Concept.DEBIT, Concept.CREDIT} <= concepts
    only_a_unit = bool(unit) and not concepts and not strangers
    if one_way or not (named or also or only_a_unit):
        return None
    if not (look.has_numbers or (only_a_unit and not look.filled)):
        return None
    return (
        STRANGER * strangers
        + 2 * (not named)
        + 3 * column.about(Concept.GROSS, Concept.MINOR, Concept.MILLI)
        + 5 * (column.about(Concept.CURRENCY, Concept.VALUTA) and not column.about(Concept.ACCOUNT))
        + 5 * column.about(Concept.TYPE)
        + column.about(Concept.TRANSACTION)
        - column.about(Concept.BOOKING, Concept.NET)
    )


def _debit(column: Column) -> int | None:
    return _one_way(column, Concept.DEBIT, Concept.CREDIT)


def _credit(column: Column) -> int | None:
    return _one_way(column, Concept.CREDIT, Concept.DEBIT)


def _one_way(column: Column, way: Concept, other: Concept) -> int | None:
    look = column.profile
    if not column.about(way) or column.about(other, *_OTHER_MONEY) or not (look.has_numbers or not look.filled):
        return None
    if column.about(Concept.ACCOUNT) and not look.money and look.filled:  # the number of a debit account
        return None
    return STRANGER * column.heading.strangers + 5 * column.about(Concept.ACCOUNT, Concept.TYPE) + (not look.filled)


def _shares(table: Sequence[Column], rows: Rows, amount: Column) -> list[Column]:
    """The columns of what each person of a group has to bear of the amount: "For Ann", "For Bob".

    Those of who has paid it come to the amount as well, but have more zeros in them.
    """
    groups: dict[str, list[Column]] = defaultdict(list)
    for column in table:
        beginning, blank, _ = column.name.strip().rpartition(" ")
        if blank and column.profile.is_number and column is not amount:
            groups[beginning].append(column)
    totals = content.numbers(rows, amount.index)
    found: list[tuple[int, list[Column]]] = []
    for group in groups.values():
        shares = [*zip(*(content.numbers(rows, column.index) for column in group), strict=True)]
        sums = [sum(filter(None, parts), _ZERO) for parts in shares]
        if len(group) > 1 and [total and abs(total) for total in totals] == [abs(own) for own in sums]:
            found.append((sum(bool(part) for parts in shares for part in parts), group))
    most, people = max(found, key=itemgetter(0), default=(0, []))
    return people if most > len(rows) else []


def _are_complete(rows: Rows, debit: int, credit: int) -> bool:
    """Whether every row has money in exactly one of these two columns."""
    return all(_has_money(cells, debit) != _has_money(cells, credit) for cells in rows)


def _are_apart(rows: Rows, first: int, second: int) -> bool:
    """Whether money is in one of two columns in some rows, and in the other one in all others."""
    has_money = [[_has_money(cells, index) for cells in rows] for index in (first, second)]
    return all(map(any, has_money)) and _are_complete(rows, first, second)


def _counterpart(table: Sequence[Column], rows: Rows, one: int, other: Role) -> tuple[int, ...]:
    """The column of money that is filled in just the rows where this one is not, though its name says nothing to us.

    Raises:
        StatementAmbiguous: there are several.
    """
    has_decimals = any(column.profile.money > 0 for column in table if column.index == one)
    found = [
        column
        for column in table
        if column.profile.is_number
        and (column.profile.money > 0) == has_decimals
        and not column.about(*_OTHER_MONEY, Concept.ACCOUNT, Concept.REFERENCE)
        and _are_complete(rows, one, column.index)
    ]
    if len(found) > 1:
        raise which(other, found)
    return tuple(column.index for column in found)


def _is_marked(rows: Rows, index: int) -> bool:
    """Whether the amounts of a column have letters behind them that say debit, and credit behind others."""
    found = {number.side and number.sign for cells in rows if (number := amounts.written(cells[index]))}
    return found == {1, -1}


def _has_money(cells: Sequence[str], index: int) -> bool:
    number = amounts.written(cells[index])
    return number is not None and bool(number.digits.strip("0.,"))


def _one_of(found: Sequence[tuple[int, Column]], rows: Rows) -> tuple[int, ...]:
    """The amount among columns of which several may bear its name equally well."""
    equally = [column for rank, column in found if rank == found[0][0]]
    units = {column.heading.unit for column in equally}
    if len(equally) == 1:
        return (equally[0].index,)
    if "" not in units and len(units) == len(equally):  # one column for each currency
        return tuple(column.index for column in equally)
    first = [column for column in equally if not any(map(str.isdecimal, column.name))]
    if len(first) == 1 and len({plain(column.name) for column in equally}) == 1:  # "Amount 2" is of another account
        return (first[0].index,)
    values = [content.numbers(rows, column.index) for column in equally]
    if all(other == values[0] for other in values[1:]):
        return (equally[0].index,)
    named = [column.index for column in equally if column.heading.unit]
    if len(named) == 1:  # the others are of whatever currency was paid in
        return (named[0],)
    filled = [column.index for column in equally if all(cells[column.index].strip() for cells in rows)]
    others = [column for column in equally if column.index not in filled]
    if len(filled) == 1 and all(_is_number_or_nothing(rows, column.index) for column in others):
        return (filled[0],)  # the others are of what was paid abroad
    raise which(Role.AMOUNT, equally)


def _is_number_or_nothing(rows: Rows, index: int) -> bool:
    return all(not cells[index].strip() or amounts.written(cells[index]) for cells in rows)


def _could_be_money(column: Column) -> bool:
    return column.profile.is_number and column.profile.money > 0 and not column.about(*_OTHER_MONEY, Concept.ACCOUNT)


def _proven(
    candidates: Sequence[Column], balances: Sequence[Column], rows: Rows, time: int
) -> dict[Role, tuple[int, ...]]:
    """The amount where no header names it: the only column of money, or the one by which a balance grows."""
    if len(candidates) == 1:
        return {Role.AMOUNT: (candidates[0].index,)}
    if len(candidates) > _MOST_CANDIDATES:
        raise which(Role.AMOUNT, candidates)
    rows = [cells for cells in rows if not any(map(is_balance, cells))]
    least = min(max(len(candidates), len(rows)) - 1, 2)  # one step of a balance may be right by accident
    values = {column.index: content.numbers(rows, column.index) for column in candidates}
    totals = values | {column.index: content.numbers(rows, column.index) for column in balances}
    pairs = [pair for pair in combinations(values, 2) if _are_apart(rows, *pair)]
    alone = {index: column for index, column in values.items() if not any(index in pair for pair in pairs)}
    if proven := _by_balance(alone, totals, time, least):
        return proven
    for first, second in pairs:
        signed = {_sign(values[index]): index for index in (first, second)}
        if len(pairs) == 1 and signed.keys() == {-1, 1}:
            return {Role.DEBIT: (signed[-1],), Role.CREDIT: (signed[1],)}
    for debit, credit, total in permutations(values, 3) if time else ():
        changes = _difference(values[credit], values[debit])
        if changes and content.running_balance(changes, values[total], time=time) == 1:
            if credit < debit and told((1 if _has_money(cells, credit) else -1, " ".join(cells)) for cells in rows) < 1:
                raise _owed_or_owned(credit, debit)
            return {Role.DEBIT: (debit,), Role.CREDIT: (credit,), Role.BALANCE: (total,)}
    raise _out_or_in(*pairs[0]) if len(pairs) == 1 else which(Role.AMOUNT, candidates)


def _by_balance(
    values: Mapping[int, content.Numbers], totals: Mapping[int, content.Numbers], time: int, least: int
) -> dict[Role, tuple[int, ...]]:
    """The column that a balance moves with, or that leads from one balance to another; nothing where there is none."""
    moving = {
        (amount, total): content.moves_with(values[amount], totals[total], least=least)
        for amount, total in product(values, totals)
        if amount != total and None not in values[amount]
    }
    most = max(moving.values(), default=0)  # by accident, an amount moves by the balance, too, but not as often
    moving = {pair: fits for pair, fits in moving.items() if fits == most > 0}
    if len({amount for amount, _ in moving}) == 1:
        amount, total = max(
            moving, key=lambda pair: content.running_balance(values[pair[0]], totals[pair[1]], time=time)
        )
        return {Role.AMOUNT: (amount,), Role.BALANCE: (total,)}
    for amount, before, after in permutations(values, 3):
        if content.are_steps(values[amount], values[before], values[after]):
            return {Role.AMOUNT: (amount,), Role.BALANCE: (after,)}
    return {}


def _sign(column: Sequence[Decimal | None]) -> int:
    """-1 where all that is in a column is negative, 1 where none of it is, else 0."""
    are_negative = {number < 0 for number in column if number}
    return {frozenset([True]): -1, frozenset([False]): 1}.get(frozenset(are_negative), 0)


def _owed_or_owned(first: int, second: int) -> StatementAmbiguous:
    """The question which way money went where the balance grows by the first of two columns.

    Banks write debits first: then the balance is what is owed on a card. Else it is that of an account.
    """
    choices = tuple(f"debit={debit + 1},credit={credit + 1}" for debit, credit in ((first, second), (second, first)))
    return StatementAmbiguous(
        (
            f"The balance grows by column {first + 1}. Is it what is owed on a card, and that column money out",
            ByOption(f" (--columns {choices[0]})"),
            ", or what is on an account, and that column money in",
            ByOption(f" (--columns {choices[1]})"),
            "?",
        ),
        "columns",
        choices,
    )


def _out_or_in(first: int, second: int) -> StatementAmbiguous:
    """The question which of two columns, of which one is filled in each row, is money out."""
    choices = tuple(f"debit={debit + 1},credit={credit + 1}" for debit, credit in ((first, second), (second, first)))
    return StatementAmbiguous(
        (
            f"Money stands in column {first + 1} of some rows, and in column {second + 1} of the others.",
            " Which one is money out?",
            ByOption(f" Say it with --columns {choices[0]} or {choices[1]}"),
        ),
        "columns",
        choices,
    )


def _difference(credit: Sequence[Decimal | None], debit: Sequence[Decimal | None]) -> list[Decimal | None]:
    """Credit less debit in each row; nothing at all where a row has both or neither. A zero is nothing, too."""
    changes: list[Decimal | None] = []
    for into, out in zip(credit, debit, strict=True):
        if into and not out:
            changes.append(into)
        elif out and not into:
            changes.append(-out)
        else:
            return []
    return changes
