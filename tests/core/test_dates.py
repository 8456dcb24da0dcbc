"""Reading dates as people write them."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expense_core import date_words, dates
from expense_core.errors import Invalid

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("today", date(2026, 11, 23)),
        ("yesterday", date(2026, 11, 22)),
        ("Yesterday,", date(2026, 11, 22)),
        ("tomorrow", date(2026, 11, 24)),
        ("the day before yesterday", date(2026, 11, 21)),
        ("2026-11-03", date(2026, 11, 3)),
        ("2026/11/3", date(2026, 11, 3)),
        ("2026.11.03.", date(2026, 11, 3)),
        ("3 nov", date(2026, 11, 3)),
        ("Nov 3", date(2026, 11, 3)),
        ("Nov. 3rd, 2025", date(2025, 11, 3)),
        ("3rd of november 2024", date(2024, 11, 3)),
        ("Fri, 1 sept", date(2026, 9, 1)),
        ("12 May 2030", date(2030, 5, 12)),
        ("3/11/2025", date(2025, 3, 11)),
        ("3/11/25", date(2025, 3, 11)),
        ("3-11-2025", date(2025, 3, 11)),
        ("3.11.", date(2026, 11, 3)),
        ("3. 11. 2025", date(2025, 11, 3)),
        ("2 days ago", date(2026, 11, 21)),
        ("a week  ago", date(2026, 11, 16)),
        ("three weeks ago", date(2026, 11, 2)),
        ("a fortnight ago", date(2026, 11, 9)),
        ("last week", date(2026, 11, 16)),
        ("last month", date(2026, 10, 23)),
        ("in 2 days", date(2026, 11, 25)),
    ],
)
def test_a_date_is_read_as_a_person_means_it(written, day):
    """Each common way of writing a date in English gives the day it means on 23 November 2026."""
    read = dates.read(written, today=MONDAY)

    assert read == day


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("monday", date(2026, 11, 23)),
        ("this mon", date(2026, 11, 23)),
        ("on Friday", date(2026, 11, 20)),
        ("on sat", date(2026, 11, 21)),
        ("past friday", date(2026, 11, 20)),
        ("tuesday", date(2026, 11, 17)),
        ("last monday", date(2026, 11, 16)),
        ("last sun", date(2026, 11, 22)),
        ("next monday", date(2026, 11, 30)),
        ("next tues", date(2026, 11, 24)),
    ],
)
def test_a_weekday_is_the_latest_one_unless_a_word_says_otherwise(written, day):
    """On a Monday, "monday" is today, "last monday" a week ago and "next monday" in a week."""
    read = dates.read(written, today=MONDAY)

    assert read == day


@pytest.mark.parametrize(
    ("written", "day"),
    [("24 nov", date(2025, 11, 24)), ("23 nov", date(2026, 11, 23)), ("29 feb", date(2024, 2, 29))],
)
def test_a_day_without_a_year_is_the_latest_one_up_to_today(written, day):
    """Tomorrow's date is last year's, and a 29 February is in the last leap year."""
    read = dates.read(written, today=MONDAY)

    assert read == day


def test_a_leap_day_without_a_year_can_be_eight_years_back():
    """The year 2100 is no leap year, so in early 2104 the latest 29 February was in 2096."""
    latest = dates.read("29 feb", today=date(2104, 2, 28))

    assert latest == date(2096, 2, 29)


@pytest.mark.parametrize(
    ("written", "locale", "day"),
    [
        ("03/11", "en", date(2026, 3, 11)),
        ("03/11", "en_GB", date(2026, 11, 3)),
        ("03/11/2025", "fr", date(2025, 11, 3)),
        ("3.11.", "de_AT", date(2026, 11, 3)),
        ("11. 3.", "hu", date(2026, 11, 3)),
        ("3/11", "sv", date(2026, 11, 3)),
    ],
)
def test_the_locale_says_whether_the_day_or_the_month_comes_first(written, locale, day):
    """Half the world reads 03/11 as March; Hungarians put the month first even between dots."""
    read = dates.read(written, today=MONDAY, locale=locale)

    assert read == day


@pytest.mark.parametrize(
    ("written", "locale", "day"),
    [
        ("gestern", "de", date(2026, 11, 22)),
        ("vor 2 Tagen", "de", date(2026, 11, 21)),
        ("LETZTE WOCHE", "de", date(2026, 11, 16)),
        ("3. März", "de", date(2026, 3, 3)),
        ("Freitag", "de", date(2026, 11, 20)),
        ("aujourd'hui", "fr", date(2026, 11, 23)),
        ("la semaine dernière", "fr", date(2026, 11, 16)),
        ("1er août", "fr", date(2026, 8, 1)),
        ("3 de noviembre de 2025", "es", date(2025, 11, 3)),
        ("3 KASIM", "tr", date(2026, 11, 3)),
        ("CUMARTESİ", "tr", date(2026, 11, 21)),
        ("3 tháng 11", "vi", date(2026, 11, 3)),
        ("3 Μαΐου", "el", date(2026, 5, 3)),
        ("11月3日", "ja", date(2026, 11, 3)),
        ("2025年11月3日", "ja", date(2025, 11, 3)),
        ("昨日", "ja", date(2026, 11, 22)),
        ("3 november", "la", date(2026, 11, 3)),
        ("last week", "gsw_CH", date(2026, 11, 16)),
    ],
)
def test_a_date_is_read_in_the_language_of_the_locale(written, locale, day):
    """In any letter case, and for a language that dateparser has never heard of, as far as babel knows it."""
    read = dates.read(written, today=MONDAY, locale=locale)

    assert read == day


FRIDAY, LAST_MONDAY = date(2026, 11, 20), date(2026, 11, 16)


@pytest.mark.parametrize(
    ("written", "locale", "day"),
    [
        ("letzten Freitag", "de", FRIDAY),
        ("am letzten Montag", "de_AT", LAST_MONDAY),
        ("am Freitag", "de", FRIDAY),
        ("am 3. November", "de", date(2026, 11, 3)),
        ("diesen Montag", "de", MONDAY),
        ("nächsten Freitag", "de", date(2026, 11, 27)),
        ("vor einer Woche", "de", LAST_MONDAY),
        ("vendredi dernier", "fr", FRIDAY),
        ("lundi dernier", "fr_CA", LAST_MONDAY),
        ("le 3 novembre", "fr", date(2026, 11, 3)),
        ("il y a deux jours", "fr", date(2026, 11, 21)),
        ("el viernes pasado", "es", FRIDAY),
        ("el pasado viernes", "es_MX", FRIDAY),
        ("el lunes que viene", "es", date(2026, 11, 30)),
        ("el 3 de noviembre", "es", date(2026, 11, 3)),
        ("venerdì scorso", "it", FRIDAY),
        ("lo scorso venerdì", "it", FRIDAY),
        ("domenica scorsa", "it", date(2026, 11, 22)),
        ("l'altro ieri", "it", date(2026, 11, 21)),
        ("sexta-feira passada", "pt", FRIDAY),
        ("na última sexta", "pt_BR", FRIDAY),
        ("na sexta", "pt", FRIDAY),
        ("afgelopen vrijdag", "nl", FRIDAY),
        ("vorige maandag", "nl_BE", LAST_MONDAY),
        ("op 3 november", "nl", date(2026, 11, 3)),
        ("i fredags", "sv", FRIDAY),
        ("i måndags", "sv", LAST_MONDAY),
        ("förra fredagen", "sv", FRIDAY),
        ("i förrgår", "sv", date(2026, 11, 21)),
        ("den 3 november", "sv", date(2026, 11, 3)),
        ("sidste fredag", "da", FRIDAY),
        ("i fredags", "da", FRIDAY),
        ("forrige fredag", "nb", FRIDAY),
        ("w zeszły piątek", "pl", FRIDAY),
        ("w środę", "pl", date(2026, 11, 18)),
        ("viime perjantaina", "fi", FRIDAY),
        ("perjantai", "fi", FRIDAY),
        ("minulou středu", "cs", date(2026, 11, 18)),
        ("в прошлую пятницу", "ru", FRIDAY),
        ("geçen cuma", "tr", FRIDAY),
        ("last friday", "tr", FRIDAY),
    ],
)
def test_what_people_put_around_a_day_is_part_of_its_date(written, locale, day):
    """None of it is left in the description, and "last monday" is not today on a Monday."""
    read = dates.read(written, today=MONDAY, locale=locale)

    assert read == day


@pytest.mark.parametrize("text", ["friday ", "friday last", "on the bus"])
def test_english_has_nothing_behind_a_weekday(text):
    """What follows "friday" belongs to something else."""
    found = dates.find(text, today=MONDAY)

    assert [text[phrase.start : phrase.end] for phrase in found] == ["friday"] * text.startswith("friday")


@pytest.mark.parametrize("written", ["yesterday", "friday", "3 nov", "2 days ago", "03/11/2026"])
def test_english_is_read_in_every_locale(written):
    """A German may write the whole line in English."""
    [phrase] = dates.find(written, today=MONDAY, locale="de")

    assert phrase.day is not None


@pytest.mark.parametrize(
    "written",
    ["", "lunch", "may", "nov", "sun", "mar", "second", "50/50", "32 nov", "2 days", "yesterday lunch", "3.50"],
)
def test_what_is_no_date_is_refused_with_examples(written):
    """Words that are only part of a date, or only look like one, are no date, and the person sees what would be."""
    with pytest.raises(Invalid, match=r"is not a date; write one such as 2026-11-03") as refusal:
        dates.read(written, today=MONDAY)

    assert repr(written) in refusal.value.message


def test_a_long_text_is_not_repeated_in_the_message():
    """Whoever pastes a page gets a sentence back."""
    with pytest.raises(Invalid) as refusal:
        dates.read("x" * 1_000_000, today=MONDAY)

    assert len(refusal.value.message) < 200


@pytest.mark.parametrize("written", ["31 feb", "2026-13-01", "31/4", "29 feb 2025", "0000-01-01", "30.2.2026"])
def test_a_day_that_no_calendar_has_is_refused(written):
    """It was meant to be a date, so it is told apart from what is none."""
    with pytest.raises(Invalid, match="there is no such day"):
        dates.read(written, today=MONDAY)


@pytest.mark.parametrize("written", ["1899-12-31", "31.12.1899", "999 years ago"])
def test_a_day_before_1900_is_refused(written):
    """The book begins with 1900, and a date before it is most likely a slip."""
    with pytest.raises(Invalid, match="too long ago; the first day there is here is 1900-01-01"):
        dates.read(written, today=MONDAY)


@pytest.mark.parametrize("written", ["tomorrow", "in 999 years", "next friday"])
def test_a_day_after_the_last_one_is_refused(written):
    """Python's dates end with the year 9999."""
    with pytest.raises(Invalid, match="there is no such day"):
        dates.read(written, today=date.max)


@pytest.mark.parametrize(
    ("text", "locale", "found"),
    [
        ("12 nov 3", "en", "nov 3"),
        ("12 nov 3", "en_GB", "12 nov"),
        ("3 nov 12 lunch", "de", "3 nov"),
        ("rent 3 nov 1200", "en", "3 nov"),
        ("rent 3 nov 2000 1200", "en", "3 nov 2000"),
    ],
)
def test_a_number_beside_a_date_is_part_of_it_where_the_locale_would_have_it_so(text, locale, found):
    """Between two numbers, the month takes the one that people write on that side; a year is 1900 to 2099."""
    [phrase] = dates.find(text, today=MONDAY, locale=locale)

    assert text[phrase.start : phrase.end] == found


@pytest.mark.parametrize(
    ("text", "locale"),
    [("morgen", "de"), ("pazar", "tr"), ("quarta", "pt"), ("mañana", "es"), ("\N{MINUS SIGN}3 d", "sv")],
)
def test_what_also_means_something_else_is_no_date(text, locale):
    """A morning in German, a market in Turkish, and a refund in Swedish."""
    found = dates.find(text, today=MONDAY, locale=locale)

    assert found == []


def test_dates_inside_of_words_are_not_found():
    """A version, a path and a possessive are words."""
    found = dates.find("v2026-11-03 2026-11-03T12:00 /3/11/ yesterday's Mondays", today=MONDAY)

    assert found == []


@given(
    day=st.dates(min_value=dates.EARLIEST, max_value=date(2099, 12, 31)),
    locale=st.sampled_from(["en", "en_GB", "de", "fr_CA", "pt_BR", "ru", "pl", "fi", "tr", "el", "uk", "vi"]),
    case=st.sampled_from([str, str.lower, str.title]),
)
def test_a_date_that_babel_writes_out_reads_back(day, locale, case):
    """Names of months in a dozen languages, in any letter case."""
    from babel.dates import format_date

    written = case(format_date(day, "d MMMM y", locale=locale))

    assert dates.read(written, today=MONDAY, locale=locale) == day


@given(day=st.dates(min_value=dates.EARLIEST), today=st.dates(min_value=dates.EARLIEST))
def test_an_iso_date_reads_back_whatever_the_day(day, today):
    """The one form that nobody can misread is never misread."""
    read = dates.read(day.isoformat(), today=today)

    assert read == day


@given(
    today=st.dates(min_value=date(1910, 1, 1), max_value=date(9999, 1, 1)),
    weekday=st.sampled_from(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]),
)
def test_the_last_this_and_next_of_a_weekday_are_a_week_apart(today, weekday):
    """The last one is before today, this one may be today, and the next one is after it."""
    last, this, upcoming = (dates.read(f"{which} {weekday}", today=today) for which in ("last", "this", "next"))

    assert last < today < upcoming
    assert upcoming - this == timedelta(days=7)
    assert this == (today if today.weekday() == this.weekday() else last)


@given(text=st.text(), today=st.dates(), locale=st.sampled_from(["en", "de", "ja", "ar"]))
def test_finding_dates_never_fails(text, today, locale):
    """A front end asks at every key press, so any text must do, and each place found must be in it."""
    places = [(phrase.start, phrase.end) for phrase in dates.find(text, today=today, locale=locale)]

    assert places == sorted(places)
    assert all(0 <= start < end <= len(text) for start, end in places)


@pytest.mark.parametrize(
    ("locale", "said", "meant"),
    [
        ("en_GB", "last month", ("month", -1)),
        ("de", "nächstes quartal", ("quarter", 1)),
        ("fr", "l'année dernière", ("year", -1)),
        ("sv", "i år", ("year", 0)),
        ("fi", "viime viikolla", ("week", -1)),
        ("fi", "last week", ("week", -1)),
    ],
)
def test_a_language_says_how_long_a_time_it_is_and_how_far_from_now(locale, said, meant):
    """Of those that are not in our table, by what dateparser has; in English everywhere."""
    spans = date_words.spans(locale)

    assert spans[said] == meant


def test_common_dates_are_read_without_loading_dateparser():
    """It takes a tenth of a second to load, which most lines need not wait for."""
    program = (
        "import sys, datetime; from expense_core import dates; today = datetime.date(2026, 11, 23);"
        "[dates.read(t, today=today) for t in ('2026-11-03', 'today', 'yesterday', 'last friday', '3 nov', '03/11')];"
        "sys.exit('dateparser' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-W", "error", "-c", program], check=False)

    assert ended.returncode == 0
