"""A statement that is looked through, and what a person decides about it; the same wherever the book is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # none of it is needed before the first screen is drawn
    from datetime import date
    from decimal import Decimal

    from expense_core import Page
    from expense_core.imports import Import
    from expense_core.statements.balancing import Difference
    from expense_core.statements.matching import KnownExpense


class Verdict(Enum):
    """What an import makes of a row."""

    NEW = "new"
    """It comes in, unless a person leaves it."""
    DUPLICATE = "duplicate"
    """Imported before: it never comes in again."""
    PERHAPS = "perhaps"
    """It may be in the book already, and stays out, unless a person takes it."""
    MONEY_IN = "money in"
    """It stays out, unless a person takes it, as a refund."""
    ZERO = "zero"
    """It never comes in."""
    UNCLEAR = "unclear"
    """It cannot be an expense, and `why` says what is wrong: nothing comes in before a person leaves it."""
    RULED_OUT = "left out by a rule"
    """It stays out while there is the rule."""


class Origin(Enum):
    """Who says of a row's category that it is that."""

    FILE = "file"
    RULE = "rule"
    BEFORE = "before"
    """It was chosen before for the like payee."""
    CHOSEN = "chosen"
    """A person chose it for this row."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """A row of a statement, and what an import makes of it."""

    line: int
    """Where it begins in the file, counted from 1."""
    spent_on: date | None
    """None only where the row is unclear."""
    amount: Decimal | None
    """Positive: money spent. None only where the row is unclear."""
    currency: str
    description: str
    """Of a row that cannot be read at all, whatever is in it."""
    category: str | None
    verdict: Verdict
    why: str = ""
    """What is wrong with a row that is unclear, and where."""
    known: KnownExpense | None = None
    """The expense that a duplicate is, and that another row may be."""
    category_from: Origin | None = None
    """Who says so of the category; None where it has none."""


@dataclass(frozen=True, slots=True)
class StatementPreview:
    """A statement that has been looked at; nothing is written."""

    understood: Mapping[str, str]
    """How the file was read, by what it is: "columns", "encoding", ..."""
    rows: Sequence[StatementRow]
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
