"""Which lines of a table are clearly no transactions: balances, totals, headings, a header repeated."""

from __future__ import annotations

from collections.abc import Sequence

from expense_core.statements.delimited import amounts, dates
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.delimited.wording import is_pending, names_balance, names_total
from expense_core.statements.row import Role

_FEWEST_CELLS = 3
"""A date, an amount, and whom it went to."""


def is_note(cells: Sequence[str], layout: Layout) -> bool:
    """Whether a line that cannot be read as a transaction is none; what may be a broken one is no note."""
    texts = [cell.strip() for cell in cells]
    filled = [text for text in texts if text]
    if texts[: len(layout.names)] == [name.strip() for name in layout.names]:
        return True
    dated = any(dates.looks_like_date(texts[index]) for index in layout.columns[Role.DATE])
    money = [texts[index] for index in layout.money if texts[index]]
    if is_pending(texts[layout.columns[Role.DATE][0]]):  # Nordea writes "Reserverad" for a date that is yet to come
        return True
    if dated:
        return not money and any(map(names_balance, filled))
    if len(filled) <= 1 or names_balance(filled[0]) or names_total(filled[0]):
        return True
    if any(char.isdigit() for text in money for char in text):
        return False
    is_table_row = len(filled) >= _FEWEST_CELLS and bool(texts[layout.columns[Role.DATE][0]])
    return not (is_table_row and any(map(amounts.is_money, filled)))
