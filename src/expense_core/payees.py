"""Who got the money, out of what a bank wrote: `SQ *COFFEE CO 04/11 LONDON GB` is `Coffee Co`.

What stands in front is data in `payees.toml`. Dates, times, card numbers and the like are left out, with what follows
them.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

_KEPT = 16_384
"""Texts whose payees are remembered."""
_FIGURES = re.compile(r"[0-9][0-9]+")
_HOURS, _MINUTES = 24, 60

_COLUMNS = re.compile(r"\s{3,}|\t|//|\\+|\n|,(?=pas\d)", re.IGNORECASE)
"""Between what banks write in columns: the name, the town, the country."""
_GAP = r"[\s:;,.*_/#-]*"
_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mrz|mai|okt|dez|fev|fév|avr|juin|juil|aoû|ene|abr|ago|set|dic"
    "|gen|mag|giu|lug|ott"
)
_DAY_OF_MONTH = re.compile(rf"\b(\d{{1,2}}) ({_MONTHS})\b", re.IGNORECASE)
_MARK = re.compile(
    rf"""
    \d{{1,4}}[./-]\d{{1,2}}(?:[./-](?:\d{{2}}|\d{{4}})?)?(?:t\d.*)?[.,]?  # 04/11, 4.11., 2026-11-04, 2026-11-04T12:15
    | \d{{1,2}}[.-]?(?:{_MONTHS})[a-z]{{0,6}}[.,-]?\d{{0,4}}  # 04NOV, 4.nov.2026
    | (?:[01]?\d|2[0-3])(?::|h|u|\.)[0-5]\d(?:[:.][0-5]\d)?(?:[ap]m)?(?:uhr)?[.,]?  # 12:15, 12h15, 9:30pm
    | \d{{1,2}}[ap]m
    | [a-z]{{0,8}}[*x•.]*[*x•]{{2}}[*x•\d-]*\d{{2,}}[.,]?  # **1234, XXXX1234, 4321XX1234
    | \d{{4,}}[*x•]{{2,}}\d*
    | (?:cb|carte|x)\*?\d{{4}}
    | \#\w*\d\w*
    | [(\[]?(?:no|nr|n°|nº|ref|tel|id|kd|kdnr)?[.:]*[+(]?\d[\d()/.,:+-]*\d{{2}}[)\]]?[.,;:]*  # 2945, 020-7946
    | \+\d[\d()-]*  # +44 and the rest
    """,
    re.IGNORECASE | re.VERBOSE,
)
"""A word after which there is no more of the name."""
_REFERENCE = re.compile(r"(?=(?:\D*\d){3})(?=.*[A-Z])[A-Z\d/-]{6,}")
"""Letters and figures, such as 2K4AB19Z3."""
_STAR = re.compile(r"\s*\*+\s*")
_RUN = re.compile(r"[^\W\d_]+")
_EDGES = " \t*-_,:;/|#+'\"<>=~.\\"
_LONGEST_NUMBER = 40
_LONGEST_ABBREVIATION = 4
_FEW = 2
_VOWELS = frozenset("AEIOUYÀÁÂÃÄÅÆÈÉÊËÌÍÎÏÒÓÔÕÖØÙÚÛÜÝ")
_TITLES = frozenset(("ST", "DR", "MR", "MRS", "MT", "FT", "LTD", "JR", "SR", "PTY", "STR", "BLVD"))


class _Words(NamedTuple):
    """What `payees.toml` says."""

    processor: re.Pattern[str]
    phrases: tuple[str, ...]
    """Patterns, the longest first."""
    numbered: frozenset[str]
    countries: frozenset[str]
    small: frozenset[str]
    spelled: dict[str, str]


@lru_cache(maxsize=_KEPT)
def clean(text: str) -> str:
    """The payee in a bank's text, as a person would write it; of a text without letters, all of it.

    What is clean already stays as it is.
    """
    return _clean_of_alike(_FIGURES.sub(_alike, text)) or _clean(text)


def _alike(figures: re.Match[str]) -> str:
    """Other figures that are as much a part of a name: of a number, how many there are says it all, or it is a time.

    A bank writes another number into each of its texts, and the payee is found only once for all of them.
    """
    number = figures.group()
    if len(number) > _FEW:
        return "0" * len(number)
    return "00" if int(number) < _HOURS else "30" if int(number) < _MINUTES else "60"


@lru_cache(maxsize=_KEPT)
def _clean_of_alike(text: str) -> str:
    """The payee in all texts that are alike but for their figures; nothing where it has figures itself."""
    payee = _clean(text)
    return "" if _FIGURES.search(payee) else payee


def _clean(text: str) -> str:
    while (cleaner := _cleaner(text)) != text:
        text = cleaner
    return text


@lru_cache(maxsize=1)
def _words() -> _Words:
    read = tomllib.loads(files("expense_core").joinpath("payees.toml").read_text(encoding="utf-8"))
    longest_first = sorted(read["phrases"], key=len, reverse=True)
    processors = "|".join(map(re.escape, read["processors"].split()))
    return _Words(
        processor=re.compile(rf"(?:{processors})\s?[*]\s*|(?:zettle_|tst-|sumup\s|iz_)\s*", re.IGNORECASE),
        phrases=tuple(re.escape(phrase).replace(r"\ ", r"[\s_]+") for phrase in longest_first),
        numbered=frozenset(read["numbered"].split()),
        countries=frozenset(read["countries"].split()),
        small=frozenset(read["small"].split()),
        spelled={word.upper(): word for word in read["spelled"].split()},
    )


@lru_cache(maxsize=256)
def _phrase(letter: str) -> re.Pattern[str]:
    """A pattern for the phrases that begin with a letter: to try all of them takes most of the time."""
    begins = re.compile(re.escape(letter), re.IGNORECASE)
    phrases = "|".join(phrase for phrase in _words().phrases if begins.match(phrase))
    return re.compile(
        rf"(?:{phrases or '(?!)'})(?![^\W_]){_GAP}(?:(?:\d{{4}}|\d{{6}}|\d{{8}})\b{_GAP})?", re.IGNORECASE
    )


def _first_column(text: str, words: _Words) -> str:
    """The first part of a text in columns that has a letter and is more than what stands before a name."""
    parts = _COLUMNS.split(text)
    if len(parts) > 1:
        for part in parts:
            is_name = not words.processor.fullmatch(f"{part} *") and not _phrase(part[:1]).fullmatch(part)
            if is_name and _has_letter(part):
                return part
    return text


def _cleaner(text: str) -> str:
    """The text with one thing less around the name, or in better letters."""
    words = _words()
    text = _DAY_OF_MONTH.sub(r"\1\2", " ".join(_first_column(text, words).split()))
    for prefix in (words.processor, _phrase(text[:1])):
        found = prefix.match(text)
        if found is not None and _has_letter(text[found.end() :]):
            return text[found.end() :]
    trimmed = text.strip(_EDGES)
    return _spelled(_cut(trimmed.split(), words), words) if _has_letter(trimmed) else text


def _cut(parts: list[str], words: _Words) -> list[str]:
    """The words of the name: without numbers in front, up to the first number behind."""
    while skipped := _in_front(parts, words):
        parts = parts[skipped:]
    end = next((index for index, word in enumerate(parts) if index and _is_mark(word)), len(parts))
    name = parts[:end]
    if not _has_letter("".join(name)):
        return parts
    while _has_letter("".join(name[:-1])) and _is_behind(name[-1], words, is_cut=end < len(parts)):
        name.pop()
    return _without_reference(name)


def _is_behind(word: str, words: _Words, *, is_cut: bool) -> bool:
    """Whether a word is no more of the name: a country, or what a number is of, where one was cut off behind it."""
    return word in words.countries or (is_cut and word.strip(_EDGES).casefold() in words.numbered)


def _in_front(parts: list[str], words: _Words) -> int:
    """How many words in front are a number, or a number with what it is of."""
    is_named = len(parts) > 1 and parts[0].strip(_EDGES).casefold() in words.numbered and _is_mark(parts[1])
    skipped = 1 + is_named if is_named or _is_mark(parts[0]) else 0
    return skipped if _has_letter("".join(parts[skipped:])) else 0


def _without_reference(name: list[str]) -> list[str]:
    """`AMZN Mktp US*2K4AB19Z3` without what follows the star, and other stars as blanks."""
    parts = []
    for word in name:
        head, *rest = _STAR.split(word)
        rest = [part for part in rest if not any(map(str.isdigit, part))]
        parts += [part for part in (head, *rest) if part]
    return parts if _has_letter("".join(parts)) else name


def _is_mark(word: str) -> bool:
    if word.isalpha():
        return False  # as each of them has a figure
    return len(word) <= _LONGEST_NUMBER and bool(_MARK.fullmatch(word) or _REFERENCE.fullmatch(word))


def _spelled(name: list[str], words: _Words) -> str:
    """Words in capitals as they are written elsewhere, at the least where no other word has small letters."""
    all_capitals = not any(map(str.islower, "".join(name)))
    spelled = []
    for word in name:
        if word.upper() in words.spelled and word.isupper():
            spelled.append(words.spelled[word.upper()])
        elif not word.isupper() or (not all_capitals and len(word) <= _LONGEST_ABBREVIATION):
            spelled.append(word)
        elif spelled and word.lower() in words.small:
            spelled.append(word.lower())
        else:
            spelled.append(_RUN.sub(_capital, word))
    return " ".join(spelled)


def _capital(run: re.Match[str]) -> str:
    """A word's letters between other signs."""
    letters, word, start = run.group(), run.string, run.start()
    before = word[start - 1 : start]
    if before in {"'", "\N{RIGHT SINGLE QUOTATION MARK}"} and len(letters) <= _FEW:
        return letters.lower()
    if before == "." and len(letters) >= _FEW:
        return letters.lower()
    is_abbreviated = len(letters) <= _LONGEST_ABBREVIATION and letters.isascii() and _VOWELS.isdisjoint(letters)
    if is_abbreviated and letters not in _TITLES:
        return letters
    return letters[0] + letters[1:].lower()


def _has_letter(text: str) -> bool:
    return any(map(str.isalpha, text))
