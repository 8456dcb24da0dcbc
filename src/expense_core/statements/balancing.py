"""What a file itself says that its rows come to, held against the rows that were read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from expense_core import money
from expense_core.statements.row import RawRow, Stated


class Figure(StrEnum):
    """What can be held against the rows."""

    ROWS = "number of rows"
    OUT = "money out"
    IN = "money in"
    TOTAL = "total"
    CLOSING = "closing balance"


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

    def told(self, write: Callable[[Decimal, str], str]) -> str:
        """The difference in a sentence; `write` writes an amount in its currency."""
        of = f" of {self.account}" if self.account else ""
        stated, found = (self._written(one, write) for one in (self.stated, self.found))
        return f"The file says that the {self.figure}{of} is {stated}; by its rows it is {found}"

    def _written(self, value: Decimal | int, write: Callable[[Decimal, str], str]) -> str:
        if isinstance(value, int):
            return f"{value:,}"
        if self.currency in money.currencies():
            return write(value, self.currency)
        return f"{value:,f} {self.currency or ''}".rstrip()


@dataclass(slots=True)
class _Sums:
    rows: int = 0
    out: Decimal = Decimal(0)
    into: Decimal = Decimal(0)


class Balancing:
    """Adds up the rows of a file as they go by.

    Pending rows do not count, as what a file says is of those that are booked. An account with rows in several
    currencies cannot be held against a balance in one of them, so it is not.

    Arguments:
        stated: what the file says, as its layout has it.
    """

    def __init__(self, stated: Sequence[Stated]) -> None:
        self._stated = stated
        self._sums = {(said.account, said.currency): _Sums() for said in stated}
        self._accounts = {said.account for said in stated}
        self._mixed: set[str | None] = set()

    def counting(self, rows: Iterable[RawRow]) -> Iterable[RawRow]:
        """The rows, each of which is counted when it is taken."""
        return self._counted(rows) if self._stated else rows

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
        """Where the rows that have gone by do not come to what the file says."""
        return [
            Difference(said.account, said.currency, figure, stated, found)
            for said in self._stated
            if said.account not in self._mixed
            for figure, stated, found in _held(said, self._sums[said.account, said.currency])
            if stated is not None and stated != found
        ]


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
