"""The rows of a statement before it comes in: what becomes of each, told by a sign and a word."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from expense_core.statements.verdicts import Origin, Verdict
from expense_tui.cells import fitted, to_the_right
from expense_tui.keys import key
from expense_tui.widgets.listing import Column, Listing, widest

if TYPE_CHECKING:
    from datetime import date

    from expense_core.statements.previewing import PreviewedRow
    from expense_tui.formats import Formats
    from expense_tui.sifting import Sifting


_BY = {
    None: "",
    Origin.FILE: "file",
    Origin.RULE: "rule",
    Origin.BEFORE: "before",
    Origin.CHOSEN: "you",
}
_WHO = {
    None: "",
    Origin.FILE: "as the file has it",
    Origin.RULE: "by a rule",
    Origin.BEFORE: "as chosen before",
    Origin.CHOSEN: "as you chose",
}


class StatementRows(Listing["PreviewedRow"]):
    """The rows of a file, however many; "✓" comes in, "?" has to be looked at, "•" is marked for a category."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("import.turn", "space", "screen.turn", "Take", "Take this row, or leave it", shown=True),
        key("import.turn_all", "asterisk", "screen.turn_all", "All", "Leave all new rows, or take them", looks="*"),
        key("import.mark", "m", "mark", "Mark", "Mark this row for c, or unmark it"),
        key("import.mark_range", "v", "mark_range", "Mark to here", "Mark all from the last marked one to this one"),
        key(
            "import.category",
            "c",
            "screen.categorise",
            "Category",
            "Give this row, or all marked, a category",
            shown=True,
        ),
        key(
            "import.rule",
            "r",
            "screen.make_rule",
            "Rule",
            "Make a rule of this row, for all that is like it",
            shown=True,
        ),
        key(
            "import.payees",
            "p",
            "screen.clean_payees",
            "Payees",
            "Call expenses by their payees alone, or as the file has them",
        ),
        key("import.run", "i", "screen.import", "Import", "Import what is taken", shown=True),
        key("import.leave", "escape", "screen.leave", "Leave", "Unmark, or leave this file", shown=True),
    ]

    def __init__(self) -> None:
        super().__init__("There is no transaction in this file", id="rows")
        self.marked: set[int] = set()
        """The lines of those that are marked."""
        self._anchor: int | None = None

    def show_sifted(self, sifting: Sifting, formats: Formats) -> None:
        """List the rows of a statement; what each column needs is found out from the longest of its amounts alone."""
        rows = sifting.preview.rows
        extremes: dict[str, tuple[Decimal, Decimal]] = {}
        for row in rows:
            if row.amount is not None:
                least, most = extremes.get(row.currency, (row.amount, row.amount))
                extremes[row.currency] = min(least, row.amount), max(most, row.amount)
        figures = [formats.figure(one, code) for code, both in extremes.items() for one in both]
        behind = max((figure.behind for figure in figures), default=0)
        amount = max(6, max((figure.before for figure in figures), default=0) + behind)
        days = max((len(formats.short_day(row.spent_on)) for row in rows[:50] if row.spent_on), default=4)
        columns = [
            Column("Line", widest([str(rows[-1].line)] if rows else [], "Line"), is_right=True, least=60),
            Column("", 9),
            Column("Date", days, least=50),
            Column("Amount", amount, is_right=True),
            Column("Description"),
            Column("Category", 12, least=70),
            Column("By", 6, least=84),
        ]

        def sign(row: PreviewedRow) -> str:
            taken = "✓" if sifting.comes_in(row) else "?" if sifting.is_open(row) else " "
            return taken + ("•" if row.line in self.marked else "")

        def written(row: PreviewedRow) -> str:
            if row.amount is None:
                return ""
            if row.verdict is Verdict.UNCLEAR:  # it may have more decimals than there are in this currency
                return f"{row.amount:f}"
            return formats.figure(row.amount, row.currency).aligned(behind, amount)

        def cells(row: PreviewedRow) -> list[str]:
            return [
                str(row.line),
                row.verdict.value,
                formats.short_day(row.spent_on) if row.spent_on else "",
                written(row),
                _told(row),
                sifting.category(row) or "–",
                _BY[sifting.origin(row)],
            ]

        self.marks = sign
        self.quiet = lambda row: row.verdict is not Verdict.UNCLEAR and not sifting.comes_in(row)
        self.show(columns, rows, cells)

    @property
    def chosen(self) -> list[int]:
        """The lines that are marked, else the one under the cursor."""
        return sorted(self.marked) or ([self.current.line] if self.current is not None else [])

    def action_mark(self) -> None:
        """Mark the row under the cursor, or unmark it, and go on."""
        if self.current is not None:
            self._anchor = self.cursor
            self.marked ^= {self.current.line}
            self.action_move(1)

    def action_mark_range(self) -> None:
        """Mark all from the one that was marked last to the one under the cursor."""
        first, last = sorted((self.cursor if self._anchor is None else self._anchor, self.cursor))
        self.marked |= {row.line for row in self.rows[first : last + 1]}
        self.refresh()


def detail(row: PreviewedRow, sifting: Sifting, formats: Formats) -> str:
    """All of a row, whole as its line may be too short for it; above the expense that it is or may be, if any."""
    category, origin = sifting.category(row), sifting.origin(row)
    if row.known is None:
        behind = f" · {category}, {_WHO[origin]}" if category else ""
        return f"{row.why}: {row.description}" if row.why else row.description + behind
    behind = f" · {category} ({_BY[origin]})" if category else ""
    known = row.known
    verb = "is" if row.verdict is Verdict.DUPLICATE else "may be"
    names = "this row", f"{verb} expense {known.id}{' in the trash' if known.in_trash else ''}"
    of_both = [_figures(one.spent_on, one.amount, one.currency, formats) for one in (row, known)]
    days, amounts = zip(*of_both, strict=True)
    lines = [
        f"{fitted(name, widest(names))}  {fitted(day, widest(days))}  {to_the_right(amount, widest(amounts))}  {what}"
        for name, day, amount, what in zip(
            names, days, amounts, (row.description + behind, known.description), strict=True
        )
    ]
    return "\n".join(lines)


def _figures(day: date | None, amount: Decimal | None, currency: str, formats: Formats) -> tuple[str, str]:
    written = "" if amount is None else formats.amount(amount, currency)
    return formats.short_day(day) if day else "", written


def _told(row: PreviewedRow) -> str:
    """What a row is of, with why it is unclear before it and the expense that it may be behind it."""
    if row.verdict is Verdict.PERHAPS and row.known is not None:
        return f"{row.description} ≈ {row.known.description}"
    return f"{_reason(row)}: {row.description}" if row.why else row.description


def _reason(row: PreviewedRow) -> str:
    """Why a row is unclear; its line has a column of its own."""
    return row.why.removeprefix(f"line {row.line}").lstrip(":, ")
