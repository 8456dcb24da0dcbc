"""What the cells of one row are worth: its amount, signed as the account sees it, and its currency."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from expense_core.errors import StatementUnreadable
from expense_core.statements import units
from expense_core.statements.delimited import amounts
from expense_core.statements.delimited.amounts import AmountReader
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.delimited.signs import Signs
from expense_core.statements.delimited.vocabulary import Concept, heading
from expense_core.statements.row import LeftOut, Role

Cells = Sequence[str]
_CODE = re.compile(r"[A-Z]{3,5}")
_SHOWN = 40
_ZERO = Decimal(0)
_CENTS = 2
_THOUSANDTHS = 3


class Unfit(ValueError):
    """A cell that cannot be read."""

    def __init__(self, index: int, text: str, why: str, left_out: LeftOut | None = None) -> None:
        super().__init__(why)
        self.index = index
        self.text = text
        self.left_out = left_out
        """Why the row is no transaction, where the cell says so."""

    def on_line(self, line: int, layout: Layout) -> StatementUnreadable:
        """The error for the person."""
        shown = self.text if len(self.text) <= _SHOWN else self.text[:_SHOWN] + "…"
        return StatementUnreadable(f"line {line}, column {layout.name(self.index)}: {shown!r} {self}", line)


def amount_reader(layout: Layout) -> Callable[[Cells], Decimal]:
    """A function that reads the amount of a row: negative is money out. It raises `Unfit` where it cannot."""
    read = _single(layout) if Role.AMOUNT in layout.columns else _debit_and_credit(layout)
    if layout.habits is not None and layout.habits.share_of is not None:
        return _share(read, layout, layout.habits.share_of, layout.habits.people)
    return _with_fee(read, layout) if layout.fee_effect else read


def currency_reader(layout: Layout) -> Callable[[Cells], str | None]:
    """A function that tells the currency of a row. It raises `Unfit` where the row names one that does not exist."""
    columns = layout.columns.get(Role.CURRENCY)
    if columns:
        return _named_currency(columns, layout)
    if layout.currency_in_cells or len(layout.columns.get(Role.AMOUNT, ())) > 1:
        return _written_currency(layout)
    return lambda _: layout.currency


def number_reader(layout: Layout, index: int) -> Callable[[Cells], Decimal]:
    """A function that reads one column of money. It raises `Unfit` where it cannot."""
    read = AmountReader(layout.decimal_marks[index]).read

    def number(cells: Cells) -> Decimal:
        text = cells[index]
        try:
            return read(text)
        except ValueError as error:
            raise Unfit(index, text, str(error) if text.strip() else "has no amount") from error

    about = heading(layout.names[index]).concepts
    if Concept.MINOR in about:
        return _in_full(number, index, currency_reader(layout))
    return _in_full(number, index, None) if Concept.MILLI in about else number


def _in_full(
    number: Callable[[Cells], Decimal], index: int, currency_of: Callable[[Cells], str | None] | None
) -> Callable[[Cells], Decimal]:
    """A number of cents, or of whatever the currency's smallest coin is, in full units; without one, of thousandths."""

    def in_full(cells: Cells) -> Decimal:
        count = number(cells)
        if count % 1:
            raise Unfit(index, cells[index], "has decimals, though its column is of the smallest coins")
        if currency_of is None:
            return count.scaleb(-_THOUSANDTHS)
        currency = currency_of(cells)
        return count.scaleb(-units.decimals(currency) if currency else -_CENTS)

    return in_full


def _single(layout: Layout) -> Callable[[Cells], Decimal]:
    """Amounts in one column, or in one for each currency."""
    columns = layout.columns[Role.AMOUNT]
    numbers = {index: number_reader(layout, index) for index in columns}
    first = numbers[columns[0]]

    def in_one_of(cells: Cells) -> Decimal:
        filled = [index for index in columns if cells[index].strip()]
        if len(filled) > 1:  # a zero in the other columns is nothing
            filled = [index for index in filled if numbers[index](cells)] or filled[:1]
        if len(filled) > 1:
            raise Unfit(filled[1], cells[filled[1]], f"is a second amount beside {cells[filled[0]]!r}")
        return numbers[filled[0]](cells) if filled else first(cells)

    number = first if len(columns) == 1 else in_one_of
    if layout.signs is Signs.INVERTED:
        return lambda cells: -number(cells)
    if layout.signs is Signs.BY_WORD:
        return _by_word(number, layout)
    if layout.signs is Signs.MARKED_CREDITS:
        return lambda cells: number(cells) if _is_marked(cells[columns[0]]) else -number(cells)
    return number


def _by_word(number: Callable[[Cells], Decimal], layout: Layout) -> Callable[[Cells], Decimal]:
    """Amounts without a sign, which a word in another column gives them."""
    (word,) = layout.columns[Role.SIGN]

    def signed(cells: Cells) -> Decimal:
        amount = number(cells)
        direction = layout.directions.get(cells[word].strip())
        if direction is None and amount:
            raise Unfit(word, cells[word], "does not say whether money went out or came in")
        if direction == 0:
            raise Unfit(word, cells[word], "says that money went neither out nor in", LeftOut.NEITHER)
        return amount if direction == 1 else -amount

    return signed


def _is_marked(text: str) -> bool:
    number = amounts.written(text)
    return number is not None and number.sign != 0


def _debit_and_credit(layout: Layout) -> Callable[[Cells], Decimal]:
    """Amounts in two columns, each for one way; a number against the custom of its column is a reversal."""
    why = LeftOut.NEITHER if layout.habits is not None and layout.habits.between_own else None
    ways = [
        (index, number_reader(layout, index), (role is Role.CREDIT) != (role in layout.reversed))
        for role in (Role.DEBIT, Role.CREDIT)
        for index in layout.columns.get(role, ())
    ]

    def apart(cells: Cells) -> Decimal:
        found: Decimal | None = None
        for index, number, is_in in ways:
            if cells[index].strip(amounts.NOTHING):
                amount = number(cells)
                if found and amount:
                    raise Unfit(index, cells[index], f"is a second amount beside {found}", why)
                if not found:
                    found = amount if is_in else -amount
        if found is None:
            raise Unfit(ways[0][0], "", "has no amount")
        return found

    return apart


def _with_fee(amount_of: Callable[[Cells], Decimal], layout: Layout) -> Callable[[Cells], Decimal]:
    """What left or reached the account: Revolut lists a fee beside the amount and takes both off the balance."""
    (fee,) = layout.columns[Role.FEE]
    number = number_reader(layout, fee)
    effect = layout.fee_effect
    unit = None if layout.habits is None else layout.habits.fee_currency
    own = layout.columns.get(Role.CURRENCY, ())

    def with_fee(cells: Cells) -> Decimal:
        is_of_another = unit is not None and cells[unit].strip() not in {"", *(cells[index].strip() for index in own)}
        if is_of_another or not cells[fee].strip(amounts.NOTHING):
            return amount_of(cells)
        charged = effect * number(cells)
        is_alone = not any(cells[index].strip(amounts.NOTHING) for index in layout.money)
        return charged if is_alone and charged else amount_of(cells) + charged

    return with_fee


def _share(
    balance_of: Callable[[Cells], Decimal], layout: Layout, cost: int, people: Sequence[int]
) -> Callable[[Cells], Decimal]:
    """What one of several people spent: what they owe, or of what they paid for all, the rest that nobody owes them."""
    own = layout.money[0]
    read_cost = AmountReader(layout.decimal_marks[own]).read

    def share(cells: Cells) -> Decimal:
        balance = balance_of(cells)
        if balance <= 0:
            return balance
        if sum(bool(cells[index].strip("0., ")) and "-" not in cells[index] for index in people) > 1:
            raise Unfit(own, cells[own], "is of what several people paid, and does not tell the share of one of them")
        try:
            return balance - read_cost(cells[cost])
        except ValueError as error:
            raise Unfit(cost, cells[cost], str(error)) from error

    return share


def _named_currency(columns: Sequence[int], layout: Layout) -> Callable[[Cells], str | None]:
    """Currencies in a column of their own, or in the one of several that is filled."""
    known: dict[str, str | None] = {"": layout.currency}
    column, *others = columns

    def named(cells: Cells) -> str | None:
        text = next((cells[other] for other in columns if cells[other].strip()), "") if others else cells[column]
        if text not in known:
            code = units.currency_of(text, layout.expected_currency) if text.strip() else layout.currency
            if text.strip() and code is None:
                if not _CODE.fullmatch(text.strip()):
                    raise Unfit(column, text, "is no currency of ISO 4217")
                code = text.strip()  # a coin's, perhaps: the import tells of it
            known[text] = code
        return known[text]

    return named


def _written_currency(layout: Layout) -> Callable[[Cells], str | None]:
    """Currencies in the cells of the amounts, or above them."""
    above = {index: heading(layout.names[index]).unit for index in layout.money}

    def written(cells: Cells) -> str | None:
        named = ""
        for index in layout.money:
            number = amounts.written(cells[index])
            unit = (number.unit or above[index]) if number else ""
            if unit and number and (not named or number.digits.strip("0.,")):  # a zero in another's column is nothing
                named = unit
        return units.currency_of(named, layout.expected_currency) if named else layout.currency

    return written
