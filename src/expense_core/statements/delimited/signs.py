"""Which way money went: what the amounts of a file, and the words beside them, say about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from expense_core.errors import ByOption, StatementAmbiguous
from expense_core.statements.delimited import amounts
from expense_core.statements.delimited.wording import is_income, is_paid, is_thanks, may_be_paid_back, way_told


class Signs(Enum):
    """How a column of amounts says which way money went."""

    AS_WRITTEN = "negative amounts are money out"
    INVERTED = "positive amounts are money out"
    BY_WORD = "the word beside the amount says it"
    BY_BALANCE = "the running balance says it"
    MARKED_CREDITS = "amounts marked CR or + are money in, the others money out"


_DIGITS = frozenset("0123456789")
_MOST_WORDS = 30
_SHORTEST_TEXT = 3
"""A country's code beside a text says nothing."""


@dataclass
class SignEvidence:
    """What a column of amounts says about its signs, row by row, in constant memory."""

    positive: int = 0
    negative: int = 0
    plus: int = 0
    """Amounts with a plus in front: where some have it, the others are not simply unsigned."""
    marked: Counter[int] = field(default_factory=Counter)
    """Amounts that carry the letters of a credit (1) or a debit (-1)."""
    bare: int = 0
    """Amounts without any sign."""
    units: set[str] = field(default_factory=set)
    """The currencies before or behind the amounts."""
    words: Counter[tuple[str, int]] = field(default_factory=Counter)
    """How often each word stands beside a positive (1), and how often beside a negative amount (-1)."""

    def add(self, amount: str, word: str = "") -> None:
        """Take in one row; an amount of zero, and what is no amount, says nothing."""
        first = amount[:1]
        if amount[-1:] in _DIGITS and (first in _DIGITS or (first == "-" and amount[1] in _DIGITS)):
            if not amount.strip("-0.,"):
                return
            sign = -1 if first == "-" else 1
            self.bare += sign > 0
        else:
            number = amounts.written(amount)
            if number is None or not number.digits.strip("0.,"):
                return
            sign = number.sign or 1
            self.plus += number.sign > 0 and not number.side
            if number.side:
                self.marked[sign] += 1
            self.bare += not number.sign
            self.units.add(number.unit)
        if sign > 0:
            self.positive += 1
        else:
            self.negative += 1
        if word and len(self.words) <= _MOST_WORDS:
            self.words[word, sign] += 1

    @property
    def unsigned(self) -> bool:
        """No amount says in any way which way it went."""
        return not (self.negative or self.plus or self.marked)

    def told_by_words(self, directions: Mapping[str, int]) -> bool:
        """Whether amounts without a sign have words beside them that say it, every one of them."""
        are_known = all(word in directions for word, _ in self.words)
        return (
            are_known
            and not (self.negative or self.plus)
            and 0 < self.positive == self.words.total()
            and any(directions[word] for word, _ in self.words)
        )

    def marked_by_words(self, directions: Mapping[str, int]) -> bool:
        """Whether words beside some amounts all say the same way, and the others, without one, went the other way."""
        ways = {directions.get(word, 0) for word, _ in self.words}
        are_alike = self.unsigned or (self.plus == self.words.total() and not (self.negative or self.marked))
        return are_alike and self.words.total() < self.positive and ways in ({1}, {-1})

    def decide(
        self,
        directions: Mapping[str, int],
        *,
        balance: int,
        balances: int,
        thanked: int,
        earned: int,
        owned: bool,
        charged: bool,
        paid_back: bool,
        column: str,
        invert: bool | None,
    ) -> Signs:
        """What the signs mean.

        Arguments:
            directions: the words that say money went out (-1) or came in (1), or neither (0).
            balance: 1 where the running balance is known to grow by the amounts, -1 where it shrinks by them, else 0.
            balances: how many of the rows are no transactions but balances.
            thanked: the sign of payments from the customer, where a card statement thanks for them, else 0.
            earned: the sign of what is filed under income, if anything is, else 0.
            owned: the file is of an account with money on it, not of a card with money owed.
            charged: fees make positive amounts smaller.
            paid_back: all that is negative may be payments onto a card.
            column: the name of the amount's column, for the question.
            invert: what the caller says, if anything.

        Raises:
            StatementAmbiguous: the file does not say it, or contradicts itself.
        """
        unsigned = not (self.negative or self.plus)
        spoken = {directions.get(word, 0) * sign for word, sign in self.words}
        if invert is not None:
            is_apart = self.plus and self.bare and not self.negative
            return (Signs.MARKED_CREDITS if is_apart else Signs.INVERTED) if invert else Signs.AS_WRITTEN
        if self.bare and (self.marked or self.plus) and (meaning := self._marks(balance, thanked, column)):
            return meaning
        if unsigned and not balance and self.bare:
            different = sorted({word for word, _ in self.words})
            if len(different) > 1:
                raise _unknown_words(different)
            raise question(f"No amount in {column!r} has a sign")
        evidence = {balance} if unsigned else {*spoken, balance, thanked, earned}
        evidence.discard(0)
        if len(evidence) > 1:
            raise question(f"The signs in {column!r} contradict what is beside them", lasting=False)
        if charged:
            return Signs.AS_WRITTEN
        is_open = evidence <= {balance} - {-1, *spoken} and not (self.plus or (owned and self.negative))
        if is_open and self.positive - balances >= (1 if paid_back else 2) * self.negative:
            why = "the balance grows by them, owned or owed" if evidence else "nothing tells what that means"
            most = "Most" if self.positive > self.negative else "Half of the"
            raise question(f"{most} amounts in {column!r} are positive, and {why}")  # a card's purchases?
        return Signs.INVERTED if evidence == {-1} else Signs.AS_WRITTEN

    def _marks(self, balance: int, thanked: int, column: str) -> Signs | None:
        """What it means that some amounts have a sign, if that is all there is.

        Raises:
            StatementAmbiguous: it may mean one thing or the other.
        """
        if not self.plus and self.negative == self.marked[-1]:
            if len(self.marked) > 1:
                raise question(f"Some amounts in {column!r} are marked as credit or debit and some are not")
            return Signs.MARKED_CREDITS if self.marked[1] else Signs.AS_WRITTEN
        if self.plus and not (self.negative or balance):
            if thanked != 1:
                raise question(f"Some amounts in {column!r} have a plus and the others no sign")
            return Signs.MARKED_CREDITS
        return None


def thanked(rows: Iterable[tuple[int, str]], *, is_card: bool) -> int:
    """Of rows given by sign and text, the sign of those that thank a customer for a payment; 0 where it varies.

    What a card calls its payment stands on the account that it was paid from, too; only `is_card` tells it apart.
    """
    signs = {sign for sign, text in rows if is_thanks(text) or (is_card and is_paid(text))}
    return signs.pop() if len(signs) == 1 else 0


def earned(rows: Iterable[tuple[int, str]]) -> int:
    """Of rows given by sign and category, the sign of those that someone filed under income; 0 where it varies."""
    signs = {sign for sign, category in rows if is_income(category)}
    return signs.pop() if len(signs) == 1 else 0


def paid_back(rows: Iterable[tuple[int, Sequence[str]]], *, is_card: bool) -> bool:
    """Whether of rows given by sign and texts the negative ones are such as a card has: payments onto it, refunds.

    On a card (`is_card`) the shop may stand beside that.
    """
    found = set()
    for sign, texts in rows:
        told = [text for text in texts if len(text.strip()) >= _SHORTEST_TEXT]
        fitting = any if is_card and sign < 0 else all
        found.add((sign, bool(told) and fitting(map(may_be_paid_back, told))))
    return (-1, True) in found and found.isdisjoint([(-1, False), (1, True)])


def told(rows: Iterable[tuple[int, str]]) -> int:
    """Whether rows given by sign and text have the sign that their texts tell (1), or the other (-1), or both (0)."""
    found = {sign * way for sign, text in rows if (way := way_told(text))}
    return found.pop() if len(found) == 1 else 0


def question(finding: str, *, lasting: bool = True) -> StatementAmbiguous:
    """The question whether positive amounts are money spent; the answer may hold for the rows of this file alone."""
    return StatementAmbiguous(
        (
            f"{finding}. Are positive amounts money spent",
            ByOption(" (--invert)"),
            ", or money received",
            ByOption(" (--no-invert)"),
            "?",
        ),
        "invert",
        ("yes", "no"),
        lasting=lasting,
    )


def _unknown_words(words: list[str]) -> StatementAmbiguous:
    return StatementAmbiguous(
        (
            f"Which of the words beside the amounts mean money out: {', '.join(words)}?",
            ByOption(" Name them with --outgoing"),
        ),
        "outgoing",
        words,
    )
