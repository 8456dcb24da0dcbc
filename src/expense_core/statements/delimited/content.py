"""What is in a column, whatever its header says, and what its numbers prove."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise

from expense_core.statements import units
from expense_core.statements.delimited import amounts, dates
from expense_core.statements.delimited.wording import directions

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9*]{8,30}")
_FEW = 12
_NOTHING = "/"
"""What WeChat writes where there is nothing to say."""
_MOST = Decimal("0.6")
Numbers = Sequence[Decimal | None]
"""A column's cells as numbers, None where there is none."""


@dataclass
class Profile:
    """What the cells of one column look like."""

    filled: int = 0
    dates: int = 0
    numbers: int = 0
    money: int = 0
    """Numbers that have decimals, a sign or a currency."""
    codes: int = 0
    """Names or signs of currencies."""
    texts: int = 0
    length: int = 0
    """Characters of all texts together."""
    values: set[str] = field(default_factory=set)
    """The first few different ones."""

    def add(self, cell: str) -> None:
        """Take in one cell."""
        text = cell.strip()
        if not text.strip(amounts.NOTHING) or text == _NOTHING:
            return
        self.filled += 1
        if len(self.values) <= _FEW:
            self.values.add(text)
        self.dates += dates.looks_like_date(text)
        if amounts.written(text) is not None:
            self.numbers += 1
            self.money += amounts.is_money(text)
        elif units.is_unit(text):
            self.codes += 1
        elif any(map(str.isalpha, text)) and not is_iban(text):
            self.texts += 1
            self.length += len(text)

    def mostly(self, count: int) -> bool:
        """Whether so many cells are most of the filled ones: a line above or below the table does not matter."""
        return 2 * count > self.filled

    @property
    def is_date(self) -> bool:
        """The column has days in it."""
        return self.mostly(self.dates)

    @property
    def is_number(self) -> bool:
        """The column has numbers in it, be they amounts or not."""
        return self.mostly(self.numbers) and not self.is_date

    @property
    def has_numbers(self) -> bool:
        """The column has numbers in it, though half of it may be something else: one that is called the amount is."""
        return self.numbers > 0 and 2 * self.numbers >= self.filled and not self.is_date

    @property
    def is_text(self) -> bool:
        """The column has words in it for a person to read."""
        return self.mostly(self.texts) and not self.is_date

    @property
    def has_few_values(self) -> bool:
        """The same few words are in it again and again."""
        return 0 < len(self.values) <= _FEW

    @property
    def tells_direction(self) -> bool:
        """Every cell is a word for money in or money out."""
        found = directions(self.values)
        return self.has_few_values and len(found) == len(self.values) and any(found.values())

    @property
    def tells_both_ways(self) -> bool:
        """Some cells are words for money in, and others for money out."""
        return {-1, 1} <= set(directions(self.values).values())

    @property
    def mentions_direction(self) -> bool:
        """Some cells are words for money in or money out."""
        return any(directions(self.values).values())


def is_iban(text: str) -> bool:
    """Whether it is an IBAN: most of one are digits, unlike "DU 130124 BOULANGERIE"."""
    text = text.replace(" ", "")
    return _IBAN.fullmatch(text) is not None and 2 * sum(char.isdigit() or char == "*" for char in text) > len(text)


def profiles(rows: Iterable[Sequence[str]], width: int) -> list[Profile]:
    """The profile of each column of a table."""
    columns = [Profile() for _ in range(width)]
    for cells in rows:
        for column, cell in zip(columns, cells, strict=False):
            column.add(cell)
    return columns


def numbers(rows: Iterable[Sequence[str]], index: int, mark: str | None = None) -> list[Decimal | None]:
    """The column's cells as numbers, None where there is none; without `mark`, its cells prove the decimal mark."""
    column = [cells[index] for cells in rows]
    reader = amounts.AmountReader(mark or proven_mark(column) or ".")
    found: list[Decimal | None] = []
    for cell in column:
        try:
            found.append(reader.read(cell))
        except ValueError:
            found.append(None)
    return found


def proven_mark(cells: Iterable[str]) -> str | None:
    """The decimal mark that the first conclusive cell of a column proves."""
    for cell in cells:
        number = amounts.written(cell)
        if number is not None and (mark := amounts.decimal_mark(number.digits)):
            return mark
    return None


def running_balance(changes: Numbers, balances: Numbers, *, time: int, least: int = 1) -> int:
    """1 where the balances grow by the changes from row to row, -1 where they shrink by them, 0 if neither is proven.

    At least `least` steps must fit. A balance from before each change seems to shrink by what it grows by when the rows
    are read the wrong way in time: `time` is 1 where the oldest row is first, -1 where the newest is, 0 where that is
    not known; then both are tried.
    """
    steps = list(_steps(changes, balances))
    ways = {1: [steps[::2]], -1: [steps[1::2]], 0: [steps[::2], steps[1::2]]}[time]
    grows, shrinks = (max(sum(step == sign * change for step, change in way) for way in ways) for sign in (1, -1))
    for sign, fits, misfits in ((1, grows, shrinks), (-1, shrinks, grows)):
        if fits >= least and fits > 2 * misfits and 2 * fits >= _MOST * len(steps):
            return sign
    return 0


def contradicted(changes: Numbers, balances: Numbers, *, time: int) -> bool:
    """Whether the balance moves by most changes from row to row, but by some of them the other way."""
    steps = list(_steps(changes, balances))
    others = [change for _, change in steps]
    for own in range(0, len(others), 2):  # equal neighbours prove nothing where the rows of a day run the other way
        others[own], others[own + 1] = others[own + 1], others[own]
    told = [
        0 if change == other else (step == change) - (step == -change)
        for (step, change), other in zip(steps, others, strict=True)
    ]
    way = max({1: [told[::2]], -1: [told[1::2]], 0: [told[::2], told[1::2]]}[time], key=lambda way: sum(map(bool, way)))
    return 1 in way and -1 in way and sum(map(bool, way)) >= _MOST * len(way)


def moves_with(changes: Numbers, balances: Numbers, *, least: int) -> int:
    """How often the balance moves by the change from row to row, whichever way; 0 where it mostly does not."""
    steps = list(_steps(changes, balances))
    fits = max(sum(abs(step) == abs(change) for step, change in way) for way in (steps[::2], steps[1::2]))
    return fits if fits >= least and 2 * fits >= _MOST * len(steps) else 0


def are_steps(changes: Numbers, before: Numbers, after: Numbers) -> bool:
    """Whether each change leads from a balance before it to one after it, which the next row in time begins with."""
    rows = [(change, old, new) for change, old, new in zip(changes, before, after, strict=True) if change]
    if len(rows) < len(changes) or any(old is None or new is None or old + change != new for change, old, new in rows):
        return False
    ends = {(above[2] == below[1], above[1] == below[2]) for above, below in pairwise(rows)}
    return bool(ends) and (all(down for down, _ in ends) or all(up for _, up in ends))


def _steps(changes: Numbers, balances: Numbers) -> Iterator[tuple[Decimal, Decimal]]:
    """Each step of the balance beside the change that makes it; in turn if the oldest, if the newest row is first."""
    for (before, first), (after, second) in pairwise(zip(balances, changes, strict=True)):
        if before is not None and after is not None and first and second:
            yield after - before, second
            yield before - after, first
