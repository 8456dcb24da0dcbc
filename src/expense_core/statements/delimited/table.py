"""The columns of a table as the rest of the package looks at them: what the header says, and what is beneath it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from expense_core.errors import ByOption, StatementAmbiguous
from expense_core.statements.delimited.content import Profile, profiles
from expense_core.statements.delimited.vocabulary import Concept, Heading, heading
from expense_core.statements.row import Role

STRANGER = 10
"""What a word that we do not know costs a header that competes for a role."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column, by its header and its cells."""

    index: int
    """Counted from 0."""
    name: str
    heading: Heading
    profile: Profile

    def about(self, *concepts: Concept) -> bool:
        """Whether the header is about any of these."""
        return not self.heading.concepts.isdisjoint(concepts)


Rank = Callable[[Column], int | None]
"""How badly a column fits a role, 0 being best; None where it cannot have it."""


def columns(names: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Column]:
    """The columns beneath these headers."""
    looks = profiles(rows, len(names))
    return [
        Column(index, name, heading(name), look) for index, (name, look) in enumerate(zip(names, looks, strict=True))
    ]


def ranked(table: Iterable[Column], rank: Rank) -> list[tuple[int, Column]]:
    """The columns that can have a role, best first, each with its rank."""
    fitting = [(badness, column) for column in table if (badness := rank(column)) is not None]
    return sorted(fitting, key=lambda ranked_column: (ranked_column[0], ranked_column[1].index))


def best(table: Iterable[Column], rank: Rank) -> tuple[int, ...]:
    """The index of the column that fits a role best, or nothing."""
    return tuple(column.index for _, column in ranked(table, rank)[:1])


def which(role: Role, candidates: Iterable[Column]) -> StatementAmbiguous:
    """The question which of these columns has a role; its choices are answers as `parse_columns` reads them."""
    candidates = list(candidates)
    shown = [column.name.strip() or str(column.index + 1) for column in candidates]
    choices = [f"{role}={_told(column)}" for column in candidates]
    listed = f": {', '.join(shown)}" if shown else "; none looks like it"
    return StatementAmbiguous(
        (
            f"Which column is the {role}{listed}?",
            ByOption(f" Name it with --columns {role}=NAME, or by its number"),
        ),
        "columns",
        choices,
    )


def _told(column: Column) -> str:
    """A column as an answer names it: by its number, where its name would be taken for more than a name."""
    name = column.name.strip()
    return str(column.index + 1) if not name or name.isdecimal() or {",", "="} & set(name) else name
