"""What category an expense is likely to have: the one chosen before for its payee, or for one in like words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import exp, log

from sqlalchemy import bindparam, select
from sqlmodel import Session

from expense_core.categories import EXPENSES
from expense_core.database import connection_of
from expense_core.expense_rows import LIVE
from expense_core.ledgers import Access
from expense_core.payees import clean
from expense_core.tables.text import fold

LOOK_BACK = 20_000
"""Expenses that are learned from, the latest."""

_KEPT = 16_384
"""Payees whose categories are remembered."""
_FADING = 0.7
"""What an expense counts beside the next later one of the same payee: three in a row outweigh all before them."""
_SURE_OF_PAYEE = 0.6
"""The share of a payee's expenses that one category must have."""
_SURE_OF_WORDS = 0.8
"""How likely one category must be by the words."""
_UNSEEN = 0.1
"""How often a word counts as seen in a category in which it was not."""

_WORD = re.compile(r"[^\W\d_]{2,}")
_LATEST = (
    select(EXPENSES.c.description, EXPENSES.c.category_id)
    .where(EXPENSES.c.ledger_id == bindparam("ledger_id"), LIVE, EXPENSES.c.category_id.is_not(None))
    .order_by(EXPENSES.c.spent_on.desc(), EXPENSES.c.id.desc())
    .limit(LOOK_BACK)
)


class Habits:
    """What somebody chose before: a category for a description, as far as they make it likely.

    Arguments:
        chosen: descriptions with their categories' ids, the latest first.
    """

    def __init__(self, chosen: Iterable[tuple[str, int]]) -> None:
        times: Counter[str] = Counter()
        payees: defaultdict[str, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
        words: defaultdict[str, Counter[int]] = defaultdict(Counter)
        categories: Counter[int] = Counter()
        chosen_for: Counter[tuple[str, int]] = Counter()
        for description, category_id in chosen:
            payee = _key(description)
            payees[payee][category_id] += _FADING ** times[payee]
            times[payee] += 1
            chosen_for[payee, category_id] += 1
        for (payee, category_id), count in chosen_for.items():
            categories[category_id] += count
            for word in _words(payee):
                words[word][category_id] += count
        self._payees: Mapping[str, Mapping[int, float]] = payees
        self._words: Mapping[str, Mapping[int, int]] = words
        self._categories: Mapping[int, int] = categories
        self._of_payee = lru_cache(_KEPT)(self._likeliest)

    def category_of(self, description: str) -> int | None:
        """The id of the category that a description is likely to have; None where that is not sure."""
        return self._of_payee(_key(description)) if self._payees else None

    def _likeliest(self, payee: str) -> int | None:
        if payee in self._payees:
            return _sure(self._payees[payee], _SURE_OF_PAYEE)
        known = [self._words[word] for word in _words(payee) if word in self._words]
        if not known:
            return None
        # Naive Bayes: how common the category is, times how common each word is in it.
        scores = {
            category_id: log(count) + sum(log((seen.get(category_id, 0) + _UNSEEN) / (count + 1)) for seen in known)
            for category_id, count in self._categories.items()
        }
        best = max(scores.values())
        return _sure({category_id: exp(score - best) for category_id, score in scores.items()}, _SURE_OF_WORDS)


def learn(session: Session, access: Access) -> Habits:
    """What the ledger's latest expenses with a category teach."""
    found = connection_of(session).execute(_LATEST, {"ledger_id": access.ledger_id})
    return Habits((description, category_id) for description, category_id in found)


def _key(description: str) -> str:
    return fold(clean(description))


def _words(payee: str) -> set[str]:
    return set(_WORD.findall(payee))


def _sure(weights: Mapping[int, float], share: float) -> int | None:
    """The weightiest, if it has this share of the whole at the least."""
    likeliest = max(weights, key=weights.__getitem__)
    return likeliest if weights[likeliest] >= share * sum(weights.values()) else None
