"""Whose balance is beside a row, where a file has several accounts, or pockets of one: found by the balances."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from expense_core.statements.delimited.cells import Unfit, amount_reader, number_reader
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.delimited.vocabulary import Concept, heading
from expense_core.statements.row import Role

_FEWEST = 2
_PROVEN = 5
"""Balances that follow from one another; after so many, a column that never changes with them needs no name for it."""

_Row = tuple[Sequence[str], Decimal, Decimal]


def column(layout: Layout, sample: Sequence[Sequence[str]]) -> int | None:
    """The column that is the same wherever a balance follows from the one beside it; None where none is.

    Of several, it is the one that changes most often where a balance does not follow.
    """
    rows = [*_readable(layout, sample)]
    pairs = [*pairwise(rows)]
    following = [(one, other) for (one, *before), (other, *after) in pairs if _follows(*before, *after)]
    others = [(one, other) for (one, *before), (other, *after) in pairs if not _follows(*before, *after)]
    if len(following) < _FEWEST:
        return None
    taken = {index for columns in layout.columns.values() for index in columns}
    found: list[tuple[int, int]] = []
    for index, name in enumerate(layout.names):
        is_named = Concept.ACCOUNT in heading(name).concepts
        is_same = all(one[index] == other[index] for one, other in following) and all(
            cells[index] for cells, *_ in rows
        )
        changes = sum(one[index] != other[index] for one, other in others)
        if is_same and index not in taken and (is_named or (changes and len(following) >= _PROVEN)):
            found.append((-changes, index))
    return min(found)[1] if found else None


def _readable(layout: Layout, sample: Sequence[Sequence[str]]) -> Iterator[_Row]:
    """The rows with their amounts and balances; those that lack one are passed over."""
    columns = layout.columns.get(Role.BALANCE)
    if not columns:
        return
    amount_of, balance_of = amount_reader(layout), number_reader(layout, columns[0])
    for cells in sample:
        try:
            yield cells, amount_of(cells), balance_of(cells)
        except Unfit:
            continue


def _follows(change: Decimal, total: Decimal, next_change: Decimal, next_total: Decimal) -> bool:
    """Whether one of two balances is the other with its amount, whichever is older, owned or owed."""
    step = next_total - total
    return bool(step) and abs(step) in (abs(change), abs(next_change))
