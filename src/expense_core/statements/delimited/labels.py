"""Cells that say themselves what they are: PKO writes "Nazwa odbiorcy: ..." in a column without a header."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from expense_core.statements.delimited.layout import Layout
from expense_core.statements.delimited.vocabulary import Concept, heading
from expense_core.statements.row import Role

_LABELLED = re.compile(r"\s*([^\W\d_][^:]{1,39}):\s+(.+)", re.DOTALL)
_INNER_LABEL = re.compile(r"(?<!\S)[^\W\d_]+:\s+")
_WHO = frozenset({Concept.PAYEE, Concept.PAYER, Concept.PARTY})
_WHAT_FOR = frozenset({Concept.MEMO, Concept.REFERENCE})


def columns(layout: Layout, sample: Sequence[Sequence[str]]) -> tuple[int, ...]:
    """The column of the description and the nameless ones behind it, where their cells have labels."""
    memo = layout.columns.get(Role.DESCRIPTION, ())
    if len(memo) != 1 or not layout.header_line:
        return ()
    end = next((index for index in range(memo[0] + 1, len(layout.names)) if layout.names[index].strip()), None)
    found = range(memo[0], len(layout.names) if end is None else end)
    filled = tuple(index for index in found if any(row[index].strip() for row in sample))
    cells = [row[index] for row in sample for index in filled if row[index].strip()]
    are_labelled = len(filled) > 1 and all(_LABELLED.fullmatch(cell) for cell in cells)
    return filled if are_labelled else ()


def described(cells: Sequence[str], labelled: Sequence[int]) -> tuple[str, str]:
    """Who, and what for; accounts, days and amounts are left out, as are the labels."""
    who: list[str] = []
    what_for: list[str] = []
    for label, text in _parts(cells, labelled):
        about = heading(label).concepts
        if about & _WHO and Concept.ACCOUNT not in about:
            who.append(text)
        elif about & _WHAT_FOR:
            what_for.append(text)
    return " ".join(who), " ".join(what_for)


def _parts(cells: Sequence[str], labelled: Sequence[int]) -> Iterator[tuple[str, str]]:
    for index in labelled:
        if found := _LABELLED.fullmatch(cells[index]):
            yield found[1], _INNER_LABEL.sub("", found[2])  # "Adres: ... Miasto: ..." in the cell of a place
