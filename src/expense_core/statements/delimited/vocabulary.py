"""What the header of a column is about, in the languages we have words of.

A header is taken apart into words and every word into concepts, so that "Fecha valor", "Valutadatum" and "Value date"
come out the same, and a bank never seen before is read by the words it shares with others. What a column is for is
decided in `columns`, from its concepts and from what is in it: "Valuta" is a day in German and a currency in Swedish.
"""

from __future__ import annotations

import re
from collections import defaultdict
from enum import StrEnum
from functools import cache, lru_cache
from typing import NamedTuple

from expense_core.statements.delimited.words import lists, plain
from expense_core.statements.units import is_unit


class Concept(StrEnum):
    """What one word of a header is about; the words are in `words.toml`."""

    DATE = "date"
    BOOKING = "booking"
    VALUE = "value"
    """The day from which interest counts; alone above numbers it is the amount ("Value", "Valor")."""
    VALUTA = "valuta"
    """The value date in some languages, the currency in others."""
    TRANSACTION = "transaction"
    TIME = "time"
    AMOUNT = "amount"
    NET = "net"
    GROSS = "gross"
    MINOR = "minor"
    """In cents, or whatever the smallest coin is called."""
    MILLI = "milli"
    """In thousandths."""
    DEBIT = "debit"
    CREDIT = "credit"
    SIGN = "sign"
    BALANCE = "balance"
    CURRENCY = "currency"
    FOREIGN = "foreign"
    """Another currency's amount, the exchange, or the price before it."""
    FEE = "fee"
    """Fees and taxes."""
    TAX = "tax"
    """The share of a price that is a tax, which the amount has in it."""
    TYPE = "type"
    NAME = "name"
    PARTY = "party"
    PAYEE = "payee"
    PAYER = "payer"
    MEMO = "memo"
    TEXT = "text"
    """Words that are the purpose at one bank and the kind of booking at the next."""
    REFERENCE = "reference"
    CATEGORY = "category"
    ID = "id"
    STATE = "state"
    ACCOUNT = "account"
    FILLER = "filler"
    """Small words; one that has a meaning too, such as "in", has it only at the end of the header."""


class Heading(NamedTuple):
    """What a header cell is about."""

    concepts: frozenset[Concept]
    strangers: int
    """Words in it that mean nothing to us: the fewer, the surer."""
    unit: str
    """A currency's code or sign in it, as in "Betrag (EUR)"; or nothing."""


_SIGN = r"\b[A-Za-z]{0,3}\$|\$|[€£₹₺₽₩₪₴元円원]|\b(?:Kč|zł|kr|TL|Ft|Rs|(?i:euros?|euroa))\b"
_BEFORE = r"\b(?i:in|en|em|i|v|w)\s+"
_UNITS = re.compile(
    rf"(?:{_BEFORE})?(?P<code>\b[A-Z]{{3}}\b\$?|{_SIGN})|{_BEFORE}(?P<behind>[a-z]{{3}})$"
    r"|[(\[]\s*(?P<within>[a-z]{3})\s*[)\]]"
)
"""Codes in capitals anywhere, and in small letters where a header ends with "in eur" or has "(eur)" in it."""
_AFTER_FEES = frozenset({"after", "inc", "incl", "including", "inkl", "inklusive", "nach", "apres", "despues", "dopo"})
"""Words that make "amount after fees" an amount and no fee."""
_PAIRS = (["c", "d"], ["d", "k"], ["h", "s"])
"""Debit and credit, Soll and Haben."""
_SHORTEST_COMPOUND = 7
_SHORTEST_STRANGER = 5
"""What is left of a compound word counts as unknown from this length on: shorter ends are grammar."""


@lru_cache(maxsize=4096)
def heading(cell: str) -> Heading:
    """What this header cell is about."""
    cell = cell.replace("_", " ").strip()
    units = [(found, unit) for found in _UNITS.finditer(cell) if is_unit(unit := _unit(found))]
    for found, _ in reversed(units):
        cell = f"{cell[: found.start()]} {cell[found.end() :]}"
    words = _together().sub(lambda found: found[0].replace(" ", ""), plain(cell)).split()
    concepts: set[Concept] = set()
    strangers = 0
    for position, word in enumerate(words, 1):
        known, is_strange = _concepts(word)
        strangers += is_strange
        if Concept.FILLER not in known or position == len(words):  # "Paid in" against "Amount in account currency"
            concepts |= known
    if not _AFTER_FEES.isdisjoint(words):
        concepts -= {Concept.FEE, Concept.TAX}
    if cell in ("+/-", "-/+") or sorted(words) in _PAIRS:
        concepts.add(Concept.SIGN)
    return Heading(frozenset(concepts - {Concept.FILLER}), strangers, units[0][1] if units else "")


def _unit(found: re.Match[str]) -> str:
    """The code or the sign that was found."""
    return found["code"] or found["behind"] or found["within"]


def is_known(word: str) -> bool:
    """Whether this word, in its plain form, stands in headers that we know of."""
    return bool(_concepts(word)[0])


def _concepts(word: str) -> tuple[frozenset[Concept], bool]:
    """What a word is about, and whether some of it is unknown."""
    known = _by_word().get(word)
    if known is not None:
        return known, False
    stems = lists("stems").items() if len(word) >= _SHORTEST_COMPOUND else ()
    found = [(stem, Concept(concept)) for concept, listed in stems for stem in listed if stem in word]
    rest = word
    for stem, _ in found:
        rest = rest.replace(stem, "")
    others = _by_word().get(rest.removeprefix("s"), frozenset()) if found else frozenset()
    return others.union(concept for _, concept in found), not found or (len(rest) >= _SHORTEST_STRANGER and not others)


@cache
def _together() -> re.Pattern[str]:
    """A pattern for the phrases that count as one word."""
    return re.compile(rf"\b(?:{'|'.join(lists('together')['phrases'])})\b")


@cache
def _by_word() -> dict[str, frozenset[Concept]]:
    concepts: dict[str, set[Concept]] = defaultdict(set)
    for concept, listed in lists("headers").items():
        for word in listed:
            concepts[word].add(Concept(concept))
    return {word: frozenset(found) for word, found in concepts.items()}
