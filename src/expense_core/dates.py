"""Dates as a person writes them: "yesterday", "last friday", "3 nov", "03/11/2026", "vor 2 Tagen".

English and the locale's own language are read. People write about what they have spent, so a day that leaves
something out is the latest such day that is not after today: on a Monday, "friday" is three days ago; in June 2026,
"3 nov" is in 2025. Whether 03/11 is in March or in November is what the locale says (CLDR, through babel).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from expense_core import date_words
from expense_core.errors import Invalid

EARLIEST = date(1900, 1, 1)
"""No expense is older than this."""

_EXAMPLES = 'such as 2026-11-03, "3 nov", "yesterday" or "last friday"'

_NUMBER_AND_WORD = re.compile(r"[1-9][0-9]?\s+(?:may|march|mar)[,;:]?", re.IGNORECASE)
_LEAP_YEARS_APART = 8
_MAX_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Phrase:
    """A date that stands somewhere in a text."""

    start: int
    end: int
    day: date | None
    """Nothing when there is no such day, and then `problem` says why."""
    problem: str
    lone_weekday: bool
    """It is the name of a weekday and no more, so it may well belong to what follows: "Sunday roast"."""
    number_and_word: bool
    """It is a number and a month whose name is a word, so it may be no date at all: "5 March for Life shoes"."""


def read(text: str, *, today: date, locale: str = "en") -> date:
    """The date that the whole of a text is.

    Arguments:
        text: what the person wrote.
        today: the day it was written on.
        locale: whose language and order of day and month it is in, such as "en" or "de_AT".

    Raises:
        Invalid: it is no date, there is no such day, or it is before `EARLIEST`.
    """
    written = text.strip()
    phrase = next((p for p in find(written, today=today, locale=locale) if p.end - p.start == len(written)), None)
    if phrase is None:
        raise Invalid(f"{_shown(written)} is not a date; write one {_EXAMPLES}")
    if phrase.day is None:
        raise Invalid(phrase.problem)
    return phrase.day


def find(text: str, *, today: date, locale: str = "en") -> list[Phrase]:
    """Every date in a text, from left to right, also those that no calendar has, such as "31 feb".

    Each stands between blanks; a comma, semicolon or colon behind it belongs to it.
    """
    words = date_words.of(locale)
    return [_phrase(match, words, today) for match in words.pattern.finditer(text)]


def _phrase(match: re.Match[str], words: date_words.Words, today: date) -> Phrase:
    written = _shown(match[0].rstrip(",;:"))
    day, problem = None, ""
    try:
        day = _day(match, words, today)
    except (ValueError, OverflowError):
        problem = f"there is no such day as {written}; write one {_EXAMPLES}"
    if day and day < EARLIEST:
        day, problem = None, f"{written} is too long ago; the first day there is here is {EARLIEST}"
    return Phrase(
        *match.span(),
        day,
        problem,
        lone_weekday=match["lone"] is not None and match["on"] is None,
        number_and_word=_NUMBER_AND_WORD.fullmatch(match[0]) is not None,
    )


def _day(match: re.Match[str], words: date_words.Words, today: date) -> date:
    """The day that a match of the locale's pattern means.

    Raises:
        ValueError: there is no such day.
        OverflowError: it is after the last day that Python can name.
    """
    match match.lastgroup:
        case "near":
            return today + timedelta(days=words.near[date_words.folded(match["near"])])
        case "weekday":
            weekday = words.weekdays[date_words.folded(match["weekday_1"] or match["weekday_2"] or match["lone"])]
            which = words.which[date_words.folded(match["which_1"] or match["which_2"] or "this")]
            return _on_weekday(weekday, which, today)
        case "relative":
            return _counted(" ".join(match["relative"].split()), today, words.languages)
        case "day_month" | "month_day" as order:
            month = words.months[date_words.folded(match["month_2"] if order == "day_month" else match["month_1"])]
            nth, year = (match["nth_1"], match["year_1"]) if order == "day_month" else (match["nth_2"], match["year_2"])
            return _in_calendar(year, month, int(re.findall("[0-9]+", nth)[0]), today)
        case "year_first":
            *year, month, day = re.findall("[0-9]+", match["year_first"])
            return _in_calendar(year[0] if year else None, int(month), int(day), today)
        case _:
            one, other, *year = re.findall("[0-9]+", match["figures"])
            dotted = "." in match["figures"]
            if words.month_first_with_dots if dotted else words.month_first:
                one, other = other, one
            return _in_calendar(year[0] if year else None, int(other), int(one), today)


def _in_calendar(year: str | None, month: int, day: int, today: date) -> date:
    """That day; without a year, the latest one up to today, which for 29 February can be eight years back."""
    if year:
        return date(int(year) + (2000 if len(year) == len("26") else 0), month, day)
    for candidate in range(today.year, today.year - _LEAP_YEARS_APART, -1):
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if found <= today:
            return found
    return date(today.year - _LEAP_YEARS_APART, month, day)


def _on_weekday(weekday: int, which: str, today: date) -> date:
    """This one up to today, the last one before today, or the next one after it."""
    match which:
        case "last":
            return today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
        case "next":
            return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
        case _:
            return today - timedelta(days=(today.weekday() - weekday) % 7)


@lru_cache(maxsize=256)
def _counted(phrase: str, today: date, languages: tuple[str, ...]) -> date:
    """The day that lies as far from today as the phrase says: "2 weeks ago", "letzten Monat"."""
    import dateparser

    found: datetime | None = dateparser.parse(
        phrase,
        languages=list(languages),
        # The base is local midnight of a day that the caller chose: no time zone of this machine must shift it.
        settings={"PARSERS": ["relative-time"], "RELATIVE_BASE": datetime.combine(today, time()), "TIMEZONE": "UTC"},
    )
    if found is None:
        raise ValueError(phrase)
    return found.date()


def _shown(text: str) -> str:
    """What was written, short enough for a message."""
    return repr(text if len(text) <= _MAX_SHOWN else text[:_MAX_SHOWN] + "…")
