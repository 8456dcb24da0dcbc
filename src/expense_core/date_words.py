"""The words and figures that dates are made of in one locale: names of months and weekdays, "ago", which comes first.

The names and the order of day and month are CLDR's, by way of babel; "3 days ago" and the like are dateparser's; what
stands around a weekday or a month is in `date_phrases`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from expense_core import date_phrases
from expense_core.date_phrases import Phrases

_ALSO_WORDS = frozenset(
    {"wed", "sat", "sun", "pazar", "morgen", "mañana", "segunda", "terça", "quarta", "quinta", "sexta"}
)
"""Names of days that mean something else as well (a market, a morning, a fourth), and so are no date alone."""
_DOTLESS_I, _DOT_ABOVE = "\N{LATIN SMALL LETTER DOTLESS I}", "\N{COMBINING DOT ABOVE}"

_DAY = "(?:0?[1-9]|[12][0-9]|3[01])"
_NTH = rf"{_DAY}(?:st|nd|rd|th|er|[.ºª])?"
_YEAR = "(?:19|20)[0-9]{2}"
_COUNT = "(?:[0-9]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten)"
_UNIT = "(?:day|week|fortnight|month|year)s?"
_STEPS = {"last": -1, "this": 0, "next": 1}
_ENGLISH = rf"(?:last|next)\s+(?:week|month|year)|{_COUNT}\s+{_UNIT}\s+ago|in\s+{_COUNT}\s+{_UNIT}"


@dataclass(frozen=True)
class Words:
    """What dates are made of in one locale, as well as in English."""

    pattern: re.Pattern[str]
    """Finds every date in a text; `lastgroup` of a match names the way it is written in."""
    months: dict[str, int]
    """January is 1; the names are `folded`."""
    weekdays: dict[str, int]
    """Monday is 0; the names are `folded`."""
    which: dict[str, str]
    """What stands beside a weekday, `folded`, and which one it says: "last", "this" or "next"."""
    near: dict[str, int]
    """How far from today the days are that have a name of their own, which is `folded`."""
    month_first: bool
    month_first_with_dots: bool
    languages: tuple[str, ...]
    """As dateparser names them."""


@lru_cache(maxsize=32)
def of(locale: str) -> Words:
    """The vocabulary of a locale and of English, and the one pattern that finds every date made of it."""
    from babel import Locale

    here, english = Locale.parse(locale), Locale("en")
    months = {"sept": 9}
    phrases = date_phrases.of(here.language)
    weekdays = dict(phrases.weekdays)
    for language in (english, here):
        for width in ("abbreviated", "wide"):
            months |= {name.rstrip("."): month for month, name in language.months["format"][width].items()}
        for use in ("stand-alone", "format"):
            weekdays |= {name.lower(): weekday for weekday, name in language.days[use]["wide"].items()}
    linking = {"of", *re.findall(r"'(\w+)'", here.date_formats["long"].pattern)}
    relative, languages = _relative(here.language)
    in_figures = here.datetime_skeletons["Md"].pattern
    month_first = in_figures.find("M") < in_figures.find("d")
    return Words(
        pattern=_pattern(months, weekdays, linking, relative, phrases, month_first=month_first),
        months={folded(name): month for name, month in months.items()},
        weekdays={folded(name): weekday for name, weekday in weekdays.items()},
        which={folded(word): which for word, which in (phrases.before | phrases.behind).items()},
        near={folded(name): days for name, days in phrases.near.items()},
        month_first=month_first,
        month_first_with_dots=month_first and "." in in_figures,
        languages=languages,
    )


@lru_cache(maxsize=32)
def spans(locale: str) -> Mapping[str, tuple[str, int]]:
    """How a locale and English speak of a week, a month, a quarter or a year near today, `folded`.

    Each with how long that is and how many such steps from now: "last month" is ("month", -1).
    """
    from babel import Locale

    language = Locale.parse(locale).language
    phrases = date_phrases.of(language)
    said: dict[str, tuple[str, int]] = {}
    for name, span in phrases.spans.items():
        # Not the "i" of "i fredags": "i år" is this year.
        said |= {f"{word} {name}": (span, _STEPS[which]) for word, which in phrases.before.items() if len(word) > 1}
        said |= {f"{name} {word}": (span, _STEPS[which]) for word, which in phrases.behind.items()}
    said |= {article + phrase: meant for article in phrases.articles for phrase, meant in said.items()}
    for meaning, fixed in _known(language).get("relative-type", {}).items():
        found = re.fullmatch(r"(?P<in>in )?(?P<count>[01]) (?P<span>week|month|year)(?: ago)?", meaning)
        if found is not None:
            step = int(found["count"]) * (1 if found["in"] else -1)
            said |= dict.fromkeys(fixed, (found["span"], step))
    return {folded(phrase): meant for phrase, meant in said.items()}


def _pattern(
    months: Iterable[str],
    weekdays: Iterable[str],
    linking: Iterable[str],
    relative: str,
    phrases: Phrases,
    *,
    month_first: bool,
) -> re.Pattern[str]:
    """What a date looks like, each way of writing it a group of its own.

    Where the month comes first, "12 nov 3" is twelve of some money on 3 November, and elsewhere three on the 12th.
    """
    month, weekday, link = _any_of(months), _any_of(weekdays), _any_of(linking)
    lone_weekday = _any_of(name for name in weekdays if name not in _ALSO_WORDS)
    not_month_first = rf"(?!\s+{_NTH}(?!\S))" if month_first else ""
    return re.compile(
        rf"""
        (?<!\S)(?P<on>{_any_of(phrases.on)}\s+)?(?:
          (?P<year_first>
            [0-9]{{4}}(?P<mark>[-/.])[0-9]{{1,2}}(?P=mark)[0-9]{{1,2}}
            | (?:[0-9]{{4}}[年년]\s?)?[0-9]{{1,2}}[月월]\s?[0-9]{{1,2}}[日号일]
          )
        | (?P<figures>
            {_DAY}/{_DAY}(?:/(?:[0-9]{{4}}|[0-9]{{2}}))?
            | {_DAY}\.\s?{_DAY}\.(?:[0-9]{{4}}|[0-9]{{2}}|\s{_YEAR})?
            | {_DAY}-{_DAY}-[0-9]{{4}}
          )
        | (?P<near>{_any_of(phrases.near)})
        | (?P<relative>{relative})
        | (?P<day_month>
            (?:{weekday},?\s+)?(?P<nth_1>{_NTH})\s+(?:{link}\s+)?(?P<month_2>{month})\.?{not_month_first}
            (?:,?\s+(?:{link}\s+)?(?P<year_1>{_YEAR}))?
          )
        | (?P<month_day>
            (?:{weekday},?\s+)?(?P<month_1>{month})\.?\s+(?P<nth_2>{_NTH})(?:,?\s+(?P<year_2>{_YEAR}))?
          )
        | (?P<weekday>
            (?P<which_1>{_any_of(phrases.before)})\s+(?P<weekday_1>{weekday})
            | (?P<weekday_2>{weekday})\s+(?P<which_2>{_any_of(phrases.behind)})
            | (?P<lone>(?(on){weekday}|{lone_weekday}))
          )
        )[.,;:]?(?!\S)
        """,
        re.VERBOSE | re.IGNORECASE,
    )


def _relative(language: str) -> tuple[str, tuple[str, ...]]:
    """How English and this language say "3 days ago" and "last week", as a pattern, and which of them dateparser has.

    English needs no dateparser to find a phrase, only to count it, so that most lines are read without loading it.
    """
    info = _known(language)
    if not info:
        return _ENGLISH, ("en",)
    fixed = [
        re.escape(phrase)
        for meaning, phrases in info.get("relative-type", {}).items()
        if re.fullmatch(r"0 day ago|[12] (?:day|week|month|year) ago|in [12] (?:day|week|month|year)", meaning)
        for phrase in phrases
        if phrase not in _ALSO_WORDS
    ]
    words = [word for pair in info.get("simplifications", ()) for word, number in pair.items() if number.isdigit()]
    count = "(?:" + "|".join(["[0-9]{1,3}", *filter(str.isalpha, words)]) + ")"
    counted = [
        phrase.replace(r"(\d++[.,]?\d*+)", count).replace(" ", r"\ ")
        for meaning, phrases in info.get("relative-type-regex", {}).items()
        if re.fullmatch(r"\\1 (?:day|week|month|year) ago|in \\1 (?:day|week|month|year)", meaning)
        for phrase in phrases
        if phrase[0] == "(" or phrase[0].isalpha()  # not the "-3 d" of a few languages, which is a refund
    ]
    return "|".join([_ENGLISH, *fixed, *counted]).replace(r"\ ", r"\s+"), (language, "en")


def _known(language: str) -> Mapping[str, Any]:  # Any: what dateparser's tables hold
    """What dateparser knows of a language; nothing of English, which needs none of it."""
    if language == "en":
        return {}
    from dateparser.languages.loader import default_loader

    try:
        known: Mapping[str, Any] = default_loader.get_locale(language).info
    except ValueError:
        return {}
    return known


def _any_of(names: Iterable[str]) -> str:
    """A pattern of these names; without any, one that nothing matches."""
    longest_first = sorted(names, key=len, reverse=True)
    if not longest_first:
        return "(?!)"
    return "(?:" + "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in longest_first) + ")"


def folded(name: str) -> str:
    """A name in the form that names are looked up by: what `re.IGNORECASE` takes for equal is equal in it."""
    return " ".join(name.casefold().replace(_DOTLESS_I, "i").replace(_DOT_ABOVE, "").split())
