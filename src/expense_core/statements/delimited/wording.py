"""The words that banks write inside their rows: in or out, booked or pending, a balance and no transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache

from expense_core.statements.delimited import dates
from expense_core.statements.delimited.words import lists, plain

_LETTERS = (("d", "c"), ("d", "k"), ("d", "h"), ("s", "h"), ("c", "a"), ("t", "j"), ("-", "+"), ("e", "i"), ("o", "i"))
"""Pairs of one letter for out and in: debit and credit, Soll and Haben, cargo and abono, terhelés and jóváírás."""
_SURE_LETTERS = frozenset("dcksh+-")
_MARKS = frozenset("+-/")
"""What stands for itself, though it is no letter; a stroke is neither in nor out."""

_PARTS = re.compile("[:/>]")


def directions(values: Iterable[str], *, paired: bool = False) -> dict[str, int]:
    """Which of these words of one column say that money went out (-1), came in (1) or neither (0); others are left out.

    A single letter counts beside its opposite: C is credit beside D, but cargo, a debit, beside A. Where the header
    names the pair (`paired`), as "Debit/Credit" does, the letters of debit and credit, of Soll and Haben, count alone.
    A transfer beside expenses or income is neither: whoever writes so means one between accounts of their own.
    """
    words = {value: value.strip() if value.strip() in _MARKS else plain(value) for value in values}
    meanings = _meanings()
    found = {value: meanings[word] for value, word in words.items() if word in meanings}
    present = set(words.values())
    for pair in _LETTERS:
        if present.issuperset(pair) or (paired and present.issubset(pair) and _SURE_LETTERS.issuperset(pair)):
            return found | {value: -1 if word == pair[0] else 1 for value, word in words.items() if word in pair}
    if not present.isdisjoint(lists("directions")["books"]):
        found |= {value: 0 for value, word in words.items() if word in lists("directions")["own"]}
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


def is_paid(description: str) -> bool:
    """Whether a card's statement calls a payment so, as do those of the account that it came from."""
    return bool(_any_of("paid").search(plain(description)))


def may_be_paid_back(description: str) -> bool:
    """Whether a description says no more than that of a payment onto a card does, or of a refund."""
    return plain(description) in lists("rows")["paid_back"]


def way_told(description: str) -> int:
    """-1 where a description says that money went out of an account, 1 where it came in, 0 where it says neither."""
    words = plain(description)
    out, into = (_any_of(name, end=r"\b").search(words) for name in ("went_out", "came_in"))
    return bool(into) - bool(out)


def is_income(category: str) -> bool:
    """Whether a category, or the one that it is in, is that of income."""
    return plain(_PARTS.split(category)[0]) in lists("rows")["income"]


def names_balance(text: str) -> bool:
    """Whether a cell of a line that is no whole transaction says that it is a balance."""
    return bool(_any_of("balance_line", end=r"\b").match(plain(text)))


def names_total(text: str) -> bool:
    """Whether such a cell says that it is the sum of a column."""
    return bool(_any_of("total_line", end=r"\b").match(plain(text)))


def could_be_balance(description: str) -> bool:
    """Whether a closer look may find that this row is a balance or a total: rows are many, and few of them need it."""
    return _begins_like_a_balance(description.partition(" ")[0])


def is_balance(description: str) -> bool:
    """Whether a row that looks like a transaction in every other way is the balance of a day, or a sum of many."""
    words = plain(description)
    found = _balance_rows().match(words)
    return found is not None and all(
        word in lists("rows")["around_dates"] or dates.month_of(word) for word in words[found.end() :].split()
    )


@cache
def _any_of(name: str, end: str = "") -> re.Pattern[str]:
    """A pattern for any of the phrases of a list, from the start of a word on."""
    return re.compile(rf"\b(?:{'|'.join(lists('rows')[name])}){end}")


@cache
def _balance_rows() -> re.Pattern[str]:
    longest_first = sorted(lists("rows")["balance_row"], key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(longest_first)})\b")


@lru_cache(maxsize=4_096)
def _begins_like_a_balance(word: str) -> bool:
    """Whether a description that begins with this word could be a balance or a total."""
    words = plain(word).split()
    return not words or words[0] in _first_words_of_balances()


@cache
def _first_words_of_balances() -> frozenset[str]:
    listed = lists("rows")
    return frozenset(phrase.split()[0] for phrase in (*listed["balance_row"], *listed["total_line"]))


@cache
def _meanings() -> dict[str, int]:
    """What the words beside unsigned amounts mean."""
    listed = lists("directions")
    return {word: sign for name, sign in (("out", -1), ("in", 1), ("neither", 0)) for word in listed[name]} | {"/": 0}
