"""What was understood of a delimited file, so that it can be shown to a person and read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from expense_core.errors import StatementUnreadable
from expense_core.statements.delimited import mending, source
from expense_core.statements.delimited.apps import Habits
from expense_core.statements.delimited.signs import Signs
from expense_core.statements.row import DateOrder, LeftOut, Role, Stated


@dataclass(frozen=True)
class Layout:
    """How to read one file."""

    format: ClassVar[str] = "csv"

    encoding: str
    delimiter: str
    header_line: int
    """0 where the file has none."""
    starts: int
    """The line from which on there may be rows."""
    names: tuple[str, ...]
    """The header of every column, empty where it has none."""
    columns: Mapping[Role, tuple[int, ...]]
    """Columns, counted from 0, by what they are for; where a role has several, the first one that is filled counts."""
    date_order: DateOrder | None = None
    """None where every date speaks for itself."""
    decimal_marks: Mapping[int, str] = field(default_factory=dict)
    """The decimal mark of each column of money."""
    signs: Signs = Signs.AS_WRITTEN
    directions: Mapping[str, int] = field(default_factory=dict)
    """The words that say money went out (-1) or came in (1)."""
    time: int = 0
    """Where the balance says which way the money went: 1 where the oldest row is first, -1 where the newest is."""
    unproven_is_out: bool = False
    """An amount that the balance does not tell of is money out."""
    reversed: frozenset[Role] = frozenset()
    """Debit and credit columns that write their usual amounts with a minus."""
    fee_effect: int = 0
    """-1 where a fee is taken off the amount, 1 where it is added with its sign, 0 where the amount includes it."""
    currency: str | None = None
    """The currency of the rows that name none themselves."""
    expected_currency: str | None = None
    """The currency that settles a sign such as "$"."""
    currency_in_cells: bool = False
    """The amounts carry their currencies, and not all the same."""
    labelled: tuple[int, ...] = ()
    """Columns whose cells say themselves what they are: "Recipient: Eve", "Title: Rent"."""
    account: int | None = None
    """The column that says whose balance is beside a row."""
    closing_line: int = 0
    """The last line, where it is the account's balance and not a payment."""
    compact_days: tuple[int, ...] = ()
    """Columns of days in six digits."""
    day_once: int | None = None
    """The column of a day that stands on the first of its rows alone."""
    years: tuple[tuple[int, int], ...] = ()
    """Columns whose newest days have no year, and the year that these are of."""
    rows: int = 0
    """Lines with a date, what a progress bar counts up to; a few may be balances, or payments that were declined."""
    notes: int = 0
    """Lines without a date: headings, totals, remarks."""
    stated: tuple[Stated, ...] = ()
    habits: Habits | None = None
    """What is known of the app that wrote it."""

    @property
    def money(self) -> tuple[int, ...]:
        """The columns of amounts, debits and credits."""
        return tuple(index for role in (Role.AMOUNT, Role.DEBIT, Role.CREDIT) for index in self.columns.get(role, ()))

    def name(self, index: int) -> str:
        """The name of a column, or its number where it has none."""
        return self.names[index].strip() or str(index + 1)

    def summary(self) -> dict[str, str]:
        """What was understood, for a person."""
        said = {
            "encoding": self.encoding,
            "delimiter": {"\t": "tab"}.get(self.delimiter, self.delimiter),
            "header line": str(self.header_line or "none"),
            "date order": str(self.date_order or "plain from the dates"),
            "decimal mark": ", ".join(sorted({self.decimal_marks[index] for index in self.money})),
            "signs": "debit and credit apart" if Role.AMOUNT not in self.columns else self.signs.value,
            "currency": self.currency or ("of each row" if Role.CURRENCY in self.columns else "not said"),
        }
        if self.habits is not None:
            said["app"] = self.habits.app
        if self.account is not None:
            said["account column"] = self.name(self.account)
        return said | {f"{role} column": ", ".join(map(self.name, indices)) for role, indices in self.columns.items()}

    def records(self, path: Path, left_out: Counter[LeftOut] | None = None) -> Iterator[tuple[int, list[str]]]:
        """The lines beneath the header, each with a cell for every column.

        Arguments:
            left_out: counts the rows that are no transactions to the app that wrote them, and do not come out.

        Raises:
            StatementUnreadable: a line has more fields than there are columns, or see `source.records`.
        """
        width = len(self.names)
        day = ""
        for line, cells in source.records(path, self.encoding, self.delimiter):
            if line < self.starts or not cells:
                continue
            if len(cells) < width:
                cells += [""] * (width - len(cells))  # noqa: PLW2901 - the same row, made whole
            elif len(cells) > width and any(map(str.strip, cells[width:])):
                raise StatementUnreadable(
                    f"line {line} has more fields than columns: a {self.delimiter!r} in it may lack its quotes",
                    line,
                )
            if self.compact_days or self.years:
                cells = mending.with_whole_days(cells, self.compact_days, self.years)  # noqa: PLW2901 - as above
            if self.day_once is not None:
                day = cells[self.day_once] = cells[self.day_once].strip() or day
            if self.habits is not None:
                if self.habits.is_left_out(cells):
                    if left_out is not None:
                        left_out[LeftOut.NEITHER] += 1
                    continue
                self.habits.put_in_place(cells)
            yield line, cells
