"""What the evidence in a file settles; where it does not, the person is asked, never a coin tossed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from expense_core import money
from expense_core.errors import StatementAmbiguous
from expense_core.statements.delimited import amounts, content, dates, units
from expense_core.statements.delimited.columns import Roles
from expense_core.statements.delimited.dialect import Dialect
from expense_core.statements.delimited.evidence import Evidence
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.delimited.signs import Signs, thanked
from expense_core.statements.delimited.vocabulary import Concept, heading
from expense_core.statements.delimited.wording import directions, is_balance
from expense_core.statements.delimited.words import plain
from expense_core.statements.row import DateOrder, ReadingOptions, Role

_THOUSANDTHS = 3


def settle(layout: Layout, evidence: Evidence, table: Dialect, options: ReadingOptions) -> Layout:
    """The layout with everything filled in that the rows had to tell, but for the fees.

    Raises:
        StatementAmbiguous: the file leaves something open that changes what its rows say.
    """
    layout = _with_currency(layout, evidence)
    layout = replace(layout, decimal_marks=_decimal_marks(layout, evidence, table, options))
    layout = replace(layout, date_order=_date_order(layout, evidence, table, options))
    return _with_signs(layout, evidence, table, options)


def _with_currency(layout: Layout, evidence: Evidence) -> Layout:
    """The currency of the rows that have none of their own: from the amounts, the header, or the caller.

    Raises:
        StatementAmbiguous: a sign such as "kr" may be one of several.
    """
    in_amounts = {unit for signs in evidence.signs.values() for unit in signs.units if unit}
    above = {unit for index in layout.money if (unit := heading(layout.names[index]).unit)}
    for unit in in_amounts | above:
        if units.currency_of(unit, layout.expected_currency) is None:
            choices = units.SHARED_SIGNS[unit.casefold()]
            raise StatementAmbiguous(
                f"Which currency is {unit!r}? Say it with --currency {' or '.join(choices)}", "currency", choices
            )
    in_cells, in_header = (
        {units.currency_of(unit, layout.expected_currency) for unit in found} for found in (in_amounts, above)
    )
    one = next((found for found in (in_cells, in_header) if len(found) == 1), {layout.expected_currency})
    return replace(layout, currency=next(iter(one)), currency_in_cells=len(in_cells) > 1)


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
                f"Is {evidence.unclear[index].strip()!r} in column {layout.name(index)} thousands, or three decimals?"
                ' Say which mark stands before the decimals with --decimal-mark "." or ","',
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
    if any(code is None or money.currency(code).decimals >= _THOUSANDTHS for code in codes):
        return None
    return "," if "." in text else "."


def _date_order(layout: Layout, evidence: Evidence, table: Dialect, options: ReadingOptions) -> DateOrder | None:
    orders = evidence.orders
    if options.date_order or orders.example is None:
        return options.date_order
    for cells in table.before:
        orders.narrow_by(" ".join(cells))
    possible = orders.possible(decimal_comma="," in (layout.decimal_marks[index] for index in layout.money))
    if len(possible) <= 1:  # none, where no date is possible: the reading names its line
        return next(iter(possible), DateOrder.DMY)
    choices = sorted(possible)
    raise StatementAmbiguous(
        f"Which of day (d), month (m) and year (y) is first in {orders.example.strip()!r}? No date in the file tells;"
        f" say it with --date-order {' or '.join(choices)}",
        "date_order",
        choices,
    )


def _with_signs(layout: Layout, evidence: Evidence, table: Dialect, options: ReadingOptions) -> Layout:
    apart = [role for role in (Role.DEBIT, Role.CREDIT) if role in layout.columns]
    if apart:
        against = {role for role in apart if evidence.signs[role].negative > evidence.signs[role].positive}
        return replace(layout, reversed=frozenset(against))
    signs = evidence.signs[Role.AMOUNT]
    known = _directions({word for word, _ in signs.words}, layout, options)
    meaning = signs.decide(
        known,
        balances=sum(any(map(is_balance, row)) for row in table.sample),
        balance=_balance(layout, table),
        thanked=thanked(_signed_texts(layout, table)),
        column=layout.name(layout.money[0]),
        invert=options.invert,
    )
    if meaning is Signs.BY_WORD:
        return replace(layout, signs=meaning, directions=known)
    columns: Roles = {role: indices for role, indices in layout.columns.items() if role is not Role.SIGN}
    return replace(layout, signs=meaning, columns=columns)


def _directions(words: Collection[str], layout: Layout, options: ReadingOptions) -> dict[str, int]:
    """Which of the words beside the amounts mean money out (-1) and in (1)."""
    if options.outgoing:
        out = {plain(word) for word in options.outgoing}
        return {word: -1 if plain(word) in out else 1 for word in words}
    (column,) = layout.columns.get(Role.SIGN, (None,))
    concepts = heading(layout.names[column]).concepts if column is not None else frozenset()
    return directions(words, paired=Concept.SIGN in concepts or {Concept.DEBIT, Concept.CREDIT} <= concepts)


def _balance(layout: Layout, table: Dialect) -> int:
    """1 where the running balance grows by the amounts, -1 where it shrinks by them, 0 where there is none to tell."""
    balance = layout.columns.get(Role.BALANCE)
    if not balance or len(layout.money) > 1:
        return 0
    changes, totals = (
        content.numbers(table.sample, index, layout.decimal_marks[index]) for index in (*layout.money, *balance)
    )
    time = dates.direction(row[layout.columns[Role.DATE][0]] for row in table.sample)
    if not time and not layout.names[balance[0]].strip():  # nothing says that it is the balance after the row
        return 0
    return content.running_balance(changes, totals, time=time)


def _signed_texts(layout: Layout, table: Dialect) -> Iterator[tuple[int, str]]:
    """The sign of the amount, and the texts, of the first rows."""
    readable = [index for role in (Role.PAYEE, Role.DESCRIPTION) for index in layout.columns.get(role, ())]
    for row in table.sample:
        number = amounts.written(row[layout.money[0]])
        if number is not None:
            yield number.sign or 1, " ".join(row[index] for index in readable)
