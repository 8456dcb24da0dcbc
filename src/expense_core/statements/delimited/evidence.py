"""One pass over a whole file for what no single row can tell: decimal marks, the order of day and month, the signs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path

from expense_core.statements.delimited import amounts, dates
from expense_core.statements.delimited.dates import OrderEvidence
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.delimited.signs import SignEvidence
from expense_core.statements.row import Role

_REMEMBERED = 4096
_TEXTS = (Role.PAYEE, Role.PAYER, Role.DESCRIPTION, Role.TYPE)
_TWO = 2


@dataclass
class Evidence:
    """What the rows of a file say, taken together."""

    orders: OrderEvidence = field(default_factory=OrderEvidence)
    signs: dict[Role, SignEvidence] = field(default_factory=dict)
    """By the role of the column: amount, debit, credit and fee."""
    marks: dict[int, str] = field(default_factory=dict)
    """The decimal marks that are proven, by column."""
    unclear: dict[int, str] = field(default_factory=dict)
    """In the other columns, an amount that can be read in two ways."""
    rows: int = 0
    """Lines with a date."""
    notes: int = 0
    """Lines without one."""
    textless: list[int] = field(default_factory=list)
    """The first two lines that have a date but no text."""
    last: tuple[int, Sequence[str]] = (0, ())
    """The last line with a date."""

    def add_marks(self, row: Sequence[str], columns: Sequence[int]) -> bool:
        """Look at the columns whose decimal mark is not proven; whether one is, now."""
        found = False
        for index in columns:
            text = row[index]
            if "." in text or "," in text:
                number = amounts.written(text)
                mark = amounts.decimal_mark(number.digits) if number else ""
                if mark:
                    self.marks[index] = mark
                    found = True
                elif mark is None:
                    self.unclear[index] = text
        return found


def gather(path: Path, layout: Layout) -> Evidence:
    """What the rows of the file say about the columns that are known by now.

    Raises:
        StatementUnreadable: see `Layout.records`.
    """
    columns = layout.columns
    (word,) = columns.get(Role.SIGN, (None,))
    roles = [role for role in (Role.AMOUNT, Role.DEBIT, Role.CREDIT, Role.FEE) if role in columns]
    evidence = Evidence(signs={role: SignEvidence() for role in roles})
    signed = [(index, evidence.signs[role]) for role in roles for index in columns[role]]
    unproven = [index for role in (*roles, Role.BALANCE) for index in columns.get(role, ())]
    orders = evidence.orders
    days_of = itemgetter(*columns[Role.DATE])
    days_before: str | tuple[str, ...] = ""
    lines = dated = 0
    known: set[str] = set()
    is_dated = False
    last: tuple[int, Sequence[str]] = (0, ())
    texts = [index for role in _TEXTS for index in columns.get(role, ())]
    for line, row in layout.records(path):
        written = days_of(row)
        if written != days_before:
            days_before = written
            days = (written,) if isinstance(written, str) else written
            is_dated = any(_is_date(day, known) for day in days)
            if is_dated and not orders.settled:
                orders.add([day for day in days if day])
        lines += 1
        if is_dated:
            dated += 1
            last = line, row
            if texts and not (row[texts[0]] or any(map(row.__getitem__, texts))) and len(evidence.textless) < _TWO:
                evidence.textless.append(line)
            for index, sign in signed:
                if row[index]:
                    sign.add(row[index], "" if word is None else row[word].strip())
            if unproven and evidence.add_marks(row, unproven):
                unproven = [index for index in unproven if index not in evidence.marks]
    evidence.rows, evidence.notes, evidence.last = dated, lines - dated, last
    return evidence


def _is_date(text: str, known: set[str]) -> bool:
    """Whether the cell is written like a date, times of day left out; the ones seen are remembered."""
    text = dates.without_time(text)
    if text in known:
        return True
    if not dates.looks_like_date(text):
        return False
    if len(known) >= _REMEMBERED:
        known.clear()
    known.add(text)
    return True
