"""The words that banks write inside their rows: in or out, booked or pending, a balance and no transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from expense_core.statements.delimited.words import lists, plain

_LETTERS = (("d", "c"), ("d", "k"), ("d", "h"), ("s", "h"), ("c", "a"), ("t", "j"), ("-", "+"), ("e", "i"), ("o", "i"))
"""Pairs of one letter for out and in: debit and credit, Soll and Haben, cargo and abono, terhelés and jóváírás."""
_SURE_LETTERS = frozenset("dcksh+-")


def directions(values: Iterable[str], *, paired: bool = False) -> dict[str, int]:
    """Which of these words of one column say that money went out (-1) or came in (1); the others are left out.

    A single letter counts beside its opposite: C is credit beside D, but cargo, a debit, beside A. Where the header
    names the pair (`paired`), as "Debit/Credit" does, the letters of debit and credit, of Soll and Haben, count alone.
    """
    words = {value: value.strip() if value.strip() in ("+", "-") else plain(value) for value in values}
    out_words, in_words = lists("directions")["out"], lists("directions")["in"]
    found = {value: -1 if word in out_words else 1 for value, word in words.items() if word in out_words + in_words}
    present = set(words.values())
    for pair in _LETTERS:
        if present.issuperset(pair) or (paired and present.issubset(pair) and _SURE_LETTERS.issuperset(pair)):
            return found | {value: -1 if word == pair[0] else 1 for value, word in words.items() if word in pair}
    return found


@lru_cache(maxsize=256)
def is_pending(state: str) -> bool:
    """Whether a word in the state column says that the bank has not booked the row yet."""
    return bool(_any_of("pending").search(plain(state)))


@lru_cache(maxsize=256)
def is_void(state: str) -> bool:
    """Whether the state column says that no money moved: declined, cancelled, reverted."""
    return plain(state) in lists("rows")["void"]


def is_thanks(description: str) -> bool:
    """Whether a card's statement thanks here for a payment."""
    return bool(_any_of("thanks").search(plain(description)))


def names_balance(text: str) -> bool:
    """Whether a cell of a line that is no whole transaction says that it is a balance."""
    return bool(_any_of("balance_line", end=r"\b").match(plain(text)))


def names_total(text: str) -> bool:
    """Whether such a cell says that it is the sum of a column."""
    return bool(_any_of("total_line", end=r"\b").match(plain(text)))


def is_balance(description: str) -> bool:
    """Whether a row that looks like a transaction in every other way is the balance at the start or the end."""
    could_be = (description[:1].casefold(), len(description)) in _looks_of_balances()
    return could_be and plain(description) in lists("rows")["balance_row"]


@cache
def _any_of(name: str, end: str = "") -> re.Pattern[str]:
    """A pattern for any of the phrases of a list, from the start of a word on."""
    return re.compile(rf"\b(?:{'|'.join(lists('rows')[name])}){end}")


@cache
def _looks_of_balances() -> frozenset[tuple[str, int]]:
    """First letters and lengths: rows are many, and few of them need a closer look."""
    return frozenset((phrase[0], len(phrase)) for phrase in lists("rows")["balance_row"])
