"""The balance beside each row, held against those of the other rows: where it jumps, rows are missing or misread."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

_MOST_OPEN = 100
"""Ends that fit nothing yet; where there are more, it is no running balance."""
_FITTING = 2
"""Steps that have to fit for each that does not."""


class Jump(NamedTuple):
    """A row whose balance does not follow from the row before it."""

    line: int
    stated: Decimal
    """The balance that it has."""
    found: Decimal
    """What that of the row before comes to with its amount."""


class _Start(NamedTuple):
    """A row that begins where no other has ended."""

    line: int
    balance: Decimal
    change: Decimal


_End = TypeVar("_End", _Start, int)


class _Chain:
    """The rows as steps from balance to balance; a bank may list those of a day in any order, and the newest first.

    Arguments:
        way: 1 where money in makes the balance larger, -1 where it makes it smaller, as what is owed on a card.
    """

    def __init__(self, way: int) -> None:
        self._way = way
        self._starts: defaultdict[Decimal, list[_Start]] = defaultdict(list)
        """By the balance before."""
        self._ends: defaultdict[Decimal, list[int]] = defaultdict(list)
        """Lines, by the balance after."""
        self.fitting = 0
        self.open = 0

    def add(self, line: int, amount: Decimal, balance: Decimal) -> None:
        """Take in a row that moves money; nothing is, any more, where too little fits."""
        if self.open > _MOST_OPEN:
            return
        change = amount * self._way
        before = balance - change
        self.open += 1
        if before in self._ends:
            self._fit(self._ends, before)
        else:
            self._starts[before].append(_Start(line, balance, change))
        if balance in self._starts:
            self._fit(self._starts, balance)
        else:
            self._ends[balance].append(line)

    def _fit(self, waiting: dict[Decimal, list[_End]], balance: Decimal) -> None:
        """Keep what was open at a balance no longer: nothing at all of it, however many rows there are."""
        waiting[balance].pop()
        if not waiting[balance]:
            del waiting[balance]
        self.fitting += 1
        self.open -= 1

    def jumps(self, time: int) -> list[Jump]:
        """Where one row does not follow from another, in the order of time; none where hardly any does.

        Arguments:
            time: 1 where the oldest day is first, -1 where the newest is, 0 where that is not known.
        """
        if self.open < 2 or self.fitting < _FITTING * (self.open - 1):  # noqa: PLR2004 - one chain has one open end
            return []
        starts = sorted(start for some in self._starts.values() for start in some)
        ends = sorted((line, after) for after, some in self._ends.items() for line in some)
        time = time or sum(line for line, _ in ends) - sum(start.line for start in starts)
        if time < 0:
            starts.reverse()
            ends.reverse()
        pairs = zip(starts[1:], ends, strict=False)
        return [Jump(start.line, start.balance, after + start.change) for start, (_, after) in pairs]


class Running:
    """The rows of one account in one currency, one by one."""

    def __init__(self) -> None:
        self._ways = _Chain(1), _Chain(-1)
        self._first: date | None = None
        self._time = 0

    def add(self, line: int, day: date, amount: Decimal, balance: Decimal) -> None:
        """Take in a row; one that moves no money says nothing."""
        self._first = self._first or day
        self._time = (day > self._first) - (day < self._first)
        if amount:
            for chain in self._ways:
                chain.add(line, amount, balance)

    def jumps(self) -> list[Jump]:
        """Where the balance jumps, in the order of time."""
        return max(self._ways, key=lambda chain: chain.fitting).jumps(self._time)
