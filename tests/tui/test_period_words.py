"""Periods as people write them."""

from __future__ import annotations

from datetime import date

import pytest

from expense_core.errors import Invalid
from expense_tui.period_words import read
from expense_tui.periods import Period, Span

TODAY = date(2026, 11, 5)
"""A Thursday."""


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-03-10 to 2026-04-20", "2026-03-10", "2026-04-20"),
        ("1 mar - 15 apr", "2026-03-01", "2026-04-15"),
        ("1 mar-15 apr", "2026-03-01", "2026-04-15"),
        ("from 1 nov to 15 jan", "2025-11-01", "2026-01-15"),
        ("01/03/2026 – 15/04/2026", "2026-03-01", "2026-04-15"),  # noqa: RUF001 - a dash
        ("2026-03-10..2026-04-20", "2026-03-10", "2026-04-20"),
        ("since 3 nov", "2026-11-03", "2026-11-05"),
        ("3 nov ..", "2026-11-03", "2026-11-05"),
        ("last month to yesterday", "2026-10-01", "2026-11-04"),
        ("jan to mar 2025", "2025-01-01", "2025-03-31"),
        ("2024-2025", "2024-01-01", "2025-12-31"),
        ("yesterday", "2026-11-04", "2026-11-04"),
        ("March", "2026-03-01", "2026-03-31"),
        ("december", "2025-12-01", "2025-12-31"),
        ("2025-12", "2025-12-01", "2025-12-31"),
        ("12/2025", "2025-12-01", "2025-12-31"),
        ("q4", "2026-10-01", "2026-12-31"),
        ("Q3 2025", "2025-07-01", "2025-09-30"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("this week", "2026-11-02", "2026-11-08"),
        ("last quarter", "2026-07-01", "2026-09-30"),
        ("next year", "2027-01-01", "2027-12-31"),
    ],
)
def test_a_period_is_read_as_people_write_it(text: str, first: str, last: str) -> None:
    """Both days are in it; what names no year is the latest that is not after today."""
    period = read(text, today=TODAY, locale="en_GB")

    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("de", "vom 1. März bis 15. April"),
        ("fr", "du 1er mars au 15 avril"),
        ("es", "1 de marzo a 15 de abril"),
        ("sv", "1 mars till 15 april"),
        ("en_US", "3/1 to 4/15"),
    ],
)
def test_any_word_between_two_days_means_up_to(locale: str, text: str) -> None:
    """So it can be said in every language that days are read in."""
    period = read(text, today=TODAY, locale=locale)

    assert period.range == (date(2026, 3, 1), date(2026, 4, 15))


@pytest.mark.parametrize(
    ("locale", "texts"),
    [
        ("de_AT", "letzten Monat; letzter Monat; diese Woche; letztes Quartal; nächstes Jahr; last month"),
        ("fr", "le mois dernier; mois dernier; cette semaine; le trimestre dernier; l'année prochaine; last month"),
        ("es_MX", "el mes pasado; mes pasado; esta semana; el trimestre pasado; el próximo año; last month"),
        ("sv", "förra månaden; förra månaden; denna vecka; förra kvartalet; nästa år; last month"),
        ("en_US", "last month; past month; this week; last quarter; next year; last month"),
    ],
)
def test_a_period_counted_from_today_is_read_in_the_persons_own_language(locale: str, texts: str) -> None:
    """As they say it, and in English all the same."""
    periods = [read(text, today=TODAY, locale=locale).range for text in texts.split("; ")]

    last_month = (date(2026, 10, 1), date(2026, 10, 31))
    assert periods == [
        last_month,
        last_month,
        (date(2026, 11, 2), date(2026, 11, 8)),
        (date(2026, 7, 1), date(2026, 9, 30)),
        (date(2027, 1, 1), date(2027, 12, 31)),
        last_month,
    ]


@pytest.mark.parametrize(
    ("locale", "text", "year"),
    [("sv", "i år", 2026), ("sv", "i fjol", 2025), ("fr", "cette année", 2026), ("pl", "w zeszłym roku", 2025)],
)
def test_what_a_language_says_in_a_way_of_its_own_is_read_as_well(locale: str, text: str, year: int) -> None:
    """It goes before what its words would mean one by one: "i fredags" is last Friday, "i år" is this year."""
    period = read(text, today=TODAY, locale=locale)

    assert period == Period.holding(date(year, 1, 1), Span.YEAR)


def test_a_period_counted_from_today_can_begin_or_end_another() -> None:
    """A hyphen in its name is no mark between two."""
    assert read("letzten Monat bis gestern", today=TODAY, locale="de").range == (date(2026, 10, 1), date(2026, 11, 4))
    assert read("ce mois-ci", today=TODAY, locale="fr") == Period.holding(TODAY, Span.MONTH)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is not a period"),
        ("soon", "is not a period"),
        ("1 mar 15 apr 3 may", "is not a period"),
        ("1 mar and then 15 apr", "is not a period"),
        ("until 1 mar", "is not a period"),
        ("31 feb to 3 mar", "there is no such day"),
        ("2026-04-20 to 2026-03-10", "before it begins"),
        ("since 2027", "before it begins"),
    ],
)
def test_what_is_no_period_is_refused_with_the_reason(text: str, told: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(Invalid, match=told):
        read(text, today=TODAY, locale="en_GB")


def test_what_has_a_name_gets_it() -> None:
    """A month that was written as its first and last day is that month, and moves as one."""
    assert read("1 feb to 28 feb", today=TODAY) == Period.holding(date(2026, 2, 1), Span.MONTH)
    assert read("all time", today=TODAY).span is Span.ALL
