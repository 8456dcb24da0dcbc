"""What a file itself says that its rows come to, held against the rows that were read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import chain, islice

from expense_core import money
from expense_core.statements.row import RawRow, Stated
from expense_core.statements.running import Running


class Figure(StrEnum):
    """What can be held against the rows."""

    ROWS = "number of rows"
    OUT = "money out"
    IN = "money in"
    TOTAL = "total"
    CLOSING = "closing balance"
    BALANCE = "balance"
    """Beside a row."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of a file that its rows do not come to: some are missing in it, or were not read as they are meant."""

    account: str | None
    currency: str | None
    figure: Figure
    stated: Decimal | int
    """What the file says; money out is negative."""
    found: Decimal | int
    """What its rows come to."""
    line: int | None = None
    """Of the balance beside a row, its line."""

    def told(self, write: Callable[[Decimal, str], str]) -> str:
        """The difference in a sentence; `write` writes an amount in its currency."""
        of = (f" of {self.account}" if self.account else "") + (f" on line {self.line}" if self.line else "")
        stated, found = (self._written(one, write) for one in (self.stated, self.found))
        return f"The file says that the {self.figure}{of} is {stated}; by its rows it is {found}"

    def _written(self, value: Decimal | int, write: Callable[[Decimal, str], str]) -> str:
        if isinstance(value, int):
            return f"{value:,}"
        if self.currency in money.currencies():
            return write(value, self.currency)
        return f"{value:,f} {self.currency or ''}".rstrip()


_Key = tuple[str | None, str | None]
"""An account and a currency."""
_MOST_JUMPS = 3
_LOOKED_AT = 50
"""Rows, of which one at least has a balance if there are any."""


@dataclass(slots=True)
class _Sums:
    rows: int = 0
    out: Decimal = Decimal(0)
    into: Decimal = Decimal(0)


class Balancing:
    """Adds up the rows of a file as they go by.

    Pending rows do not count, as what a file says is of those that are booked; a balance beside one does. An account
    with rows in several currencies cannot be held against a balance in one of them, so it is not.

    Arguments:
        stated: what the file says, as its layout has it.
    """

    def __init__(self, stated: Sequence[Stated]) -> None:
        self._stated = stated
        self._sums = {(said.account, said.currency): _Sums() for said in stated}
        self._accounts = {said.account for said in stated}
        self._mixed: set[str | None] = set()
        self._running: defaultdict[_Key, Running] = defaultdict(Running)
        self._silent: set[_Key] = set()

    def counting(self, rows: Iterable[RawRow]) -> Iterable[RawRow]:
        """The rows, each of which is counted when it is taken; a file of which nothing is said goes by untouched."""
        left = iter(rows)
        first = [*islice(left, _LOOKED_AT)]
        whole = chain(first, left)
        if any(row.balance is not None for row in first):
            return self._counted(self._followed(whole))
        return self._counted(whole) if self._stated else whole

    def _followed(self, rows: Iterable[RawRow]) -> Iterator[RawRow]:
        """The rows, whose balances are held against each other; not those of an account where a booked one has none."""
        for row in rows:
            key = row.account, row.currency
            if row.balance is not None:
                self._running[key].add(row.line, row.booked_on, row.amount, row.balance)
            elif not row.pending:
                self._silent.add(key)
            yield row

    def _counted(self, rows: Iterable[RawRow]) -> Iterator[RawRow]:
        for row in rows:
            sums = None if row.pending else self._sums.get((row.account, row.currency))
            if sums is not None:
                sums.rows += 1
                if row.amount < 0:
                    sums.out += row.amount
                else:
                    sums.into += row.amount
            elif not row.pending and row.account in self._accounts:
                self._mixed.add(row.account)
            yield row

    def differences(self) -> list[Difference]:
        """Where the rows that went by do not come to what the file says; of balances beside rows the first few."""
        stated = [
            Difference(said.account, said.currency, figure, stated, found)
            for said in self._stated
            if said.account not in self._mixed
            for figure, stated, found in _held(said, self._sums[said.account, said.currency])
            if stated is not None and stated != found
        ]
        jumps = (
            Difference(*key, Figure.BALANCE, jump.stated, jump.found, jump.line)
            for key, running in self._running.items()
            if key not in self._silent
            for jump in running.jumps()
        )
        return [*stated, *islice(jumps, _MOST_JUMPS)]


def _held(said: Stated, sums: _Sums) -> Iterator[tuple[Figure, Decimal | int | None, Decimal | int]]:
    """Each figure beside what the rows come to."""
    total = sums.out + sums.into
    yield Figure.ROWS, said.rows, sums.rows
    yield Figure.OUT, said.debits, sums.out
    yield Figure.IN, said.credits, sums.into
    if said.opening is None or said.closing is None:
        yield Figure.TOTAL, said.total, total
    else:
        yield Figure.CLOSING, said.closing, said.opening + total
