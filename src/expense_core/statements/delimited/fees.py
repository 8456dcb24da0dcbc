"""Whether a column of fees comes on top of the amounts, as the running balance proves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

from expense_core.errors import ByOption, StatementAmbiguous
from expense_core.statements.delimited.amounts import NOTHING
from expense_core.statements.delimited.cells import Unfit, amount_reader, number_reader
from expense_core.statements.delimited.evidence import Evidence
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.row import Role

_ZERO = Decimal(0)


def settle(path: Path, layout: Layout, evidence: Evidence, *, asked: bool) -> Layout:
    """The layout, with what a fee does to the amount: taken off, added with its sign, or in it already.

    A fee of zero in every row changes nothing. A column that the caller calls the fee is on top of the amount.

    Raises:
        StatementAmbiguous: there are fees, and no running balance that shows it.
    """
    if Role.FEE not in layout.columns:
        return layout
    fees = evidence.signs[Role.FEE]
    on_top = -1 if fees.positive >= fees.negative else 1
    if not (fees.positive or fees.negative):
        return layout
    if asked:
        return replace(layout, fee_effect=on_top)
    effect = _proven(path, layout, on_top)
    if effect is None:
        name = layout.name(*layout.columns[Role.FEE])
        raise StatementAmbiguous(
            (
                f"Do the charges in column {name} come on top of the amounts",
                ByOption(f" (--columns fee={name})"),
                ", or are they in them already",
                ByOption(" (--columns fee=)"),
                "?",
            ),
            "columns",
            (f"fee={name}", "fee="),
        )
    return replace(layout, fee_effect=effect)


def _proven(path: Path, layout: Layout, on_top: int) -> int | None:
    """What the balance before or after each row with a fee says; None where it says nothing, or two things."""
    hits: Counter[int] = Counter()
    for before, after in pairwise(_balances(path, layout)):
        for this, other in ((after, before), (before, after)):
            amount, fee, total = this
            if fee:
                hits[0] += total - other[2] == amount
                hits[on_top] += total - other[2] == amount + on_top * fee
    proven = [effect for effect in hits if hits[effect]]
    return proven[0] if len(proven) == 1 else None


def _balances(path: Path, layout: Layout) -> Iterator[tuple[Decimal, Decimal, Decimal]]:
    """Amount, fee and balance of the rows that have a balance."""
    if Role.BALANCE not in layout.columns:
        return
    (balance,), (fee,) = layout.columns[Role.BALANCE], layout.columns[Role.FEE]
    amount_of = amount_reader(layout)
    read_balance, read_fee = (number_reader(layout, index) for index in (balance, fee))
    for _, row in layout.records(path):
        try:
            own = read_fee(row) if row[fee].strip(NOTHING) else _ZERO
            yield amount_of(row), own, read_balance(row)
        except Unfit:
            continue
