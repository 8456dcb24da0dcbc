"""What an import makes of the rows of a statement, in words that any front end can load at once."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What an import makes of a row."""

    NEW = "new"
    DUPLICATE = "duplicate"
    """It was imported before."""
    PERHAPS = "perhaps"
    """It may be an expense that is in the book already: left out where it is not asked for."""
    MONEY_IN = "money in"
    """Income, or a refund: left out where it is not asked for."""
    PENDING = "pending"
    """The bank has not booked it yet: left out where such rows are not asked for."""
    OTHER_CURRENCY = "another currency"
    """Left out where one currency alone is asked for, and this is another."""
    ZERO = "zero"
    """No money moved, so that there is nothing to import."""
    UNCLEAR = "unclear"
    """It cannot be an expense."""
    RULED_OUT = "left out by a rule"


class Origin(StrEnum):
    """Where a row's category comes from."""

    FILE = "file"
    """The file names it, or somebody chose it for the row as it came in."""
    RULE = "rule"
    BEFORE = "before"
    """It was chosen before for the same payee, or one in like words."""
    CHOSEN = "chosen"
    """Somebody chose it for the row while they look through the statement."""
