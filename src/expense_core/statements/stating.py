"""What a file with several statements says of each account: all of them together."""

from __future__ import annotations

from decimal import Decimal

from expense_core.errors import StatementUnreadable
from expense_core.statements.row import Stated

MOST = 20_000
"""Accounts in a file; whoever writes more of them has none."""


def require_few(accounts: int) -> None:
    """Make sure that a file has no more accounts than there could be, as they are kept until its end.

    Raises:
        StatementUnreadable: it has.
    """
    if accounts > MOST:
        raise StatementUnreadable(f"the file has statements of more than {MOST:,} accounts, which nobody has")


class Statements:
    """Takes in the statements of a file, one by one."""

    def __init__(self) -> None:
        self._accounts: dict[tuple[str | None, str | None], Stated] = {}

    def add(self, new: Stated) -> None:
        """Take in what the next statement says, with its total where it has both balances.

        Raises:
            StatementUnreadable: there are far too many accounts.
        """
        if new.opening is not None and new.closing is not None:
            new = Stated(**{**vars(new), "total": new.closing - new.opening})
        key = new.account, new.currency
        before = self._accounts.get(key)
        self._accounts[key] = new if before is None else _together(before, new)
        require_few(len(self._accounts))

    def stated(self) -> tuple[Stated, ...]:
        """What was said, by account and currency; what not every statement of it says is left out."""
        return tuple(said for said in self._accounts.values() if any(value is not None for value in _figures(said)))


def _figures(said: Stated) -> tuple[Decimal | int | None, ...]:
    return said.opening, said.closing, said.rows, said.debits, said.credits, said.total


def _together(one: Stated, other: Stated) -> Stated:
    """Two statements of an account; their balances count where the second goes on where the first ends."""
    follows = one.closing is not None and one.closing == other.opening
    return Stated(
        account=one.account,
        currency=one.currency,
        opening=one.opening if follows else None,
        closing=other.closing if follows else None,
        rows=None if one.rows is None or other.rows is None else one.rows + other.rows,
        debits=_sum(one.debits, other.debits),
        credits=_sum(one.credits, other.credits),
        total=_sum(one.total, other.total),
    )


def _sum(one: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if one is None or other is None else one + other
