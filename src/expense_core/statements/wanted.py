"""Which rows of a statement come in, of all that could; a single one that is taken comes in all the same."""

from __future__ import annotations

from expense_core import money
from expense_core.statements.verdicts import Verdict


class Wanted:
    """What was asked for of all rows at once.

    Arguments:
        credits: money in comes in too, as refunds.
        pending: so does what the bank has not booked yet.
        only_currency: the code of the one currency whose rows come in; None: those of all.

    Raises:
        InvalidCurrency: ISO 4217 has no such code.
    """

    def __init__(
        self,
        *,
        credits: bool,  # noqa: A002 - what a bank calls money in
        pending: bool,
        only_currency: str | None,
    ) -> None:
        self.credits = credits
        self.pending = pending
        self.only_currency = None if only_currency is None else money.currency(only_currency).code

    def why_not(self, *, is_credit: bool, is_pending: bool, currency: str) -> Verdict | None:
        """Why a row stays out where nobody takes it; None of one that comes in."""
        if is_pending and not self.pending:
            return Verdict.PENDING
        if self.only_currency is not None and currency != self.only_currency:
            return Verdict.OTHER_CURRENCY
        return Verdict.MONEY_IN if is_credit and not self.credits else None
