"""A statement that has been looked at, and what a person decides about its rows before they come in."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING

from expense_core.statements.verdicts import Origin, Verdict
from expense_tui.backends.statements import Choice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from expense_core.statements.previewing import PreviewedRow
    from expense_tui.backends.statements import StatementPreview


_TO_TAKE = {Verdict.MONEY_IN, Verdict.PENDING, Verdict.OTHER_CURRENCY, Verdict.PERHAPS}
"""What stays out unless a person takes it."""


class Sifting:
    """The rows of a statement; those that are new come in, unless they are left.

    Arguments:
        before: what was decided when the same statement was looked at earlier.
        clean_payees: whether it was looked at with payees in the place of the file's own text.
    """

    def __init__(self, preview: StatementPreview, before: Sifting | None = None, *, clean_payees: bool = False) -> None:
        self.preview = preview
        self.clean_payees = clean_payees
        """Whether expenses are called by their payees alone."""
        self.verdicts = Counter(row.verdict for row in preview.rows)
        """How many rows of each kind there are."""
        self.count = 0
        """How many rows come in."""
        self.totals: dict[str, Decimal] = {}
        """What they add up to, by currency."""
        self._leave: set[int] = set()
        self._take: set[int] = set()
        self._categories: dict[int, str] = {}
        if before is not None:
            decided, lines = before.choice(), {row.line for row in preview.rows}
            self._leave |= decided.leave & lines
            self._take |= decided.take & lines
            self._categories |= decided.categories
        self._add(preview.rows, 1)

    def comes_in(self, row: PreviewedRow) -> bool:
        """Whether a row comes in as it is decided now."""
        if row.verdict is Verdict.NEW:
            return row.line not in self._leave
        return row.verdict in _TO_TAKE and row.line in self._take

    def is_open(self, row: PreviewedRow) -> bool:
        """Whether a person has yet to say that a row is left, as it cannot come in."""
        return row.verdict is Verdict.UNCLEAR and row.line not in self._leave

    @property
    def open_count(self) -> int:
        """How many rows there are of which somebody has yet to say that they are left."""
        return sum(map(self.is_open, self.preview.rows)) if self.verdicts[Verdict.UNCLEAR] else 0

    def category(self, row: PreviewedRow) -> str | None:
        """The category that a row comes into."""
        return self._categories.get(row.line, row.category) or None

    def origin(self, row: PreviewedRow) -> Origin | None:
        """Who says so of it."""
        return Origin.CHOSEN if row.line in self._categories else row.category_from

    def differing(self, before: Sifting) -> int:
        """How many rows became something else than they were when the same file was looked at earlier."""
        pairs = zip(self.preview.rows, before.preview.rows, strict=False)
        return sum(_become(now) != _become(then) for now, then in pairs)

    def turn(self, row: PreviewedRow) -> bool:
        """Take what would be left, or leave what would be taken; whether there is anything to decide about this row."""
        if row.verdict in {Verdict.DUPLICATE, Verdict.ZERO, Verdict.RULED_OUT}:
            return False
        rows = self._of_line(row.line)
        self._add(rows, -1)
        if row.verdict in _TO_TAKE:
            self._take ^= {row.line}
        else:
            self._leave ^= {row.line}
        self._add(rows, 1)
        return True

    def turn_all(self) -> None:
        """Leave every new row; take them all again where none is taken."""
        new = {row.line for row in self.preview.rows if row.verdict is Verdict.NEW}
        self._add(self.preview.rows, -1)
        self._leave = self._leave - new if new <= self._leave else self._leave | new
        self._add(self.preview.rows, 1)

    def leave_unclear(self) -> None:
        """Leave every row that cannot come in."""
        self._leave |= {row.line for row in self.preview.rows if row.verdict is Verdict.UNCLEAR}

    def categorise(self, lines: Iterable[int], name: str) -> None:
        """Give rows a category; with an empty name, none."""
        self._categories |= dict.fromkeys(lines, name)

    def choice(self) -> Choice:
        """What was decided, for the import."""
        return Choice(frozenset(self._leave), frozenset(self._take), dict(self._categories), self.clean_payees)

    def _of_line(self, line: int) -> Sequence[PreviewedRow]:
        """The rows of a line, which stand together."""
        rows, number = self.preview.rows, attrgetter("line")
        return rows[bisect_left(rows, line, key=number) : bisect_right(rows, line, key=number)]

    def _add(self, rows: Iterable[PreviewedRow], times: int) -> None:
        for row in rows:
            if self.comes_in(row) and row.amount is not None:
                self.count += times
                self.totals[row.currency] = self.totals.get(row.currency, Decimal(0)) + times * row.amount


def _become(row: PreviewedRow) -> tuple[object, ...]:
    """What becomes of a row."""
    return row.verdict, row.description, row.category, row.category_from
