"""The rows of a delimited file whose layout is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from expense_core.statements.delimited import dates, steps
from expense_core.statements.delimited.cells import Unfit, amount_reader, currency_reader, number_reader
from expense_core.statements.delimited.describing import describer
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.delimited.notes import is_note, why_left_out
from expense_core.statements.delimited.signs import Signs
from expense_core.statements.delimited.totals import Totals
from expense_core.statements.delimited.wording import could_be_balance, is_balance, is_pending, is_void
from expense_core.statements.row import DateOrder, LeftOut, RawRow, Role, Unreadable, refuse

_REMEMBERED = 4096
_row = tuple.__new__
"""Makes a row of the values of all its fields, in half of the time that it takes by their names."""


def rows(path: Path, layout: Layout, left_out: Counter[LeftOut], unreadable: Unreadable = refuse) -> Iterator[RawRow]:
    """The transactions of a file, one by one; lines that clearly are none are left out, as is what the bank declined.

    Arguments:
        left_out: counts those that have the looks of a transaction, as they go by.
        unreadable: told of each line that cannot be read, in the place of an error that ends it all.

    Raises:
        StatementUnreadable: a line that may be a transaction cannot be read; `line` says which.
    """
    amount_of, currency_of, describe = amount_reader(layout), currency_reader(layout), describer(layout)
    days = _Days(layout.date_order)
    date_columns = layout.columns[Role.DATE]
    first_date = date_columns[0]
    value_dates = layout.columns.get(Role.VALUE_DATE, ())
    category, bank_id, state = (layout.columns.get(role, (None,))[0] for role in (Role.CATEGORY, Role.ID, Role.STATE))
    balance_of = _balance_reader(layout)
    account = layout.account
    totals = Totals()
    records = layout.records(path, left_out)
    if layout.signs is Signs.BY_BALANCE:
        records = steps.signed(records, layout)
    for line, cells in records:
        try:
            booked_on = days.get(cells[first_date]) or _first_day(cells, date_columns, days)
            amount = amount_of(cells)
            currency = currency_of(cells)
            value_on = _first_day(cells, value_dates, days) if value_dates and cells[value_dates[0]].strip() else None
        except Unfit as bad:
            if state is not None and is_void(cells[state]):
                left_out[LeftOut.VOID] += 1
                continue
            if why := bad.left_out or why_left_out(cells, layout):
                left_out[why] += 1
                continue
            if is_note(cells, layout):
                continue
            unreadable(bad.on_line(line, layout), cells)
            continue
        description, payee = describe(cells, amount)
        pending = False
        if state is not None:
            if is_void(cells[state]):
                left_out[LeftOut.VOID] += 1
                continue
            pending = is_pending(cells[state])
        named = None if category is None else cells[category].strip() or None
        is_sum = could_be_balance(description) and (is_balance(description) or totals.are(amount, description))
        if (is_sum and named is None) or line == layout.closing_line:  # what someone has filed was booked
            left_out[LeftOut.BALANCE] += 1
            continue
        totals.add(amount)
        own_id = None if bank_id is None else cells[bank_id].strip() or None
        whose = None if account is None else cells[account].strip() or None
        balance = None if balance_of is None else balance_of(cells)
        told = line, booked_on, value_on, amount, currency, description, named, own_id, pending, "", payee, whose
        yield _row(RawRow, (*told, cells, balance))


def _balance_reader(layout: Layout) -> Callable[[Sequence[str]], Decimal | None] | None:
    """A function that reads the balance beside a row, if it has one; None where there are no balances."""
    columns = layout.columns.get(Role.BALANCE)
    if not columns:
        return None
    read = number_reader(layout, columns[0])

    def balance(cells: Sequence[str]) -> Decimal | None:
        try:
            return read(cells)
        except Unfit:
            return None

    return balance


class _Days(dict[str, date]):
    """Days by how they are written: a statement has few different ones."""

    def __init__(self, order: DateOrder | None) -> None:
        super().__init__()
        self._order = order

    def __missing__(self, text: str) -> date:
        if len(self) >= _REMEMBERED:
            self.clear()
        day = self[text] = dates.read(text, self._order)
        return day


def _first_day(cells: Sequence[str], columns: Sequence[int], days: _Days) -> date:
    """The day in the first of these columns that is filled."""
    for index in columns:
        if text := cells[index]:
            try:
                return days[text]
            except ValueError as error:
                if not text.isspace():
                    raise Unfit(index, text, str(error)) from error
    raise Unfit(columns[0], "", "has no date")
