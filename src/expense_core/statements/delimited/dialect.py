"""Where the table is in a delimited file: the delimiter, the line with the column names, and the rows beneath it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from itertools import islice, pairwise
from pathlib import Path
from typing import NamedTuple

from expense_core.errors import StatementUnreadable
from expense_core.statements.delimited import amounts, dates, mending, source
from expense_core.statements.row import ReadingOptions

_DELIMITERS = ",;\t|~^"
_SAMPLE = 500
_DEEPEST_HEADER = 100
_CHARACTERS = 1 << 20
_FEWEST_NAMES = 2
_NO_DELIMITER = "\x1f"
_EXCEL = re.compile(r"sep=(.)", re.IGNORECASE)
_LABELLED = re.compile(r"[^:]+:\s.*\d.*", re.DOTALL)

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
    compact_days: tuple[int, ...] = ()
    """Columns of days in six digits."""
    day_once: int | None = None
    """The column of a day that stands on the first of its rows alone."""
    years: tuple[tuple[int, int], ...] = ()
    """Columns whose newest days have no year, and the year that these are of."""


class _Mended(NamedTuple):
    """Columns whose days have been made plain."""

    compact_days: tuple[int, ...]
    years: tuple[tuple[int, int], ...]


def find(path: Path, encoding: str, options: ReadingOptions) -> Dialect:
    """The table in this file.

    Raises:
        StatementUnreadable: no line has a date and an amount, whichever the delimiter.
    """
    candidates = [options.delimiter] if options.delimiter else _declared(path, encoding) or list(_DELIMITERS)
    best: tuple[str, list[Record], int | None, list[list[str]], _Mended] | None = None
    best_score = (0, 0)
    fault: StatementUnreadable | None = None
    for delimiter in candidates:
        try:
            records, mended = _mended(_sample(path, encoding, delimiter))
            header = _header(records) if options.header_line is None else _asked_header(records, options.header_line)
        except StatementUnreadable as error:
            fault = fault or error
            continue
        known = mending.known(records[header][1]) if header is not None else 0
        start = 0 if header is None else header + 1
        data = [cells for _, cells in records[start:] if is_data(cells)]
        score = (known, sum(map(len, data)))
        if data and score > best_score:
            best, best_score = (delimiter, records, header, data, mended), score
    if best is None:
        raise fault or StatementUnreadable(
            f"no line of {path.name} has a date and an amount; is it a bank statement in CSV?"
        )
    return _dialect(*best)


def is_data(cells: Sequence[str]) -> bool:
    """Whether a record has both a date and a number; neither has a tab within."""
    whole = [cell for cell in cells if "\t" not in cell.strip()]
    days = [dates.looks_like_date(cell) for cell in whole]
    return any(days) and any(not day and amounts.written(cell) for day, cell in zip(days, whole, strict=True))


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


def _mended(records: list[Record]) -> tuple[list[Record], _Mended]:
    """The records, with marks in the days of six digits, and a year in those without; and the columns of those."""
    for index, (_, names) in enumerate(records[:_DEEPEST_HEADER]):
        if not (_could_be_header(names) and mending.known(names) >= _FEWEST_NAMES):
            continue
        beneath = [cells for _, cells in records[index + 1 :]]
        columns = mending.days_without_marks(names, beneath)
        years = mending.days_without_year(names, beneath) if len(records) < _SAMPLE else ()  # the newest may come last
        if columns or years:
            mended = [mending.with_whole_days(cells, columns, years) for cells in beneath]
            lines = [line for line, _ in records[index + 1 :]]
            return [*records[: index + 1], *zip(lines, mended, strict=True)], _Mended(columns, years)
    return records, _Mended((), ())


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
    named = [index for index in above if _names_a_day(records[index][1])]
    is_of_account = named and all(mending.is_of_account(records[index][1], records[data[0]][1]) for index in named)
    if len(data) > 1 and (is_of_account or not above):  # Sparda and BNP Paribas write the balance and its day above
        beneath = [
            index for index in range(data[0], min(data[1], _DEEPEST_HEADER)) if _could_be_header(records[index][1])
        ]
        above += beneath
        named = [index for index in beneath if _names_a_day(records[index][1])] or named
    if named:
        return max(named, key=lambda index: mending.known(records[index][1]))
    width = len(records[data[0]][1])
    for index in reversed(range(data[0])):
        cells = records[index][1]
        if sum(map(bool, map(str.strip, cells))) > 1:  # what stands between is no table
            return index if index in above and len(cells) == width else None
    return None


def _names_a_day(cells: Sequence[str]) -> bool:
    return mending.known(cells) >= _FEWEST_NAMES and mending.is_dated(cells)


def _could_be_header(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return len(filled) >= _FEWEST_NAMES and not any(
        dates.looks_like_date(cell) or amounts.written(cell) or _LABELLED.fullmatch(cell) for cell in filled
    )


def _dialect(
    delimiter: str,
    records: Sequence[Record],
    header: int | None,
    data: Sequence[list[str]],
    mended: _Mended,
) -> Dialect:
    is_strange = header is None and mending.strange_above(data)
    data = data[is_strange:]
    width = Counter(map(len, data)).most_common(1)[0][0]
    if header is not None and width > len(records[header][1]):  # texts that have any number of fields
        width = max(map(len, data))
    names, below = ([], 0) if header is None else _names(records, header)
    first = next(index for index, (_, cells) in enumerate(records) if cells is data[0])
    surplus = data[0][len(names) :] if names else []
    if any(map(amounts.written, surplus)) or (any(map(str.strip, surplus)) and mending.is_cut_at_commas(data)):
        line = records[first][0]
        raise StatementUnreadable(
            f"line {line} has more fields than the header names: a {delimiter!r} in it may lack its quotes", line
        )
    names = [*names, *[""] * (width - len(names))]
    rows = [[*cells, *[""] * (len(names) - len(cells))] for _, cells in records[below:]]
    sample = [[*cells, *[""] * (len(names) - len(cells))] for cells in data]
    return Dialect(
        delimiter,
        0 if header is None else records[header][0],
        tuple(mending.names_over_amounts(names, sample)),
        records[below - 1][0] + 1 if below else records[first][0] if is_strange else _start(records, first, width),
        sample,
        [cells for _, cells in records[: first if header is None else header]],
        mended.compact_days,
        mending.day_on_first_row(rows, sample),
        mended.years,
    )


def _names(records: Sequence[Record], header: int) -> tuple[list[str], int]:
    """The names of the columns, from two lines where one alone says less; and which record is the first beneath."""
    names = records[header][1]
    filled = [index for index, (_, cells) in enumerate(records) if any(map(str.strip, cells))]
    for upper, lower in pairwise(filled):
        if header in (upper, lower) and _could_be_header(records[upper][1]) and _could_be_header(records[lower][1]):
            both = mending.joined(records[upper][1], records[lower][1])
            if both is not None:
                return both, lower + 1
    return names, header + 1


def _start(records: Sequence[Record], first: int, width: int) -> int:
    """Where rows begin in a file without a header: what is right above the first row, as wide, may be a broken one."""
    above = mending.whole_lines_above([cells for _, cells in records[:first]], width)
    return records[first - len(above)][0]
