"""A statement that is looked through, and what a person decides about it; the same wherever the book is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # none of it is needed before the first screen is drawn
    from expense_core import Page
    from expense_core.imports import Import
    from expense_core.statements.balancing import Difference
    from expense_core.statements.previewing import PreviewedRow


@dataclass(frozen=True, slots=True)
class StatementPreview:
    """A statement that has been looked at; nothing is written."""

    understood: Mapping[str, str]
    """How the file was read, by what it is: "columns", "encoding", ..."""
    rows: Sequence[PreviewedRow]
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Lines that are no transactions, such as balances, by their kind."""
    differences: Sequence[Difference] = ()
    """What the file says of its rows, where they do not come to that."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person decided about a statement before it comes in."""

    leave: frozenset[int] = frozenset()
    """Lines that do not come in."""
    take: frozenset[int] = frozenset()
    """Lines that come in: of money in, as refunds, and of what may be in the book already."""
    categories: Mapping[int, str] = field(default_factory=dict)
    """The category of a line, by its name; a new one is made."""
    clean_payees: bool = False
    """Whether an expense is called by its payee alone, such as "Coffee Co"; the file's own text goes into its notes."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in."""

    id: int
    """Its number among the imports."""
    count: int
    """How many expenses; new categories are not among them."""
    entry_id: int
    """What takes it back, in the history."""


def came_in(page: Page[Import]) -> Page[Import]:
    """Without those that are open: somebody is looking through them, or has left them lying."""
    from expense_core.imports import State

    return replace(page, items=[one for one in page.items if one.state is not State.OPEN])
