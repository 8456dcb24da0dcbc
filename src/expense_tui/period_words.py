"""A period as a person writes it: "march", "q3 2025", "last month", "1 mar to 15 apr", "2024 - 2025", "since 3 nov".

Its days are written as anywhere else (`expense_core.dates`), and the names of months, and of what is counted from
today, are those of the locale and of English. What names no year is the latest that is not after today. Whatever word
stands between two days, it means "to": so every language has one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from expense_core import date_words, dates
from expense_core.errors import Invalid
from expense_tui.periods import Period, Span

_EXAMPLES = 'such as "march", "q3 2025", "last month", "2025", or "1 mar to 15 apr"'
_MARKS = re.compile(r"\s*(?:\.\.+|…|[–—]|(?<=[^\W\d])-|-(?=[^\W\d])|(?<=[0-9]{4})-(?=[0-9]{4}))\s*")
_BETWEEN = re.compile(r"\s+(?:[^\W\d]+|-)\s+")
_BEFORE = re.compile(r"(?:[^\W\d]+\s+)?")
_SINCE = re.compile(r"(?:from|since)\s+", re.IGNORECASE)
_OPEN_END = re.compile(r"\s+-\s*")
_YEAR = "(?:19|20)[0-9]{2}"


@dataclass(frozen=True)
class _Part:
    """A period that stands somewhere in a text."""

    start: int
    end: int
    period: Period


def read(text: str, *, today: date, locale: str = "en") -> Period:
    """The period that a text names.

    Arguments:
        today: the day it was written on.
        locale: whose language and order of day and month it is in.

    Raises:
        Invalid: it names none, or one that ends before it begins.
    """
    written = _with_marks(text)
    if written.casefold() in {"all", "all time"}:
        return Period.holding(today, Span.ALL)
    match list(_parts(written, today, locale)):
        case [one] if (one.start, one.end) == (0, len(written)):
            return one.period
        case [one] if _is_open(written, one):
            return _between(one.period.first, today)
        case [one, other] if _is_range(written, one, other):
            first, last = one.period.first, other.period.last
            if first > last:  # "1 nov to 15 jan": the November before that January
                earlier = next(_parts(written[one.start : one.end], last, locale), one)
                first = earlier.period.first
            return _between(first, last)
    raise Invalid(f"{text.strip()[:40]!r} is not a period; write one {_EXAMPLES}")


def _with_marks(text: str) -> str:
    """A text with every mark that may stand between two days written in one way."""
    return " ".join(_MARKS.sub(" - ", text).split())


def _between(first: date, last: date) -> Period:
    if first > last:
        raise Invalid(f"it ends ({last}) before it begins ({first})")
    return Period.between(first, last)


def _is_open(written: str, one: _Part) -> bool:
    """Whether it goes from there up to today: "since 3 nov", "3 nov -"."""
    before, behind = written[: one.start], written[one.end :]
    return bool((_SINCE.fullmatch(before) and not behind) or (not before and _OPEN_END.fullmatch(behind)))


def _is_range(written: str, one: _Part, other: _Part) -> bool:
    """Whether it goes from one to the other: "1 mar to 15 apr", "du 1 mars au 15 avril"."""
    ends_there = other.end == len(written)
    between = written[one.end : other.start]
    return bool(ends_there and _BEFORE.fullmatch(written[: one.start]) and _BETWEEN.fullmatch(between))


def _parts(text: str, today: date, locale: str) -> Iterator[_Part]:
    """Every period in a text, from left to right.

    Raises:
        Invalid: there is no such day.
    """
    counted = list(_counted(text, today, locale))
    days = []
    for phrase in dates.find(text, today=today, locale=locale):
        if phrase.day is None:
            raise Invalid(phrase.problem)
        days.append(_Part(phrase.start, phrase.end, Period.holding(phrase.day, Span.DAY)))
    days = [*counted, *(one for one in days if not _meets(one, counted))]  # "last month" is more than a day of it
    longer = (one for one in _longer(text, today, date_words.of(locale)) if not _meets(one, days))
    yield from sorted([*days, *longer], key=lambda part: part.start)


def _meets(one: _Part, others: Iterable[_Part]) -> bool:
    return any(one.start < other.end and other.start < one.end for other in others)


def _counted(text: str, today: date, locale: str) -> Iterator[_Part]:
    """Those that are counted from today: "last month", "cette semaine"."""
    said = {_with_marks(phrase): meant for phrase, meant in date_words.spans(locale).items()}
    longest_first = "|".join(sorted(map(re.escape, said), key=len, reverse=True))
    for found in re.finditer(rf"(?<!\S)(?:{longest_first})(?!\S)", text, re.IGNORECASE):
        span, steps = said[date_words.folded(found[0])]
        yield _Part(*found.span(), Period.holding(today, Span(span)).moved(steps))


def _longer(text: str, today: date, words: date_words.Words) -> Iterator[_Part]:
    """Months, quarters and years in a text."""
    names = "|".join(sorted(map(re.escape, words.months), key=len, reverse=True))
    pattern = rf"""
        (?<!\S)(?:
          (?P<name>{names})\.?(?:\s(?P<name_year>{_YEAR}))?
        | Q(?P<quarter>[1-4])(?:\s(?P<quarter_year>{_YEAR}))?
        | (?P<iso_year>{_YEAR})-(?P<iso_month>0?[1-9]|1[0-2])
        | (?P<month>0?[1-9]|1[0-2])/(?P<month_year>{_YEAR})
        | (?P<year>{_YEAR})
        )(?!\S)
    """
    for found in re.finditer(pattern, text, re.VERBOSE | re.IGNORECASE):
        year = found["name_year"] or found["quarter_year"] or found["iso_year"] or found["month_year"] or found["year"]
        span = Span.QUARTER if found["quarter"] else Span.YEAR if found["year"] else Span.MONTH
        month = int(found["iso_month"] or found["month"] or 1)
        if found["name"]:
            month = words.months[date_words.folded(found["name"])]
        elif found["quarter"]:
            month = 3 * int(found["quarter"]) - 2
        first = date(int(year or today.year), month, 1)
        if not year and first > today:
            first = first.replace(year=today.year - 1)
        yield _Part(*found.span(), Period.holding(first, span))
