"""Whether the amounts of an OFX statement are signed as the specification has it, with a minus for money out."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum

from expense_core.statements.delimited import amounts

_OUT = {"DEBIT", "CHECK", "PAYMENT", "POS", "ATM", "FEE", "SRVCHG", "CASH", "DIRECTDEBIT", "REPEATPMT"}


class Signs(StrEnum):
    """How an amount gets its sign."""

    AS_WRITTEN = "as written"
    INVERTED = "a minus is money in"
    BY_TYPE = "by the type of each row, as no amount has a minus"

    def signed(self, amount: Decimal, kind: str) -> Decimal:
        """The amount as the account sees it, given its TRNTYPE."""
        turned = self is Signs.INVERTED or (self is Signs.BY_TYPE and kind in _OUT)
        return -amount if turned else amount


class SignEvidence:
    """What the rows of one account say, taken in one by one.

    A row's type alone does not overrule its sign: banks write DEBIT for a debit that they take back, too. All rows of
    an account together do, where each of them contradicts its sign.
    """

    def __init__(self) -> None:
        self._seen: set[tuple[str, bool]] = set()

    def add(self, text: str, kind: str) -> None:
        """Take in the amount of a row, given its TRNTYPE; what is no amount is left for the reading."""
        number = amounts.written(text)
        if number is not None and number.digits.strip("0.,"):
            self._seen.add((kind, number.sign < 0))

    def settle(self, invert: bool | None) -> Signs:  # noqa: FBT001 - as the option has it
        """How the amounts of this account get their signs; `invert` is what the person says."""
        if invert is not None:
            return Signs.INVERTED if invert else Signs.AS_WRITTEN
        if ("DEBIT", False) not in self._seen:
            return Signs.AS_WRITTEN
        if not any(negative for _, negative in self._seen):
            return Signs.BY_TYPE
        contradicts = ("CREDIT", True) in self._seen and not self._seen & {("DEBIT", True), ("CREDIT", False)}
        return Signs.INVERTED if contradicts else Signs.AS_WRITTEN
