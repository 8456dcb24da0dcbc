"""Amounts without a sign beside a running balance: each is money out where the balance falls by it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from pathlib import Path

from expense_core.errors import ByOption, StatementAmbiguous
from expense_core.statements.delimited.amounts import AmountReader
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.delimited.wording import is_balance
from expense_core.statements.row import Role

Record = tuple[int, list[str]]
Read = Callable[[str], Decimal]


def runs(path: Path, layout: Layout, time: int) -> int | None:
    """Which end of the file is the oldest, where the balance shows that some amounts are money in and others out.

    Arguments:
        path: the statement, which is read once more.
        layout: with the decimal marks of its amount and its balance.
        time: 1 where the oldest row is first, -1 where the newest is, 0 where that is not known.

    Returns:
        1 for the first row, -1 for the last; 0 where the balance shows one kind only; None where it shows both, but of
        too few amounts to be trusted.
    """
    shown = {
        way: Counter(sign for *_, sign in _signs(layout.records(path), layout, way))
        for way in ((time,) if time else (1, -1))
    }
    proven = {way: counts[1] + counts[-1] for way, counts in shown.items()}
    best = max(proven, key=proven.__getitem__)
    if not (shown[best][1] and shown[best][-1]):
        return 0
    is_sure = shown[best][0] <= proven[best] and list(proven.values()).count(proven[best]) == 1
    return best if is_sure else None


def require_all(path: Path, layout: Layout) -> None:
    """Make sure that the balance says of every amount which way the money went.

    Raises:
        StatementAmbiguous: it does not of some, as of the oldest row, where nothing says what was there before.
    """
    unproven = ((line, text) for line, text, sign in _signs(layout.records(path), layout, layout.time) if not sign)
    first = next(unproven, None)
    if first is not None:
        line, text = first
        others = f", nor for {count} others" if (count := sum(1 for _ in unproven)) else ""
        raise StatementAmbiguous(
            (
                f"No amount in {layout.name(layout.money[0])!r} has a sign.",
                f" The balance tells which way the money went, but not for {text} on line {line}{others}.",
                " Was that money spent",
                ByOption(" (--invert)"),
                ", or received",
                ByOption(" (--no-invert)"),
                "?",
            ),
            "invert",
            ("yes", "no"),
            lasting=False,
        )


def signed(records: Iterable[Record], layout: Layout) -> Iterator[Record]:
    """The records with a minus before each amount that the balance fell by."""
    (amount,) = layout.money
    for (line, cells), _, sign in _with_signs(records, layout, layout.time):
        if sign < 0 or (sign == 0 and layout.unproven_is_out):
            cells[amount] = f"-{cells[amount].lstrip()}"
        yield line, cells


def _signs(records: Iterable[Record], layout: Layout, time: int) -> Iterator[tuple[int, str, int]]:
    """The amounts that are not zero, each with its line and what the balance says of it; 0 is nothing."""
    (amount,) = layout.money
    for (line, cells), number, sign in _with_signs(records, layout, time):
        if number and not any(map(is_balance, cells)):
            yield line, cells[amount].strip(), sign


def _with_signs(records: Iterable[Record], layout: Layout, time: int) -> Iterator[tuple[Record, Decimal | None, int]]:
    """Each record with its amount, and with 1 or -1 where the balance rose or fell by that, else 0."""
    amount, balance = (
        (index, AmountReader(layout.decimal_marks[index]).read)
        for index in (*layout.money, *layout.columns[Role.BALANCE])
    )
    before: Decimal | None = None
    held: list[tuple[Record, Decimal | None, Decimal | None]] = []
    for record in records:
        change, total = (_number(read, record[1][index]) for index, read in (amount, balance))
        if time > 0:
            yield record, change, _sign(change, total, before)
            before = before if total is None else total
            continue
        if held and total is not None:  # the balance from before the row that has been held
            yield from _released(held, total)
            held = []
        held.append((record, change, total))
    yield from _released(held, None)


def _released(
    held: Iterable[tuple[Record, Decimal | None, Decimal | None]], before: Decimal | None
) -> Iterator[tuple[Record, Decimal | None, int]]:
    for record, change, total in held:
        yield record, change, _sign(change, total, before)


def _sign(change: Decimal | None, after: Decimal | None, before: Decimal | None) -> int:
    if not change or after is None or before is None:
        return 0
    step = after - before
    return (step == change) - (step == -change)


def _number(read: Read, text: str) -> Decimal | None:
    try:
        return read(text)
    except ValueError:
        return None
