"""Tables that are not as plain as others: a header of two lines, days without marks, the day on its first row alone."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from datetime import date
from itertools import groupby, pairwise, takewhile

from expense_core.statements import units
from expense_core.statements.delimited import amounts, dates
from expense_core.statements.delimited.vocabulary import Concept, heading

DATED = (Concept.DATE, Concept.BOOKING, Concept.VALUE, Concept.VALUTA, Concept.TRANSACTION)
_SIX_DIGITS = re.compile(r"(\d\d)(\d\d)(\d\d)", re.ASCII)
_WHOLE = re.compile(r"[+-]?[0-9]+")
_TWO_DIGITS = re.compile(r"[0-9]{2}")
_DAY_OF_MONTH = re.compile(r"[^\W\d_]{3,12}\.? \d{1,2}")
_FEWEST = 2
_ENDS = 2
"""Days without a year, and those with one."""

Cells = Sequence[str]


def known(cells: Cells) -> int:
    """How many cells are made of words that banks write above their columns."""
    return sum(bool(about.concepts or about.unit) for about in map(heading, cells))


def is_dated(cells: Cells) -> bool:
    """Whether one of these names is that of a day."""
    return any(not about.concepts.isdisjoint(DATED) for about in map(heading, cells))


def is_of_account(names: Cells, cells: Cells) -> bool:
    """Whether all numbers of a row stand beneath the names of balances and of accounts: it is no transaction."""
    numbers = [_kind(cell) == "number" for cell in cells]
    about = [heading(name).concepts for name, number in zip(names, numbers, strict=False) if number]
    return bool(about) and not any(found.isdisjoint((Concept.BALANCE, Concept.ACCOUNT)) for found in about)


def names_over_amounts(names: Cells, rows: Sequence[Cells]) -> list[str]:
    """The names of columns, those above a currency moved to the nameless column of its amounts, as DEGIRO has them."""
    moved = list(names)
    for index, (name, behind) in enumerate(pairwise(names)):
        kinds = [{_kind(row[column]) for row in rows} - {""} for column in (index, index + 1)]
        if name.strip() and not behind.strip() and kinds == [{"unit"}, {"number"}]:
            moved[index : index + 2] = ["", name]
    return moved


def joined(upper: Cells, lower: Cells) -> list[str] | None:
    """The names of columns whose header has two lines; None where the two tell no more together than one of them."""
    names = [f"{first.strip()} {second.strip()}".strip() for first, second in zip(upper, lower, strict=False)]
    tell_more = len(upper) == len(lower) and known(names) > max(known(upper), known(lower))
    return names if tell_more else None


def days_without_marks(names: Cells, rows: Sequence[Cells]) -> tuple[int, ...]:
    """The columns of days that are mostly written in six digits: 260314 is the 14th of March."""
    return tuple(
        index
        for index, name in enumerate(names)
        if Concept.DATE in heading(name).concepts
        and (cells := [row[index].strip() for row in rows if index < len(row) and row[index].strip()])
        and 2 * sum(map(_could_be_day, cells)) > len(cells)
    )


def days_without_year(names: Cells, rows: Sequence[Cells]) -> tuple[tuple[int, int], ...]:
    """The columns of days of which the newest have no year, and the year that these are of.

    Revolut wrote it only where it was not the current one: then it is the one after the last that is written.
    """
    found = []
    for index in [index for index, name in enumerate(names) if is_dated([name])]:
        days = [row[index].strip() for row in rows if index < len(row) and row[index].strip()]
        kinds = [_DAY_OF_MONTH.fullmatch(day) is not None for day in days]
        years = [day.year for day in map(_day_of_year, days) if day is not None]
        if years and len(years) + sum(kinds) == len(days) and len(list(groupby(kinds))) == _ENDS:
            found.append((index, max(years) + 1))
    return tuple(found)


def with_whole_days(cells: Cells, compact_days: Container[int], years: Sequence[tuple[int, int]]) -> list[str]:
    """The row with marks in the days that have none, 26-03-14 for 260314, and a year before those without one."""
    whole = [
        _SIX_DIGITS.sub(r"\1-\2-\3", cell) if index in compact_days and _could_be_day(cell.strip()) else cell
        for index, cell in enumerate(cells)
    ]
    for index, year in years:
        if index < len(whole) and _DAY_OF_MONTH.fullmatch(whole[index].strip()):
            whole[index] = f"{year} {whole[index].strip()}"
    return whole


def _day_of_year(text: str) -> date | None:
    try:
        found = dates.written(text)
    except ValueError:
        return None
    return found if isinstance(found, date) else None


def _could_be_day(text: str) -> bool:
    found = _SIX_DIGITS.fullmatch(text)
    if found is None:
        return False
    first, second, third = found.groups()
    return any(_exists(*parts) for parts in ((first, second, third), (third, second, first), (third, first, second)))


def _exists(year: str, month: str, day: str) -> bool:
    try:
        date(2000 + int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def is_cut_at_commas(rows: Sequence[Cells]) -> bool:
    """Whether all rows have two digits behind a whole number: they are its decimals, cut off at a comma."""
    return any(
        all(_WHOLE.fullmatch(row[index].strip()) and _TWO_DIGITS.fullmatch(row[index + 1].strip()) for row in rows)
        for index in range(min(map(len, rows)) - 1)
    )


def strange_above(rows: Sequence[Cells]) -> bool:
    """Whether the first row of a table without a header is of another make than all the others: the account's data."""
    first, *others = rows
    if len(others) < _FEWEST:
        return False
    kinds = [{_kind(row[index]) for row in others if index < len(row)} - {""} for index in range(len(first))]
    return (
        sum(len(found) == 1 and _kind(cell) not in ("", *found) for cell, found in zip(first, kinds, strict=True)) > 1
    )


def _kind(cell: str) -> str:
    text = cell.strip()
    if not text:
        return ""
    if dates.looks_like_date(text):
        return "day"
    if amounts.written(text):
        return "number"
    return "unit" if units.is_unit(text) else "text"


def day_on_first_row(rows: Sequence[Cells], dated: Sequence[Cells]) -> int | None:
    """The column of a day that stands on the first of its rows alone; None where that is not sure.

    Then no day comes twice, and the rows without one are filled like those with one, but for the day.
    """
    columns = [index for index, cell in enumerate(dated[0]) if dates.looks_like_date(cell)]
    days = [row[columns[0]].strip() for row in dated]
    if len(columns) != 1 or len(set(days)) < len(days):
        return None
    column = columns[0]
    undated = [row for row in rows if _has_amount(row) and not row[column].strip()]
    wholes = {_filled(row) - {column} for row in dated}
    return column if len(undated) >= _FEWEST and all(_filled(row) in wholes for row in undated) else None


def _has_amount(row: Cells) -> bool:
    return any(map(amounts.written, row)) and not any(map(dates.looks_like_date, row))


def _filled(row: Cells) -> frozenset[int]:
    return frozenset(index for index, cell in enumerate(row) if cell.strip())


def whole_lines_above(lines: Sequence[Cells], width: int) -> list[Cells]:
    """The lines right above the first row that are as wide as it, the nearest first: a broken row may be among them."""
    return list(takewhile(lambda cells: len(cells) == width and any(map(str.strip, cells)), reversed(lines)))
