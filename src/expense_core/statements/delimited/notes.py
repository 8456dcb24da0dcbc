"""Which lines of a table are clearly no transactions: balances, totals, headings, a header repeated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from expense_core.statements.delimited import amounts, dates
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.delimited.wording import is_pending, names_balance, names_total
from expense_core.statements.delimited.words import lists, plain
from expense_core.statements.row import LeftOut, Role

_FEWEST_CELLS = 3
"""A date, an amount, and whom it went to."""


def why_left_out(cells: Sequence[str], layout: Layout) -> LeftOut | None:
    """Why a line that cannot be read as a transaction is none, though it has the looks of one."""
    texts = [cell.strip() for cell in cells]
    days = [texts[index] for index in layout.columns[Role.DATE]]
    if is_pending(days[0]):  # Nordea writes "Reserverad" for a date that is yet to come
        return LeftOut.UNDATED
    has_money = any(texts[index] for index in layout.money)
    named = zip(layout.names, texts, strict=False)  # what is behind the last name has none
    if not has_money and any(text and plain(name) in lists("rows")["security"] for name, text in named):
        return LeftOut.SECURITIES
    if not days[0] and not has_money and any(map(dates.looks_like_date, days)):  # ING writes what is held elsewhere
        return LeftOut.UNDATED
    if has_money or not any(map(dates.looks_like_date, days)):
        return None
    if any(names_balance(text) for text in texts if text):
        return LeftOut.BALANCE
    return _without_amount(texts, layout)


def _without_amount(texts: Sequence[str], layout: Layout) -> LeftOut | None:
    """Why a row with a day and no amount is no transaction, or None where it is a broken one."""
    state = layout.columns.get(Role.STATE)
    if state and is_pending(texts[state[0]]):  # Swisscard does not know yet what it comes to
        return LeftOut.UNDATED
    return LeftOut.NEITHER if _moves_nothing(texts, layout) else None


def _moves_nothing(texts: Sequence[str], layout: Layout) -> bool:
    """Whether a row without an amount is whole: a message of the bank, a part of another row, a change of shares.

    It goes on behind the place for an amount, or has no balance where there is one.
    """
    roles = layout.columns
    if not layout.header_line or (Role.AMOUNT not in roles and not {Role.DEBIT, Role.CREDIT} <= roles.keys()):
        return False  # the amount may be in a column of which nobody knows
    balance = roles.get(Role.BALANCE, ())
    if balance and not texts[balance[0]]:
        return True
    others = [text for index, text in enumerate(texts) if index not in balance]
    return any(texts[max(layout.money) + 1 :]) and not any(map(amounts.is_money, others))


def is_note(cells: Sequence[str], layout: Layout) -> bool:
    """Whether a line that cannot be read as a transaction is none; what may be a broken one is no note."""
    texts = [cell.strip() for cell in cells]
    filled = [text for text in texts if text]
    if texts[: len(layout.names)] == [name.strip() for name in layout.names]:
        return True
    days = [texts[index] for index in layout.columns[Role.DATE]]
    money = [texts[index] for index in layout.money if texts[index]]
    if any(map(dates.looks_like_date, days)):
        return False
    if len(filled) <= 1 or names_balance(filled[0]) or names_total(filled[0]):
        return True
    if _has_digits(money) and (_has_digits(days) or not any(days) or any(map(amounts.written, money))):
        return False
    is_table_row = len(filled) >= _FEWEST_CELLS and bool(days[0])
    return not (is_table_row and any(map(amounts.is_money, filled)))


def _has_digits(texts: Iterable[str]) -> bool:
    return any(char.isdigit() for text in texts for char in text)
