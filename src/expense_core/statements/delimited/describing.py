"""One line of text for a row: who, and what for."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from decimal import Decimal

from expense_core.statements.delimited import labels
from expense_core.statements.delimited.layout import Layout
from expense_core.statements.row import Role

Cells = Sequence[str]
_NOTHING = frozenset(("-", "--", "/"))


def describer(layout: Layout) -> Callable[[Cells, Decimal], tuple[str, str]]:
    """A function that describes a row and names the other party, where it is told apart and the description begins so.

    It is given the amount: who the other party is depends on which way the money went.
    """
    memos = layout.columns.get(Role.DESCRIPTION, ())
    payees = layout.columns.get(Role.PAYEE, ())
    payers = layout.columns.get(Role.PAYER, ())
    others = layout.columns.get(Role.TYPE, ())

    def describe(cells: Cells, amount: Decimal) -> tuple[str, str]:
        description = who = _first(cells, payers if amount > 0 else payees)
        for index in memos:
            description = _joined(description, one_line(cells[index]))
        return description or _first(cells, others), who if description.startswith(who) else ""

    def describe_by_labels(cells: Cells, _: Decimal) -> tuple[str, str]:
        who, what_for = map(one_line, labels.described(cells, layout.labelled))
        description = _joined(who, what_for)
        return description or _first(cells, (*layout.labelled, *others)), who if description.startswith(who) else ""

    def describe_by_memo(cells: Cells, _: Decimal) -> tuple[str, str]:
        return one_line(cells[memos[0]]) or _first(cells, others), ""

    if layout.labelled:
        return describe_by_labels
    return describe if payees or payers or len(memos) != 1 else describe_by_memo


def one_line(text: str) -> str:
    """The text with single blanks and without control characters; a dash that only fills the place is nothing."""
    if not text.isprintable() or "  " in text or text[:1] == " " or text[-1:] == " ":
        text = " ".join(text.split())
    if text in _NOTHING:
        return ""
    if text[:1] == "'" == text[-1:]:
        text = text[1:-1]
    if text.isprintable():
        return text
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char for char in text)
    return " ".join(kept.split())


def _first(cells: Cells, columns: Sequence[int]) -> str:
    for index in columns:
        if text := one_line(cells[index]):
            return text
    return ""


def _joined(first: str, second: str) -> str:
    """Both texts, or the one that contains the other, in whatever letter case."""
    if not first or not second:
        return first or second
    one, other = first.casefold(), second.casefold()
    if other in one:
        return first
    return second if one in other else f"{first} - {second}"
