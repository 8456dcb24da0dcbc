"""One line of plain text that is an expense: "12.50 Lunch with Sam @Food yesterday".

The parts of a line, in any order; what is none of these three is the description:

    amount      12.50, €12, 12 EUR, usd 5, 1.234,50, and -5 for a refund. Of several numbers it is the first with a
                currency, else the first with just the decimals of the ledger's currency ("2 beers 7.40"), else the
                first. A number in a date is none, nor is one that is part of a word: 7up, B12, 50%.
                What can be read in two ways, such as +12, is asked about (see `prices`). Three capitals that are no
                currency are text, since most of them are: 12 BBC licence, 5 ATM fee; a reading has them, to be told
    category    @Food or @"Eating out"
    date        yesterday, last friday, 3 nov, 2026-11-03 (see `dates`), as the last thing of the line or the first, not
                counting amount and category. A weekday that begins a line is a date only right before one of those two,
                so that "Sunday roast 12" is lunch

Text in double quotes belongs to the description whatever it looks like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from expense_core import dates, money, prices
from expense_core.errors import QuickProblem, QuickSyntaxError

MAX_LENGTH = 2000
"""A longer text is not looked at."""

_QUOTE = '["“”„]'
_MARKED = re.compile(
    rf"""
    (?<!\S)(?:
      @{_QUOTE}(?P<quoted>[^"“”„]*)(?:(?P<closing>{_QUOTE})[,;:.]?)?
    | @(?P<word>\S*)
    | {_QUOTE}[^"“”„]*{_QUOTE}\S*
    )
    """,
    re.VERBOSE,
)
_UNFIT = re.compile(r"[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]+")
"""Control characters, but for tabs and line breaks, which are blanks; and halves of a UTF-16 pair."""
_EXAMPLE_TAGS = 'such as @Food or @"Eating out"'
_PUNCTUATION = ".,;:!?"
_TAKEN = "\ufffc"
"""Stands in for what has been read, so that what is left of it is not taken together with what is right of it."""


class Field(StrEnum):
    """What a part of a line says about the expense."""

    AMOUNT = "amount"
    """With its currency, where there is one."""
    CATEGORY = "category"
    SPENT_ON = "spent_on"


@dataclass(frozen=True, slots=True)
class Span:
    """Where a part of the line stands."""

    start: int
    end: int
    field: Field


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of a line, perhaps while it is still being written."""

    amount: Decimal | None
    """With the decimals of its currency."""
    currency: str | None
    """Only where the line names one."""
    description: str
    category: str | None
    spent_on: date
    spans: tuple[Span, ...]
    """From left to right; what is in none of them is the description."""
    problems: tuple[QuickProblem, ...]
    """From left to right; the line can be recorded when there are none."""
    unknown_code: str | None = None
    """Three capitals beside the amount that look like the code of a currency, and are text."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An expense that a line describes in full."""

    amount: Decimal
    currency: str
    description: str
    category: str | None
    spent_on: date
    unknown_code: str | None = None
    """As in a reading."""


def parse(text: str, *, today: date, currency: str, locale: str = "en") -> Draft:
    """The expense that a line describes.

    Arguments:
        text: the line.
        today: the date of an expense that names none, and the one that "yesterday" is counted from.
        currency: the ledger's, for an amount that names none.
        locale: whose decimal mark, words and order of day and month the line is in, such as "en" or "de_AT".

    Raises:
        QuickSyntaxError: something in it was not understood; it names all such things.
        InvalidCurrency: the ledger's currency is not in ISO 4217.
    """
    reading = understand(text, today=today, currency=currency, locale=locale)
    if reading.amount is None or reading.problems:
        raise QuickSyntaxError(reading.problems)
    return Draft(
        amount=reading.amount,
        currency=reading.currency or money.currency(currency).code,
        description=reading.description,
        category=reading.category,
        spent_on=reading.spent_on,
        unknown_code=reading.unknown_code,
    )


def understand(text: str, *, today: date, currency: str, locale: str = "en") -> Reading:
    """What a line says so far, and where; whatever the text, problems are returned and not raised.

    Takes a fraction of a millisecond, so it can be called at every key press. The first call in a locale loads its
    words, which for a language other than English takes a few tenths of a second.

    Arguments:
        text: the line.
        today: the date of an expense that names none, and the one that "yesterday" is counted from.
        currency: the ledger's, which has a say in which number is the amount and what "$" means.
        locale: whose decimal mark, words and order of day and month the line is in, such as "en" or "de_AT".

    Raises:
        InvalidCurrency: the ledger's currency is not in ISO 4217.
    """
    ledger = money.currency(currency).code
    if len(text) > MAX_LENGTH:
        problem = QuickProblem(MAX_LENGTH, len(text), "too_long", f"write at most {MAX_LENGTH:,} characters")
        return Reading(None, None, "", None, today, (), (problem,))
    marked = list(_MARKED.finditer(text))
    tags = [match for match in marked if match[0].startswith("@")]
    unread = _blotted(text, [match.span() for match in marked], _TAKEN)
    phrases = dates.find(unread, today=today, locale=locale)
    price = _price_outside(phrases, unread, locale, ledger)
    if not price and phrases and _is_amount_and_description(phrases[0], text):
        del phrases[0]
        price = _price_outside(phrases, unread, locale, ledger)

    spans = [Span(*tag.span(), Field.CATEGORY) for tag in tags]
    if price:
        spans.append(Span(price.start, price.end, Field.AMOUNT))
    phrase = _date_of_the_line(text, phrases, spans)
    if phrase:
        spans.append(Span(phrase.start, phrase.end, Field.SPENT_ON))
    problems = [*_unfit_characters(text), *_problems_of_tags(tags), *_problems_of_price(price, text, tags)]
    if phrase and not phrase.day:
        problems.append(QuickProblem(phrase.start, phrase.end, "invalid_date", phrase.problem))
    return Reading(
        amount=price.amount if price else None,
        currency=price.currency if price else None,
        description=" ".join(_blotted(text, [(span.start, span.end) for span in spans], " ").split()),
        category=(_name(tags[0]) or None) if tags else None,
        spent_on=phrase.day if phrase and phrase.day else today,
        spans=tuple(sorted(spans, key=lambda span: span.start)),
        problems=tuple(sorted(problems, key=lambda problem: problem.start)),
        unknown_code=price.unknown_code if price else None,
    )


def _price_outside(phrases: Sequence[dates.Phrase], unread: str, locale: str, ledger: str) -> prices.Price | None:
    """The amount, which is none of the numbers in dates."""
    outside = _blotted(unread, [(phrase.start, phrase.end) for phrase in phrases], _TAKEN)
    return prices.find(outside, locale=locale, currency=ledger)


def _is_amount_and_description(first: dates.Phrase, text: str) -> bool:
    """Whether what looks like a date is the first half of "5 March for Life shoes", a line with no other number."""
    return first.number_and_word and not text[: first.start].strip() and text[first.end :].strip() != ""


def _date_of_the_line(text: str, phrases: Sequence[dates.Phrase], others: Sequence[Span]) -> dates.Phrase | None:
    """The date that the line ends or else begins with, the other parts not counting."""
    if not phrases:
        return None
    first, last = phrases[0], phrases[-1]
    rest = _blotted(text, [(span.start, span.end) for span in others], " ")
    if not rest[last.end :].strip():
        return last
    if rest[: first.start].strip():
        return None
    next_word = len(text) - len(text[first.end :].lstrip())
    belongs_to_it = first.lone_weekday and next_word not in {span.start for span in others}
    return None if belongs_to_it else first


def _unfit_characters(text: str) -> Iterator[QuickProblem]:
    for match in _UNFIT.finditer(text):
        yield QuickProblem(*match.span(), "unfit_character", f"take out {match[0][:9]!a}, which cannot be printed")


def _problems_of_tags(tags: Sequence[re.Match[str]]) -> Iterator[QuickProblem]:
    for tag in tags:
        if tag["quoted"] is not None and not tag["closing"]:
            yield QuickProblem(*tag.span(), "category_unclosed", f'close the quotes: @"{_name(tag)}"')
        elif not _name(tag):
            yield QuickProblem(*tag.span(), "category_empty", f"name the category behind the @, {_EXAMPLE_TAGS}")
    for tag in tags[1:]:
        yield QuickProblem(*tag.span(), "category_twice", f"an expense has one category; take {tag[0][:99]} out")


def _problems_of_price(price: prices.Price | None, text: str, tags: Sequence[re.Match[str]]) -> Iterator[QuickProblem]:
    if price and price.problem:
        yield QuickProblem(price.start, price.end, price.problem.code, price.problem.message)
    quotes_left_open = any(tag["quoted"] is not None and not tag["closing"] for tag in tags)
    if not price and not quotes_left_open:
        yield QuickProblem(len(text), len(text), "amount_missing", "write an amount, such as 12.50")


def _name(tag: re.Match[str]) -> str:
    """The category's name, without the comma that may follow it."""
    return " ".join(tag["quoted"].split()) if tag["word"] is None else tag["word"].rstrip(_PUNCTUATION)


def _blotted(text: str, places: Iterable[tuple[int, int]], character: str) -> str:
    """The text with another character all over these places, so that every other one keeps its position."""
    for start, end in places:
        text = text[:start] + character * (end - start) + text[end:]
    return text
