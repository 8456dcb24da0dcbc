"""Where the table is in a delimited file: the delimiter, the line with the column names, and the rows beneath it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import islice, takewhile
from pathlib import Path
from typing import NamedTuple

from expense_core.errors import StatementUnreadable
from expense_core.statements.delimited import amounts, dates, source
from expense_core.statements.delimited.vocabulary import Concept, heading
from expense_core.statements.row import ReadingOptions

_DELIMITERS = ",;\t|~^"
_SAMPLE = 500
_DEEPEST_HEADER = 100
_CHARACTERS = 1 << 20
_FEWEST_NAMES = 2
_NO_DELIMITER = "\x1f"
_EXCEL = re.compile(r"sep=(.)", re.IGNORECASE)
_DATED = (Concept.DATE, Concept.BOOKING, Concept.VALUE, Concept.VALUTA, Concept.TRANSACTION)

Record = tuple[int, list[str]]


class Dialect(NamedTuple):
    """How to get at the rows of a file, and the first of them."""

    delimiter: str
    header_line: int
    """0 where the file has none."""
    names: tuple[str, ...]
    """One for each column, empty where it has no name."""
    starts: int
    """The line from which on there may be rows."""
    sample: list[list[str]]
    """The first rows of the table, each with a cell for every column."""
    before: list[list[str]]
    """The lines above the table."""


def find(path: Path, encoding: str, options: ReadingOptions) -> Dialect:
    """The table in this file.

    Raises:
        StatementUnreadable: no line has a date and an amount, whichever the delimiter.
    """
    candidates = [options.delimiter] if options.delimiter else _declared(path, encoding) or list(_DELIMITERS)
    best: tuple[str, list[Record], int | None, list[list[str]]] | None = None
    best_score = (0, 0)
    fault: StatementUnreadable | None = None
    for delimiter in candidates:
        try:
            records = _sample(path, encoding, delimiter)
            header = _header(records) if options.header_line is None else _asked_header(records, options.header_line)
        except StatementUnreadable as error:
            fault = fault or error
            continue
        known = _known(records[header][1]) if header is not None else 0
        start = 0 if header is None else header + 1
        data = [cells for _, cells in records[start:] if is_data(cells)]
        score = (known, sum(map(len, data)))
        if data and score > best_score:
            best, best_score = (delimiter, records, header, data), score
    if best is None:
        raise fault or StatementUnreadable(
            f"no line of {path.name} has a date and an amount; is it a bank statement in CSV?"
        )
    return _dialect(*best)


def is_data(cells: Sequence[str]) -> bool:
    """Whether a record has both a date and a number."""
    days = [dates.looks_like_date(cell) for cell in cells]
    return any(days) and any(not day and amounts.written(cell) for day, cell in zip(days, cells, strict=True))


def _declared(path: Path, encoding: str) -> list[str]:
    """The delimiter that a first line such as "sep=;" tells to Excel."""
    with closing(source.records(path, encoding, _NO_DELIMITER)) as records:
        _, cells = next(records, (1, []))
    found = _EXCEL.fullmatch(cells[0].strip()) if cells else None
    return [found[1]] if found else []


def _sample(path: Path, encoding: str, delimiter: str) -> list[Record]:
    """The first records of the file, fewer of them where they are long."""
    sample: list[Record] = []
    characters = 0
    with closing(source.records(path, encoding, delimiter)) as records:
        for line, cells in islice(records, _SAMPLE):
            sample.append((line, cells))
            characters += sum(map(len, cells))
            if characters > _CHARACTERS:
                break
    return sample


def _asked_header(records: Sequence[Record], asked: int) -> int | None:
    if not asked:
        return None
    for index, (line, _) in enumerate(records):
        if line == asked:
            return index
    raise StatementUnreadable(f"line {asked} cannot be the header line: no row near the top begins there", asked)


def _header(records: Sequence[Record]) -> int | None:
    """The line above the data of which we know the most words, or else the one right above the first row."""
    data = [index for index, (_, cells) in enumerate(records) if is_data(cells)]
    if not data:
        return None
    above = [index for index in range(min(data[0], _DEEPEST_HEADER)) if _could_be_header(records[index][1])]
    if not above and len(data) > 1:  # BNP Paribas writes the account's balance and its day above the header
        above = [
            index for index in range(data[0], min(data[1], _DEEPEST_HEADER)) if _could_be_header(records[index][1])
        ]
    named = [index for index in above if _known(records[index][1]) >= _FEWEST_NAMES and _is_dated(records[index][1])]
    if named:
        return max(named, key=lambda index: _known(records[index][1]))
    width = len(records[data[0]][1])
    for index in reversed(range(data[0])):
        cells = records[index][1]
        if sum(map(bool, map(str.strip, cells))) > 1:  # what stands between is no table
            return index if index in above and len(cells) == width else None
    return None


def _could_be_header(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) >= _FEWEST_NAMES and not any(
        dates.looks_like_date(cell) or amounts.written(cell) for cell in filled
    )


def _known(cells: Sequence[str]) -> int:
    """How many cells are made of words that banks write above their columns."""
    return sum(bool(about.concepts or about.unit) for about in map(heading, cells))


def _is_dated(cells: Sequence[str]) -> bool:
    return any(not about.concepts.isdisjoint(_DATED) for about in map(heading, cells))


def _dialect(delimiter: str, records: Sequence[Record], header: int | None, data: Sequence[list[str]]) -> Dialect:
    width = Counter(map(len, data)).most_common(1)[0][0]
    names = [] if header is None else records[header][1]
    first = next(index for index, (_, cells) in enumerate(records) if cells is data[0])
    if names and width > len(names) and any(amounts.written(cell) for cell in data[0][len(names) :]):
        line = records[first][0]
        raise StatementUnreadable(
            f"line {line} has more fields than the header names: a {delimiter!r} in it may lack its quotes", line
        )
    names = [*names, *[""] * (width - len(names))]
    return Dialect(
        delimiter,
        0 if header is None else records[header][0],
        tuple(names),
        _start(records, first, width) if header is None else records[header][0] + 1,
        [[*cells, *[""] * (len(names) - len(cells))] for cells in data],
        [cells for _, cells in records[: first if header is None else header]],
    )


def _start(records: Sequence[Record], first: int, width: int) -> int:
    """Where rows begin in a file without a header: what is right above the first row, as wide, may be a broken one."""
    above = takewhile(lambda record: len(record[1]) == width, reversed(records[:first]))
    return next((line for line, _ in reversed(list(above))), records[first][0])
