"""Quicken's interchange format, with an account for each currency, which the format has no word for.

A date is written as in ISO 8601, which no program can mistake for another day: 11/05/2026 is two days, and was the
format's own way. Notes go into the memo, on one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from expense_core.exports.by_currency import Shares
from expense_core.exports.lines import Line
from expense_core.exports.naming import UNCATEGORISED, Names

_OTHER = str.maketrans({":": "-", "/": "-", "[": "(", "]": ")"})
"""Signs that stand for a subcategory, a class, or a transfer to another account."""


def written(pages: Iterable[list[Line]]) -> Iterator[str]:
    """The file, in pieces; money that was spent is negative."""
    names = Names(lambda category: category.translate(_OTHER), UNCATEGORISED)
    with Shares(pages, lambda line: _record(line, names)) as shares:
        yield from shares.gather()
        for share in shares.in_order():
            yield f"!Account\nNExpenses {share.currency}\nTCash\n^\n!Type:Cash\n"
            yield from share.pieces()


def _record(line: Line, names: Names) -> str:
    _, day, amount, _, description, category, notes = line
    fields = [f"D{day}", f"T{negated(amount)}"]
    if description:
        fields.append(f"P{description}")
    if notes:
        fields.append(f"M{' '.join(notes.split())}")
    if category is not None:
        fields.append(f"L{names[category]}")
    return "\n".join([*fields, "^\n"])


def negated(amount: str) -> str:
    """The amount as a statement has it: money out is negative."""
    return amount[1:] if amount[0] == "-" else f"-{amount}"
