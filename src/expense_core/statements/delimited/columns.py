"""Which column is which: from what the headers say and from what is in the columns, never from one of them alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from expense_core.errors import StatementUnreadable
from expense_core.statements import units
from expense_core.statements.delimited import dates, money_columns, table, text_columns
from expense_core.statements.delimited.table import STRANGER, Column
from expense_core.statements.delimited.vocabulary import Concept, heading
from expense_core.statements.delimited.words import plain
from expense_core.statements.row import Role

Roles = dict[Role, tuple[int, ...]]
"""Columns, counted from 0, by what they are for; where a role has several, the first one that is filled counts."""

_MONEY = frozenset({Role.AMOUNT, Role.DEBIT, Role.CREDIT})


def choose(names: Sequence[str], rows: Sequence[Sequence[str]], asked: Mapping[Role, Sequence[str | int]]) -> Roles:
    """The role of every column that has one.

    Arguments:
        names: the header; empty strings where the file has none.
        rows: the first rows beneath it.
        asked: the columns that the caller has given to roles, by name or by number counted from 1.

    Raises:
        StatementUnreadable: a column that was asked for is not there.
        StatementAmbiguous: no column can be the date or the amount, or several can.
    """
    given = {role: tuple(_index(names, column) for column in columns) for role, columns in asked.items()}
    taken = {index for indices in given.values() for index in indices}
    free = [column for column in table.columns(names, rows) if column.index not in taken]
    signs = table.best(free, text_columns.sign) if Role.SIGN not in given else ()
    found: Roles = {
        Role.BALANCE: table.best(free, money_columns.balance),
        Role.FEE: table.best(free, money_columns.fee),
        Role.SIGN: signs,
    }
    found |= text_columns.find([column for column in free if column.index not in signs])
    found[Role.TYPE] += signs
    if Role.DESCRIPTION in given:
        found |= {Role.PAYEE: (), Role.PAYER: ()}
    found |= {Role.DATE: given[Role.DATE]} if given.get(Role.DATE) else _dates(free, rows)
    if not any(given.get(role) for role in _MONEY):
        time = dates.direction(cells[found[Role.DATE][0]] for cells in rows)
        found |= {role: columns for role, columns in money_columns.find(free, rows, time).items() if role not in given}
    if Role.AMOUNT not in given and Role.FEE not in given:
        found |= money_columns.net(free, rows, found)
    found |= {role: columns for role, columns in given.items() if columns or role is not Role.DATE}
    if not any(found.get(role) for role in _MONEY):
        raise table.which(Role.AMOUNT, [])
    if Role.CURRENCY not in given:
        found[Role.CURRENCY] = _currency(free, found, rows)
        money = [index for role in _MONEY for index in found.get(role, ())]
        if any(_is_abroad(names[index], rows, found[Role.CURRENCY]) for index in money):
            found[Role.CURRENCY] = ()
    return {role: columns for role, columns in found.items() if columns}


def _index(names: Sequence[str], column: str | int) -> int:
    """The place of a column, by its name in any letter case or by its number."""
    if isinstance(column, int):
        if 1 <= column <= len(names):
            return column - 1
        raise StatementUnreadable(f"there is no column {column}: the file has {len(names)}")
    for same in (str.strip, plain):
        for index, name in enumerate(names):
            if same(name) == same(column):
                return index
    shown = ", ".join(repr(name.strip()) for name in names if name.strip()) or "none, so give their numbers"
    raise StatementUnreadable(f"there is no column called {column!r}; there are {shown}")


def _dates(free: Sequence[Column], rows: Sequence[Sequence[str]]) -> Roles:
    """The booking date first, then the dates that stand in where it is empty, as it is for what is still pending."""
    value_date = table.best(free, _value_date)
    named = table.ranked(free, _booking_date)
    sure = [column.index for rank, column in named if rank < STRANGER] or [column.index for _, column in named[:1]]
    if sure or value_date:
        known = (*sure, *value_date)
        if not all(_are_filled(rows, known)):  # as is the day of settlement of what was paid in cash
            unsure = [column.index for _, column in named if column.index not in known]
            known = (*[index for index in unsure if all(_are_filled(rows, (index,)))][:1], *known)
        return {Role.DATE: known, Role.VALUE_DATE: value_date}
    nameless = [column for column in free if column.profile.is_date]
    sorted_by = [column for column in nameless if dates.direction(cells[column.index] for cells in rows)]
    for columns in (nameless, sorted_by):  # banks list rows as they book them
        if len({tuple(dates.without_time(cells[column.index]) for cells in rows) for column in columns}) == 1:
            return {Role.DATE: (columns[0].index,)}
    for column in nameless:  # nothing is booked before it is paid
        days = [cells[column.index] for cells in rows]
        others = [[cells[other.index] for cells in rows] for other in nameless if other is not column]
        if all(dates.never_before(days, other) for other in others):
            return {Role.DATE: (column.index,)}
    if sorted_by:  # they differ by days; the booking comes first
        return {Role.DATE: (sorted_by[0].index,)}
    raise table.which(Role.DATE, nameless)


def _are_filled(rows: Sequence[Sequence[str]], columns: Sequence[int]) -> Iterator[bool]:
    """Of each row, whether any of these columns has something in it."""
    return (any(cells[index].strip() for index in columns) for cells in rows)


def _booking_date(column: Column) -> int | None:
    if not column.profile.is_date or column.about(Concept.VALUE, Concept.VALUTA):
        return None
    for rank, concept in enumerate((Concept.BOOKING, Concept.DATE, Concept.TRANSACTION)):
        if column.about(concept):
            return rank + STRANGER * (
                column.heading.strangers + column.about(Concept.FOREIGN, Concept.ACCOUNT, Concept.BALANCE)
            )
    return None


def _value_date(column: Column) -> int | None:
    if not column.profile.is_date or not column.about(Concept.VALUE, Concept.VALUTA):
        return None
    return STRANGER * column.heading.strangers


def _currency(free: Sequence[Column], found: Roles, rows: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The currency column nearest to the amount, the one behind it where two are as near: some banks repeat it.

    Others follow that are filled in none of the rows where it is.
    """
    fitting = table.ranked(free, text_columns.currency)
    money = [index for role in _MONEY for index in found.get(role, ())]
    nearest = sorted(
        fitting,
        key=lambda ranked: (ranked[0], min(abs(ranked[1].index - index) for index in money), -ranked[1].index),
    )
    chosen = [column.index for _, column in nearest[:1]]
    for _, column in nearest[1:]:  # Yuh has one of debits and another one of credits
        if all(not cells[column.index].strip() or not any(cells[index].strip() for index in chosen) for cells in rows):
            chosen.append(column.index)
    return tuple(chosen)


def _is_abroad(name: str, rows: Sequence[Sequence[str]], columns: Sequence[int]) -> bool:
    """Whether these columns name currencies that are not the one which stands above an amount."""
    own = units.currency_of(heading(name).unit)
    written = {units.currency_of(cells[index]) for cells in rows for index in columns if cells[index].strip()}
    return own is not None and not written <= {own}
