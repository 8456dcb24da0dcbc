"""What the evidence in a file settles; where it does not, the person is asked, never a coin tossed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from expense_core.errors import ByOption, StatementAmbiguous
from expense_core.statements import units
from expense_core.statements.delimited import amounts, content, labels, sign_decisions
from expense_core.statements.delimited.dialect import Dialect
from expense_core.statements.delimited.evidence import Evidence
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.delimited.vocabulary import Concept, heading
from expense_core.statements.row import DateOrder, ReadingOptions, Role

_THOUSANDTHS = 3


def settle(path: Path, layout: Layout, evidence: Evidence, table: Dialect, options: ReadingOptions) -> Layout:
    """The layout with everything filled in that the rows had to tell, but for the fees.

    Raises:
        StatementAmbiguous: the file leaves something open that changes what its rows say.
    """
    layout = _with_currency(layout, evidence, table)
    layout = replace(layout, decimal_marks=_decimal_marks(layout, evidence, table, options))
    layout = replace(layout, date_order=_date_order(layout, evidence, table, options))
    layout = replace(layout, closing_line=_closing_line(evidence, table.sample))
    layout = replace(layout, labelled=labels.columns(layout, table.sample))
    return sign_decisions.settle(path, layout, evidence, table, options)


def _with_currency(layout: Layout, evidence: Evidence, table: Dialect) -> Layout:
    """The currency of the rows that have none of their own: from the amounts, the header, or the caller.

    A sign of several currencies is the one of them that the file names elsewhere, or else stays as it is.
    """
    in_amounts = {unit for signs in evidence.signs.values() for unit in signs.units if unit}
    above = {unit for index in layout.money if (unit := heading(layout.names[index]).unit)}
    shared = units.SHARED_SIGNS.keys() & {unit.casefold() for unit in in_amounts}
    if shared and layout.expected_currency is None:
        said = above.union(heading(cell).unit for cells in table.before for cell in cells) - {""}
        possible = {units.currency_of(unit) for unit in said}.intersection(*map(units.SHARED_SIGNS.__getitem__, shared))
        layout = replace(layout, expected_currency=possible.pop() if len(possible) == 1 else None)
    in_cells, in_header = (
        {units.currency_of(unit, layout.expected_currency) for unit in found} for found in (in_amounts, above)
    )
    named = {layout.expected_currency} - {None} or _named_above(table.before)
    one = next((found for found in (in_cells, in_header, named) if len(found) == 1), {None})
    return replace(layout, currency=next(iter(one)), currency_in_cells=len(in_cells) > 1)


def _named_above(lines: Sequence[Sequence[str]]) -> set[str | None]:
    """The currencies that the lines above the table name as such, or else write beside the account and its balance.

    "Currency:,NGN" and "Währung: EUR" name one; "Saldo:;CHF 976.90" and "Conta;1234 - EUR" have it beside a number.
    """
    named: set[str | None] = set()
    beside: set[str | None] = set()
    for cells in lines:
        words = " ".join(cells).replace(":", " ").split()
        for label, unit in pairwise(words):
            if heading(label).concepts == {Concept.CURRENCY}:
                named.add(units.currency_of(unit))
        filled = [cell.strip() for cell in cells if cell.strip()]
        for label, text in pairwise(filled):
            about = heading(label).concepts
            if Concept.CURRENCY in about:
                named.add(units.currency_of(text))
            number = amounts.written(text) if Concept.BALANCE in about else None
            last = text.split()[-1] if Concept.ACCOUNT in about and any(map(str.isdigit, text)) else ""
            beside.add(units.currency_of(number.unit if number else last if last.isupper() else ""))
    return named - {None} or beside - {None}


def _decimal_marks(layout: Layout, evidence: Evidence, table: Dialect, options: ReadingOptions) -> dict[int, str]:
    """The decimal mark of every column of money; a column that proves none has that of the others."""
    needed = [*layout.money, *layout.columns.get(Role.FEE, ()), *layout.columns.get(Role.BALANCE, ())]
    if options.decimal_mark:
        return dict.fromkeys(needed, options.decimal_mark)
    elsewhere = (content.proven_mark(row[index] for row in table.sample) for index in range(len(table.names)))
    others = set(evidence.marks.values()) or {mark for mark in elsewhere if mark}
    marks = {}
    for index in needed:
        mark = evidence.marks.get(index)
        if mark is None and len(others) == 1:
            (mark,) = others
        if mark is None and index in evidence.unclear:
            mark = _mark_by_currency(evidence.unclear[index], index, layout, table)
        if mark is None and index in evidence.unclear:
            raise StatementAmbiguous(
                (
                    f"Is {evidence.unclear[index].strip()!r} in column {layout.name(index)} thousands,",
                    " or three decimals? Say which mark stands before the decimals",
                    ByOption(' with --decimal-mark "." or ","'),
                ),
                "decimal_mark",
                (".", ","),
            )
        marks[index] = mark or "."
    return marks


def _mark_by_currency(text: str, index: int, layout: Layout, table: Dialect) -> str | None:
    """In "1.234" the dot separates thousands where no currency of the file has three decimals, nor are three written.

    Some banks write more decimals than there are, but then in every row: a bare "75" shows that this one does not.
    """
    written = [number.digits for row in table.sample if (number := amounts.written(row[index]))]
    if len(written) > 1 and not any(digits.isdigit() for digits in written):
        return None
    named = {row[index].strip() for row in table.sample for index in layout.columns.get(Role.CURRENCY, ())}
    codes = {units.currency_of(name, layout.expected_currency) for name in named} or {layout.currency}
    if any(code is None or units.decimals(code) >= _THOUSANDTHS for code in codes):
        return None
    return "," if "." in text else "."


def _date_order(layout: Layout, evidence: Evidence, table: Dialect, options: ReadingOptions) -> DateOrder | None:
    orders = evidence.orders
    if options.date_order or orders.example is None:
        return options.date_order
    for cells in table.before:
        orders.narrow_by(" ".join(cells))
    if layout.habits and orders.allows(layout.habits.date_order):
        return layout.habits.date_order
    possible = orders.possible(decimal_comma="," in (layout.decimal_marks[index] for index in layout.money))
    if len(possible) <= 1:  # none, where no date is possible: the reading names its line
        return next(iter(possible), DateOrder.DMY)
    choices = sorted(possible)
    raise StatementAmbiguous(
        (
            f"Which of day (d), month (m) and year (y) is first in {orders.example.strip()!r}?",
            " No date in the file tells",
            ByOption(f"; say it with --date-order {' or '.join(choices)}"),
        ),
        "date_order",
        choices,
    )


def _closing_line(evidence: Evidence, sample: Sequence[Sequence[str]]) -> int:
    """The last line, if it is the account's balance, or 0: at LCL it alone has no text, but the account's number."""
    line, last = evidence.last
    others = [row for row in sample if row != last]
    says_more = any(cell.strip() and not any(row[index].strip() for row in others) for index, cell in enumerate(last))
    return line if evidence.textless == [line] and others and says_more else 0
