"""Dates as banks write them: what a cell can mean, and in which order a whole column writes day and month.

A date with the year in front or with the month in letters speaks for itself. "03/04/2024" does not: the order comes
from evidence in the file (`OrderEvidence`), and where there is none, the person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache, lru_cache
from itertools import pairwise
from typing import NamedTuple

from expense_core.statements.row import DateOrder

EARLIEST_YEAR = 1900
LATEST_YEAR = 2100
_BUDDHIST_ERA = 543
"""How far the years of Thailand are ahead."""
_BUDDHIST_YEARS = range(EARLIEST_YEAR + _BUDDHIST_ERA, LATEST_YEAR + _BUDDHIST_ERA)
_PIVOT = 69
"""Years of two digits: 00 to 68 are 2000 to 2068, 69 to 99 are 1969 to 1999, as POSIX has it."""

_TIME = r"(?:(?:[T ,]+|[-/])\d{1,2}[:.h]\d{2}.*)?"
_NUMERIC = re.compile(
    r"(?:\d{1,2}:\d{2}(?::\d{2})?\s+)?(\d{4}|\d{1,2})([-./ ]) ?(\d{1,2})\2 ?(\d{4}|\d{1,2})\.?" + _TIME, re.ASCII
)
_COMPACT = re.compile(
    r"((?:19|20)\d\d):?(\d\d):?(\d\d)(?:[T ]?\d{4,6}(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d|\[[^]]*\])?", re.ASCII
)
_COMPACT_BACK = re.compile(r"(0[1-9]|[12]\d|3[01])(0[1-9]|[12]\d|3[01])((?:19|20)\d\d)", re.ASCII)
_LETTERS = r"([^\W\d_]{3,12})"
_DAY = r"(\d{1,2})(?:st|nd|rd|th|er|º)?"
_YEAR = r"'?(\d{4}|\d{2})"
_BETWEEN = r"(?:[\s./,-]|\b(?:de|of)\b)*"
_DAY_MONTH = re.compile(rf"(?:[^\W\d_]{{2,12}}[.,]*\s+)?{_DAY}{_BETWEEN}{_LETTERS}{_BETWEEN}{_YEAR}" + _TIME)
_MONTH_DAY = re.compile(rf"(?:[^\W\d_]{{2,12}}[.,]*\s+)?{_LETTERS}[\s./-]*{_DAY}[\s.,/-]+{_YEAR}" + _TIME)
_YEAR_MONTH = re.compile(rf"(\d{{4}})[\s./-]*{_LETTERS}[\s./-]*{_DAY}" + _TIME)
_ENGLISH = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LOCALES = (
    *("de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "sk"),
    *("hu", "ro", "hr", "sl", "tr", "ru", "uk", "bg", "el", "et", "lv", "lt", "id"),
)
_IN_TEXT = re.compile(r"(?<!\d)\d{1,2}([./-])\d{1,2}\1(?:\d{4}|\d\d)(?!\d)", re.ASCII)
_LONGEST = 40
_DAYS_APART = 10
_MONTHS_APART = 20
_A_YEAR = 365
_ENOUGH_PAIRS = 3
_ENOUGH_STEPS = 5


class Numbers(NamedTuple):
    """A date of three numbers whose order is not known."""

    first: int
    second: int
    third: int
    separator: str
    short_year: bool

    def on(self, order: DateOrder) -> date:
        """The day that it means in this order.

        Raises:
            ValueError: there is no such day.
        """
        if order is DateOrder.YMD:
            year, month, day = self.first, self.second, self.third
        elif order is DateOrder.DMY:
            day, month, year = self.first, self.second, self.third
        else:
            month, day, year = self.first, self.second, self.third
        if self.short_year:
            year += 2000 if year < _PIVOT else 1900
        return _day(year, month, day)

    def orders(self) -> set[DateOrder]:
        """The orders in which there is such a day."""
        return {order for order in self.candidates() if self._exists(order)}

    def candidates(self) -> tuple[DateOrder, ...]:
        """The orders that anybody writes in this way."""
        if self.short_year and self.separator == "-":
            return DateOrder.DMY, DateOrder.MDY, DateOrder.YMD
        return DateOrder.DMY, DateOrder.MDY

    def _exists(self, order: DateOrder) -> bool:
        try:
            self.on(order)
        except ValueError:
            return False
        return True


@lru_cache(maxsize=8192)
def written(text: str) -> date | Numbers | None:
    """The day that the cell means, its numbers where their order is not known, or None where it is no date at all.

    Raises:
        ValueError: it is written like a date, but there is no such day.
    """
    text = text.strip().strip("'")
    if not text or len(text) > _LONGEST:
        return None
    if found := _NUMERIC.fullmatch(text):
        first, separator, second, third = found.groups()
        if len(first) == 4:  # noqa: PLR2004 - the digits of a year
            return _day(int(first), int(second), int(third))
        if len(third) == 1:
            return None
        return Numbers(int(first), int(second), int(third), separator, short_year=len(third) == 2)  # noqa: PLR2004 - as above
    if found := _COMPACT.fullmatch(text):
        return _day(*(int(part) for part in found.groups()))
    return _year_last(text) or _in_letters(text)


def looks_like_date(text: str) -> bool:
    """Whether the cell is written like a date, be there such a day or not."""
    try:
        return written(text) is not None
    except ValueError:
        return True


def without_time(text: str) -> str:
    """The text without a time of day behind a date as long as "2024-12-31": the day repeats, and the time does not."""
    return text[:10] if len(text) > 10 and text[10] in " T" and text[9].isdecimal() else text  # noqa: PLR2004 - as above


def read(text: str, order: DateOrder | None) -> date:
    """The day that the cell means; a time of day behind it is left out, the day stays as written.

    Raises:
        ValueError: it is no date, or there is no such day.
    """
    found = written(without_time(text))
    if isinstance(found, Numbers) and order is not None:
        return found.on(order)
    if isinstance(found, date):
        return found
    raise ValueError("is not a date")


def direction(cells: Iterable[str]) -> int:
    """1 where the days of a column run from the oldest to the newest, -1 where they run back, 0 where nobody knows."""
    found = [day for cell in cells if (day := _or_none(cell)) is not None]
    possible = set(DateOrder).intersection(*(day.orders() for day in found if isinstance(day, Numbers)))
    directions = set()
    for order in possible:
        days = [_on(day, order) for day in found]
        steps = {(after > before) - (after < before) for before, after in pairwise(days)} - {0}
        directions.add(steps.pop() if len(steps) == 1 else 0)
    return directions.pop() if len(directions) == 1 else 0


def never_before(cells: Iterable[str], others: Iterable[str]) -> bool:
    """Whether each of several days is that of another column or later, in every order that they can be written in."""
    pairs = [
        (day, other)
        for day, other in zip(map(_or_none, cells), map(_or_none, others), strict=True)
        if day is not None and other is not None
    ]
    found = [day for pair in pairs for day in pair]
    possible = set(DateOrder).intersection(*(day.orders() for day in found if isinstance(day, Numbers)))
    return len(pairs) > 1 and all(_on(day, order) >= _on(other, order) for order in possible for day, other in pairs)


def _on(day: date | Numbers, order: DateOrder) -> date:
    return day.on(order) if isinstance(day, Numbers) else day


class OrderEvidence:
    """What the date columns of a file say about the order of day and month, row by row, in constant memory."""

    def __init__(self) -> None:
        self.example: str | None = None
        """A date that needs the order to be read."""
        self._possible: set[DateOrder] | None = None
        self._separators: set[str] = set()
        self._differ = False
        """Some day is another one where the month comes first: 2/2/2026 is not."""
        self._apart: dict[DateOrder, list[int]] = {order: [0, 0] for order in DateOrder}
        self._last: Numbers | None = None
        self._steps: dict[DateOrder, list[int]] = {order: [0, 0] for order in DateOrder}
        self._lengths: dict[DateOrder, list[int]] = {order: [0, 0] for order in DateOrder}

    @property
    def settled(self) -> bool:
        """Only one order is left; more rows change nothing."""
        return self._possible is not None and len(self._possible) == 1

    def add(self, cells: Sequence[str]) -> None:
        """Take in the dates of one row, the booking date first."""
        dates = [found for text in cells if isinstance(found := _or_none(text), Numbers)]
        if not dates:
            return
        self.example = self.example or cells[0]
        for found in dates:
            self._narrow(found.orders())
            self._differ = self._differ or found.first != found.second
            self._separators.add(found.separator)
        self._compare(dates)

    def narrow_by(self, text: str) -> None:
        """Take in the dates in a text from outside the table, such as the period in the lines above it."""
        for part in _IN_TEXT.finditer(text):
            found = _or_none(part[0])
            if isinstance(found, Numbers) and found.separator in self._separators:
                self._narrow(found.orders())

    def allows(self, order: DateOrder | None) -> bool:
        """Whether the dates are all days of the calendar in this order."""
        return order in (self._possible or ())

    def possible(self, *, decimal_comma: bool) -> set[DateOrder]:
        """The orders that the evidence leaves open; one, where it settles the question.

        In CLDR every locale that writes the month first separates with slashes and has a decimal point.
        """
        if self._possible is None or len(self._possible) == 1:
            return self._possible or set()
        if DateOrder.YMD in self._possible:
            near = {order for order in self._possible if self._steps_are_short(order)}
            if len(near) == 1:
                return near
        if DateOrder.DMY in self._possible and ("." in self._separators or decimal_comma):
            return {DateOrder.DMY}
        if not self._differ and self._possible <= {DateOrder.DMY, DateOrder.MDY}:
            return {DateOrder.DMY}
        close = {order for order in self._possible if self._keeps_together(order)}
        near = {order for order in self._possible if self._steps_are_short(order)}
        sorted_by = {order for order in self._possible if self._is_sorted(order)}
        return next((orders for orders in (close, near, sorted_by) if len(orders) == 1), self._possible)

    def _narrow(self, orders: set[DateOrder]) -> None:
        """Rule out what this date cannot be; one that fits nothing is left for the reading, which names its line."""
        known = orders if self._possible is None else self._possible & orders
        self._possible = known or self._possible

    def _compare(self, dates: Sequence[Numbers]) -> None:
        """Note how far the row's dates are apart, and whether the first one goes up or down from row to row."""
        for order in self._possible or ():
            days = [found.on(order) for found in dates if order in found.orders()]
            if len(days) > 1 and (days_apart := abs((days[0] - days[-1]).days)):
                near, far = self._apart[order]
                self._apart[order] = [near + (days_apart <= _DAYS_APART), far + (days_apart > _MONTHS_APART)]
            if days and self._last is not None and order in self._last.orders():
                before = self._last.on(order)
                step = abs((days[0] - before).days)
                short, long = self._lengths[order]
                self._lengths[order] = [short + (0 < step < _A_YEAR), long + (step >= _A_YEAR)]
                up, down = self._steps[order]
                self._steps[order] = [up + (days[0] > before), down + (days[0] < before)]
        self._last = dates[0]

    def _keeps_together(self, order: DateOrder) -> bool:
        """A payment's dates are days apart; in the wrong order they seem to be months apart, in every row."""
        others_far = all(self._apart[other][1] >= _ENOUGH_PAIRS for other in self._possible or () if other != order)
        near, far = self._apart[order]
        return others_far and near >= _ENOUGH_PAIRS and not far

    def _steps_are_short(self, order: DateOrder) -> bool:
        """From row to row it is days; in the wrong order it is years each time: from 30-01-24 to 29-01-24."""
        short, long = self._lengths[order]
        others = (self._lengths[other] for other in self._possible or () if other != order)
        return short > 0 and not long and all(other_long and not other_short for other_short, other_long in others)

    def _is_sorted(self, order: DateOrder) -> bool:
        """The rows go one way in time, for long enough that it is no accident."""
        up, down = self._steps[order]
        return min(up, down) == 0 and up + down >= _ENOUGH_STEPS


def _or_none(text: str) -> date | Numbers | None:
    try:
        return written(without_time(text))
    except ValueError:
        return None


def _day(year: int, month: int, day: int) -> date:
    if year < EARLIEST_YEAR:
        raise ValueError(f"is before {EARLIEST_YEAR}")
    if year in _BUDDHIST_YEARS:
        raise ValueError(f"is {year - _BUDDHIST_ERA} if its year is Buddhist; write the years of the common era")
    if year > LATEST_YEAR:
        raise ValueError(f"is after {LATEST_YEAR}")
    try:
        return date(year, month, day)
    except ValueError as no_such_day:
        raise ValueError("is no day of the calendar") from no_such_day


def _year_last(text: str) -> Numbers | None:
    """The numbers of eight digits, if a year can be the last of them, and a day and a month the others."""
    found = _COMPACT_BACK.fullmatch(text)
    if found is None:
        return None
    first, second, year = map(int, found.groups())
    return Numbers(first, second, year, separator="", short_year=False)


def _in_letters(text: str) -> date | None:
    for shape, year, month, day in ((_DAY_MONTH, 3, 2, 1), (_MONTH_DAY, 3, 1, 2), (_YEAR_MONTH, 1, 2, 3)):
        found = shape.fullmatch(text)
        number = month_of(found[month].casefold()) if found else None
        if found and number:
            written_year = int(found[year])
            if len(found[year]) == 2:  # noqa: PLR2004 - a year of two digits
                written_year += 2000 if written_year < _PIVOT else 1900
            return _day(written_year, number, int(found[day]))
    return None


def month_of(name: str) -> int | None:
    """The number of a month by its name or a short form of it."""
    if name[:3] in _ENGLISH and (len(name) == 3 or name in _full_names()):  # noqa: PLR2004 - letters of a short form
        return _ENGLISH.index(name[:3]) + 1
    return _full_names().get(name)


@cache
def _full_names() -> dict[str, int]:
    """Months in the languages of the banks we know of; a form that means two months in two languages is left out."""
    from babel.dates import get_month_names

    meanings: dict[str, set[int]] = {"sept": {9}}
    for locale in ("en", *_LOCALES):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, locale).items():
                    meanings.setdefault(name.casefold().rstrip("."), set()).add(number)
    return {name: numbers.pop() for name, numbers in meanings.items() if len(numbers) == 1}
