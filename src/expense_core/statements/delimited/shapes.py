"""What the files of one bank have in common, told before it is known which column is what."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from expense_core.errors import StatementUnreadable
from expense_core.statements.delimited import dates, dialect, source
from expense_core.statements.delimited.content import Profile, profiles
from expense_core.statements.row import ReadingOptions, Shape

_YEAR = re.compile(r"[0-9]{4}")
_NUMBER = re.compile(r"[0-9]{1,2}")
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST = 100


def shape(path: Path, options: ReadingOptions) -> Shape | None:
    """The delimiter, the names of the columns and how days are written; without names, what is in each column.

    None where it is no table.
    """
    try:
        table = dialect.find(path, source.encoding_of(path, options.encoding), options)
    except StatementUnreadable:
        return None
    names = [name.strip() for name in table.names]
    looks = profiles(table.sample, len(names))
    days = [day_mask(*(row[index] for row in table.sample)) if look.is_date else "" for index, look in enumerate(looks)]
    kinds = [""] * len(names) if any(names) else map(_kind, looks)
    marks = [table.delimiter, *map("\t".join, zip(names, kinds, days, strict=True))]
    named = ", ".join(filter(None, names)) or f"{len(names)} columns without names"
    return Shape("csv", named if len(named) <= _LONGEST else f"{named[: _LONGEST - 1]}…", marks)


def day_mask(*cells: str) -> str:
    """How days are written in these cells, mostly: "#/#/####" for 3/11/2026."""
    masks = Counter(_masked(dates.without_time(cell.strip())) for cell in cells if cell.strip())
    return masks.most_common(1)[0][0] if masks else ""


def _masked(day: str) -> str:
    """A day with a sign for each number; a month in letters is one, too."""
    return _WORD.sub("A", _NUMBER.sub("#", _YEAR.sub("####", day)))


def _kind(look: Profile) -> str:
    """What is in a column that has no name."""
    if not look.filled:
        return "nothing"
    return "day" if look.is_date else "number" if look.is_number else "text"
